package store_test

import (
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
