package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

// promised records a promise on a case and gives the promise's id.
func (d *desk) promised(t fatal, caseID, id string, due time.Duration) string {
	t.Helper()
	d.record(t, caseID, &callback.PromiseMade{Promise: callback.NewPromise{ID: id, Text: "Do " + id, Due: d.clock.now().Add(due)}})
	return id
}

func (d *desk) owed(t fatal) []string {
	t.Helper()
	list, err := d.Promises(context.Background())
	if err != nil {
		t.Fatalf("promises: %v", err)
	}
	var out []string
	for _, o := range list {
		out = append(out, o.ID)
	}
	return out
}

// Promises stay owed whether the server has them or not, also when their case
// is closed, until somebody says what became of them.
func TestPromisesAreOwedUntilSettled(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	var cases []string
	for n := 1; n <= 5; n++ {
		cases = append(cases, c.open(n))
	}
	d.pull(t, c, 3)
	if got := d.owed(t); got != nil {
		t.Fatalf("owed at first: %v", got)
	}
	d.promised(t, cases[0], "late", 72*time.Hour)
	d.promised(t, cases[1], "soon", 3*time.Hour)
	d.promised(t, cases[1], "past", -3*time.Hour)
	want := []string{"past", "soon", "late"}
	if diff := cmp.Diff(want, d.owed(t)); diff != "" {
		t.Fatalf("pending promises: %s", diff)
	}
	d.push(t, c)
	d.pull(t, c, 100)
	d.record(t, cases[0], &callback.CaseClosed{Resolution: callback.Resolved})
	if diff := cmp.Diff(want, d.owed(t)); diff != "" {
		t.Fatalf("after the sync, with a closed case: %s", diff)
	}
	list, err := d.Promises(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	first := list[0]
	if first.CaseID != cases[1] || first.Customer != "Customer 2" || first.Zone != "Asia/Tokyo" || first.Owner != "anna" || first.Text != "Do past" {
		t.Errorf("the first is %+v", first)
	}
	d.record(t, cases[1], &callback.PromiseSettled{PromiseID: "past", Status: callback.PromiseBroken})
	saved := d.record(t, cases[0], &callback.PromiseSettled{PromiseID: "late", Status: callback.PromiseDone})
	if diff := cmp.Diff([]string{"soon"}, d.owed(t)); diff != "" {
		t.Errorf("after two were settled: %s", diff)
	}
	if _, err := d.Undo(saved.EventID); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"soon", "late"}, d.owed(t)); diff != "" {
		t.Errorf("after one was taken back: %s", diff)
	}
}

func TestPromisesStopWhenNobodyWaits(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.Promises(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}
