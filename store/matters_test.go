package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"ringback/callback"
	"ringback/store"
)

// beside opens a second desk at the same server.
func (d *desk) beside(t testing.TB, agent string, key_ byte) *desk {
	t.Helper()
	o := store.Options{
		Dir: filepath.Join(t.TempDir(), agent), Key: key(key_), Agent: agent, Team: "care", Now: d.clock.now, NewID: ids(agent),
	}
	other := &desk{options: o, clock: d.clock}
	other.open(t)
	t.Cleanup(func() { _ = other.Close() })
	return other
}

func (d *desk) matters(t testing.TB, supervisor bool) []callback.Matter {
	t.Helper()
	list, err := d.Matters(supervisor)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Two desks without a connection call the same customer. The second to sync gets a card with both versions; a
// supervisor decides; the card goes, and its agent is told what was decided.
func TestAConflictFromBothDesks(t *testing.T) {
	anna := newDesk(t)
	c := newCentre(anna.clock.now)
	id := c.open(1)
	boris, sue := anna.beside(t, "boris", 8), anna.beside(t, "sue", 9)
	for _, d := range []*desk{anna, boris, sue} {
		d.pull(t, c, 100)
	}
	boris.record(t, id, boris.call(callback.TalkedResolved))
	promised := anna.call(callback.TalkedPromise)
	promised.Promises = []callback.NewPromise{{ID: "pr", Text: "A new router", Due: start.Add(48 * time.Hour)}}
	late := anna.record(t, id, promised)
	boris.push(t, c)
	anna.push(t, c)
	if m := anna.matters(t, false); len(m) != 1 || m[0].Sort != callback.MatterBeside {
		t.Fatalf("the receipt came before the document: %+v", m)
	}
	for _, d := range []*desk{anna, boris, sue} {
		d.pull(t, c, 100)
	}
	if m := boris.matters(t, false); len(m) != 0 {
		t.Fatalf("boris has nothing to settle: %+v", m)
	}
	m := anna.matters(t, false)
	if len(m) != 1 || m[0].Sort != callback.MatterConflict || m[0].EventID != late.EventID || m[0].Leads.By != "boris" || m[0].Stated.By != "anna" ||
		!m[0].May.Keep || !m[0].May.Ask || m[0].May.Lead || m[0].Customer != "Customer 1" {
		t.Fatalf("anna's card: %+v", m)
	}
	var promise bool
	for _, p := range m[0].Stated.Points {
		promise = promise || p.Label == "promise" && p.Text == "A new router"
	}
	if !promise {
		t.Fatalf("what she stated is not on the card: %+v", m[0].Stated)
	}
	// She asks. While that waits to be sent, her card says so.
	if _, err := anna.Record(callback.Fact{CaseID: id, Fence: m[0].Fence, Payload: &callback.EventAmended{
		EventID: late.EventID, Act: callback.ActAsk, Over: m[0].Leads.EventID, Reason: "She said yes to me.",
	}}); err != nil {
		t.Fatal(err)
	}
	if m = anna.matters(t, false); len(m) != 1 || m[0].Asked == nil || m[0].May.Ask {
		t.Fatalf("asked: %+v", m)
	}
	anna.push(t, c)
	sue.pull(t, c, 100)
	m = sue.matters(t, true)
	if len(m) != 1 || m[0].Asked == nil || m[0].Asked.Reason != "She said yes to me." || !m[0].May.Lead || !m[0].May.Keep {
		t.Fatalf("sue's card: %+v", m)
	}
	if _, err := sue.Record(callback.Fact{CaseID: id, Fence: m[0].Fence, Payload: &callback.EventAmended{
		EventID: late.EventID, Act: callback.ActLead, Over: m[0].Leads.EventID, Reason: "A promise was made.",
	}}); err != nil {
		t.Fatal(err)
	}
	if m = sue.matters(t, true); len(m) != 0 {
		t.Fatalf("settled, but still on her desk: %+v", m)
	}
	sue.push(t, c)
	anna.pull(t, c, 100)
	m = anna.matters(t, false)
	if len(m) != 1 || m[0].Sort != callback.MatterDecided || !m[0].Swapped() || m[0].Settled.By != "sue" || m[0].Leads.By != "boris" || !m[0].May.See {
		t.Fatalf("anna is told: %+v", m)
	}
	if v, _ := anna.Case(id); v.Case.State != callback.InProgress || v.Case.Plan.Owner != "anna" {
		t.Fatalf("anna's promise leads: %s", v.Case.State)
	}
	if err := anna.MarkSeen(late.EventID); err != nil {
		t.Fatal(err)
	}
	if m = anna.matters(t, false); len(m) != 0 {
		t.Fatalf("read, but still there: %+v", m)
	}
	for _, d := range []*desk{anna, boris, sue} {
		d.pull(t, c, 100)
		d.check(t)
	}
}

// What the server refused is on the desk until somebody has read it or it was taken after all.
func TestARefusedEventIsAMatter(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	id := c.open(1)
	d.pull(t, c, 100)
	note := d.record(t, id, &callback.NoteAdded{Text: "Rang the bell."})
	batch, err := d.NextPush(10)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Settle(callback.PushReply{Epoch: c.epoch, Receipts: []callback.Receipt{
		{EventID: note.EventID, Status: callback.Rejected, Reason: callback.ReasonTooLarge, Detail: "over 16384"},
	}}); err != nil {
		t.Fatal(err)
	}
	m := d.matters(t, false)
	if len(m) != 1 || m[0].Sort != callback.MatterRefused || !m[0].May.Retry || !m[0].May.See || m[0].Detail != "over 16384" || m[0].Stated.Points[0].Text != "Rang the bell." {
		t.Fatalf("refused: %+v", m)
	}
	// A supervisor has it judged anew at the server, which passes it.
	c.apply(batch.Events[0])
	d.pull(t, c, 100)
	if m = d.matters(t, false); len(m) != 0 {
		t.Fatalf("taken after all, but still there: %+v", m)
	}
}

// A refusal that was read is no matter any more, though the event stays refused.
func TestARefusalThatWasRead(t *testing.T) {
	d, c := withCases(t, 1)
	note := d.record(t, caseID(1), &callback.NoteAdded{Text: "Rang the bell."})
	if _, err := d.NextPush(10); err != nil {
		t.Fatal(err)
	}
	no := callback.Receipt{EventID: note.EventID, Status: callback.Rejected, Reason: callback.ReasonTooLarge}
	if err := d.Settle(callback.PushReply{Epoch: c.epoch, Receipts: []callback.Receipt{no}}); err != nil {
		t.Fatal(err)
	}
	if err := d.MarkSeen(note.EventID); err != nil {
		t.Fatal(err)
	}
	if m := d.matters(t, false); len(m) != 0 {
		t.Fatalf("read, but still there: %+v", m)
	}
	if st, err := d.Stats(); err != nil || st.Quarantined != 1 {
		t.Fatalf("stats: %+v, %v", st, err)
	}
}
