package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

// server records something that a person stated elsewhere.
func (c *centre) server(t fatal, id, caseID, agent string, p callback.Payload) {
	t.Helper()
	e, err := callback.NewEvent(id, caseID, p)
	if err != nil {
		t.Fatalf("event: %v", err)
	}
	e.Team, e.Agent, e.Device, e.At, e.Fence = c.team, agent, "desk-of-"+agent, c.now(), c.cases[caseID].Fence
	c.apply(e)
}

func (d *desk) floor(t fatal) callback.Floor {
	t.Helper()
	if err := d.WaitOrder(context.Background()); err != nil {
		t.Fatalf("wait: %v", err)
	}
	f, err := d.Floor(context.Background())
	if err != nil {
		t.Fatalf("floor: %v", err)
	}
	return f
}

func floorIDs(list []callback.FloorCase) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

// The floor shows what waits for people, what this desk has recorded itself
// included, and what came back to this agent until they call.
func TestFloorTellsWhatWaitsForPeople(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	var ids []string
	for n := 1; n <= 6; n++ {
		ids = append(ids, c.open(n))
	}
	c.server(t, "ev-1", ids[0], "boris", &callback.CaseEscalated{Reason: "A lawyer."})
	d.clock.add(time.Hour)
	c.server(t, "ev-2", ids[1], "boris", &callback.CaseSkipped{Code: callback.SkipAbusive, Reason: "Shouts."})
	c.server(t, "ev-3", ids[2], "anna", &callback.CaseEscalated{Reason: "Who pays?"})
	c.server(t, "ev-4", ids[2], "sofia", &callback.EscalationReturned{Words: "We do."})
	c.server(t, "ev-5", ids[3], "boris", &callback.CaseEscalated{Reason: "Mine."})
	c.server(t, "ev-6", ids[3], "sofia", &callback.EscalationReturned{Words: "Yours."})
	d.pull(t, c, 100)
	v, err := d.Case(ids[4])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Record(callback.Fact{CaseID: ids[4], Fence: v.Fence, Payload: &callback.CaseEscalated{Reason: "Not sent yet."}}); err != nil {
		t.Fatal(err)
	}

	f := d.floor(t)
	got := [][]string{floorIDs(f.Escalated), floorIDs(f.Returned), floorIDs(f.Review)}
	if diff := cmp.Diff([][]string{{ids[0], ids[4]}, {ids[2]}, {ids[1]}}, got); diff != "" {
		t.Fatal(diff)
	}
	if f.Returned[0].Escalation.Words != "We do." || f.Review[0].Hold.Reason != "Shouts." || f.Overdue() != 0 {
		t.Errorf("%+v", f)
	}
	d.clock.add(23*time.Hour + time.Minute)
	if f := d.floor(t); f.Overdue() != 1 {
		t.Errorf("%d are overdue after a day", f.Overdue())
	}
	call := d.call(callback.NoAnswer)
	call.StartedAt = d.clock.now()
	v, err = d.Case(ids[2])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Record(callback.Fact{CaseID: ids[2], Fence: v.Fence, Payload: call}); err != nil {
		t.Fatal(err)
	}
	if f := d.floor(t); len(f.Returned) != 0 {
		t.Errorf("anna has called, but it is still to do: %+v", f.Returned)
	}
}
