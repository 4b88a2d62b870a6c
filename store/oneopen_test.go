package store_test

import (
	"strings"
	"testing"

	"ringback/callback"
)

// A closed case is not opened again at the desk while another one of its
// customer is open here, whichever of the two this desk closed or opened; once
// that one is closed, it is.
func TestNoReopeningBesideAnOpenCase(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	mine := func(o *callback.CaseOpened) { o.Customer.ID = "cu-1" }
	first, second, other := c.open(1, mine), c.open(2, mine), c.open(3)
	c.server(t, "sue-1", first, "sue", &callback.CaseClosed{Resolution: callback.Listened})
	d.pull(t, c, 300)
	again := callback.Fact{EventID: "again-1", CaseID: first, Payload: &callback.CaseReopened{Reason: "They rang."}}
	_, err := d.Record(again)
	if callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "has another open case (detractor)") {
		t.Fatalf("beside an open case: %v", err)
	}
	if v, err := d.Case(first); err != nil || v.Case.State != callback.Closed {
		t.Fatalf("%s, %v", v.Case.State, err)
	}
	// Somebody else's open case is no matter, and a case that is open is none.
	d.record(t, other, d.call(callback.TalkedResolved))
	d.record(t, other, &callback.CaseReopened{Reason: "They rang."})
	d.record(t, second, &callback.NoteAdded{Text: "They rang."})
	// The desk's own call closes the other one; then the first may go on.
	d.record(t, second, d.call(callback.TalkedResolved))
	saved, err := d.Record(again)
	if err != nil {
		t.Fatalf("once the other one is closed: %v", err)
	}
	if v, err := d.Case(first); err != nil || !v.Case.State.Open() {
		t.Fatalf("%s, %v", v.Case.State, err)
	}
	// Now it is the other one that may not; what was saved is answered as before.
	if _, err := d.Record(callback.Fact{CaseID: second, Payload: &callback.CaseReopened{Reason: "They rang."}}); callback.CodeOf(err) != callback.CodeConflict || !strings.Contains(err.Error(), "another open case") {
		t.Fatalf("the other way round: %v", err)
	}
	if same, err := d.Record(again); err != nil || same.Seq != saved.Seq {
		t.Fatalf("recorded again: %+v %+v %v", same, saved, err)
	}
	d.check(t)
}
