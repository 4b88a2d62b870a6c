package callback_test

import (
	"testing"
	"time"

	"ringback/callback"
)

// over is a case that ended at an instant, after calls that ended so.
func over(how callback.Resolution, at time.Time, calls ...callback.Disposition) callback.Case {
	c := callback.Case{ID: "ca-1", Version: 9, Round: 1, State: callback.Closed, OpenedAt: at.AddDate(0, 0, -5)}
	for i, d := range calls {
		began := at.Add(-time.Duration(len(calls)-i) * time.Hour)
		c.Attempts = append(c.Attempts, callback.Attempt{ID: string(d), At: began, Ring: 10, Talk: 50, Round: 1, Disposition: d})
	}
	c.Closing = &callback.Closing{Resolution: how, At: at, FirstAt: at}
	return c
}

var ended = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// Who was talked to, would not talk, or could not be reached is left in peace
// for as long as the policy says; a case that was not about them leaves none.
func TestCooling(t *testing.T) {
	t.Parallel()
	p := callback.DefaultPolicy("north")
	open := over(callback.Resolved, ended, callback.TalkedResolved)
	open.State = callback.RetryWait
	hour := ended.Add(-time.Hour + time.Minute) // the end of the last call
	for name, row := range map[string]struct {
		c     callback.Case
		cause callback.CoolCause
		since time.Time
		days  int
	}{
		"talked to":          {over(callback.Resolved, ended, callback.TalkedResolved), callback.CoolsTalk, ended, 14},
		"promise kept later": {over(callback.PromiseKept, ended.AddDate(0, 0, 9), callback.TalkedPromise), callback.CoolsTalk, ended.AddDate(0, 0, 9), 14},
		"settled by letter":  {over(callback.EscalatedClosed, ended), callback.CoolsTalk, ended, 14},
		"refused":            {over(callback.Refused, ended, callback.HardRefusal), callback.CoolsRefusal, hour, 60},
		"hung up twice":      {over(callback.Refused, ended, callback.HungUp, callback.HungUp), callback.CoolsRefusal, ended, 60},
		"refused, then not":  {over(callback.Resolved, ended, callback.SoftRefusal, callback.TalkedResolved), callback.CoolsTalk, ended, 14},
		"refused, then aged": {over(callback.AgedOut, ended.AddDate(0, 0, 20), callback.SoftRefusal), callback.CoolsRefusal, hour.AddDate(0, 0, 20), 60},
		"busy, then aged":    {over(callback.AgedOut, ended, callback.BadMoment, callback.Busy), callback.CoolsTalk, ended.Add(-2*time.Hour + time.Minute), 14},
		"never reached":      {over(callback.Exhausted, ended, callback.NoAnswer, callback.VoicemailLeft), callback.CoolsUnreached, ended, 7},
		"never called":       {over(callback.AgedOut, ended), "", time.Time{}, 0},
		"wrong number":       {over(callback.UnreachData, ended, callback.WrongNumber), "", time.Time{}, 0},
		"a test":             {over(callback.NotEligible, ended), "", time.Time{}, 0},
		"open":               {open, "", time.Time{}, 0},
	} {
		k, ok := p.Cooling(row.c)
		if ok != (row.cause != "") {
			t.Errorf("%s: %v %+v", name, ok, k)
			continue
		}
		if ok && (k.Cause != row.cause || !k.Since.Equal(row.since) || !k.Until.Equal(row.since.AddDate(0, 0, row.days)) || k.CaseID != "ca-1") {
			t.Errorf("%s: %+v", name, k)
		}
	}
	p.CoolOff.Talk = 0
	if k, ok := p.Cooling(over(callback.Resolved, ended, callback.TalkedResolved)); ok {
		t.Errorf("0 days: %+v", k)
	}
}

// A request opens a case at any time; a spared stage does after a talk, not
// after a refusal, and not with an answer from before the talk.
func TestCools(t *testing.T) {
	t.Parallel()
	p := callback.DefaultPolicy("north")
	talk, refusal := over(callback.Resolved, ended, callback.TalkedResolved), over(callback.Refused, ended, callback.HardRefusal)
	for name, row := range map[string]struct {
		c     callback.Case
		score int
		asked bool
		at    time.Time
		cools bool
	}{
		"soon after":               {talk, 5, false, ended.AddDate(0, 0, 3), true},
		"last instant":             {talk, 5, false, ended.AddDate(0, 0, 14).Add(-time.Nanosecond), true},
		"over":                     {talk, 5, false, ended.AddDate(0, 0, 14), false},
		"asks for a call":          {talk, 5, true, ended.Add(time.Hour), false},
		"severe":                   {talk, 3, false, ended.Add(time.Hour), false},
		"severe, before the talk":  {talk, 3, false, ended.AddDate(0, 0, -1), true},
		"severe, after a refusal":  {refusal, 0, false, ended.AddDate(0, 0, 50), true},
		"asks, after a refusal":    {refusal, 0, true, ended.Add(time.Hour), false},
		"no case anyway":           {talk, 9, false, ended.Add(time.Hour), false},
		"long before, heard late":  {talk, 6, false, ended.AddDate(-1, 0, 0), true},
		"refusal is over as well":  {refusal, 4, false, ended.AddDate(0, 0, 60), false},
		"a case that leaves none":  {over(callback.UnreachData, ended, callback.WrongNumber), 5, false, ended.Add(time.Hour), false},
		"a severe one of a sample": {talk, 0, false, ended.Add(time.Hour), false},
	} {
		r := callback.Response{ID: "r", ExternalID: name, Score: &row.score, Asked: row.asked, AnsweredAt: row.at}
		if k, ok := p.Cools(p.Decide(r), r, []callback.Case{row.c}); ok != row.cools {
			t.Errorf("%s: %v %+v", name, ok, k)
		}
	}
	five := 5
	r := callback.Response{ID: "r", Score: &five, AnsweredAt: ended.AddDate(0, 0, 2)}
	if k, ok := p.Cools(p.Decide(r), r, []callback.Case{refusal, talk}); !ok || k.Cause != callback.CoolsRefusal {
		t.Errorf("of two, the longer: %+v", k)
	}
}

// An answer that opens no case belongs to the last talk it can speak of.
func TestResurveys(t *testing.T) {
	t.Parallel()
	p := callback.DefaultPolicy("north")
	first, second := over(callback.Resolved, ended, callback.TalkedResolved), over(callback.Listened, ended.AddDate(0, 0, 30), callback.TalkedListened)
	second.ID = "ca-2"
	refused := over(callback.Refused, ended.AddDate(0, 0, 40), callback.HardRefusal)
	refused.ID = "ca-3"
	cases := []callback.Case{first, second, refused}
	for days, want := range map[int]string{-1: "", 1: "ca-1", 29: "ca-1", 31: "ca-2", 129: "ca-2", 131: ""} {
		if id, ok := p.Resurveys(callback.Response{AnsweredAt: ended.AddDate(0, 0, days)}, cases); id != want || ok != (want != "") {
			t.Errorf("after %d days: %q", days, id)
		}
	}
	if role := first.SaysAgain(callback.Response{AnsweredAt: ended.AddDate(0, 0, -1)}); role != callback.Baseline {
		t.Errorf("before the talk: %s", role)
	}
	if role := first.SaysAgain(callback.Response{AnsweredAt: ended.AddDate(0, 0, 1)}); role != callback.Resurvey {
		t.Errorf("after the talk: %s", role)
	}
}

// Nobody is to be asked while they wait for our call, nor soon after it.
func TestNoSurvey(t *testing.T) {
	t.Parallel()
	p := callback.DefaultPolicy("north")
	open := over(callback.Resolved, ended, callback.TalkedResolved)
	open.State = callback.RetryWait
	if k, ok := p.NoSurvey(open); !ok || k.Cause != callback.CoolsOpen || !k.Until.IsZero() {
		t.Errorf("open: %+v", k)
	}
	talked := ended.Add(-time.Hour + time.Minute)
	if k, ok := p.NoSurvey(over(callback.Resolved, ended, callback.TalkedResolved)); !ok || k.Cause != callback.CoolsTalk || !k.Until.Equal(talked.AddDate(0, 0, 30)) {
		t.Errorf("talked to: %+v", k)
	}
	if k, ok := p.NoSurvey(over(callback.Refused, ended, callback.HardRefusal)); !ok || k.Cause != callback.CoolsRefusal || !k.Until.Equal(talked.AddDate(0, 0, 60)) {
		t.Errorf("refused: %+v", k)
	}
	if k, ok := p.NoSurvey(over(callback.UnreachData, ended, callback.WrongNumber)); ok {
		t.Errorf("wrong number: %+v", k)
	}
}

// A policy of before has the rules of a new team, with its own stages.
func TestCoolOffOfOlderPolicies(t *testing.T) {
	t.Parallel()
	p := ownPolicy(t)
	p.CoolOff = callback.CoolOffRules{}
	p.Stages[0].Name = "furious"
	if r := p.CoolOffInForce(); r.Talk != 14 || len(r.Spare) != 1 || r.Spare[0] != "furious" {
		t.Errorf("%+v", r)
	}
	if problems := p.Problems(); len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
	p.CoolOff = callback.CoolOffRules{Spare: []string{}}
	if r := p.CoolOffInForce(); r.Talk != 0 || len(r.Spare) != 0 {
		t.Errorf("a team that wants none: %+v", r)
	}
}
