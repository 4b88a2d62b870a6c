package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

func (d *desk) why(t fatal) callback.Why {
	t.Helper()
	if err := d.WaitOrder(context.Background()); err != nil {
		t.Fatalf("wait: %v", err)
	}
	w, err := d.Why(context.Background())
	if err != nil {
		t.Fatalf("why: %v", err)
	}
	return w
}

// Whatever a case waits for is counted once, with when the first of its kind
// becomes ready; nothing is hidden.
func TestWhyCountsEveryWait(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	zone := func(name string) func(*callback.CaseOpened) {
		return func(o *callback.CaseOpened) { o.Customer.Phone.Zones = []string{name} }
	}
	id := map[string]string{}
	for n, name := range []string{"ready", "tokyo", "tokyo too", "sydney", "held", "owned", "callback", "escalated", "review", "promise", "retry", "nobody", "stopped", "skipped"} {
		where := "Europe/Madrid"
		switch name {
		case "tokyo", "tokyo too":
			where = "Asia/Tokyo"
		case "sydney":
			where = "Australia/Sydney"
		}
		id[name] = c.open(n+1, zone(where), func(o *callback.CaseOpened) {
			o.CaseKind = callback.KindDetractor
			if name == "nobody" {
				o.Customer.Phone = callback.Phone{}
			}
		})
	}
	c.server(t, "e1", id["held"], "boris", &callback.CaseClaimed{Lease: callback.Lease{
		ID: "l1", Agent: "boris", Device: "desk-9", Until: c.now().Add(25 * time.Minute),
	}})
	c.server(t, "e2", id["owned"], "sofia", &callback.CaseAssigned{To: "boris"})
	c.server(t, "e3", id["escalated"], "boris", &callback.CaseEscalated{Reason: "Help."})
	c.server(t, "e4", id["review"], "boris", &callback.CaseSkipped{Code: callback.SkipAbusive, Reason: "Shouts."})
	d.pull(t, c, 100)
	d.agrees(t, id["callback"], 5*time.Hour, false)
	promise := d.call(callback.TalkedPromise)
	promise.Promises = []callback.NewPromise{{ID: "p1", Text: "Refund", Due: d.clock.now().Add(50 * time.Hour)}}
	d.record(t, id["promise"], promise)
	d.record(t, id["retry"], d.call(callback.Busy))
	d.record(t, id["stopped"], d.call(callback.DoNotCall))
	d.record(t, id["skipped"], &callback.CaseSkipped{Code: callback.SkipFacts, Reason: "I need to find something out first."})

	w := d.why(t)
	if w.Open != 13 || w.Ready != 1 || w.Never != 1 {
		t.Fatalf("open %d, ready %d, never %d", w.Open, w.Ready, w.Never)
	}
	got := map[callback.WaitCause]callback.WaitGroup{}
	total := w.Ready
	for i, g := range w.Waits {
		total += g.Count
		if g.Cause == callback.WaitsHours {
			got[callback.WaitCause(g.Of)] = g
			continue
		}
		got[g.Cause] = g
		if i > 0 && !g.Next.IsZero() && w.Waits[i-1].Next.After(g.Next) {
			t.Errorf("%+v comes after %+v", g, w.Waits[i-1])
		}
	}
	if total != w.Open {
		t.Errorf("%d of %d cases are accounted for", total, w.Open)
	}
	in := func(h float64) time.Time { return d.clock.now().Add(time.Duration(h * float64(time.Hour))) }
	want := map[callback.WaitCause]callback.WaitGroup{
		"Asia/Tokyo":       {Cause: callback.WaitsHours, Of: "Asia/Tokyo", Count: 2, Next: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)},
		"Australia/Sydney": {Cause: callback.WaitsHours, Of: "Australia/Sydney", Count: 1, Next: time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC)},
		"held":             {Cause: callback.WaitsHolder, Of: "boris", Count: 1, Next: in(25. / 60)},
		"owner":            {Cause: callback.WaitsOwner, Of: "boris", Count: 1},
		"callback":         {Cause: callback.WaitsCallback, Count: 1, Next: in(4.75)},
		"escalation":       {Cause: callback.WaitsSupervisor, Count: 1},
		"review":           {Cause: callback.WaitsReview, Count: 1},
		"promise":          {Cause: callback.WaitsPromise, Count: 1, Next: in(50)},
		"retry":            {Cause: callback.WaitsRetry, Count: 1, Next: in(.5)},
		"skipped":          {Cause: callback.WaitsSkipped, Count: 1, Next: in(.5)},
		"number":           {Cause: callback.WaitsNumber, Count: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !w.Next.Equal(in(25. / 60)) {
		t.Errorf("the next one at %s", w.Next)
	}
}
