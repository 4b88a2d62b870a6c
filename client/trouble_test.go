package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

// A push whose reply was lost is sent again and counts once.
func TestLostReplyCountsOnce(t *testing.T) {
	d := newDesk(t, 1)
	id := d.memory.record(t, caseID(0), &callback.NoteAdded{Text: "once"})
	d.wire.after = func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return nil, errors.New("cut off")
		}
		return resp, nil
	}
	if _, err := d.Once(context.Background()); callback.CodeOf(err) != callback.CodeUnreachable {
		t.Fatalf("error: %v", err)
	}
	d.wire.after = nil
	d.once(t)
	if got := d.memory.receiptOf(id); got.Status != callback.DuplicateEvent || got.Final().Status != callback.Applied {
		t.Errorf("receipt: %+v", got)
	}
	d.same(t)
}

func TestRetryStaysPending(t *testing.T) {
	d := newDesk(t, 1)
	d.memory.notes(t, 3)
	d.centre.later["ev-2"] = true
	d.centre.later["ev-3"] = true
	report, err := d.Once(context.Background())
	if callback.CodeOf(err) != callback.CodeBusy {
		t.Errorf("error: %v", err)
	}
	if diff := cmp.Diff(callback.SyncReport{Pushed: 1, Pulled: 1, Pending: 2}, report); diff != "" {
		t.Error(diff)
	}
	clear(d.centre.later)
	d.once(t)
	d.same(t)
}

// Only receipts that answer what was sent are believed, each once.
func TestStrangeReceipts(t *testing.T) {
	batch := callback.Push{Events: []callback.Event{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}}
	kept, final, news := match(batch, []callback.Receipt{
		{EventID: "a", Status: callback.Applied},
		{EventID: "a", Status: callback.Rejected},
		{EventID: "x", Status: callback.Applied},
		{EventID: "b", Status: "postponed_till_easter"},
		{EventID: "c", Status: callback.Retry},
		{EventID: "d", Status: callback.DuplicateEvent},
	})
	want := []callback.Receipt{
		{EventID: "a", Status: callback.Applied}, {EventID: "c", Status: callback.Retry}, {EventID: "d", Status: callback.DuplicateEvent},
	}
	if diff := cmp.Diff(want, kept); diff != "" || final != 2 || news != 1 {
		t.Errorf("%d final, %d new, kept (-want +got):\n%s", final, news, diff)
	}
}

// forgetful is a cache that does not keep receipts.
type forgetful struct{ *memory }

func (forgetful) Settle(callback.PushReply) error { return nil }

func TestAJournalThatForgetsDoesNotSendForEver(t *testing.T) {
	d := newDesk(t, 1)
	d.memory.notes(t, 1)
	d.cache = forgetful{d.memory}
	if _, err := d.Once(context.Background()); !errors.Is(err, errUnsettled) {
		t.Errorf("error: %v", err)
	}
}

func TestPoisonIsPutAsideAndTheRestGoesOn(t *testing.T) {
	d := newDesk(t, 1)
	d.memory.notes(t, 40)
	d.centre.poison["ev-17"] = true
	d.centre.poison["ev-18"] = true
	d.centre.poison["ev-33"] = true
	report := d.once(t)
	if report.Quarantined != 3 || report.Pending != 0 {
		t.Errorf("report: %+v", report)
	}
	r := d.memory.receiptOf("ev-17")
	if r.Status != callback.Rejected || r.Reason != callback.ReasonInvalid || r.Detail != "an event is not valid" {
		t.Errorf("receipt: %+v", r)
	}
	d.same(t)
}

// When the server refuses everything the fault is not the events': they wait.
func TestWholesaleRefusalLeavesTheJournal(t *testing.T) {
	d := newDesk(t, 1)
	d.memory.notes(t, 60)
	for _, e := range d.memory.journal {
		d.centre.poison[e.event.ID] = true
	}
	report, err := d.Once(context.Background())
	if callback.CodeOf(err) != callback.CodeInvalid {
		t.Errorf("error: %v", err)
	}
	if report.Pending != 60-maxRefused || report.Quarantined != maxRefused {
		t.Errorf("report: %+v", report)
	}
}

// A bad request that is not in the server's own words quarantines nothing.
func TestStrangersRefusalQuarantinesNothing(t *testing.T) {
	for _, status := range []int{400, 413} {
		d := newDesk(t, 1)
		d.memory.notes(t, 5)
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				w.Header().Set("Content-Type", "text/plain")
				w.WriteHeader(status)
				return true
			}
			return false
		})
		report, err := d.Once(context.Background())
		if err == nil || report.Pending != 5 || report.Quarantined != 0 {
			t.Errorf("%d: %+v, %v", status, report, err)
		}
		d.centre.setTrouble(nil)
		d.once(t)
		d.same(t)
	}
}

func TestRestoredServerIsHealed(t *testing.T) {
	for name, epoch := range map[string]string{"told": "e2", "untold": ""} {
		for _, waiting := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, waiting %v", name, waiting), func(t *testing.T) {
				d := newDesk(t, 12)
				d.memory.notes(t, 3)
				d.once(t)
				old := d.centre.backup()
				d.memory.record(t, caseID(1), &callback.NoteAdded{Text: "not in the backup"})
				d.once(t)
				d.centre.restore(old, epoch)
				if waiting {
					d.memory.record(t, caseID(2), &callback.NoteAdded{Text: "after the restore"})
				}
				d.once(t)
				d.same(t)
			})
		}
	}
}

// A desk that has nothing to send notices that the server has lost what it acknowledged, even when the feed has grown past
// where the desk stands since.
func TestLostAcknowledgementsAreNoticedByThePull(t *testing.T) {
	d := newDesk(t, 12)
	d.once(t)
	old := d.centre.backup()
	d.memory.record(t, caseID(1), &callback.NoteAdded{Text: "not in the backup"})
	d.once(t)
	d.centre.restore(old, "")
	for n := range 3 {
		d.centre.state.put(d.centre.state.cases[caseID(n)])
	}
	d.once(t)
	if got := d.centre.stored(); len(got) != 1 || d.memory.pending() != 0 {
		t.Errorf("the centre has %v, %d wait", got, d.memory.pending())
	}
}

// A server that cannot read the cursor, or gives less at once, is asked anew.
func TestRefusedFeedQuestionsAreAskedAnew(t *testing.T) {
	for _, part := range []string{"cursor", "limit"} {
		d := newDesk(t, 12)
		d.once(t)
		d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/v1/feed" || r.FormValue(part) == "" {
				return false
			}
			refuse(w, 400, callback.CodeInvalid, part+" is wrong")
			return true
		})
		d.centre.state.put(callback.Case{ID: caseID(3), Conflict: "changed"})
		d.once(t)
		d.same(t)
	}
}

func TestAServerThatContradictsItselfEndsTheSync(t *testing.T) {
	d := newDesk(t, 1)
	d.memory.notes(t, 1)
	d.centre.setTrouble(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			refuse(w, 409, callback.CodeForked, "two desks write this")
			return true
		}
		return false
	})
	_, err := d.Once(context.Background())
	if callback.CodeOf(err) != callback.CodeForked {
		t.Errorf("error: %v", err)
	}
	if n := len(slices.DeleteFunc(d.centre.requests(), func(r string) bool { return r != "POST /v1/events" })); n != maxRestreams+1 {
		t.Errorf("%d pushes", n)
	}
	if d.memory.pending() != 1 {
		t.Error("the event is gone")
	}
}

// Do-not-call overtakes a long journal, and is still settled in its turn.
func TestSuppressionGoesFirst(t *testing.T) {
	for _, strict := range []bool{false, true} {
		d := newDesk(t, 2)
		d.centre.strict = strict
		d.memory.notes(t, 230)
		id := d.memory.record(t, caseID(1), &callback.SuppressRequested{Reason: "asked"})
		d.once(t)
		if at := slices.Index(d.centre.stored(), id); strict != (at != 0) {
			t.Errorf("strict %v: stored at place %d", strict, at)
		}
		if got := d.memory.receiptOf(id); got == nil || got.Final().Status != callback.Applied {
			t.Errorf("receipt: %+v", got)
		}
		d.same(t)
	}
}

func TestRefusedTokenKeepsEverything(t *testing.T) {
	d := newDesk(t, 1)
	d.memory.notes(t, 2)
	good := d.client.token()
	d.client.Bear("rb_revoked")
	_, err := d.Once(context.Background())
	if callback.CodeOf(err) != callback.CodeUnauthorized {
		t.Fatalf("error: %v", err)
	}
	if st := d.Status(); st.State != callback.LinkDenied || st.Problem != "this token is not known" {
		t.Errorf("status: %+v", st)
	}
	d.centre.requests()
	if _, err := d.Once(context.Background()); err == nil {
		t.Error("a refused token synced")
	}
	if got := d.centre.requests(); !slices.Equal(got, []string{"GET /v1/me"}) {
		t.Errorf("a desk that is signed out asked: %v", got)
	}
	if d.memory.pending() != 2 {
		t.Errorf("%d pending", d.memory.pending())
	}
	d.client.Bear(good)
	d.once(t)
	d.same(t)
	if st := d.Status(); st.State != callback.LinkPolling || st.Problem != "" {
		t.Errorf("status: %+v", st)
	}
}

func TestCacheFailureIsNotTheServers(t *testing.T) {
	full := callback.Errorf(callback.CodeFull, "the disk is full").WithHint("make room")
	for _, op := range []string{"apply", "settle", "next", "position"} {
		d := newDesk(t, 25)
		d.memory.notes(t, 2)
		d.memory.fail = func(o string) error {
			if o == op {
				return full
			}
			return nil
		}
		_, err := d.Once(context.Background())
		if callback.CodeOf(err) != callback.CodeFull || !errors.Is(err, full) {
			t.Errorf("%s: %v", op, err)
		}
		if st := d.Status(); st.State == callback.LinkOffline || st.Problem != "the disk is full" || st.Hint != "make room" {
			t.Errorf("%s: %+v", op, st)
		}
		d.memory.fail = nil
		d.once(t)
		d.same(t)
	}
}

func TestPanicsAreSurvivedAndReported(t *testing.T) {
	for _, where := range []string{"cache", "transport", "bell"} {
		d := newDesk(t, 1)
		var faults []error
		d.opt.OnFault = func(err error) { faults = append(faults, err) }
		switch where {
		case "cache":
			d.memory.fail = func(op string) error {
				if op == "apply" {
					var none []string
					none[d.memory.runs] = "customer words"
				}
				return nil
			}
		case "transport":
			d.wire.after = func(*http.Request, *http.Response) (*http.Response, error) { panic("customer words") }
		case "bell":
			d.opt.OnChange = func() { panic("customer words") }
		}
		_, err := d.Once(context.Background())
		if where != "bell" && callback.CodeOf(err) != callback.CodeInternal {
			t.Errorf("%s: %v", where, err)
		}
		if len(faults) == 0 {
			t.Errorf("%s: no fault reported", where)
		}
		for _, f := range faults {
			if head, _, _ := strings.Cut(f.Error(), "\n"); strings.Contains(head, "customer words") {
				t.Errorf("%s: the report holds the panic's value: %s", where, head)
			}
		}
		d.memory.fail, d.wire.after, d.opt.OnChange = nil, nil, nil
		d.once(t)
		d.same(t)
	}
}
