package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/store"
)

// worked is the folder of a desk that was used and closed: cases, a draft, and
// events of which some were sent.
type worked struct {
	options store.Options
	clock   *clock
	centre  *centre
	events  []string
}

func aWorkedDesk(t *testing.T) worked {
	t.Helper()
	c := newClock()
	d := &desk{options: options(filepath.Join(quickDir(t), "desk"), c), clock: c}
	d.open(t)
	centre := newCentre(c.now)
	for n := 1; n <= 60; n++ {
		centre.open(n)
	}
	d.pull(t, centre, 100)
	w := worked{options: d.options, clock: c, centre: centre}
	for n := 1; n <= 12; n++ {
		c.add(1e9)
		w.events = append(w.events, d.record(t, caseID(n), d.call(callback.NoAnswer)).EventID)
		if n == 6 {
			d.push(t, centre)
			d.pull(t, centre, 100)
		}
	}
	sort.Strings(w.events)
	if err := d.SaveDraft(callback.Draft{EventID: "draft-1", CaseID: caseID(20), Texts: map[string]string{"note": "half a word"}}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}

// copy gives a copy of the folder to break.
func (w worked) copy(t *testing.T) store.Options {
	t.Helper()
	o := w.options
	o.Dir = filepath.Join(quickDir(t), "desk")
	copyFolder(t, w.options.Dir, o.Dir)
	return o
}

// survives opens a broken folder and checks that every event is there, that
// the desk works, and that nothing counts twice at the centre.
func (w worked) survives(t *testing.T, o store.Options) {
	t.Helper()
	d := &desk{options: o, clock: w.clock}
	d.open(t)
	defer func() { _ = d.Close() }()
	w.hasEvents(t, d)
	centre := w.centre.backup()
	for range 2 {
		d.push(t, centre)
		d.pull(t, centre, 100)
		if _, err := d.Check(context.Background()); err != nil {
			t.Fatalf("check: %v", err)
		}
	}
	d.check(t)
	for n := 1; n <= 12; n++ {
		if got := len(centre.cases[caseID(n)].Attempts); got != 1 {
			t.Errorf("case %d has %d attempts", n, got)
		}
	}
	page, err := d.Queue(callback.QueueQuery{})
	if err != nil || page.Total != 60 {
		t.Errorf("queue of %d: %v", page.Total, err)
	}
}

func (w worked) hasEvents(t *testing.T, d *desk) {
	t.Helper()
	list, err := d.Journal(1000)
	if err != nil {
		t.Fatalf("journal: %v", err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Event.ID)
	}
	sort.Strings(got)
	if diff := cmp.Diff(w.events, got); diff != "" {
		t.Fatalf("events (-recorded +found):\n%s\nopened: %v", diff, d.Opened())
	}
}

func TestDamagedFilesLoseNothing(t *testing.T) {
	w := aWorkedDesk(t)
	random := rand.New(rand.NewPCG(1, 2))
	size := func(name string) int64 {
		info, err := os.Stat(filepath.Join(w.options.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	breaks := []struct {
		how string
		do  func(path string, size int64)
	}{
		{"flipped", func(path string, size int64) {
			edit(t, path, random.Int64N(size), func(b []byte) []byte { b[0] ^= 1 << random.IntN(8); return b[:1] })
		}},
		{"garbage page", func(path string, size int64) {
			edit(t, path, random.Int64N(size)&^4095, func(b []byte) []byte {
				for i := range b {
					b[i] = byte(random.Uint32())
				}
				return b
			})
		}},
		{"zero page", func(path string, size int64) {
			edit(t, path, random.Int64N(size)&^4095, func(b []byte) []byte { clear(b); return b })
		}},
	}
	for _, name := range []string{"outbox.db", "cache.db", "outbox.log"} {
		for i := range 20 {
			cut := size(name) * int64(i) / 20
			t.Run(fmt.Sprintf("%s cut at %d", name, cut), func(t *testing.T) {
				o := w.copy(t)
				if err := os.Truncate(filepath.Join(o.Dir, name), cut); err != nil {
					t.Fatal(err)
				}
				w.survives(t, o)
			})
		}
		for _, f := range breaks {
			for i := range 12 {
				t.Run(fmt.Sprintf("%s %s %d", name, f.how, i), func(t *testing.T) {
					o := w.copy(t)
					f.do(filepath.Join(o.Dir, name), size(name))
					w.survives(t, o)
				})
			}
		}
		t.Run(name+" gone", func(t *testing.T) {
			o := w.copy(t)
			if err := os.Remove(filepath.Join(o.Dir, name)); err != nil {
				t.Fatal(err)
			}
			w.survives(t, o)
		})
	}
}

// edit changes up to a page of a file.
func edit(t *testing.T, path string, at int64, f func([]byte) []byte) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	b := make([]byte, 4096)
	n, _ := file.ReadAt(b, at)
	if _, err := file.WriteAt(f(b[:max(1, n)]), at); err != nil {
		t.Fatal(err)
	}
}
