package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/store"
)

// packed gives a desk a day pack of some cases for two hours.
func (d *desk) packed(t testing.TB, c *centre, ids ...string) []callback.Granted {
	t.Helper()
	var list []callback.Lease
	for i, id := range ids {
		end := d.clock.now().Add(2 * time.Hour)
		l := c.claimUntil(callback.Lease{ID: fmt.Sprintf("pack-%d", i), CaseID: id, Agent: "anna", Device: d.Device(), Purpose: callback.LeasePack, Since: d.clock.now(), Until: end, Pack: end})
		list = append(list, l)
	}
	granted := d.granted(list...)
	if err := d.SaveLeases(granted); err != nil {
		t.Fatal(err)
	}
	return granted
}

func (c *centre) claimUntil(l callback.Lease) callback.Lease {
	e, err := callback.NewEvent("ev-"+l.ID, l.CaseID, &callback.CaseClaimed{Lease: l})
	if err != nil {
		panic(err)
	}
	e.Agent, e.Device, e.At = l.Agent, l.Device, c.now()
	c.apply(e)
	return *c.cases[l.CaseID].Lease
}

func (d *desk) pack(t testing.TB) callback.Pack {
	t.Helper()
	p, err := d.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A pack outlives a restart, gets smaller with each call, and is given back.
func TestADayPack(t *testing.T) {
	d, c := withCases(t, 4)
	d.packed(t, c, caseID(1), caseID(2), caseID(3))
	d.reopen(t)
	if p := d.pack(t); p.Left != 3 || len(p.Cases) != 3 || !p.Until.Equal(d.clock.now().Add(108*time.Minute)) {
		t.Fatalf("after a restart: %+v", p)
	}
	if v, err := d.Case(caseID(1)); err != nil || v.Held == nil || v.Held.ID != "pack-0" {
		t.Fatalf("the case is held by %+v: %v", v.Held, err)
	}
	d.record(t, caseID(1), d.call(callback.NoAnswer))
	if v, err := d.Case(caseID(1)); err != nil || v.Held != nil {
		t.Fatalf("after a call the case is held by %+v: %v", v.Held, err)
	}
	if p := d.pack(t); p.Left != 2 {
		t.Fatalf("after a call: %+v", p)
	}
	if err := d.ReturnLeases("pack-1"); err != nil {
		t.Fatal(err)
	}
	if p := d.pack(t); p.Left != 1 {
		t.Fatalf("one was returned: %+v", p)
	}
	d.reopen(t)
	if back := d.LeasesBack(); len(back) != 1 || back[0].ID != "pack-1" {
		t.Fatalf("to be given back after a restart: %+v", back)
	}
	d.push(t, c)
	d.pull(t, c, 100)
	if p := d.pack(t); p.Left != 1 || len(p.Cases) != 1 || p.Cases[0].CaseID != caseID(3) {
		t.Fatalf("the call ended its lease: %+v", p)
	}
	if err := d.DropLeases("pack-1", "no-such-lease"); err != nil {
		t.Fatal(err)
	}
	if back := d.LeasesBack(); len(back) != 0 {
		t.Fatalf("given back: %+v", back)
	}
	d.clock.add(109 * time.Minute)
	if p, back := d.pack(t), d.LeasesBack(); p.Left != 0 || len(back) != 1 || back[0].ID != "pack-2" {
		t.Fatalf("when the shift is over: %+v, to be given back %+v", p, back)
	}
	d.clock.add(12 * time.Minute)
	if back := d.LeasesBack(); len(back) != 0 {
		t.Fatalf("it has ended at the server too: %+v", back)
	}
	d.check(t)
}

// A result that waits to be sent goes before the lease it ends.
func TestALeaseIsNotGivenBackBeforeItsResult(t *testing.T) {
	d, c := withCases(t, 2)
	d.packed(t, c, caseID(1))
	d.record(t, caseID(1), d.call(callback.NoAnswer))
	if err := d.ReturnLeases("pack-0"); err != nil {
		t.Fatal(err)
	}
	if back := d.LeasesBack(); len(back) != 0 {
		t.Fatalf("before the result is sent: %+v", back)
	}
	d.push(t, c)
	if back := d.LeasesBack(); len(back) != 0 {
		t.Fatalf("the result ended it: %+v", back)
	}
}

// Neither a clock set back nor a closed lid makes a lease last longer.
func TestALeaseEndsByTheSlowestClock(t *testing.T) {
	up := time.Hour
	d := newDesk(t, func(o *store.Options) {
		wall := o.Now
		o.Instant = func() callback.Instant { return callback.Instant{Wall: wall(), Boot: "boot-1", Up: up} }
	})
	c := newCentre(d.clock.now)
	for n := 1; n <= 2; n++ {
		c.open(n)
	}
	d.pull(t, c, 100)
	end := d.clock.now().Add(100 * time.Minute)
	l := c.claimUntil(callback.Lease{ID: "l-1", CaseID: caseID(1), Agent: "anna", Device: d.Device(), Purpose: callback.LeasePack, Until: end, Pack: end})
	asked := callback.Instant{Wall: d.clock.now(), Boot: "boot-1", Up: up}
	if err := d.SaveLeases([]callback.Granted{callback.GrantedAt(l, d.clock.now(), asked)}); err != nil {
		t.Fatal(err)
	}
	d.clock.add(-50 * time.Minute)
	if up += 89 * time.Minute; len(d.Leases()) != 1 {
		t.Fatal("it ended early")
	}
	if up += time.Minute; len(d.Leases()) != 0 {
		t.Fatal("a clock set back prolonged it")
	}
}

// Who may be called is judged by the corrected clock: a colleague's lease holds although this computer's clock is
// ahead.
func TestTheQueueIsJudgedByTheCorrectedClock(t *testing.T) {
	d, c := withCases(t, 1)
	c.claim(caseID(1), "boris", "desk-2")
	d.pull(t, c, 100)
	d.clock.add(15 * time.Minute)
	ready := func() bool {
		page := d.queue(t, callback.QueueQuery{})
		return len(page.Rows) == 1 && page.Rows[0].Wait == "" && page.Rows[0].Ready
	}
	if v, _ := d.Case(caseID(1)); v.Place.Wait == "held by boris" || !ready() && v.Place.Wait == "" {
		t.Fatalf("a lease of ten minutes holds after fifteen: %+v", v.Place)
	}
	if err := d.NoteContact(-15*time.Minute, d.clock.now()); err != nil {
		t.Fatal(err)
	}
	if v, _ := d.Case(caseID(1)); v.Place.Wait != "held by boris" {
		t.Fatalf("the clock is 15 minutes ahead, so the lease holds: %+v", v.Place)
	}
}

// A pack is listed as it is served: as the queue has its cases, and what was
// worked behind them.
func TestAPackStandsInTheOrderOfTheQueue(t *testing.T) {
	d, c := withCases(t, 6)
	var ids []string
	for i := 6; i > 0; i-- {
		ids = append(ids, caseID(i))
	}
	d.packed(t, c, ids...)
	d.push(t, c)
	d.pull(t, c, 100)
	page, err := d.Queue(callback.QueueQuery{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range page.Rows {
		want = append(want, r.ID)
	}
	for _, r := range d.pack(t).Cases {
		got = append(got, r.CaseID)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 6 {
		t.Errorf("the queue (-) and the pack (+):\n%s", diff)
	}
	if slices.IsSorted(want) {
		t.Errorf("the queue is in the order of the ids, so that this test says nothing: %v", want)
	}
	d.record(t, want[0], d.call(callback.NoAnswer))
	if p := d.pack(t).Cases; p[len(p)-1].CaseID != want[0] || !p[len(p)-1].Done {
		t.Errorf("what was worked stands at %+v", p)
	}
}
