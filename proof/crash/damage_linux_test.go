package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/proof/rig"
	"ringback/store"
)

// worn is the folder of a desk that was used and closed, and what is in it.
type worn struct {
	h      *rig.House
	dir    string
	events map[string]callback.Event
	draft  callback.Draft
	// sights is what a copy that nobody broke shows after a sync.
	sights []string
}

// newWorn works at a desk: some of its events are with the server and some are not, and a call is
// half typed.
func newWorn(t testing.TB) *worn {
	t.Helper()
	dir := t.TempDir()
	w := &worn{h: rig.NewHouse(t, rig.SQLite(dir), 30), dir: filepath.Join(dir, "desk"), events: map[string]callback.Event{}}
	s, err := rig.Sit(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	w.h.Sync(t, s)
	for n := range 24 {
		var what callback.Payload = &callback.NoteAdded{Text: fmt.Sprintf("Note %d.", n)}
		if n%3 == 0 {
			what = noAnswer()
		}
		if _, err := s.Record(callback.Fact{CaseID: w.h.Cases[n], Payload: what}); err != nil {
			t.Fatal(err)
		}
		if n == 11 {
			w.h.Sync(t, s)
		}
	}
	w.draft = callback.Draft{EventID: rig.NewID(), CaseID: w.h.Cases[25], Texts: map[string]string{"note": "half a word"}}
	if err := s.SaveDraft(w.draft); err != nil {
		t.Fatal(err)
	}
	list, err := s.Journal(1 << 30)
	if err != nil || len(list) != 24 {
		t.Fatalf("%d events: %v", len(list), err)
	}
	for _, e := range list {
		w.events[e.Event.ID] = e.Event
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	w.look(t)
	return w
}

// look notes what a desk shows after a sync that nobody broke. It sends what waits to be sent.
func (w *worn) look(t testing.TB) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "whole")
	w.copy(t, dir)
	s, err := rig.Sit(dir)
	if err != nil {
		t.Fatal(err)
	}
	w.h.Sync(t, s)
	if w.sights = sights(t, s, "the whole desk"); len(w.sights) < 20 {
		t.Fatalf("the whole desk shows %d cases", len(w.sights))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// sights are the cases of a desk in their serving order, each with all that the desk knows of it.
func sights(t testing.TB, s *store.Store, how string) (list []string) {
	t.Helper()
	page, err := s.Queue(callback.QueueQuery{Limit: 100})
	if err != nil {
		t.Errorf("%s: queue: %v", how, err)
	}
	for _, row := range page.Rows {
		v, err := s.Case(row.ID)
		if err != nil {
			t.Errorf("%s: case %s: %v", how, row.ID, err)
		}
		raw, err := json.Marshal(v.Case)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %s %d %s", row.Customer, row.Phone, v.Pending, raw))
	}
	return list
}

// copy gives a copy of the folder to break.
func (w *worn) copy(t testing.TB, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(w.dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(to, 0o700); err != nil {
		t.Fatal(err)
	}
	for name := range fileSums(t, to) { // a copy is readable by others, which a desk refuses
		if err := os.Chmod(filepath.Join(to, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// damages counts what became of damaged desks.
type damages struct{ tried, unnoticed, mended int }

// survives opens a broken folder: every event must be there as it was recorded, what was altered
// must be noticed, and after a sync both sides must agree.
//
// Half of the agents have their desk checked before it is used. The others work on what is broken, so
// that the first check finds what opening and use did not look at, or made worse.
func (w *worn) survives(t testing.TB, dir, how string, checked bool, d *damages) {
	t.Helper()
	d.tried++
	s, err := rig.Sit(dir)
	if err != nil {
		t.Fatalf("%s: open: %v", how, err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Errorf("%s: close: %v", how, err)
		}
	}()
	w.hasAll(t, s, how)
	noticed := len(s.Opened()) > 0
	drafts, err := s.Drafts()
	if err != nil {
		t.Fatalf("%s: drafts: %v", how, err)
	}
	if kept := len(drafts) == 1 && drafts[0].EventID == w.draft.EventID && drafts[0].Texts["note"] == w.draft.Texts["note"]; !kept && !noticed {
		t.Errorf("%s: the draft is %+v, and nobody was told", how, drafts)
	}
	if !checked {
		how += ", used unchecked"
		noticed = w.resync(t, s, how) > 1 || noticed
		w.hasAll(t, s, how)
	}
	// The first check finds what opening did not look at, and has it fetched anew.
	r, err := s.Check(context.Background())
	if err != nil {
		t.Fatalf("%s: check: %v", how, err)
	}
	if noticed || !r.OK {
		d.mended++
	} else {
		d.unnoticed++
	}
	w.resync(t, s, how)
	w.hasAll(t, s, how)
	if r, err = s.Check(context.Background()); err != nil || !r.OK {
		t.Errorf("%s: check after the sync: %+v %v", how, r.Problems, err)
	}
	if page, err := s.Queue(callback.QueueQuery{Limit: 100}); err != nil || r.Cases != 30 {
		t.Errorf("%s: %d cases, %d of them open: %v", how, r.Cases, page.Open, err)
	}
	if diff := cmp.Diff(w.sights, sights(t, s, how)); diff != "" {
		t.Errorf("%s: the desk shows something else than a whole one: %s", how, diff)
	}
}

// resync syncs; a cache that is found broken on the way is fetched anew at the next try.
func (w *worn) resync(t testing.TB, s *store.Store, how string) (tries int) {
	t.Helper()
	for {
		tries++
		err := w.h.TrySync(s)
		if err == nil {
			return tries
		}
		if tries == 3 {
			t.Errorf("%s: sync: %v", how, err)
			return tries
		}
	}
}

func (w *worn) hasAll(t testing.TB, s *store.Store, how string) {
	t.Helper()
	list, err := s.Journal(1 << 30)
	if err != nil {
		t.Fatalf("%s: journal: %v", how, err)
	}
	if len(list) != len(w.events) {
		t.Errorf("%s: %d events, not %d; opened: %v", how, len(list), len(w.events), s.Opened())
	}
	for _, e := range list {
		was, ok := w.events[e.Event.ID]
		if !ok || was.Kind != e.Event.Kind || was.CaseID != e.Event.CaseID || !was.At.Equal(e.Event.At) || !bytes.Equal(was.Payload, e.Event.Payload) {
			t.Errorf("%s: event %s is another one: %+v", how, e.Event.ID, e.Event)
		}
	}
}

// wear breaks desks in many ways: each file cut at so many points, so many pages turned to garbage,
// and a bit flipped at every step of bytes.
func wear(t *testing.T, rounds *rig.Rounds, cuts, pages, step int) damages {
	t.Helper()
	w, r, d := newWorn(t), rig.Chance(t), damages{}
	type trial struct {
		file, how string
		harm      func(path string)
	}
	var trials []trial
	for _, file := range []string{"outbox.db", "outbox.log", "cache.db"} {
		size := sizeOf(t, filepath.Join(w.dir, file))
		for n := range cuts {
			at := size * int64(n) / int64(cuts)
			trials = append(trials, trial{file, fmt.Sprintf("cut at %d", at), func(path string) {
				if err := os.Truncate(path, at); err != nil {
					t.Fatal(err)
				}
			}})
		}
		for range pages {
			at := r.Int64N(size) &^ 4095
			trials = append(trials, trial{file, fmt.Sprintf("with garbage at %d", at), func(path string) { overwrite(t, path, at, garbage(r, 4096)) }})
		}
		for at := r.Int64N(int64(step)); at < size; at += int64(step) {
			bit := byte(1) << r.IntN(8)
			trials = append(trials, trial{file, fmt.Sprintf("with bit %08b flipped at %d", bit, at), func(path string) { flip(t, path, at, bit) }})
		}
	}
	r.Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	failed := 0
	for _, x := range trials {
		if failed > 4 || !rounds.Next() {
			break
		}
		checked := r.IntN(2) == 0
		if !t.Run(x.file+" "+x.how, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "desk")
			w.copy(t, dir)
			x.harm(filepath.Join(dir, x.file))
			w.survives(t, dir, x.file+" "+x.how, checked, &d)
		}) {
			failed++
		}
	}
	times := w.h.Counted(t)
	for id := range w.events {
		if times[id] != 1 {
			t.Errorf("event %s counts %d times", id, times[id])
		}
	}
	if len(times) != len(w.events) {
		t.Errorf("the server has %d events, not %d", len(times), len(w.events))
	}
	w.h.Clean(t)
	return d
}

func sizeOf(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func garbage(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func overwrite(t testing.TB, path string, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

func flip(t testing.TB, path string, at int64, bit byte) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, path, at, []byte{raw[at] ^ bit})
}

func (d damages) String() string {
	return fmt.Sprintf("%d damaged desks, 0 events lost or altered; %d found and mended, %d where nothing that is used was hit", d.tried, d.mended, d.unnoticed)
}

func TestDamagedDesks(t *testing.T) {
	t.Parallel()
	d := wear(t, rig.Short(1_000), 5, 8, 4_001)
	rig.Figure(t, "%s", d)
}

// Another key than the one a desk was sealed with is told as such, and changes nothing.
func TestWrongKey(t *testing.T) {
	t.Parallel()
	w := newWorn(t)
	before := fileSums(t, w.dir)
	other := bytes.Repeat([]byte{8}, store.KeySize)
	s, err := store.Open(store.Options{Dir: w.dir, Key: other, Agent: rig.AgentID, Team: "main", Now: time.Now, NewID: rig.NewID})
	if err == nil {
		_ = s.Close()
	}
	if callback.CodeOf(err) != callback.CodeKey {
		t.Fatalf("another key: %v", err)
	}
	after := fileSums(t, w.dir)
	for name, sum := range before {
		if after[name] != sum {
			t.Errorf("%s was changed", name)
		}
	}
	d := damages{}
	w.survives(t, w.dir, "after another key", true, &d)
}

// A server's database with pages of garbage is told as damaged by its programs, or is sound where it
// is used; it is never half believed, and nothing panics.
func TestDamagedServer(t *testing.T) {
	t.Parallel()
	r := rig.Chance(t)
	dir := t.TempDir()
	y := &tally{}
	l := newLoad(t, rig.NewServer(t, rig.SQLite(dir)), y, 4, r.Uint64())
	rig.Until(t, "some work", func() bool { return l.acks() > 100 })
	l.finish()
	l.srv.Stop()
	path := filepath.Join(dir, "server.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found, unused := 0, 0
	for range 20 {
		at := r.Int64N(int64(len(whole))) &^ 4095
		overwrite(t, path, at, garbage(r, 4096))
		out, code, err := rig.Run(exec.Command(rig.Program(t, rig.Server), "check", "--db", rig.SQLite(dir)))
		switch {
		case err != nil || strings.Contains(out, "panic") || strings.Contains(out, "goroutine"):
			t.Errorf("garbage at %d: %v %s", at, err, out)
		case code == 0:
			unused++
		default:
			found++
			if code != 1 && code != 7 {
				t.Errorf("garbage at %d: exit code %d: %s", at, code, out)
			}
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if report, err := l.srv.Check(); err != nil || !report.OK {
		t.Errorf("check of the whole file: %+v %v", report.Problems, err)
	}
	rig.Figure(t, "20 garbage pages, %d told, %d where nothing is checked", found, unused)
}
