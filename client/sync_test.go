package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"ringback/callback"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inProcess carries requests to a handler without a network.
type inProcess struct {
	h http.Handler
	// after sees each reply before the client does and may spoil it.
	after func(r *http.Request, resp *http.Response) (*http.Response, error)
	// before may keep the request from arriving.
	before func(r *http.Request) error
}

func (p *inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.before != nil {
		if err := p.before(r); err != nil {
			return nil, err
		}
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	p.h.ServeHTTP(rec, r)
	resp := rec.Result()
	resp.Request = r
	if p.after != nil {
		return p.after(r, resp)
	}
	return resp, nil
}

// desk is a syncer with its two sides.
type desk struct {
	*Syncer
	centre *centre
	memory *memory
	wire   *inProcess
}

func newDesk(t testing.TB, cases int) *desk {
	t.Helper()
	c := newCentre(cases)
	wire := &inProcess{h: c}
	m := newMemory()
	cl := New(Options{URL: "http://localhost", Token: goodToken, Device: "de-1", HTTP: &http.Client{Transport: wire}})
	return &desk{NewSyncer(cl, m, SyncOptions{PageDocs: 10}), c, m, wire}
}

func (d *desk) once(t testing.TB) callback.SyncReport {
	t.Helper()
	report, err := d.Once(context.Background())
	if err != nil {
		t.Fatalf("sync: %v", err)
	}
	return report
}

// same fails unless desk and centre hold the same: every event once, every
// document alike.
func (d *desk) same(t testing.TB) {
	t.Helper()
	want := map[string]bool{}
	for _, e := range d.memory.journal {
		if e.receipt == nil {
			t.Errorf("event %s still waits", e.event.ID)
		} else if e.receipt.Final().Status != callback.Rejected {
			want[e.event.ID] = true
		}
	}
	got := d.centre.stored()
	slices.Sort(got)
	if diff := cmp.Diff(sortedKeys(want), got); diff != "" {
		t.Errorf("events at the centre (-recorded +stored):\n%s", diff)
	}
	if diff := cmp.Diff(d.centre.bodies(), d.memory.bodies()); diff != "" {
		t.Errorf("documents (-centre +desk):\n%s", diff)
	}
}

func TestFirstSyncBringsEverything(t *testing.T) {
	d := newDesk(t, 35)
	d.memory.notes(t, 3)
	report := d.once(t)
	if diff := cmp.Diff(callback.SyncReport{Pushed: 3, Pulled: 35}, report); diff != "" {
		t.Error(diff)
	}
	d.same(t)
	if st := d.Status(); st.State != callback.LinkPolling || st.Problem != "" || st.LastContact.IsZero() || st.Busy != "" {
		t.Errorf("status after a sync: %+v", st)
	}
}

// A reconnect that brings nothing new is one request and no write (B9).
func TestQuietReconnect(t *testing.T) {
	d := newDesk(t, 3)
	d.once(t)
	d.centre.requests()
	d.memory.writes = 0
	var head http.Header
	var size int64
	d.wire.after = func(_ *http.Request, resp *http.Response) (*http.Response, error) {
		head, size = resp.Header, resp.ContentLength
		return resp, nil
	}
	if diff := cmp.Diff(callback.SyncReport{}, d.once(t)); diff != "" {
		t.Error(diff)
	}
	if got := d.centre.requests(); !slices.Equal(got, []string{"GET /v1/feed"}) {
		t.Errorf("requests: %v", got)
	}
	if d.memory.writes != 0 {
		t.Errorf("%d writes", d.memory.writes)
	}
	if total := size + int64(len(head.Get("Content-Type"))); total <= 0 || total > 1024 {
		t.Errorf("%d bytes", total)
	}
}

func TestLargeJournalGoesInBatches(t *testing.T) {
	d := newDesk(t, 1)
	d.memory.notes(t, 250)
	if got := d.once(t).Pushed; got != 250 {
		t.Errorf("pushed %d", got)
	}
	pushes := 0
	for _, r := range d.centre.requests() {
		if r == "POST /v1/events" {
			pushes++
		}
	}
	if pushes != 3 {
		t.Errorf("%d pushes", pushes)
	}
	d.same(t)
}

// Long texts fill 256 KiB before 100 events do.
func TestBatchesStayWithinBytes(t *testing.T) {
	d := newDesk(t, 1)
	for range 100 {
		d.memory.record(t, caseID(0), &callback.NoteAdded{Text: strings.Repeat("ä", 2000)})
	}
	if got := d.once(t).Pushed; got != 100 {
		t.Errorf("pushed %d", got)
	}
	d.same(t)
}

func TestReceiptsOfEveryKind(t *testing.T) {
	d := newDesk(t, 1)
	note := d.memory.record(t, caseID(0), &callback.NoteAdded{Text: "first"})
	closed := d.memory.record(t, caseID(0), &callback.CaseClosed{Resolution: callback.NotEligible})
	again := d.memory.record(t, caseID(0), &callback.CaseClosed{Resolution: callback.NotEligible})
	lost := d.memory.record(t, "ca-none", &callback.NoteAdded{Text: "whose?"})
	d.once(t)
	for id, want := range map[string]callback.Verdict{
		note:   {Status: callback.Applied},
		closed: {Status: callback.Applied},
		again:  {Status: callback.Shadowed, Reason: callback.ReasonAlreadyResolved},
		lost:   {Status: callback.Rejected, Reason: callback.ReasonUnknownCase},
	} {
		if got := d.memory.receiptOf(id); got == nil || got.Final() != want {
			t.Errorf("%s: %+v, want %+v", id, got, want)
		}
	}
}

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
	good := d.client.token
	d.client.token = "rb_revoked"
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
	d.client.token = good
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
					var none map[string]int
					none["customer words"]++
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

func TestSkewIsMeasuredFromTheMiddle(t *testing.T) {
	var k skew
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	k.note(at.Add(91*time.Second), timing{sent: at, trip: 2 * time.Second})
	if k.behind != 90*time.Second {
		t.Fatalf("behind %v", k.behind)
	}
	// A blurred sample that agrees changes nothing; a sharp one does.
	k.note(at.Add(95*time.Second), timing{sent: at, trip: 8 * time.Second})
	if k.behind != 90*time.Second {
		t.Errorf("after a blurred sample: %v", k.behind)
	}
	k.note(at.Add(90*time.Second+220*time.Millisecond), timing{sent: at, trip: 40 * time.Millisecond})
	if k.behind != 90*time.Second+200*time.Millisecond {
		t.Errorf("after a sharp sample: %v", k.behind)
	}
	// The clock was set: the sample contradicts.
	k.note(at, timing{sent: at, trip: 3 * time.Second})
	if k.behind != -1500*time.Millisecond {
		t.Errorf("after the clock was set: %v", k.behind)
	}
	before := k
	k.note(time.Time{}, timing{sent: at})
	if k != before {
		t.Error("a reply without a time changed the skew")
	}
}

func TestSkewReachesTheCache(t *testing.T) {
	d := newDesk(t, 1)
	d.centre.now = func() time.Time { return time.Now().Add(5 * time.Minute) }
	d.once(t)
	if off := (d.memory.skew - 5*time.Minute).Abs(); off > time.Second {
		t.Errorf("skew %v", d.memory.skew)
	}
	if d.Status().Skew != d.memory.skew {
		t.Errorf("status says %v", d.Status().Skew)
	}
}

func TestStatusOfAnUnreachableServer(t *testing.T) {
	d := newDesk(t, 1)
	if st := d.Status(); st.State != callback.LinkNever {
		t.Errorf("before: %+v", st)
	}
	d.wire.before = func(*http.Request) error { return errors.New("no network") }
	_, _ = d.Once(context.Background())
	if st := d.Status(); st.State != callback.LinkNever || st.Problem == "" {
		t.Errorf("never met: %+v", st)
	}
	d.wire.before = nil
	d.once(t)
	d.wire.before = func(*http.Request) error { return errors.New("no network") }
	_, _ = d.Once(context.Background())
	if st := d.Status(); st.State != callback.LinkOffline || st.Since.IsZero() || st.LastContact.IsZero() || st.Hint == "" {
		t.Errorf("met before: %+v", st)
	}
	if st := NewSyncer(d.client, d.memory, SyncOptions{}).Status(); st.State != callback.LinkOffline {
		t.Errorf("after a restart: %+v", st)
	}
}

func TestProgressOfALongPull(t *testing.T) {
	d := newDesk(t, 45)
	var seen []int
	d.opt.OnChange = func() {
		if st := d.Status(); st.Busy == "fetching" && (len(seen) == 0 || st.Done != seen[len(seen)-1]) {
			if st.Of != 45 {
				t.Errorf("of %d", st.Of)
			}
			seen = append(seen, st.Done)
		}
	}
	d.once(t)
	if diff := cmp.Diff([]int{10, 20, 30, 40, 45}, seen); diff != "" {
		t.Error(diff)
	}
}
