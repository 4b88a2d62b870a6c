package client

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"ringback/callback"
)

// A copied folder makes two desks that write one stream. Both facts are stored, once each, and the one that the
// server stops is told what happened.
func TestACopiedDeskIsNoticed(t *testing.T) {
	d := newDesk(t, 2)
	d.memory.record(t, caseID(0), &callback.NoteAdded{Text: "before the copy"})
	if _, err := d.Once(context.Background()); err != nil {
		t.Fatal(err)
	}
	copied := newMemory()
	copied.stream, copied.seq, copied.ack, copied.epoch, copied.pos = d.memory.stream, d.memory.seq, d.memory.ack, d.memory.epoch, d.memory.pos
	copied.runs = 100 // its next stream has a name of its own
	for _, e := range d.memory.journal {
		twin := *e
		copied.journal = append(copied.journal, &twin)
	}
	other := NewSyncer(New(Options{URL: "http://localhost", Token: goodToken, Device: "de-1", HTTP: &http.Client{Transport: d.wire}}), copied, SyncOptions{})
	first := d.memory.record(t, caseID(0), &callback.NoteAdded{Text: "of the original"})
	if r, err := d.Once(context.Background()); err != nil || r.Copied {
		t.Fatalf("%+v %v", r, err)
	}
	e, err := callback.NewEvent("ev-copy", caseID(1), &callback.NoteAdded{Text: "of the copy"})
	if err != nil {
		t.Fatal(err)
	}
	copied.seq++
	e.Agent, e.Device, e.Stream, e.Seq, e.At, e.Fence = "anna", "de-1", copied.stream, copied.seq, d.centre.now(), 1
	copied.journal = append(copied.journal, &entry{event: e})
	r, err := other.Once(context.Background())
	if err != nil || !r.Copied || other.Status().Copied.IsZero() {
		t.Fatalf("%+v %v %+v", r, err, other.Status())
	}
	for _, s := range []*Syncer{d.Syncer, other, d.Syncer} {
		if _, err := s.Once(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	stored := d.centre.stored()
	for _, id := range []string{first, "ev-copy"} {
		if n := len(slices.DeleteFunc(slices.Clone(stored), func(s string) bool { return s != id })); n != 1 {
			t.Errorf("%s is stored %d times", id, n)
		}
	}
}
