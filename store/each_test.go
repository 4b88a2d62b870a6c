package store_test

import (
	"context"
	"errors"
	"testing"

	"ringback/callback"
)

// Every open case comes once, with this desk's own events, over as many
// batches as it takes; a case that this desk has closed does not.
func TestEachOpen(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	for n := 1; n <= 600; n++ {
		c.open(n)
	}
	d.pull(t, c, 300)
	d.record(t, caseID(7), d.call(callback.TalkedResolved))
	d.record(t, caseID(8), d.call(callback.NoAnswer))
	seen := map[string]int{}
	err := d.EachOpen(t.Context(), func(k callback.Case) {
		seen[k.ID]++
		if k.ID == caseID(8) && len(k.Attempts) != 1 {
			t.Errorf("the desk's own call is missing: %+v", k)
		}
	})
	if err != nil || len(seen) != 599 || seen[caseID(7)] != 0 || seen[caseID(600)] != 1 {
		t.Fatalf("%d cases, %v", len(seen), err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.EachOpen(ended, func(callback.Case) {}); !errors.Is(err, context.Canceled) {
		t.Fatalf("after its end: %v", err)
	}
}

// Every closed case comes once, those that this desk closed included; open ones
// do not.
func TestEachClosed(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	for n := 1; n <= 9; n++ {
		c.open(n)
	}
	d.pull(t, c, 300)
	d.record(t, caseID(6), d.call(callback.TalkedResolved))
	d.push(t, c)
	d.pull(t, c, 300)
	c.server(t, "sue-1", caseID(5), "sue", &callback.CaseClosed{Resolution: callback.NotEligible})
	d.pull(t, c, 300)
	d.record(t, caseID(7), d.call(callback.TalkedResolved))
	d.record(t, caseID(8), d.call(callback.NoAnswer))
	seen := map[string]int{}
	err := d.EachClosed(t.Context(), func(k callback.Case) { seen[k.ID]++ })
	if err != nil || len(seen) != 3 || seen[caseID(5)] != 1 || seen[caseID(6)] != 1 || seen[caseID(7)] != 1 {
		t.Fatalf("%v, %v", seen, err)
	}
}
