package month

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringback/callback"
)

// This file counts what the board counts, by the auditor's own record: who was owed a call, who was called, and who was reached.

// detractor is the highest score of those who would rather not recommend us.
const detractor = 6

// counted is what the auditor counts of the queue.
type counted struct {
	owed, called, reached, closed, again            int
	detractors, detractorsReached, detractorsScored int
	calls, beside, right, kept, broken              int
}

// count counts the cases of the queue. A case that goes on in another one is none of its own any more.
func (a *auditor) count(cases []callback.Case) counted {
	var n counted
	called, reached := map[string]bool{}, map[string]bool{}
	for _, list := range a.calls {
		for _, d := range list {
			if !a.inQueue(d.caseID, d.at) {
				n.beside++
				continue
			}
			n.calls++
			called[d.caseID] = true
			if slices.Contains(spoke, d.code) || slices.Contains(refused, d.code) {
				n.right++
				reached[d.caseID] = true
			}
		}
	}
	for _, c := range cases {
		since, began := a.outside.since[c.ID]
		for _, p := range c.Promises {
			if began && (since.IsZero() || p.MadeAt.Before(since)) {
				continue
			}
			n.kept += one(p.Status == callback.PromiseDone)
			n.broken += one(p.Status == callback.PromiseBroken)
		}
		if began && since.IsZero() || c.JoinedTo != "" && !c.State.Open() {
			continue
		}
		bad := a.outside.scores[c.ID] <= detractor
		n.owed++
		n.called += one(called[c.ID])
		n.reached += one(reached[c.ID])
		n.closed += one(!c.State.Open())
		n.again += one(a.returns.times[c.ID] > 0)
		n.detractors += one(bad)
		n.detractorsReached += one(bad && reached[c.ID])
		n.detractorsScored += one(bad && a.scored(c, since))
	}
	return n
}

// scored tells whether the last score that was asked on a call of the queue, and that counts, was given.
func (a *auditor) scored(c callback.Case, since time.Time) bool {
	given := false
	for _, s := range c.Scores {
		if s.Role == callback.Rescore && s.Shadowed == "" && !s.At.Before(since) {
			given = s.Answer == callback.Answered && s.Value != nil
		}
	}
	return given
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// figures holds the board against the auditor's own count: what is outside the queue is in none of its figures, nobody is counted
// twice, and each of the three denominators is what it says.
func (a *auditor) figures(b callback.Board, n counted) {
	for _, x := range []struct {
		what         string
		shown, count int
	}{
		{"cases", b.Total.Eligible, n.owed},
		{"cases in the coverage", b.Coverage.N, n.owed},
		{"called cases in the coverage", b.Coverage.K, n.called},
		{"cases in the share of the contacted", b.Contact.N, n.called},
		{"contacted cases", b.Contact.K, n.reached},
		{"cases with a first call in time or late", b.InTime.N, n.called},
		{"closed cases", b.Total.Closed, n.closed},
		{"cases opened again", b.Total.Reopened, n.again},
		{"eligible detractors", b.Recovery.Eligible.N, n.detractors},
		{"contacted detractors", b.Recovery.Contacted.N, n.detractorsReached},
		{"re-scored detractors", b.Recovery.Rescored.N, n.detractorsScored},
		{"calls", b.Total.Attempts, n.calls},
		{"calls with the right person", b.Total.Right, n.right},
		{"calls outside the queue", b.Total.AdHoc, n.beside},
		{"kept promises", b.Promises.K, n.kept},
		{"settled promises", b.Promises.N, n.kept + n.broken},
	} {
		if x.shown != x.count {
			a.breach("figures of the queue", "the board shows %d %s, and it was %d", x.shown, x.what, x.count)
		}
	}
}

// What the server would never do is shown to the auditor as it would look.
func TestTheAuditorSeesWhatIsOutsideTheQueue(t *testing.T) {
	now := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
	p := &person{n: 7, number: "+34910000001", where: places[5], score: 3}
	a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
	for i := range 7 {
		a.called(p, dial{caseID: fmt.Sprint("adhoc-", i), agent: "anna", at: now.AddDate(0, 0, i-7).Add(time.Hour), code: callback.NoAnswer, sent: now})
		a.outside.since[fmt.Sprint("adhoc-", i)] = time.Time{}
	}
	mine := callback.Case{ID: "ca-1", State: callback.New, Plan: callback.Plan{Owner: "anna"}}
	if a.mayDial(p, mine, p.number, "anna", now, time.Time{}, now); a.broken["calls to a person in a week"] != 1 || len(a.broken) != 1 {
		t.Errorf("the auditor sees %v of calls outside the queue", a.broken)
	}
	clear(a.broken)
	a.opened("ca-1", p)
	a.called(p, dial{caseID: "ca-1", agent: "anna", at: now, code: callback.TalkedResolved, sent: now})
	four := 4
	mine.State = callback.Closed
	mine.Scores = []callback.Score{{Role: callback.Rescore, Answer: callback.Answered, Value: &four, At: now}}
	mine.Promises = []callback.Promise{{Status: callback.PromiseDone, MadeAt: now}, {Status: callback.PromiseBroken, MadeAt: now}}
	n := a.count([]callback.Case{mine, {ID: "adhoc-1"}, {ID: "ca-2", State: callback.Closed, JoinedTo: "ca-1"}})
	of := func(k, n int) callback.Rate { return callback.Rate{K: k, N: n} }
	right := callback.Board{
		Total: callback.Counts{Eligible: 1, Attempts: 1, Right: 1, Closed: 1, AdHoc: 7}, Coverage: of(1, 1), Contact: of(1, 1), InTime: of(1, 1),
		Recovery: callback.Recovery{Eligible: of(0, 1), Contacted: of(0, 1), Rescored: of(0, 1)}, Promises: of(1, 2),
	}
	if a.figures(right, n); len(a.broken) > 0 {
		t.Errorf("what is right is seen as wrong: %v", a.broken)
	}
	for what, spoil := range map[string]func(*callback.Board){
		"cases":      func(b *callback.Board) { b.Total.Eligible++ },
		"coverage":   func(b *callback.Board) { b.Coverage.N++ },
		"covered":    func(b *callback.Board) { b.Coverage.K-- },
		"contact":    func(b *callback.Board) { b.Contact.N++ },
		"contacted":  func(b *callback.Board) { b.Contact.K++ },
		"in time":    func(b *callback.Board) { b.InTime.N++ },
		"closed":     func(b *callback.Board) { b.Total.Closed++ },
		"again":      func(b *callback.Board) { b.Total.Reopened++ },
		"eligible":   func(b *callback.Board) { b.Recovery.Eligible.N++ },
		"reached":    func(b *callback.Board) { b.Recovery.Contacted.N++ },
		"re-scored":  func(b *callback.Board) { b.Recovery.Rescored.N-- },
		"calls":      func(b *callback.Board) { b.Total.Attempts++ },
		"right":      func(b *callback.Board) { b.Total.Right++ },
		"outside":    func(b *callback.Board) { b.Total.AdHoc-- },
		"kept":       func(b *callback.Board) { b.Promises.K-- },
		"of settled": func(b *callback.Board) { b.Promises.N++ },
	} {
		wrong := right
		spoil(&wrong)
		clear(a.broken)
		if a.figures(wrong, n); a.broken["figures of the queue"] != 1 {
			t.Errorf("%s: the auditor sees %v", what, a.broken)
		}
	}
	clear(a.broken)
	mine.State = callback.New
	beside := callback.Case{ID: "adhoc-9", State: callback.New, AdHoc: &callback.AdHoc{By: "anna"}}
	if a.began(p, []callback.Case{mine}, beside, false); a.broken["one open case"] != 1 {
		t.Error("the auditor does not see a case outside the queue beside an open one")
	}
	a.called(p, dial{caseID: "adhoc-9", agent: "anna", at: now, code: callback.TalkedPromise, sent: now})
	beside.State, beside.AdHoc = callback.Closed, &callback.AdHoc{By: "anna", Joined: "ca-1"}
	note := callback.Note{By: "anna", Text: "Agreed with the customer on case adhoc-9, which goes on here: Send the part."}
	owed := callback.Promise{MadeBy: "anna", MadeAt: now.Add(time.Hour)}
	for _, x := range []struct {
		into   callback.Case
		astray int
	}{
		{callback.Case{ID: "ca-1"}, 1},
		{callback.Case{ID: "ca-1", Notes: []callback.Note{note}}, 1},
		{callback.Case{ID: "ca-1", Promises: []callback.Promise{owed}}, 1},
		{callback.Case{ID: "ca-1", Notes: []callback.Note{note}, Promises: []callback.Promise{owed}}, 0},
	} {
		clear(a.broken)
		if a.astray(p, beside, x.into); a.broken["talks that went astray"] != x.astray {
			t.Errorf("a talk on another case, of which this one tells %q and owes %v: the auditor sees %v", x.into.Notes, x.into.Promises, a.broken)
		}
	}
}
