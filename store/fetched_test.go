package store_test

import "testing"

// How much of the first sync has come is known through a restart, and forgotten when all of it has.
func TestTheFirstSyncKeepsItsProgress(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	for n := 1; n <= 60; n++ {
		c.open(n)
	}
	fetched := func(done, of int) {
		t.Helper()
		if a, b := d.Fetched(); a != done || b != of {
			t.Fatalf("%d of %d, want %d of %d", a, b, done, of)
		}
	}
	fetched(0, 0)
	for i := range 3 {
		at, err := d.Position()
		if err != nil {
			t.Fatal(err)
		}
		page := c.page(at, 10)
		if page.Snapshot {
			page.Total = 60
		}
		if err := d.ApplyPage(page); err != nil {
			t.Fatal(err)
		}
		fetched(10*(i+1), 60)
		d.reopen(t)
		fetched(10*(i+1), 60)
	}
	d.pull(t, c, 100)
	fetched(0, 0)
	d.check(t)
}
