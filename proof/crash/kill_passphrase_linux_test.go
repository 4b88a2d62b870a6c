package crash

import (
	"bytes"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringback/callback"
	"ringback/proof/rig"
	"ringback/store"
)

const passphrase = "correct horse battery"

// killPassphrases kills `ringback passphrase set` at any moment. The desk opens afterwards, with the passphrase if it
// was set by then, with all that was recorded; then the key of before opens nothing of it, though it was copied. Some are
// killed once more while they open, when the change of the key goes on.
func killPassphrases(t *testing.T, rounds *rig.Rounds) *tally {
	t.Helper()
	r, y := rig.Chance(t), &tally{}
	dir := t.TempDir()
	origin := newSeat(t, rig.NewHouse(t, rig.SQLite(dir), 10), dir)
	origin.must("sync")
	saved := map[string]bool{}
	for _, id := range origin.h.Cases {
		saved[recordedIn(origin.must("record", id, "--disposition", "NA", "--json"))] = true
	}
	old := origin.keyFile()
	set := func(s *seat) *exec.Cmd {
		cmd := s.command("passphrase", "set")
		cmd.Stdin = strings.NewReader(passphrase + "\n")
		return cmd
	}
	whole := origin.copied()
	began := time.Now()
	if out, code, err := rig.Run(set(whole)); code != 0 || err != nil {
		t.Fatalf("passphrase set: %d %v %s", code, err, out)
	}
	usual, sealed := time.Since(began), 0
	for y.lost+y.corrupt == 0 && rounds.Next() {
		y.cycles++
		s := origin.copied()
		cmd := set(s)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lock := filepath.Join(s.dir, "data", "passphrase.json")
		if rounds.Done()%3 == 0 {
			rig.Rest(time.Duration(r.Int64N(int64(usual) * 5 / 4)))
		} else if rig.Wait(rig.Patience, func() bool { _, err := os.Stat(lock); return err == nil }) {
			rig.Rest(time.Duration(r.Int64N(int64(usual) / 4))) // while the key is changed
		}
		kill(cmd)
		_ = cmd.Wait()
		if _, err := os.Stat(lock); err == nil {
			s.more, sealed = []string{"RINGBACK_PASSPHRASE=" + passphrase}, sealed+1
		}
		if s.more != nil && r.IntN(3) == 0 {
			again := s.command("check")
			if err := again.Start(); err != nil {
				t.Fatal(err)
			}
			rig.Rest(time.Duration(r.Int64N(int64(usual))))
			kill(again)
			_ = again.Wait()
		}
		if s.sound(y); y.corrupt > 0 {
			break
		}
		if s.more != nil && bytes.Equal(s.keyFile(), old) {
			y.note(&y.corrupt, "the key lies in the clear as before")
		}
		s.keeps(saved, y, old)
		if err := os.RemoveAll(s.dir); err != nil {
			t.Fatal(err)
		}
		if y.cycles%50 == 0 {
			t.Logf("so far: %s", y)
		}
	}
	t.Logf("%d of %d were sealed by then", sealed, y.cycles)
	return y
}

// keyFile reads the file of the desk's key.
func (s *seat) keyFile() []byte {
	s.t.Helper()
	list, _ := filepath.Glob(filepath.Join(s.dir, "data", "key-*.secret"))
	if len(list) != 1 {
		s.t.Fatalf("%d keys: %v", len(list), list)
	}
	raw, err := os.ReadFile(list[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return raw
}

// copied gives a desk on a copy of the folder.
func (s *seat) copied() *seat {
	s.t.Helper()
	dir := filepath.Join(s.t.TempDir(), "copy")
	if out, err := exec.Command("cp", "-rp", s.dir, dir).CombinedOutput(); err != nil {
		s.t.Fatalf("copy: %v %s", err, out)
	}
	return &seat{t: s.t, h: s.h, dir: dir}
}

// keeps looks for what was saved by the desk's own key, and sees to it that the key of before opens the files only
// where no passphrase was set.
func (s *seat) keeps(saved map[string]bool, y *tally, old []byte) {
	s.t.Helper()
	out := s.must("status", "--json")
	if want := `"pending":` + strconv.Itoa(len(saved)); !strings.Contains(strings.ReplaceAll(out, " ", ""), want) {
		y.note(&y.lost, "%d calls were saved, and the desk says %s", len(saved), out)
	}
	y.acked += len(saved)
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(old)))
	if err != nil {
		s.t.Fatal(err)
	}
	folders, _ := filepath.Glob(filepath.Join(s.dir, "data", "desk-*"))
	st, err := store.Open(store.Options{Dir: folders[0], Key: key, Now: time.Now, NewID: rig.NewID})
	switch {
	case s.more == nil && err != nil:
		y.note(&y.corrupt, "no passphrase was set, and the key opens no more: %v", err)
	case s.more != nil && callback.CodeOf(err) != callback.CodeKey:
		y.note(&y.corrupt, "a passphrase was set, and the key of before: %v", err)
	}
	if err == nil {
		if err := st.Close(); err != nil {
			s.t.Error(err)
		}
	}
}

func TestKilledPassphrases(t *testing.T) {
	t.Parallel()
	y := killPassphrases(t, rig.Short(6))
	y.sound(t)
	rig.Figure(t, "ringback passphrase set: %s", y)
}
