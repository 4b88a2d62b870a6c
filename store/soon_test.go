package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/store"
)

// agrees records a call on which a callback was agreed.
func (d *desk) agrees(t fatal, caseID string, in time.Duration, anyone bool) {
	t.Helper()
	c := d.call(callback.CallbackMine)
	c.AttemptID += caseID
	if anyone {
		c.Disposition = callback.CallbackAnyone
	}
	c.Callback = &callback.CallbackWish{At: d.clock.now().Add(in), Zone: "Europe/Madrid", Anyone: anyone}
	d.record(t, caseID, c)
}

func (d *desk) soon(t fatal, within time.Duration) []string {
	t.Helper()
	rows, err := d.Soon(within)
	if err != nil {
		t.Fatalf("soon: %v", err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

// A callback is announced to whoever is to make it, while its time has not
// come.
func TestSoonTellsMyCallbacks(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	var ids []string
	for n := 1; n <= 6; n++ {
		ids = append(ids, c.open(n, func(o *callback.CaseOpened) { o.Customer.Phone.Zones = []string{"Europe/Madrid"} }))
	}
	d.pull(t, c, 100)
	if got := d.soon(t, 24*time.Hour); got != nil {
		t.Fatalf("nothing is agreed, yet soon: %v", got)
	}
	d.agrees(t, ids[0], 40*time.Minute, false)
	d.agrees(t, ids[1], 25*time.Minute, false)
	d.agrees(t, ids[2], 30*time.Minute, true)
	if got := d.soon(t, 10*time.Minute); got != nil {
		t.Errorf("too early: %v", got)
	}
	d.clock.add(16 * time.Minute)
	if diff := cmp.Diff([]string{ids[1]}, d.soon(t, 10*time.Minute)); diff != "" {
		t.Errorf("ten minutes before: %s", diff)
	}
	if diff := cmp.Diff([]string{ids[1], ids[0]}, d.soon(t, time.Hour)); diff != "" {
		t.Errorf("an hour ahead, the first first: %s", diff)
	}

	// One that anyone may make is announced to whoever holds the case.
	d.push(t, c)
	d.pull(t, c, 100)
	lease := callback.Lease{ID: "l-1", CaseID: ids[2], Agent: "anna", Device: d.Device(), Fence: 9, Until: d.clock.now().Add(time.Hour)}
	if err := d.SaveLeases(d.granted(lease)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{ids[1], ids[2], ids[0]}, d.soon(t, time.Hour)); diff != "" {
		t.Errorf("with a lease: %s", diff)
	}

	// After a restart it is the same; what is past or was done is silent.
	d.reopen(t)
	if diff := cmp.Diff([]string{ids[1], ids[2], ids[0]}, d.soon(t, time.Hour)); diff != "" {
		t.Errorf("after a restart: %s", diff)
	}
	d.record(t, ids[0], d.call(callback.TalkedResolved))
	d.clock.add(10 * time.Minute)
	if diff := cmp.Diff([]string{ids[2]}, d.soon(t, time.Hour)); diff != "" {
		t.Errorf("after one was made and one is past: %s", diff)
	}
}

// A colleague's callback is not announced here.
func TestSoonLeavesOthersAlone(t *testing.T) {
	d := newDesk(t, func(o *store.Options) { o.Agent = "boris" })
	c := newCentre(d.clock.now)
	id := c.open(1)
	call := d.call(callback.CallbackMine)
	call.Callback = &callback.CallbackWish{At: d.clock.now().Add(5 * time.Minute)}
	e, err := callback.NewEvent("ev-anna", id, call)
	if err != nil {
		t.Fatal(err)
	}
	e.Agent, e.Device, e.At = "anna", "desk-9", d.clock.now()
	c.apply(e)
	d.pull(t, c, 100)
	if got := d.soon(t, time.Hour); got != nil {
		t.Errorf("announced: %v", got)
	}
	if page, err := d.Queue(callback.QueueQuery{}); err != nil || page.Total != 1 {
		t.Errorf("the case is not in the queue: %+v, %v", page, err)
	}
}
