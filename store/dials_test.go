package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringback/callback"
)

// shared gives a customer the number that others have too.
func shared(number string) func(*callback.CaseOpened) {
	return func(o *callback.CaseOpened) {
		o.CaseKind = callback.KindDetractor
		o.Customer.Phone = callback.Phone{E164: number, Region: "ES", Zones: []string{"Europe/Madrid"}}
	}
}

// fullest is the largest number of dials in any 7 days.
func fullest(dials []time.Time) int {
	most := 0
	for i, from := range dials {
		n := 0
		for _, at := range dials[i:] {
			if at.Before(from.Add(7 * 24 * time.Hour)) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// Without a connection a desk keeps the ceiling of a number over all of its
// cases, whatever it recorded on which of them, and with whatever it had sent
// before; the queue stands where the views say.
func TestOfflineNoNumberIsDialledTooOften(t *testing.T) {
	root, lives := quickDir(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		lives++
		clock := newClock()
		d := &desk{options: options(filepath.Join(root, fmt.Sprint(lives)), clock), clock: clock}
		d.open(rt)
		defer func() { _ = d.Close() }()
		c := newCentre(d.clock.now)
		c.policy.Retry.PerPersonWeek = rapid.IntRange(2, 5).Draw(rt, "ceiling")
		c.policy.Retry.PerDay, c.policy.Retry.MaxAttempts, c.policy.Retry.MinApart = 0, 0, 0
		c.add(callback.DocPolicy, "policy", c.policy)
		const number = "+34600000001"
		cases := []string{c.open(1, shared(number)), c.open(2, shared(number)), c.open(3, shared("+34600000002"))}
		d.pull(rt, c, 100)
		var dials []time.Time
		for n := range rapid.IntRange(5, 40).Draw(rt, "steps") {
			d.clock.add(time.Duration(rapid.IntRange(1, 1500).Draw(rt, "minutes")) * time.Minute)
			id := rapid.SampledFrom(cases).Draw(rt, "case")
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0: // What was sent, the server tells the others.
				d.push(rt, c)
				c.tellDials(cases)
				d.pull(rt, c, 100)
				continue
			case 1:
				d.reopen(rt)
			case 2:
				born := fmt.Sprintf("born-%08d", n)
				d.record(rt, born, &callback.AdHocOpened{Customer: callback.Customer{ID: "cu-" + born, Name: "Iris", Value: -1, Phone: callback.Phone{E164: number, Region: "ES", Zones: []string{"Europe/Madrid"}}}})
				cases = append(cases, born)
				id = born
			}
			v, err := d.Case(id)
			if err != nil {
				rt.Fatalf("case: %v", err)
			}
			if !v.Case.State.Open() || c.policy.MayDial(v.Case, d.clock.now()).Stops() {
				continue
			}
			call := d.call(rapid.SampledFrom([]callback.Disposition{callback.NoAnswer, callback.Busy, callback.TechnicalFailure, callback.ThirdParty}).Draw(rt, "outcome"))
			call.AttemptID, call.Number = fmt.Sprintf("at-%d", n), v.Case.Customer.Phone.E164
			d.record(rt, id, call)
			if call.Number == number {
				dials = append(dials, d.clock.now())
			}
		}
		if most := fullest(dials); most > c.policy.Retry.PerPersonWeek {
			rt.Fatalf("%s was dialled %d× in 7 days, at %v", number, most, dials)
		}
		d.check(rt)
	})
}

// A dial that waits to be sent counts on the other case of the number at once,
// and once only when the server has told of it too; taken back, it does not.
func TestAnUnsentDialCountsOnTheOtherCase(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	c.policy.Retry.PerPersonWeek = 1
	c.add(callback.DocPolicy, "policy", c.policy)
	one, two, third := c.open(1, shared("+34600000001")), c.open(2, shared("+34600000001")), c.open(3, shared("+34600000002"))
	d.pull(t, c, 100)
	ready := func(want int) {
		t.Helper()
		if err := d.WaitOrder(context.Background()); err != nil {
			t.Fatal(err)
		}
		page, err := d.Queue(callback.QueueQuery{})
		if err != nil || page.Ready != want {
			t.Fatalf("%d are ready, want %d (%v)", page.Ready, want, err)
		}
		d.check(t)
	}
	ready(3)
	call := d.call(callback.NoAnswer)
	call.Number = "+34600000001"
	saved := d.record(t, one, call)
	ready(1)
	v, err := d.Case(two)
	if err != nil || v.Place.Cause != callback.WaitsCaps || !slices.EqualFunc(v.Case.Elsewhere, []time.Time{d.clock.now()}, time.Time.Equal) {
		t.Fatalf("the other case knows of %v and waits for %+v (%v)", v.Case.Elsewhere, v.Place, err)
	}
	if stop := c.policy.MayDial(v.Case, d.clock.now()); stop.Cause != callback.WaitsCaps {
		t.Fatalf("it may be dialled: %+v", stop)
	}
	if v, err := d.Case(third); err != nil || !v.Place.Ready || v.Case.Elsewhere != nil {
		t.Fatalf("somebody else's: %+v %v", v.Place, err)
	}
	if _, err := d.Undo(saved.EventID); err != nil {
		t.Fatal(err)
	}
	ready(3)
	d.record(t, one, call)
	d.push(t, c)
	c.tellDials([]string{one, two, third})
	d.pull(t, c, 100)
	if v, err := d.Case(two); err != nil || len(v.Case.Elsewhere) != 1 {
		t.Fatalf("told by the server too, it knows of %v (%v)", v.Case.Elsewhere, err)
	}
	ready(1)
}
