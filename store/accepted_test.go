package store_test

import (
	"testing"

	"ringback/callback"
)

// Once the documents show that the server took an event which it had refused,
// the desk asks for its word again and tells of no refusal any more: a
// supervisor had it judged anew. Everything else that comes leaves it refused.
func TestWhatTheServerTookAfterAllIsRefusedNoMore(t *testing.T) {
	note := func(*desk) callback.Payload { return &callback.NoteAdded{Text: "Wants a letter."} }
	tests := []struct {
		name string
		// what is recorded on case 1 and refused; before happens at the centre
		// meanwhile, and retried is what its second look gives.
		payload func(*desk) callback.Payload
		before  func(*desk, *centre)
		want    callback.JournalState
		anew    bool
	}{
		{name: "a note", payload: note, want: callback.Settled},
		{name: "a note, by a snapshot", payload: note, want: callback.Settled, anew: true},
		{name: "an outcome beside the one that leads", payload: func(d *desk) callback.Payload { return d.call(callback.TalkedListened) }, want: callback.InShadow, before: func(d *desk, c *centre) {
			c.claim(caseID(1), "boris", "desk-b")
			e, err := callback.NewEvent("ev-boris", caseID(1), d.call(callback.TalkedResolved))
			if err != nil {
				panic(err)
			}
			e.Agent, e.Device, e.At, e.Fence = "boris", "desk-b", c.now(), c.cases[caseID(1)].Fence
			c.apply(e)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, c := withCases(t, 2)
			id := d.record(t, caseID(1), tt.payload(d)).EventID
			p, err := d.NextPush(0)
			if err != nil || len(p.Events) != 1 {
				t.Fatalf("push: %+v, %v", p, err)
			}
			no := callback.Receipt{EventID: id, Status: callback.Rejected, Reason: callback.ReasonInvalid}
			if err := d.Settle(callback.PushReply{Epoch: c.epoch, Receipts: []callback.Receipt{no}}); err != nil {
				t.Fatal(err)
			}
			c.last[p.Stream], c.judged[id] = p.Events[0].Seq, no
			c.byPlce[p.Stream] = map[uint64]string{p.Events[0].Seq: id}
			stands := func(pending, quarantined int) {
				t.Helper()
				st, err := d.Stats()
				if err != nil || st.Pending != pending || st.Quarantined != quarantined {
					t.Fatalf("stats: %+v, %v", st, err)
				}
			}
			if tt.before != nil {
				tt.before(d, c)
			}
			other, err := callback.NewEvent("ev-other", caseID(1), &callback.NoteAdded{Text: "Something else."})
			if err != nil {
				t.Fatal(err)
			}
			c.apply(other)
			d.pull(t, c, 100)
			stands(0, 1)

			v := c.apply(p.Events[0])
			c.judged[id] = callback.Receipt{EventID: id, Status: v.Status, Reason: v.Reason, Pos: c.pos, Fence: c.cases[caseID(1)].Fence}
			if tt.anew {
				c.restore(c, "epoch-2")
			}
			d.pull(t, c, 1)
			stands(1, 0)
			d.push(t, c)
			d.pull(t, c, 100)
			stands(0, 0)
			list, err := d.Journal(0)
			if err != nil || len(list) != 1 || list[0].State != tt.want {
				t.Errorf("the journal: %+v, %v", list, err)
			}
			d.check(t)
		})
	}
}
