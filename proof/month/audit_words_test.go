package month

import (
	"testing"
	"time"

	"ringback/callback"
)

// This file holds what agents said of their promises against what is on record of them.

// words is what was said of promises.
type words struct {
	said map[string]word
	late int
}

type word struct {
	agent  string
	status callback.PromiseStatus
	at     time.Time
	// late tells that it was said after the promise was due, and its grace.
	late bool
}

func newWords() words { return words{said: map[string]word{}} }

// unheardOf is for how long what was said may lie at a desk: a day without a line, over a Sunday.
const unheardOf = 72 * time.Hour

// says notes what an agent says of a promise.
func (a *auditor) says(id, agent string, status callback.PromiseStatus, due, now time.Time) {
	w := word{agent, status, now, now.Sub(due) > time.Duration(a.policy.Floor.PromiseGrace)*time.Minute+tickSlack}
	if w.late {
		a.words.late++
	}
	a.words.said[id] = w
}

// kept: what was said of a promise is on record as it was said, and that it was late if it was.
func (a *auditor) kept(c callback.Case, now time.Time) {
	for _, p := range c.Promises {
		w, said := a.words.said[p.ID]
		if !said || now.Sub(w.at) < unheardOf {
			continue
		}
		switch {
		case p.Status == callback.PromiseOpen:
			a.breach("settled promises", "%s said at %s what became of a promise of case %s, and it is open", w.agent, w.at.Format(time.DateTime), c.ID)
		case p.SettledBy == w.agent && p.Status != w.status:
			a.breach("settled promises", "%s said of a promise of case %s: %s, and it is %s", w.agent, c.ID, w.status, p.Status)
		case w.late && p.OverdueAt == nil && c.State != callback.Suppressed:
			a.breach("overdue promises", "a promise of case %s was settled late at %s, and was never overdue", c.ID, w.at.Format(time.DateTime))
		}
	}
}

// What the server would never do is shown to the auditor as it would look.
func TestTheAuditorSeesWhatBecameOfPromises(t *testing.T) {
	now := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
	due, said := now.Add(-120*time.Hour), now.Add(-96*time.Hour)
	for name, x := range map[string]struct {
		is   callback.Promise
		rule string
	}{
		"kept late":            {callback.Promise{Status: callback.PromiseDone, SettledBy: "anna", OverdueAt: &said}, ""},
		"still open":           {callback.Promise{Status: callback.PromiseOpen, OverdueAt: &said}, "settled promises"},
		"turned into its like": {callback.Promise{Status: callback.PromiseBroken, SettledBy: "anna", OverdueAt: &said}, "settled promises"},
		"never overdue":        {callback.Promise{Status: callback.PromiseDone, SettledBy: "anna"}, "overdue promises"},
	} {
		a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
		a.says("pr-1", "anna", callback.PromiseDone, due, said)
		x.is.ID = "pr-1"
		a.kept(callback.Case{ID: "ca-1", State: callback.Closed, Promises: []callback.Promise{x.is}}, now)
		if want := min(1, len(x.rule)); len(a.broken) != want || want > 0 && a.broken[x.rule] == 0 {
			t.Errorf("%s: the auditor sees %v, want %q", name, a.broken, x.rule)
		}
	}
}
