package crash

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringback/callback"
	"ringback/proof/rig"
	"ringback/store"
)

// seat is the real program of the desk, in a folder of its own.
type seat struct {
	t   testing.TB
	h   *rig.House
	dir string
	// more is added to its environment.
	more []string
}

func newSeat(t testing.TB, h *rig.House, dir string) *seat {
	t.Helper()
	return &seat{t: t, h: h, dir: dir}
}

// command gives a command line of the program.
func (s *seat) command(args ...string) *exec.Cmd {
	s.t.Helper()
	cmd := exec.Command(rig.Program(s.t, rig.Desk), args...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "RINGBACK_DATA=" + filepath.Join(s.dir, "data"), "RINGBACK_KEYRING=off", "TZ=UTC",
		"RINGBACK_URL=" + s.h.URL, "RINGBACK_TOKEN=" + s.h.Token, "RINGBACK_DIAL_WITH=command", "RINGBACK_DIAL_COMMAND=true {number}",
	}
	cmd.Env = append(cmd.Env, s.more...)
	return cmd
}

// run runs a command to its end.
func (s *seat) run(args ...string) (out string, code int) {
	s.t.Helper()
	out, code, err := rig.Run(s.command(args...))
	if err != nil {
		s.t.Fatal(err)
	}
	return out, code
}

// must runs a command that may not fail.
func (s *seat) must(args ...string) string {
	s.t.Helper()
	out, code := s.run(args...)
	if code != 0 {
		s.t.Fatalf("ringback %s ended with %d: %s", strings.Join(args, " "), code, out)
	}
	return out
}

// sound runs the program's own check.
func (s *seat) sound(y *tally) {
	s.t.Helper()
	if out, code := s.run("check", "--json"); code != 0 {
		y.note(&y.corrupt, "ringback check ended with %d: %s", code, out)
	}
}

// recordAs gives the event that a finished `ringback record --json` says is saved, or "".
func recordedIn(out string) string {
	var saved struct {
		EventID string `json:"event_id"`
		Saved   bool   `json:"saved"`
	}
	if json.Unmarshal([]byte(out), &saved) != nil || !saved.Saved {
		return ""
	}
	return saved.EventID
}

// settle brings the desk and the server into step, and compares the server with what was saved.
func (s *seat) settle(saved map[string]bool, y *tally) {
	s.t.Helper()
	s.must("sync")
	s.sound(y)
	times := s.h.Counted(s.t)
	for id := range saved {
		y.acked++
		if times[id] == 0 {
			y.note(&y.lost, "event %s was saved and is not at the server", id)
		}
	}
	for id, n := range times {
		if n > 1 {
			y.note(&y.double, "event %s counts %d times", id, n)
		}
	}
	s.h.Clean(s.t)
}

// killRecords kills `ringback record` at random moments.
func killRecords(t *testing.T, rounds *rig.Rounds) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	for more := rounds.Next(); more; {
		dir := t.TempDir()
		s := newSeat(t, rig.NewHouse(t, rig.SQLite(dir), 20), dir)
		s.must("sync")
		began := time.Now()
		s.must("record", s.h.Cases[0], "--disposition", "NA")
		usual, saved := time.Since(began), map[string]bool{}
		for range generation {
			y.cycles++
			cmd, out := s.command("record", s.h.Cases[r.IntN(len(s.h.Cases))], "--disposition", "NA", "--json"), &strings.Builder{}
			cmd.Stdout = out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			rig.Rest(time.Duration(r.Int64N(int64(usual) * 3 / 2)))
			kill(cmd)
			_ = cmd.Wait()
			if id := recordedIn(out.String()); id != "" {
				saved[id] = true
			}
			s.sound(y)
			if more = rounds.Next(); !more {
				break
			}
		}
		s.settle(saved, y)
		more = more && !t.Failed()
	}
	return y
}

func TestKilledRecords(t *testing.T) {
	t.Parallel()
	y := killRecords(t, rig.Short(20))
	y.sound(t)
	rig.Figure(t, "ringback record: %s", y)
}

// look opens the desk's store itself, with the key that the program keeps.
func (s *seat) look() (*store.Store, error) {
	s.t.Helper()
	folders, _ := filepath.Glob(filepath.Join(s.dir, "data", "desk-*"))
	keys, _ := filepath.Glob(filepath.Join(s.dir, "data", "key-*.secret"))
	if len(folders) != 1 || len(keys) != 1 {
		s.t.Fatalf("%d desks with %d keys", len(folders), len(keys))
	}
	raw, err := os.ReadFile(keys[0])
	if err != nil {
		s.t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil {
		s.t.Fatal(err)
	}
	return store.Open(store.Options{Dir: folders[0], Key: key, Now: time.Now, NewID: rig.NewID})
}

// killScreens kills the desk's screens while an agent types, and while she saves a call.
func killScreens(t *testing.T, rounds *rig.Rounds) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	dir := t.TempDir()
	s := newSeat(t, rig.NewHouse(t, rig.SQLite(dir), 60), dir)
	s.must("sync")
	saved := 0
	for rounds.Next() {
		y.cycles++
		if rounds.Done()%2 == 0 {
			saved = s.killSaving(r, saved, y)
		} else {
			s.killTyping(r, y)
		}
		s.sound(y)
	}
	s.must("sync")
	attempts := 0
	for _, n := range s.h.Counted(t) {
		if attempts += n; n > 1 {
			y.note(&y.double, "an attempt counts %d times", n)
		}
	}
	y.acked += saved
	if attempts < saved {
		y.note(&y.lost, "%d calls were shown as saved, and the server has %d", saved, attempts)
	}
	return y
}

// dial opens the desk and dials the next customer.
func (s *seat) dial() *rig.Screen {
	s.t.Helper()
	screen := rig.NewScreen(s.t, s.command())
	screen.See(0, "Customer")
	screen.Settle()
	mark := screen.Mark()
	screen.Type("\r")
	screen.See(mark, "preparing")
	screen.Settle()
	mark = screen.Mark()
	screen.Type("d")
	screen.See(mark, "Calling")
	screen.Settle()
	return screen
}

// killSaving ends the desk around the moment in which it says that a call is saved, and gives how
// many calls must be there.
func (s *seat) killSaving(r *rand.Rand, before int, y *tally) int {
	s.t.Helper()
	screen := s.dial()
	mark := screen.Mark()
	screen.Type("n")
	if r.IntN(2) == 0 {
		screen.See(mark, "Saved")
	} else {
		rig.Rest(time.Duration(r.IntN(30)) * time.Millisecond)
	}
	screen.Kill()
	if screen.Has(mark, "Saved") {
		before++
	}
	if got := s.attempts(y); got < before {
		y.note(&y.lost, "%d calls were shown as saved, and the journal has %d", before, got)
	} else {
		before = got
	}
	return before
}

func (s *seat) attempts(y *tally) (n int) {
	s.t.Helper()
	st, err := s.look()
	if err != nil {
		y.note(&y.corrupt, "open: %v", err)
		return 0
	}
	defer st.Close() //nolint:errcheck // what was to be seen has been seen
	list, err := st.Journal(1 << 30)
	if err != nil {
		y.note(&y.corrupt, "journal: %v", err)
	}
	for _, e := range list {
		if e.Event.Kind == callback.KindCallRecorded {
			n++
		}
	}
	drafts, err := st.Drafts()
	if err != nil {
		y.note(&y.corrupt, "drafts: %v", err)
	}
	// What is left of this call is thrown away, so that the next one begins at the queue.
	for _, d := range drafts {
		if err := st.DropDraft(d.EventID); err != nil {
			y.note(&y.corrupt, "drop: %v", err)
		}
	}
	return n
}

func TestKilledScreens(t *testing.T) {
	t.Parallel()
	y := killScreens(t, rig.Short(8))
	y.sound(t)
	y.prompt(t)
	rig.Figure(t, "the desk in a terminal: %s", y)
}

// A second ringback on the same folder is refused at once and told who has it; when the first was
// killed, nothing of its lock is left.
func TestSecondDesk(t *testing.T) {
	t.Parallel()
	s := newSeat(t, rig.NewHouse(t, rig.SQLite(t.TempDir()), 3), t.TempDir())
	s.must("sync")
	screen := rig.NewScreen(t, s.command())
	screen.See(0, "Customer")
	began := time.Now()
	out, code := s.run("queue")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the refusal took %s", took)
	}
	if code == 0 || !strings.Contains(out, fmt.Sprintf("process %d", screen.PID())) {
		t.Errorf("the second desk ended with %d: %s", code, out)
	}
	screen.Kill()
	began = time.Now()
	s.must("queue")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a desk after a killed one took %s to open", took)
	}
}

// A desk whose key was replaced says so, changes nothing, and works when the key is back.
func TestReplacedKey(t *testing.T) {
	t.Parallel()
	s := newSeat(t, rig.NewHouse(t, rig.SQLite(t.TempDir()), 3), t.TempDir())
	s.must("sync")
	saved := map[string]bool{recordedIn(s.must("record", s.h.Cases[0], "--disposition", "NA", "--json")): true}
	keys, _ := filepath.Glob(filepath.Join(s.dir, "data", "key-*.secret"))
	if len(keys) != 1 {
		t.Fatalf("keys: %v", keys)
	}
	key, err := os.ReadFile(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	for what, content := range map[string]string{
		"another key": base64.StdEncoding.EncodeToString(make([]byte, 32)), "half a key": string(key[:20]), "no words": "",
	} {
		if err := os.WriteFile(keys[0], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, code := s.run("queue"); code == 0 || !strings.Contains(out, "key") || strings.Contains(out, "panic") {
			t.Errorf("%s: queue ended with %d: %s", what, code, out)
		}
	}
	if err := os.Remove(keys[0]); err != nil && !errors.Is(err, os.ErrNotExist) { // one without words is put away by whoever reads it
		t.Fatal(err)
	}
	if out, code := s.run("queue"); code == 0 || !strings.Contains(out, "nothing was changed") {
		t.Errorf("without its key: queue ended with %d: %s", code, out)
	}
	if err := os.WriteFile(keys[0], key, 0o600); err != nil {
		t.Fatal(err)
	}
	y := &tally{}
	s.settle(saved, y)
	y.sound(t)
}
