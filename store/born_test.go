package store_test

import (
	"fmt"
	"testing"
	"time"

	"ringback/callback"
)

// A case that is born at the desk is there at once, without a server: it can be
// opened, found by its number and name, called, and stands in the queue; it
// survives the desk being closed; taken back, it is gone.
func TestACaseIsBornAtTheDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := "0199aaaa-0000-7000-8000-000000000001"
	open := &callback.AdHocOpened{
		Customer: callback.Customer{ID: "p-new", Name: "Iris Moreno", Value: -1, Phone: callback.Phone{E164: "+34612345678", Region: "ES", Zones: []string{"Europe/Madrid"}}},
		Reason:   "Invoice",
	}
	saved := d.record(t, id, open)
	v, err := d.Case(id)
	if err != nil || v.Case.Kind != callback.KindAdHoc || v.Pending != 1 {
		t.Fatalf("%+v (%v)", v.Case, err)
	}
	for _, text := range []string{"345678", "moreno"} {
		rows, err := d.Find(t.Context(), text, 5)
		if err != nil || len(rows) != 1 || rows[0].ID != id {
			t.Errorf("%s finds %+v (%v)", text, rows, err)
		}
	}
	page, err := d.Queue(callback.QueueQuery{Filter: "iris"})
	if err != nil || page.Total != 1 || page.Rows[0].ID != id {
		t.Errorf("the filter gives %+v (%v)", page, err)
	}
	agreed := d.clock.now().Add(48 * time.Hour)
	d.record(t, id, &callback.CallRecorded{
		AttemptID: "at-1", StartedAt: d.clock.now(), Disposition: callback.CallbackMine, Note: "later", Callback: &callback.CallbackWish{At: agreed},
	})
	if v, err = d.Case(id); err != nil || v.Case.State != callback.CallbackScheduled || len(v.Case.Attempts) != 1 {
		t.Errorf("%s, %v", v.Case.State, err)
	}
	open2 := 0
	if err := d.EachOpen(t.Context(), func(c callback.Case) { open2++ }); err != nil || open2 != 1 {
		t.Errorf("%d open cases (%v)", open2, err)
	}
	if list, err := d.Journal(10); err != nil || list[0].Customer != "Iris Moreno" {
		t.Errorf("the journal names %q (%v)", list[0].Customer, err)
	}
	if r, err := d.Check(t.Context()); err != nil || !r.OK {
		t.Errorf("check: %+v (%v)", r.Problems, err)
	}
	d.reopen(t)
	if v, err = d.Case(id); err != nil || v.Case.State != callback.CallbackScheduled {
		t.Errorf("after opening again: %s (%v)", v.Case.State, err)
	}
	if _, err := d.Undo(saved.EventID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Case(id); callback.CodeOf(err) != callback.CodeNotFound && callback.CodeOf(err) != callback.CodeDamaged {
		t.Errorf("taken back, it is still there: %v", err)
	}
}

// Without a connection the ceiling of a week holds for a call outside the queue
// too, as far as the desk knows of the calls to that number: its own, those on
// the server's cases, and those that the server told of.
func TestACaseBornAtTheDeskKnowsOfOtherCalls(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	phone := callback.Phone{E164: "+34612345678", Region: "ES", Zones: []string{"Europe/Madrid"}}
	begin := func(id, number string) callback.Case {
		p := phone
		p.E164 = number
		d.record(t, id, &callback.AdHocOpened{Customer: callback.Customer{ID: "p-" + id, Name: "Iris Moreno", Value: -1, Phone: p}})
		v, err := d.Case(id)
		if err != nil {
			t.Fatal(err)
		}
		return v.Case
	}
	first := "0199aaaa-0000-7000-8000-000000000001"
	begin(first, phone.E164)
	for i := range callback.MaxPersonWeek {
		way := callback.Direction("")
		if i == 0 {
			way = callback.Inbound // no call of ours
		}
		d.record(t, first, &callback.CallRecorded{AttemptID: fmt.Sprint("at-", i), StartedAt: d.clock.now(), Direction: way, Disposition: callback.Busy})
		d.clock.add(24 * time.Hour)
	}
	c := begin("0199aaaa-0000-7000-8000-000000000002", phone.E164)
	if want := callback.MaxPersonWeek - 1; len(c.Elsewhere) != want {
		t.Fatalf("the second case knows of %d calls, not %d: %v", len(c.Elsewhere), want, c.Elsewhere)
	}
	d.record(t, c.ID, &callback.CallRecorded{AttemptID: "at-8", StartedAt: d.clock.now(), Disposition: callback.Busy})
	c = begin("0199aaaa-0000-7000-8000-000000000003", phone.E164)
	policy, err := d.Policy()
	if err != nil {
		t.Fatal(err)
	}
	if stop := policy.MayDial(c, d.clock.now()); stop.Cause != callback.WaitsCaps {
		t.Errorf("with %d calls in 7 days: %+v", len(c.Elsewhere), stop)
	}
	if c = begin("0199aaaa-0000-7000-8000-000000000004", "+34612345679"); len(c.Elsewhere) != 0 {
		t.Errorf("somebody else was called %d times", len(c.Elsewhere))
	}
	d.clock.add(8 * 24 * time.Hour)
	if c = begin("0199aaaa-0000-7000-8000-000000000005", phone.E164); len(c.Elsewhere) != 0 {
		t.Errorf("calls of last week count: %v", c.Elsewhere)
	}
}
