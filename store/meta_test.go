package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"ringback/callback"
)

// A file whose last mark is damaged goes one change back: it says so, and what was undone in that
// change stays undone.
func TestDamagedMarks(t *testing.T) {
	for page := range int64(2) {
		d := newDesk(t)
		c := newCentre(d.clock.now)
		c.open(1)
		d.pull(t, c, 100)
		saved := d.record(t, caseID(1), d.call(callback.NoAnswer))
		if _, err := d.Undo(saved.EventID); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(d.options.Dir, "outbox.db")
		edit(t, path, page*int64(os.Getpagesize()), func(b []byte) []byte { clear(b[16:80]); return b[:80] })
		d.open(t)
		if len(d.Opened()) == 0 {
			t.Errorf("mark %d: nobody is told", page)
		}
		list, err := d.Journal(10)
		if err != nil || len(list) != 1 || list[0].State != callback.Withdrawn {
			t.Errorf("mark %d: the journal is %+v %v", page, list, err)
		}
		d.check(t)
		d.reopen(t)
		d.check(t)
	}
}
