package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// testKeys keeps a desk's keys as a keyring does.
type testKeys struct {
	key, next []byte
	// fail makes every change fail.
	fail error
	ends int
}

func (k *testKeys) Begin(next []byte) error {
	if k.fail == nil {
		k.next = next
	}
	return k.fail
}

func (k *testKeys) End(next []byte) error {
	if k.fail == nil {
		k.key, k.next, k.ends = next, nil, k.ends+1
	}
	return k.fail
}

func newRekeyer(t *testing.T) *shredder {
	s := &shredder{t: t, dir: filepath.Join(t.TempDir(), "desk"), now: newShredder(t).now, sealed: map[string]string{}}
	s.keys = &testKeys{key: bytes.Repeat([]byte{7}, KeySize)}
	s.open()
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// opens counts the values of the desk's files that a key opens, and those that are sealed.
func (s *shredder) opens(key []byte) (open, sealed int) {
	s.t.Helper()
	by, err := newSealer(key)
	s.must(by, err)
	for name, db := range map[string]*bbolt.DB{outboxName: s.outbox, cacheName: s.cache.db} {
		s.must(name, view(db, func(tx *bbolt.Tx) error {
			return tx.ForEach(func(bucket []byte, b *bbolt.Bucket) error {
				return b.ForEach(func(k, v []byte) error {
					if !looksSealed(v) {
						return nil
					}
					sealed++
					if _, err := by.open(nil, string(bucket), k, v); err == nil {
						open++
					}
					return nil
				})
			})
		}))
	}
	raw, err := os.ReadFile(s.log.path)
	s.must(raw, err)
	l := &salvage{seal: by}
	for at := logHeader; at < len(raw); {
		_, n, _ := s.log.record(raw[at:])
		sealed++
		if _, _, ok := l.record(raw[at:]); ok {
			open++
		}
		at += n
	}
	return open, sealed
}

// copyTo copies the desk's files as they are on disk, as a kill would leave them, and gives a desk on them.
func (s *shredder) copyTo(dir string) *shredder {
	s.t.Helper()
	s.must(0, os.MkdirAll(dir, 0o700))
	entries, err := os.ReadDir(s.dir)
	s.must(entries, err)
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(s.dir, e.Name()))
		s.must(raw, err)
		s.must(0, os.WriteFile(filepath.Join(dir, e.Name()), raw, 0o600))
	}
	keys := *s.keys
	return &shredder{t: s.t, dir: dir, now: s.now, n: s.n, sealed: s.sealed, keys: &keys}
}

// rekeyed checks that the desk has another key, and that all of it opens with that one alone.
func (s *shredder) rekeyed(old []byte) {
	s.t.Helper()
	if bytes.Equal(s.keys.key, old) || s.keys.next != nil || s.keys.ends == 0 {
		s.t.Fatal("the key was not changed")
	}
	if open, sealed := s.opens(old); open > 0 || sealed < 6 {
		s.t.Fatalf("the old key opens %d of %d values", open, sealed)
	}
	if open, sealed := s.opens(s.keys.key); open != sealed {
		s.t.Fatalf("the new key opens %d of %d values", open, sealed)
	}
}

// After an erasure the desk has another key: what lies in backups of its files opens no more, and everything that
// it still holds opens with the new one, a snapshot on its way included.
func TestAnErasureChangesTheKey(t *testing.T) {
	s := newRekeyer(t)
	s.live()
	old := s.keys.key
	backup := s.copyTo(filepath.Join(t.TempDir(), "backup"))
	s.must(0, s.ApplyPage(page("e1", 60, false, false, erasedDocs(t, "ca-1", 58)...)))
	s.rekeyed(old)
	s.judge()
	if at, err := s.Position(); err != nil || at.Erased != 60 {
		t.Fatalf("%+v, %v", at, err)
	}
	backup.keys = s.keys
	if st, err := Open(Options{Dir: backup.dir, Key: s.keys.key, Agent: "anna", Team: "north", Now: s.o.Now, NewID: s.o.NewID}); callback.CodeOf(err) != callback.CodeKey {
		t.Fatalf("the backup of before opens: %v, %v", st, err)
	}
	s.must(0, s.Close())
	s.open()
	s.judge()
	if report, err := s.Check(t.Context()); err != nil || !report.OK {
		t.Fatalf("%v, %+v", err, report.Problems)
	}
	// Nothing more to erase, nothing more to change.
	ends := s.keys.ends
	s.must(0, s.ApplyPage(page("e1", 61, false, false, docOf(t, "ca-2", 61, false))))
	if s.keys.ends != ends {
		t.Error("the key is changed without an erasure")
	}
}

// A desk that is killed at any step of the change goes on with it at the next start, and has lost nothing.
func TestAKillWhileTheKeyChanges(t *testing.T) {
	gone := map[string]bool{"ca-1": true}
	steps := []struct {
		name string
		do   func(*shredder) error
	}{
		{"the page is on disk", func(s *shredder) error {
			at := s.cache.stand().After(page("e1", 60, false, false))
			at.Whole = true
			return s.cache.writeIn(func(db *bbolt.DB) error { return s.writePage(db, erasedDocs(s.t, "ca-1", 58), at, 0) })
		}},
		{"the new key is kept", func(s *shredder) error { s.beginRekey(); return s.rekey.failed }},
		{"the texts are gone", func(s *shredder) error {
			live := append([]*row(nil), s.book.rows...)
			for i, r := range live {
				stub := *r
				if gone[r.Event.CaseID] {
					stub.Event, stub.Draft = r.Event.Stub(), nil
				}
				live[i] = &stub
			}
			return s.putShredded(gone, live, nil, nil)
		}},
		{"the log is written anew", func(s *shredder) error { return s.rewriteLog() }},
		{"the journal is written anew", func(s *shredder) error { return s.renewOutbox() }},
		{"the documents are written anew", func(s *shredder) error { return s.renewCache() }},
		{"the old key is gone", func(s *shredder) error { return s.keys.End(s.rekey.next) }},
	}
	for n := range steps {
		t.Run(steps[n].name, func(t *testing.T) {
			t.Parallel()
			s := newRekeyer(t)
			s.live()
			old := s.keys.key
			s.sealed = map[string]string{}
			s.onlyCase("ca-1")
			s.writing.Lock()
			for _, step := range steps[:n+1] {
				s.must(step.name, step.do(s))
			}
			s.writing.Unlock()
			after := s.copyTo(filepath.Join(t.TempDir(), "after"))
			after.open()
			t.Cleanup(func() { _ = after.Close() })
			after.rekeyed(old)
			after.judge()
			if left := after.left(); len(left) > 0 {
				t.Fatalf("left: %v", left)
			}
			if report, err := after.Check(t.Context()); err != nil || !report.OK {
				t.Fatalf("%v, %+v", err, report.Problems)
			}
		})
	}
}

// A keyring that is locked keeps nobody from being erased; the desk does not say that it is done until the key was
// changed at a later start.
func TestAnErasureWithoutAKeyring(t *testing.T) {
	s := newRekeyer(t)
	s.live()
	old := s.keys.key
	s.sealed = map[string]string{}
	s.onlyCase("ca-1")
	s.keys.fail = errors.New("the keyring is locked")
	s.must(0, s.ApplyPage(page("e1", 60, false, false, erasedDocs(t, "ca-1", 58)...)))
	if left := s.left(); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
	s.judge()
	if at, err := s.Position(); err != nil || at.Erased != 0 {
		t.Fatalf("confirmed with the old key: %+v", at)
	}
	if report, err := s.Check(t.Context()); err != nil || report.OK {
		t.Fatalf("the check says nothing: %v", err)
	}
	s.must(s.Record(callback.Fact{CaseID: "ca-2", Payload: &callback.NoteAdded{Text: "Work goes on."}}))
	s.must(0, s.Close())
	s.keys.fail = nil
	s.open()
	s.rekeyed(old)
	if at, err := s.Position(); err != nil || at.Erased != 60 {
		t.Fatalf("%+v, %v", at, err)
	}
}

// A snapshot on its way is taken along.
func TestTheKeyChangesDuringASnapshot(t *testing.T) {
	s := newRekeyer(t)
	s.live()
	old := s.keys.key
	s.must(0, s.ApplyPage(page("e2", 10, true, true, docOf(t, "ca-2", 5, false))))
	s.must(0, s.Shred([]string{"ca-1"}))
	s.rekeyed(old)
	s.must(0, s.Close())
	s.open()
	if s.cache.next == nil {
		t.Fatal("the snapshot begins anew")
	}
	s.must(0, s.ApplyPage(page("e2", 11, false, false, docOf(t, "ca-3", 6, false))))
	for _, id := range []string{"ca-2", "ca-3"} {
		s.must(s.Case(id))
	}
}

// A desk whose key may have been seen takes another one: the old one opens nothing any more, and nothing is lost.
func TestAnotherKeyOnRequest(t *testing.T) {
	s := newRekeyer(t)
	s.live()
	s.must(0, s.ApplyPage(page("e2", 10, true, true, docOf(t, "ca-2", 5, false)))) // a snapshot on its way
	old, broken := s.keys.key, filepath.Join(s.dir, "cache.db.broken-20260302")
	s.must(0, os.WriteFile(broken, []byte("under the key of before"), 0o600))
	s.must(0, s.ChangeKey())
	s.rekeyed(old)
	s.stillThere()
	if _, err := os.Stat(broken); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("what only the old key opens is there: %v", err)
	}
	s.must(s.Record(callback.Fact{CaseID: "ca-2", Payload: &callback.NoteAdded{Text: "Work goes on."}}))
	s.must(0, s.Close())
	if err := s.ChangeKey(); err == nil {
		t.Fatal("a closed desk takes another key")
	}
	s.open()
	s.stillThere()
	s.must(0, s.Close())
	if st, err := Open(Options{Dir: s.dir, Key: old, Now: s.o.Now, NewID: s.o.NewID}); callback.CodeOf(err) != callback.CodeKey {
		t.Fatalf("the old key opens the desk: %v, %v", st, err)
	}
}

// stillThere checks that all that was recorded is in the journal, whole, and that the desk finds nothing wrong.
func (s *shredder) stillThere() {
	s.t.Helper()
	rows, err := s.allRows()
	s.must(rows, err)
	if len(rows) < 3 || s.isErased("ca-1") {
		s.t.Fatalf("%d rows are left", len(rows))
	}
	for _, r := range rows {
		if isStub(r.Event) {
			s.t.Fatalf("event %s lost its text", r.Event.ID)
		}
	}
	if report, err := s.Check(s.t.Context()); err != nil || !report.OK {
		s.t.Fatalf("%v, %+v", err, report.Problems)
	}
}

// A desk that is killed at any step of a change that was asked for goes on with it at the next start.
func TestAKillWhileTheKeyChangesOnRequest(t *testing.T) {
	steps := []struct {
		name string
		do   func(*shredder) error
	}{
		{"the new key is kept", func(s *shredder) error { s.beginRekey(); return s.rekey.failed }},
		{"the log is written anew", func(s *shredder) error { return s.rewriteLog() }},
		{"the journal is written anew", func(s *shredder) error { return s.renewOutbox() }},
		{"the documents are written anew", func(s *shredder) error { return s.renewCache() }},
		{"the snapshot is written anew", func(s *shredder) error { return s.renewShadow() }},
		{"the old key is gone", func(s *shredder) error { return s.keys.End(s.rekey.next) }},
	}
	for n := range steps {
		t.Run(steps[n].name, func(t *testing.T) {
			t.Parallel()
			s := newRekeyer(t)
			s.live()
			s.must(0, s.ApplyPage(page("e2", 10, true, true, docOf(t, "ca-2", 5, false))))
			old := s.keys.key
			s.writing.Lock()
			for _, step := range steps[:n+1] {
				s.must(step.name, step.do(s))
			}
			s.writing.Unlock()
			after := s.copyTo(filepath.Join(t.TempDir(), "after"))
			after.open()
			t.Cleanup(func() { _ = after.Close() })
			after.rekeyed(old)
			after.stillThere()
		})
	}
}

// A key that cannot be kept is not used: the desk stays with its own.
func TestAnotherKeyThatNobodyKeeps(t *testing.T) {
	s := newRekeyer(t)
	s.live()
	old := s.keys.key
	s.keys.fail = errors.New("the disk is full")
	if err := s.ChangeKey(); !errors.Is(err, s.keys.fail) {
		t.Fatal(err)
	}
	s.must(s.Record(callback.Fact{CaseID: "ca-2", Payload: &callback.NoteAdded{Text: "Work goes on."}}))
	if open, sealed := s.opens(old); open != sealed {
		t.Fatalf("the key in use opens %d of %d values", open, sealed)
	}
	s.keys.fail = nil
	s.must(0, s.ChangeKey())
	s.rekeyed(old)
	s.stillThere()
}
