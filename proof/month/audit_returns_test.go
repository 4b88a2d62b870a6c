package month

import (
	"slices"
	"testing"
	"time"

	"ringback/callback"
)

// This file looks at closed cases whose customers ring: who is owed something again, and who is not.

// returns is what the auditor knows of cases that were opened again.
type returns struct {
	// times counts how often each was.
	times map[string]int
	// Counted for the report: opened again because the agent said so, or by what was agreed; calls that changed nothing, and those
	// that reached at last whom nobody had.
	reopened, agreed, history, reached int
}

func newReturns() returns { return returns{times: map[string]int{}} }

// round is how often a case has been open.
func (r *returns) round(id string) int { return 1 + r.times[id] }

// reopens judges what became of a closed case that an agent opened again. before are the customer's cases as they were.
func (a *auditor) reopens(p *person, before []callback.Case, was, is callback.Case) {
	other := opened(before)
	switch {
	case was.State == callback.Suppressed && is.State != callback.Suppressed:
		a.breach("do not call", "case %s of customer %d, who had said never again, is %s", is.ID, p.n, is.State)
	case other != "" && is.State.Open():
		a.breach("one open case", "customer %d has case %s open, and case %s was opened again", p.n, other, is.ID)
	case was.State == callback.Suppressed || other != "":
		if is.Round != was.Round {
			a.breach("reopened cases", "case %s was not to be opened again, and is in round %d", is.ID, is.Round)
		}
	case !is.State.Open() || is.Round != was.Round+1:
		a.breach("reopened cases", "case %s was opened again, and is %s in round %d after %d", is.ID, is.State, is.Round, was.Round)
	default:
		a.returns.times[is.ID]++
		a.returns.reopened++
	}
}

// owes are the ends of a talk after which we owe something.
var owes = []callback.Disposition{callback.CallbackMine, callback.CallbackAnyone, callback.TalkedPromise, callback.TalkedEscalated}

// triedAgain are those after which somebody is to be tried once more.
var triedAgain = []callback.Disposition{callback.BadMoment, callback.PartialTalk, callback.SoftRefusal}

// noContact are the ends of cases whose customer nobody had reached.
var noContact = []callback.Resolution{callback.Exhausted, callback.AgedOut, callback.UnreachData, callback.StaleContact}

// rang judges what became of a closed case on which a call of its customer was put on record.
func (a *auditor) rang(was, is callback.Case, code callback.Disposition) {
	right := slices.Contains(spoke, code) || slices.Contains(refused, code)
	switch {
	case code == callback.DoNotCall:
		if is.State != callback.Suppressed {
			a.breach("do not call", "the customer of case %s said never again, and it is %s", is.ID, is.State)
		}
	case was.State == callback.Suppressed:
		if is.State != was.State {
			a.breach("do not call", "case %s is %s, and its customer had said never again", is.ID, is.State)
		}
	case right && was.Closing != nil && slices.Contains(noContact, was.Closing.Resolution):
		a.returns.reached++
		ended := is.Closing != nil && !slices.Contains(noContact, is.Closing.Resolution)
		switch {
		case slices.Contains(owes, code):
			ended = is.State.Open()
		case slices.Contains(triedAgain, code): // unless no attempt is left
			ended = is.State.Open() || is.Closing != nil && is.Closing.At.After(was.Closing.At)
		}
		if is.Round != was.Round || !ended {
			a.breach("reopened cases", "the customer of case %s was reached at last, and it is %s in round %d", is.ID, is.State, is.Round)
		}
	case slices.Contains(owes, code):
		a.returns.agreed++
		a.returns.times[is.ID]++
		if !is.State.Open() || is.Round != was.Round+1 {
			a.breach("reopened cases", "something was agreed on closed case %s, and it is %s in round %d after %d", is.ID, is.State, is.Round, was.Round)
		}
	default:
		a.returns.history++
		if is.State != was.State || is.Round != was.Round || is.Closing == nil || !is.Closing.At.Equal(was.Closing.At) {
			a.breach("reopened cases", "nothing was agreed on closed case %s, and it is %s in round %d", is.ID, is.State, is.Round)
		}
	}
	if len(is.Attempts) != len(was.Attempts)+1 {
		a.breach("calls on record", "case %s has %d calls after %d and one more", is.ID, len(is.Attempts), len(was.Attempts))
	}
}

// rounds: every case is in the round that the auditor knows of.
func (a *auditor) rounds(cases []callback.Case) {
	for _, c := range cases {
		if c.Round != a.returns.round(c.ID) {
			a.breach("reopened cases", "case %s is in round %d, and was opened again %d times", c.ID, c.Round, a.returns.times[c.ID])
		}
	}
}

// What the server would never do is shown to the auditor as it would look.
func TestTheAuditorSeesWhatIsOpenedAgain(t *testing.T) {
	at := time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)
	p := &person{n: 7}
	closed := callback.Case{ID: "ca-1", State: callback.Closed, Round: 1, Closing: &callback.Closing{Resolution: callback.Resolved, At: at}}
	unreached := closed
	unreached.Closing = &callback.Closing{Resolution: callback.Exhausted, At: at}
	never := closed
	never.State = callback.Suppressed
	open := closed
	open.State, open.Round = callback.New, 2
	beside := callback.Case{ID: "ca-2", State: callback.New, Round: 1}
	call := func(c callback.Case) callback.Case {
		c.Attempts = append(slices.Clone(c.Attempts), callback.Attempt{Direction: callback.Inbound})
		return c
	}
	for name, x := range map[string]struct {
		judge func(a *auditor)
		rule  string // empty if all is right
	}{
		"opened again":             {func(a *auditor) { a.reopens(p, []callback.Case{closed}, closed, open) }, ""},
		"not opened again":         {func(a *auditor) { a.reopens(p, []callback.Case{closed}, closed, closed) }, "reopened cases"},
		"opened beside another":    {func(a *auditor) { a.reopens(p, []callback.Case{closed, beside}, closed, open) }, "one open case"},
		"left for another":         {func(a *auditor) { a.reopens(p, []callback.Case{closed, beside}, closed, closed) }, ""},
		"opened against their ban": {func(a *auditor) { a.reopens(p, []callback.Case{never}, never, open) }, "do not call"},
		"nothing agreed":           {func(a *auditor) { a.rang(closed, call(closed), callback.TalkedListened) }, ""},
		"open for nothing":         {func(a *auditor) { a.rang(closed, call(open), callback.TalkedListened) }, "reopened cases"},
		"a promise":                {func(a *auditor) { a.rang(closed, call(open), callback.TalkedPromise) }, ""},
		"a promise in the air":     {func(a *auditor) { a.rang(closed, call(closed), callback.TalkedPromise) }, "reopened cases"},
		"reached at last, in vain": {func(a *auditor) { a.rang(unreached, call(unreached), callback.TalkedListened) }, "reopened cases"},
		"a promise, reached late":  {func(a *auditor) { a.rang(unreached, call(unreached), callback.TalkedPromise) }, "reopened cases"},
		"tried again in vain":      {func(a *auditor) { a.rang(unreached, call(unreached), callback.BadMoment) }, "reopened cases"},
		"never again, in vain":     {func(a *auditor) { a.rang(closed, call(closed), callback.DoNotCall) }, "do not call"},
		"a call that is lost":      {func(a *auditor) { a.rang(closed, closed, callback.TalkedListened) }, "calls on record"},
		"a round of its own":       {func(a *auditor) { a.rounds([]callback.Case{open}) }, "reopened cases"},
	} {
		a := newAuditor(callback.DefaultPolicy("main"), func(string, ...any) {})
		x.judge(a)
		if want := min(1, len(x.rule)); len(a.broken) != want || want > 0 && a.broken[x.rule] == 0 {
			t.Errorf("%s: the auditor sees %v, want %q", name, a.broken, x.rule)
		}
	}
}
