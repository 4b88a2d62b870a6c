package store_test

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"ringback/callback"
	"ringback/store"
)

// snapshotOf gives the content of every file of a folder.
func snapshotOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(raw)
	}
	return out
}

func TestASecondRingbackIsToldWhoHoldsTheFolder(t *testing.T) {
	d := newDesk(t)
	_, err := store.Open(d.options)
	if callback.CodeOf(err) != callback.CodeLocked {
		t.Fatalf("second open: %v", err)
	}
	if !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) || !strings.Contains(err.Error(), "RINGBACK_DATA") {
		t.Errorf("the message says neither who nor what to do: %v", err)
	}
	d.reopen(t)
}

func TestAWrongKeyChangesNothing(t *testing.T) {
	w := aWorkedDesk(t)
	before := snapshotOf(t, w.options.Dir)
	o := w.options
	o.Key = key(8)
	for _, name := range []string{"", "outbox.db", "outbox.log"} {
		if name != "" {
			if err := os.Remove(filepath.Join(w.options.Dir, name)); err != nil {
				t.Fatal(err)
			}
			delete(before, name)
		}
		if name == "outbox.log" {
			break
		}
		if _, err := store.Open(o); callback.CodeOf(err) != callback.CodeKey {
			t.Fatalf("without %q: %v", name, err)
		}
		for file, content := range snapshotOf(t, w.options.Dir) {
			if before[file] != content {
				t.Errorf("without %q: %s was changed", name, file)
			}
		}
	}
	for _, short := range [][]byte{nil, key(7)[:16]} {
		o.Key = short
		if _, err := store.Open(o); callback.CodeOf(err) != callback.CodeKey {
			t.Errorf("a key of %d bytes: %v", len(short), err)
		}
	}
}

func TestANewerLayoutIsLeftAlone(t *testing.T) {
	for _, name := range []string{"outbox.db", "cache.db", "outbox.log"} {
		t.Run(name, func(t *testing.T) {
			w := aWorkedDesk(t)
			path := filepath.Join(w.options.Dir, name)
			if name == "outbox.log" {
				edit(t, path, int64(len("ringback log")), func(b []byte) []byte {
					binary.BigEndian.PutUint16(b, 99)
					return b[:2]
				})
			} else {
				setSchema(t, path, 99)
			}
			before := snapshotOf(t, w.options.Dir)
			if _, err := store.Open(w.options); callback.CodeOf(err) != callback.CodeNewer {
				t.Fatalf("open: %v", err)
			}
			for file, content := range snapshotOf(t, w.options.Dir) {
				if before[file] != content {
					t.Errorf("%s was changed", file)
				}
			}
		})
	}
}

// Documents that an older ringback kept stay in use after an update, connection or not, until everything was
// fetched anew; what it had no place for comes with that.
func TestAnOlderCacheStaysInUse(t *testing.T) {
	d, c := withCases(t, 5)
	c.add(callback.DocDispute, caseID(1), callback.OpenDisputes{CaseID: caseID(1), Open: 1})
	d.record(t, caseID(2), &callback.NoteAdded{Text: "x"})
	path := filepath.Join(d.options.Dir, "cache.db")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	setSchema(t, path, 1)
	dropBucket(t, path, "dispute")
	for range 2 { // a second start before any contact changes nothing
		d.open(t)
		if page := d.queue(t, callback.QueueQuery{}); page.Total != 5 {
			t.Fatalf("without a connection: %d cases", page.Total)
		}
		if at, err := d.Position(); err != nil || at.Cursor != "" {
			t.Fatalf("it would not ask for everything: %+v %v", at, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	d.open(t)
	d.pull(t, c, 100)
	if at, err := d.Position(); err != nil || at.Cursor == "" {
		t.Fatalf("after the contact: %+v %v", at, err)
	}
	d.check(t)
	if st, err := d.Stats(); err != nil || st.Pending != 1 {
		t.Fatalf("the journal: %+v %v", st, err)
	}
}

func dropBucket(t *testing.T, path, name string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(name)) })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func setSchema(t *testing.T, path string, schema uint16) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), binary.BigEndian.AppendUint16(nil, schema))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherAgentsFolderIsRefused(t *testing.T) {
	d := newDesk(t)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	o := d.options
	o.Agent = "boris"
	if _, err := store.Open(o); callback.CodeOf(err) != callback.CodeConflict {
		t.Fatalf("open: %v", err)
	}
	d.open(t)
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		// Root may write anywhere; a file in the way stops it too.
		path := filepath.Join(t.TempDir(), "desk")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(options(path, newClock())); err == nil || !strings.Contains(err.Error(), path) {
			t.Fatalf("open: %v", err)
		}
		return
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(options(filepath.Join(dir, "desk"), newClock())); callback.CodeOf(err) != callback.CodeForbidden {
		t.Fatalf("open: %v", err)
	}
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	w := aWorkedDesk(t)
	for name, loose := range map[string]os.FileMode{".": 0o755, "outbox.db": 0o640, "outbox.log": 0o604, "cache.db": 0o660} {
		path := filepath.Join(w.options.Dir, name)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, loose); err != nil {
			t.Fatal(err)
		}
		_, err = store.Open(w.options)
		if callback.CodeOf(err) != callback.CodeKey || !strings.Contains(err.Error(), "run: chmod "+map[bool]string{true: "700", false: "600"}[name == "."]+" "+path) {
			t.Errorf("%s with mode %v: %v", name, loose, err)
		}
		if err := os.Chmod(path, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	d := &desk{options: w.options, clock: w.clock}
	d.open(t)
	defer func() { _ = d.Close() }()
	list, err := os.ReadDir(w.options.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", e.Name(), info.Mode(), err)
		}
	}
}

// TestNothingReadableIsOnDisk looks for words of customers and agents in every
// file.
func TestNothingReadableIsOnDisk(t *testing.T) {
	w := aWorkedDesk(t)
	for name, content := range snapshotOf(t, w.options.Dir) {
		for _, secret := range []string{"Customer 3", "+12015550003", "c3@example.com", "3th letter", "half a word", "cu-3", "anna", "A note."} {
			if strings.Contains(content, secret) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
}

func TestWipeLeavesNothing(t *testing.T) {
	d := newDesk(t)
	if err := d.Wipe(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(d.options.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

// TestAFullDisk fills a small file system while a desk works on it.
func TestAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: a full disk needs the right to mount a small one: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
	c := newClock()
	d := &desk{options: options(filepath.Join(dir, "desk"), c), clock: c}
	d.open(t)
	defer func() { _ = d.Close() }()
	filling := filepath.Join(dir, "filling")
	fillUp(t, filling)
	var saved []string
	note := &callback.NoteAdded{Text: strings.Repeat("x", 3000)}
	for range 2000 {
		s, err := d.Record(callback.Fact{CaseID: caseID(1), Payload: note})
		if err == nil {
			saved = append(saved, s.EventID)
			continue
		}
		if callback.CodeOf(err) != callback.CodeFull {
			t.Fatalf("record: %v", err)
		}
		break
	}
	if len(saved) == 0 || len(saved) == 2000 {
		t.Fatalf("%d events were saved before the disk was full", len(saved))
	}
	same := func(when string) {
		t.Helper()
		list, err := d.Journal(5000)
		if err != nil || len(list) != len(saved) {
			t.Fatalf("%s: %d events of %d: %v", when, len(list), len(saved), err)
		}
	}
	same("full")
	if err := os.Remove(filling); err != nil {
		t.Fatal(err)
	}
	saved = append(saved, d.record(t, caseID(1), note).EventID)
	same("with room again")
	d.reopen(t)
	same("opened again")
	d.check(t)
}

func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return
		}
	}
}
