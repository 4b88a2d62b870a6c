package month

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// This file looks at whom a second answer brings back into the queue. It works peace after a call out from its own record
// of the calls, how a case ended, and the policy's plain numbers.

// hairs is by how much the auditor's clock may differ from the server's: it takes a call's beginning for its end.
const hairs = time.Hour

// tallied counts second answers for the report.
type tallied struct{ all, opened, joined, cooled, kept int }

var (
	spoke = []callback.Disposition{
		callback.TalkedResolved, callback.TalkedPromise, callback.TalkedEscalated, callback.TalkedListened, callback.TalkedLost,
		callback.Thanked, callback.CallbackMine, callback.CallbackAnyone, callback.BadMoment, callback.PartialTalk,
	}
	refused = []callback.Disposition{callback.SoftRefusal, callback.HardRefusal, callback.DoNotCall}
	settled = []callback.Resolution{
		callback.Resolved, callback.Explained, callback.PromiseKept, callback.PromiseBrokenClosed, callback.Listened,
		callback.EscalatedClosed, callback.Lost, callback.ResolvedThanked,
	}
	gaveUp = []callback.Resolution{callback.Exhausted, callback.AgedOut}
)

// heard judges what the server made of a second answer. before are the customer's cases as they were.
func (a *auditor) heard(x again, before []callback.Case, r callback.IntakeResult) {
	a.again.all++
	open := slices.IndexFunc(before, func(c callback.Case) bool { return c.State.Open() })
	goesOn := slices.ContainsFunc(before, func(c callback.Case) bool { return c.State.Open() && c.ID == r.CaseID })
	never := slices.ContainsFunc(before, func(c callback.Case) bool { return c.State == callback.Suppressed })
	switch {
	case r.Status != callback.IntakeAccepted:
		a.breach("answers are taken", "the second answer of customer %d is %s: %s", x.p.n, r.Status, r.Reason)
	case r.Opened && open >= 0:
		a.breach("one open case", "customer %d has case %s open and got case %s", x.p.n, before[open].ID, r.CaseID)
	case r.Opened && never:
		a.breach("do not call", "customer %d had said never again and got case %s", x.p.n, r.CaseID)
	case r.Opened && !x.asked && a.peaceful(x, before, -hairs):
		a.breach("cool-off", "customer %d, who is to be left in peace, got case %s for an answer of %s", x.p.n, r.CaseID, x.at.Format(time.DateTime))
	case r.Opened && !a.owed(x):
		a.breach("who is called back", "customer %d gave a %d and got case %s", x.p.n, x.score, r.CaseID)
	case open >= 0 && !goesOn && !never:
		a.breach("one open case", "customer %d has case %s open, and the answer went to %q", x.p.n, before[open].ID, r.CaseID)
	case !r.Opened && open < 0 && !never && a.owed(x) && (x.asked || !a.peaceful(x, before, hairs)):
		a.breach("who is called back", "customer %d gave a %d, asked %v, and got no case: %s", x.p.n, x.score, x.asked, r.Warning)
	}
	switch {
	case r.Opened:
		a.again.opened++
	case open >= 0:
		a.again.joined++
	case r.Cooling != nil:
		a.again.cooled++
	default:
		a.again.kept++
	}
}

// owed tells whether an answer is one that opens a case.
func (a *auditor) owed(x again) bool { return x.asked && a.policy.Requests || a.stage(x.score) != "" }

// stage names the stage that calls everybody of a score.
func (a *auditor) stage(score int) string {
	for _, s := range a.policy.Stages {
		if s.Active && score >= s.From && score <= s.To && s.Percent == 100 {
			return s.Name
		}
	}
	return ""
}

// peaceful tells whether a customer is left in peace after one of their cases. What is within slack of an end of it counts
// as in peace, or as outside if slack is less than zero.
func (a *auditor) peaceful(x again, cases []callback.Case, slack time.Duration) bool {
	spared := slices.ContainsFunc(a.policy.CoolOff.Spare, func(s string) bool { return strings.EqualFold(s, a.stage(x.score)) })
	for _, c := range cases {
		since, days, refusal := a.peaceAfter(x.p, c)
		if days > 0 && x.at.Before(since.AddDate(0, 0, days).Add(slack)) && (refusal || !spared || !x.at.After(since.Add(slack))) {
			return true
		}
	}
	return false
}

// peaceAfter works out from when on and for how many days a case leaves its customer in peace.
func (a *auditor) peaceAfter(p *person, c callback.Case) (since time.Time, days int, refusal bool) {
	rules := a.policy.CoolOff
	if c.State.Open() || c.State == callback.Suppressed || c.Closing == nil {
		return time.Time{}, 0, false
	}
	talk, no, called := time.Time{}, false, false
	for _, d := range a.calls[p] {
		if d.caseID != c.ID || d.sent.IsZero() {
			continue
		}
		called = true
		if says, nay := slices.Contains(spoke, d.code), slices.Contains(refused, d.code); says || nay {
			talk, no = d.at, nay
		}
	}
	ended := c.Closing.At
	switch how := c.Closing.Resolution; {
	case slices.Contains(settled, how):
		return later(talk, ended), rules.Talk, false
	case how == callback.Refused:
		return later(talk, ended), rules.Refusal, true
	case no:
		return talk, rules.Refusal, true
	case !talk.IsZero():
		return talk, rules.Talk, false
	case slices.Contains(gaveUp, how) && called:
		return ended, rules.Unreached, false
	}
	return time.Time{}, 0, false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// oneEach: nobody has two open cases.
func (a *auditor) oneEach(cases []callback.Case, whose map[string]*person) {
	open := map[*person]string{}
	for _, c := range cases {
		p := whose[c.ID]
		switch other := open[p]; {
		case p == nil:
			a.breach("cases of nobody", "case %s is of no customer of the month", c.ID)
		case !c.State.Open():
		case other != "":
			a.breach("one open case", "customer %d has cases %s and %s open", p.n, other, c.ID)
		default:
			open[p] = c.ID
		}
	}
}

// What the server would never do is shown to the auditor as it would look.
func TestTheAuditorSeesWhoIsNotLeftInPeace(t *testing.T) {
	now := time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)
	p := &person{n: 7, number: "+34910000001"}
	closed := func(how callback.Resolution, ago time.Duration) []callback.Case {
		return []callback.Case{{ID: "ca-1", State: callback.Closed, Closing: &callback.Closing{Resolution: how, At: now.Add(-ago)}}}
	}
	const day = 24 * time.Hour
	opened := callback.IntakeResult{Status: callback.IntakeAccepted, CaseID: "ca-2", Opened: true}
	kept := callback.IntakeResult{Status: callback.IntakeAccepted, CaseID: "ca-1"}
	five, one, ten := again{p: p, at: now, score: 5}, again{p: p, at: now, score: 1}, again{p: p, at: now, score: 10}
	asks, early := again{p: p, at: now, score: 5, asked: true}, again{p: p, at: now.Add(-3 * day), score: 1}
	for name, x := range map[string]struct {
		says   again
		before []callback.Case
		code   callback.Disposition
		became callback.IntakeResult
		rule   string // empty if all is right
	}{
		"a talk of last week":         {five, closed(callback.Listened, 7*day), callback.TalkedListened, opened, "cool-off"},
		"left in peace":               {five, closed(callback.Listened, 7*day), callback.TalkedListened, kept, ""},
		"a talk of last month":        {five, closed(callback.Listened, 15*day), callback.TalkedListened, opened, ""},
		"left in peace for too long":  {five, closed(callback.Listened, 15*day), callback.TalkedListened, kept, "who is called back"},
		"a spared score":              {one, closed(callback.Listened, 7*day), callback.TalkedListened, opened, ""},
		"a spared score not called":   {one, closed(callback.Listened, 7*day), callback.TalkedListened, kept, "who is called back"},
		"a score of before the talk":  {early, closed(callback.Listened, day), callback.TalkedListened, opened, "cool-off"},
		"a refusal holds":             {one, closed(callback.Refused, 40*day), callback.HardRefusal, opened, "cool-off"},
		"nobody was reached":          {five, closed(callback.Exhausted, 6*day), callback.NoAnswer, opened, "cool-off"},
		"nobody was reached long ago": {five, closed(callback.Exhausted, 8*day), callback.NoAnswer, opened, ""},
		"a wrong number":              {five, closed(callback.UnreachData, day), callback.Disconnected, kept, "who is called back"},
		"a call is asked for":         {asks, closed(callback.Listened, 7*day), callback.TalkedListened, opened, ""},
		"a call asked for in vain":    {asks, closed(callback.Listened, 7*day), callback.TalkedListened, kept, "who is called back"},
		"a promoter":                  {ten, nil, callback.NoAnswer, opened, "who is called back"},
		"never again":                 {asks, []callback.Case{{ID: "ca-1", State: callback.Suppressed}}, callback.DoNotCall, opened, "do not call"},
		"a case beside an open one":   {five, []callback.Case{{ID: "ca-1", State: callback.RetryWait}}, callback.NoAnswer, opened, "one open case"},
		"an answer that went astray":  {five, []callback.Case{{ID: "ca-3", State: callback.RetryWait}}, callback.NoAnswer, kept, "one open case"},
	} {
		a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
		at := now
		if len(x.before) > 0 && x.before[0].Closing != nil {
			at = x.before[0].Closing.At
		}
		a.calls[p] = []*dial{{caseID: "ca-1", at: at, code: x.code, sent: now}}
		a.heard(x.says, x.before, x.became)
		if want := min(1, len(x.rule)); len(a.broken) != want || want > 0 && a.broken[x.rule] == 0 {
			t.Errorf("%s: the auditor sees %v, want %q", name, a.broken, x.rule)
		}
	}
	a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
	whose := map[string]*person{"ca-1": p, "ca-2": p, "ca-3": {n: 8}}
	two := []callback.Case{{ID: "ca-1", State: callback.New}, {ID: "ca-2", State: callback.Closed}, {ID: "ca-3", State: callback.New}}
	if a.oneEach(two, whose); len(a.broken) > 0 {
		t.Errorf("what is right is seen as wrong: %v", a.broken)
	}
	two[1].State = callback.Escalated
	if a.oneEach(two, whose); a.broken["one open case"] != 1 {
		t.Error("the auditor does not see two open cases of one customer")
	}
}
