package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/store"
)

// withCases gives a desk that knows n cases.
func withCases(t testing.TB, n int, change ...func(*store.Options)) (*desk, *centre) {
	t.Helper()
	d := newDesk(t, change...)
	c := newCentre(d.clock.now)
	for i := 1; i <= n; i++ {
		c.open(i)
	}
	d.pull(t, c, 1000)
	return d, c
}

func TestUndoGivesTheDraftBackAndLeavesNoHole(t *testing.T) {
	d, c := withCases(t, 3)
	draft := callback.Draft{EventID: d.options.NewID(), AttemptID: "at-9", CaseID: caseID(1), Phase: callback.PhaseWrap, Texts: map[string]string{"note": "They moved house."}}
	if err := d.SaveDraft(draft); err != nil {
		t.Fatal(err)
	}
	saved, err := d.Record(callback.Fact{EventID: draft.EventID, CaseID: caseID(1), Payload: d.call(callback.TalkedResolved)})
	if err != nil {
		t.Fatal(err)
	}
	if list, _ := d.Drafts(); len(list) != 0 {
		t.Fatalf("the draft is still there: %v", list)
	}
	again, err := d.Record(callback.Fact{EventID: draft.EventID, CaseID: caseID(1), Payload: d.call(callback.TalkedResolved)})
	if err != nil || again != saved {
		t.Fatalf("recorded twice: %v, then %v (%v)", saved, again, err)
	}
	d.reopen(t)
	back, err := d.Undo(saved.EventID)
	if err != nil {
		t.Fatal(err)
	}
	if back.EventID == draft.EventID || back.Texts["note"] != "They moved house." || back.AttemptID != "at-9" {
		t.Errorf("the draft came back as %+v", back)
	}
	if list, _ := d.Drafts(); len(list) != 1 || list[0].EventID != back.EventID {
		t.Errorf("drafts: %v", list)
	}
	if v, err := d.Case(caseID(1)); err != nil || len(v.Case.Attempts) != 0 || v.Pending != 0 {
		t.Errorf("after the undoing: %+v %v", v, err)
	}
	d.record(t, caseID(2), d.call(callback.NoAnswer))
	d.reopen(t)
	d.check(t)
	p, err := d.NextPush(0)
	if err != nil || len(p.Events) != 2 || p.Events[0].Kind != callback.KindUndone || p.Events[0].ID != saved.EventID {
		t.Fatalf("push: %+v %v", p, err)
	}
	reply, err := c.push(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Settle(reply); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{saved.EventID, p.Events[1].ID} {
		if _, err := d.Undo(id); callback.CodeOf(err) != callback.CodeConflict {
			t.Errorf("undo of %s: %v", id, err)
		}
	}
	if _, err := d.Undo("never"); callback.CodeOf(err) != callback.CodeNotFound {
		t.Errorf("undo of nothing: %v", err)
	}
}

func TestACallWithoutADraftComesBackAsOne(t *testing.T) {
	d, _ := withCases(t, 1)
	call := d.call(callback.SoftRefusal)
	saved := d.record(t, caseID(1), call)
	back, err := d.Undo(saved.EventID)
	if err != nil || back == nil || back.Disposition != callback.SoftRefusal || back.Texts["note"] != call.Note || back.CaseID != caseID(1) {
		t.Fatalf("%+v %v", back, err)
	}
	note := d.record(t, caseID(1), &callback.NoteAdded{Text: "Hm."})
	if back, err := d.Undo(note.EventID); err != nil || back != nil {
		t.Fatalf("a note came back as a call: %+v %v", back, err)
	}
}

func TestEventsAreHeldBackUntilTheyCannotBeUndone(t *testing.T) {
	d, _ := withCases(t, 5, func(o *store.Options) { o.HoldBack = 6 * time.Second })
	sent := func() int {
		t.Helper()
		p, err := d.NextPush(0)
		if err != nil {
			t.Fatal(err)
		}
		return len(p.Events)
	}
	d.record(t, caseID(1), d.call(callback.NoAnswer))
	d.clock.add(4 * time.Second)
	d.record(t, caseID(2), d.call(callback.NoAnswer))
	if n := sent(); n != 0 {
		t.Errorf("%d events went out at once", n)
	}
	d.clock.add(3 * time.Second)
	if n := sent(); n != 1 {
		t.Errorf("after 7 s and 3 s %d events went out", n)
	}
	d.Flush()
	if n := sent(); n != 2 {
		t.Errorf("after Flush %d events went out", n)
	}
	d.record(t, caseID(3), d.call(callback.NoAnswer))
	d.record(t, caseID(4), d.call(callback.DoNotCall))
	if n := sent(); n != 4 {
		t.Errorf("with a request not to be called %d events went out", n)
	}
}

func TestReceiptsOfAllKinds(t *testing.T) {
	d, _ := withCases(t, 6)
	var ids []string
	for n := 1; n <= 6; n++ {
		ids = append(ids, d.record(t, caseID(n), d.call(callback.NoAnswer)).EventID)
	}
	p, err := d.NextPush(5)
	if err != nil || len(p.Events) != 5 {
		t.Fatalf("push: %d %v", len(p.Events), err)
	}
	reply := callback.PushReply{Epoch: "epoch-1", Receipts: []callback.Receipt{
		{EventID: ids[0], Status: callback.Applied, Pos: 900},
		{EventID: ids[1], Status: callback.Shadowed, Reason: callback.ReasonStaleFence, Pos: 901},
		{EventID: ids[2], Status: callback.DuplicateEvent, First: &callback.Verdict{Status: callback.Shadowed, Reason: callback.ReasonCaseClosed}, Pos: 3},
		{EventID: ids[3], Status: callback.Rejected, Reason: callback.ReasonForbidden, Detail: "not yours"},
		{EventID: ids[4], Status: callback.Retry},
		{EventID: ids[5], Status: callback.Applied, Pos: 905}, // it was never sent
		{EventID: "unheard of", Status: callback.Applied, Pos: 906},
	}}
	if err := d.Settle(reply); err != nil {
		t.Fatal(err)
	}
	d.reopen(t)
	list, err := d.Journal(0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]callback.JournalState{}
	for _, e := range list {
		got[e.Event.ID] = e.State
	}
	want := map[string]callback.JournalState{
		ids[0]: callback.Settled, ids[1]: callback.InShadow, ids[2]: callback.InShadow, ids[3]: callback.Quarantined,
		ids[4]: callback.Sent, ids[5]: callback.Waiting,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	st, err := d.Stats()
	if err != nil || st.Pending != 2 || st.Quarantined != 1 || st.Shadowed != 2 || st.Settled != 1 {
		t.Errorf("stats: %+v %v", st, err)
	}
	next, err := d.NextPush(0)
	if err != nil || len(next.Events) != 2 || next.Ack != (callback.Acked{Seq: 4, EventID: ids[3]}) {
		t.Errorf("next push: %+v %v", next, err)
	}
	if err := d.MarkSeen(ids[1]); err != nil {
		t.Fatal(err)
	}
	if err := d.Requeue(ids[3]); err != nil {
		t.Fatal(err)
	}
	if err := d.Requeue(ids[0]); callback.CodeOf(err) != callback.CodeConflict {
		t.Errorf("a settled event was sent again: %v", err)
	}
	if next, err = d.NextPush(0); err != nil || len(next.Events) != 3 || next.Events[2].ID != ids[3] || next.Events[2].Seq != 7 {
		t.Errorf("after asking again: %+v %v", next, err)
	}
	d.check(t)
}

func TestAcknowledgedEventsStayUntilABackupHoldsThem(t *testing.T) {
	d, c := withCases(t, 3)
	ids := []string{}
	for n := 1; n <= 3; n++ {
		ids = append(ids, d.record(t, caseID(n), &callback.NoteAdded{Text: "Hm."}).EventID)
		d.push(t, c)
		d.pull(t, c, 100)
	}
	count := func() int {
		t.Helper()
		list, err := d.Journal(0)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := count(); n != 3 {
		t.Fatalf("%d of 3 events are kept", n)
	}
	// Each settling first lets what the documents show come to rest.
	c.stable = c.judged[ids[1]].Pos
	for range 2 {
		d.record(t, caseID(1), &callback.NoteAdded{Text: "Again."})
		d.push(t, c)
		d.pull(t, c, 100)
	}
	if n := count(); n != 3 {
		t.Errorf("with a backup of the first two, %d events are kept", n)
	}
	d.clock.add(91 * 24 * time.Hour)
	for range 2 {
		d.record(t, caseID(1), &callback.NoteAdded{Text: "Later."})
		d.push(t, c)
		d.pull(t, c, 100)
	}
	if n := count(); n != 2 {
		t.Errorf("after 91 days %d events are kept", n)
	}
	d.reopen(t)
	d.check(t)
}

func TestADesksOwnWordOnAnEventIsNotTheServers(t *testing.T) {
	d, _ := withCases(t, 2)
	bad := d.record(t, caseID(1), d.call(callback.NoAnswer))
	good := d.record(t, caseID(2), d.call(callback.NoAnswer))
	if _, err := d.NextPush(1); err != nil {
		t.Fatal(err)
	}
	err := d.Settle(callback.PushReply{Receipts: []callback.Receipt{{EventID: bad.EventID, Status: callback.Rejected, Reason: callback.ReasonTooLarge}}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.NextPush(0)
	if err != nil || p.Ack.Seq != 0 {
		t.Fatalf("the server is said to have what it refused to read: %+v %v", p.Ack, err)
	}
	if err := d.Restream(); err != nil {
		t.Fatal(err)
	}
	p, err = d.NextPush(0)
	if err != nil || len(p.Events) != 1 || p.Events[0].ID != good.EventID || p.Events[0].Seq != 1 {
		t.Fatalf("after renumbering: %+v %v", p.Events, err)
	}
	d.check(t)
}

func TestNothingNewWritesNothing(t *testing.T) {
	d, c := withCases(t, 20)
	if err := d.NoteContact(time.Second, d.clock.now()); err != nil {
		t.Fatal(err)
	}
	before := snapshotOf(t, d.options.Dir)
	d.pull(t, c, 100)
	d.push(t, c)
	if err := d.NoteContact(1500*time.Millisecond, d.clock.now()); err != nil {
		t.Fatal(err)
	}
	if err := d.Settle(callback.PushReply{Epoch: c.epoch, StablePos: 3}); err != nil {
		t.Fatal(err)
	}
	for name, content := range snapshotOf(t, d.options.Dir) {
		if before[name] != content && name != "outbox.db" {
			t.Errorf("%s was written", name)
		}
	}
}

func TestTheBellRingsAfterEveryChange(t *testing.T) {
	d, c := withCases(t, 2)
	bell, cancel := d.Listen()
	defer cancel()
	rung := func() bool {
		select {
		case <-bell:
			return true
		default:
			return false
		}
	}
	rung()
	d.record(t, caseID(1), d.call(callback.NoAnswer))
	if !rung() {
		t.Error("recording is silent")
	}
	d.push(t, c)
	if !rung() {
		t.Error("receipts are silent")
	}
	d.pull(t, c, 10)
	if !rung() {
		t.Error("the feed is silent")
	}
}

// The mark of the last receipts goes out with everything sent later, through a
// restart and past a server that gives none, until all is sent anew.
func TestTheMarkOfTheLastReceiptsIsHandedBack(t *testing.T) {
	d, _ := withCases(t, 2)
	mark := func() string {
		t.Helper()
		next, err := d.NextPush(0)
		if err != nil {
			t.Fatal(err)
		}
		return next.Mark
	}
	settle := func(id, mark string) {
		t.Helper()
		err := d.Settle(callback.PushReply{Epoch: "epoch-1", Mark: mark, Receipts: []callback.Receipt{{EventID: id, Status: callback.Applied, Pos: 9}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n, tt := range []struct{ told, want string }{{"", ""}, {"one", "one"}, {"two", "two"}, {"", "two"}} {
		id := d.record(t, caseID(1), &callback.NoteAdded{Text: "Hm."}).EventID
		mark()
		settle(id, tt.told)
		if n == 2 {
			d.reopen(t)
		}
		if got := mark(); got != tt.want {
			t.Errorf("after reply %d with %q the mark is %q", n, tt.told, got)
		}
	}
	if err := d.Restream(); err != nil {
		t.Fatal(err)
	}
	if got := mark(); got != "" {
		t.Errorf("all is sent anew, and the mark is still %q", got)
	}
	d.check(t)
}
