package store_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"ringback/callback"
)

// Between two whole orders, cases become ready to the second, and whatever is
// recorded meanwhile, those that are ready come first and in their order.
func TestCasesRiseWhenTheirTimeComes(t *testing.T) {
	for seed := range uint64(12) {
		draw := rand.New(rand.NewPCG(seed, 7))
		d := newDesk(t)
		c := newCentre(d.clock.now)
		var ids []string
		for i := range 2 + draw.IntN(20) {
			ids = append(ids, c.open(i+1, func(o *callback.CaseOpened) {
				o.Customer.Phone.Zones = []string{"Europe/Madrid"}
				if draw.IntN(2) == 0 {
					o.Plan.NotBefore = d.clock.now().Add(time.Duration(draw.IntN(90_000)) * time.Millisecond)
				}
			}))
		}
		d.pull(t, c, 100)
		d.agrees(t, ids[0], callback.CallbackLead+20*time.Second, false)
		for range 12 {
			standsInOrder(t, d)
			d.clock.add(time.Duration(1+draw.IntN(9_000)) * time.Millisecond)
			if draw.IntN(4) == 0 {
				d.record(t, ids[draw.IntN(len(ids))], &callback.NoteAdded{Text: "Rang twice."})
			}
		}
		standsInOrder(t, d)
	}
}

// standsInOrder holds the queue against each row's own place as of now.
func standsInOrder(t fatal, d *desk) {
	t.Helper()
	page, now := d.queue(t, callback.QueueQuery{Limit: 100}), d.clock.now()
	ready, next := 0, time.Time{}
	for i, r := range page.Rows {
		if r.Ready {
			ready++
		} else if !r.At.IsZero() && (next.IsZero() || r.At.Before(next)) {
			next = r.At
		}
		if i == 0 {
			continue
		}
		// Points drift with the clock; the order may be a minute old.
		before := page.Rows[i-1]
		if r.Before(before.Place) && math.Abs(r.Points-before.Points) > 0.2 {
			t.Fatalf("at %v row %d is %s (ready %v, %v), after %s (ready %v, %v)", now, i, r.ID, r.Ready, r.At, before.ID, before.Ready, before.At)
		}
	}
	if page.Ready != ready {
		t.Fatalf("at %v the page counts %d ready, its rows are %d", now, page.Ready, ready)
	}
	if !page.NextAt.Equal(next) {
		t.Fatalf("at %v the next is ready at %v, not %v", now, next, page.NextAt)
	}
}
