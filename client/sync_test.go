package client

import (
	"context"
	"errors"
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
	d.wire.before = func(r *http.Request) error {
		if r.ContentLength > 256<<10 {
			t.Errorf("a push of %d bytes", r.ContentLength)
		}
		return nil
	}
	if got := d.once(t).Pushed; got != 100 {
		t.Errorf("pushed %d", got)
	}
	d.same(t)
}

// A page that is larger than a desk takes is asked for in smaller ones.
func TestLargeDocumentsComeInSmallPages(t *testing.T) {
	d := newDesk(t, 0)
	d.opt.PageDocs = 40
	long := strings.Repeat("x", maxPage/8)
	for i := range 10 {
		d.centre.state.put(callback.Case{ID: caseID(i), Conflict: long})
	}
	if got := d.once(t).Pulled; got != 10 {
		t.Errorf("pulled %d", got)
	}
	// 40, 20 and 10 do not fit; 5 do.
	if asked := d.centre.requests(); len(asked) != 5 {
		t.Errorf("%d requests: %v", len(asked), asked)
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

// An event that was taken to be sent can no longer be undone, so none is taken
// while nobody answers.
func TestNothingIsTakenWhileNobodyAnswers(t *testing.T) {
	d := newDesk(t, 1)
	d.once(t)
	taken := 0
	d.memory.held = func() bool { taken++; return false }
	d.wire.before = func(*http.Request) error { return errors.New("no network") }
	_, _ = d.Once(context.Background()) // this is how the desk learns of it
	d.memory.notes(t, 1)
	taken = 0
	if report, err := d.Once(context.Background()); callback.CodeOf(err) != callback.CodeUnreachable || report.Pending != 1 || taken > 0 {
		t.Errorf("taken %d times, %+v, %v", taken, report, err)
	}
	d.wire.before = nil
	if report := d.once(t); report.Pushed != 1 || taken == 0 {
		t.Errorf("taken %d times, %+v", taken, report)
	}
	d.same(t)
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
