package month

import (
	"fmt"
	"testing"
	"time"

	"ringback/callback"
)

// This file keeps apart what is of the queue and what is not, by the auditor's own record of who began what.

// outside is what the auditor knows of calls outside the queue.
type outside struct {
	// since is when a case that began outside became one of the queue; the zero time while it is none.
	since map[string]time.Time
	// queue counts the cases that answers opened.
	queue int
	// Counted for the report.
	joined, stopped, rang int
}

// began judges a case that somebody opened outside the queue. before are the person's others.
func (a *auditor) began(p *person, before []callback.Case, c callback.Case) {
	a.outside.since[c.ID] = time.Time{}
	open := ""
	for _, b := range before {
		if b.State.Open() {
			open = b.ID
		}
	}
	switch {
	case c.AdHoc == nil || c.AdHoc.Joined != open:
		a.breach("one open case", "the call to person %d, whose open case is %q, began case %s: %+v", p.n, open, c.ID, c.AdHoc)
	case open != "" && c.State.Open():
		a.breach("one open case", "person %d has cases %s and %s open", p.n, open, c.ID)
	case open != "":
		a.outside.joined++
	}
}

// enters notes that an answer that is owed a call came to a case outside the queue: that is one of the queue from now on.
func (a *auditor) enters(id string, now time.Time) {
	if since, ok := a.outside.since[id]; ok && since.IsZero() {
		a.outside.since[id] = now
		a.outside.queue++
	}
}

// inQueue tells whether a case was one of the queue at an instant.
func (a *auditor) inQueue(id string, at time.Time) bool {
	since, ok := a.outside.since[id]
	return !ok || !since.IsZero() && !at.Before(since)
}

// figures holds the board against a count of the auditor's own: what is outside the queue is in none of its figures.
func (a *auditor) figures(b callback.Board) {
	calls, others, called := 0, 0, map[string]bool{}
	for _, list := range a.calls {
		for _, d := range list {
			if a.inQueue(d.caseID, d.at) {
				calls++
				called[d.caseID] = true
			} else {
				others++
			}
		}
	}
	for _, x := range []struct {
		what         string
		shown, count int
	}{
		{"cases", b.Total.Eligible, a.outside.queue},
		{"cases in the coverage", b.Coverage.N, a.outside.queue},
		{"called cases in the coverage", b.Coverage.K, len(called)},
		{"cases in the share of the contacted", b.Contact.N, len(called)},
		{"calls", b.Total.Attempts, calls},
		{"calls outside the queue", b.Total.AdHoc, others},
	} {
		if x.shown != x.count {
			a.breach("figures of the queue", "the board shows %d %s, and it was %d", x.shown, x.what, x.count)
		}
	}
}

// beside says for the report what was done outside the queue.
func (a *auditor) beside(b callback.Board) string {
	o := a.outside
	return fmt.Sprintf("%d cases with %d calls, %d of them because somebody rang; %d had an open case, %d might not be called", len(o.since), b.Total.AdHoc, o.rang, o.joined, o.stopped)
}

// What the server would never do is shown to the auditor as it would look.
func TestTheAuditorSeesWhatIsOutsideTheQueue(t *testing.T) {
	now := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
	p := &person{n: 7, number: "+34910000001", where: places[5]}
	a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
	for i := range 7 {
		a.called(p, dial{caseID: fmt.Sprint("adhoc-", i), agent: "anna", at: now.AddDate(0, 0, i-7).Add(time.Hour), code: callback.NoAnswer, sent: true})
		a.outside.since[fmt.Sprint("adhoc-", i)] = time.Time{}
	}
	mine := callback.Case{ID: "ca-1", State: callback.New, Plan: callback.Plan{Owner: "anna"}}
	if a.mayDial(p, mine, "anna", now, time.Time{}, now); a.broken["calls to a person in a week"] != 1 {
		t.Errorf("the auditor sees %v of calls outside the queue", a.broken)
	}
	clear(a.broken)
	a.outside.queue = 1
	a.called(p, dial{caseID: "ca-1", agent: "anna", at: now, code: callback.NoAnswer, sent: true})
	right := callback.Board{Total: callback.Counts{Eligible: 1, Attempts: 1, AdHoc: 7}, Coverage: callback.Rate{N: 1, K: 1}, Contact: callback.Rate{N: 1}}
	if a.figures(right); len(a.broken) > 0 {
		t.Errorf("what is right is seen as wrong: %v", a.broken)
	}
	for what, spoil := range map[string]func(*callback.Board){
		"cases":    func(b *callback.Board) { b.Total.Eligible++ },
		"coverage": func(b *callback.Board) { b.Coverage.N++ },
		"covered":  func(b *callback.Board) { b.Coverage.K-- },
		"contact":  func(b *callback.Board) { b.Contact.N++ },
		"calls":    func(b *callback.Board) { b.Total.Attempts++ },
		"outside":  func(b *callback.Board) { b.Total.AdHoc-- },
	} {
		wrong := right
		spoil(&wrong)
		clear(a.broken)
		if a.figures(wrong); a.broken["figures of the queue"] != 1 {
			t.Errorf("%s: the auditor sees %v", what, a.broken)
		}
	}
	clear(a.broken)
	beside := callback.Case{ID: "adhoc-9", State: callback.New, AdHoc: &callback.AdHoc{By: "anna"}}
	if a.began(p, []callback.Case{mine}, beside); a.broken["one open case"] != 1 {
		t.Error("the auditor does not see a case outside the queue beside an open one")
	}
}
