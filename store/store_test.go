package store_test

import (
	"testing"

	"ringback/callback"
)

func TestADayAtTheDesk(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	for n := 1; n <= 40; n++ {
		c.open(n)
	}
	d.pull(t, c, 7)
	page, err := d.Queue(callback.QueueQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if page.Total != 40 || len(page.Rows) != 10 || page.Partial {
		t.Fatalf("queue: %d rows of %d, partial %v", len(page.Rows), page.Total, page.Partial)
	}
	first := page.Rows[0]
	d.record(t, first.ID, d.call(callback.TalkedResolved))
	page, err = d.Queue(callback.QueueQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if page.Total != 39 || page.Rows[0].ID == first.ID {
		t.Fatalf("the resolved case is still in the queue: %+v", page.Rows[0])
	}
	d.reopen(t)
	d.check(t)
	d.push(t, c)
	d.pull(t, c, 100)
	d.check(t)
	v, err := d.Case(first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if v.Case.State != callback.Closed || v.Pending != 0 || v.Case.Version != c.cases[first.ID].Version {
		t.Fatalf("after sync: %+v", v)
	}
}
