package callback

import (
	"fmt"
	"testing"
	"time"
)

// calls folds calls with these outcomes into a fresh case, each at the planned
// time, and gives the case.
func calls(t *testing.T, p Policy, c Case, list ...Disposition) Case {
	t.Helper()
	at := t0.Add(5 * time.Hour) // 09:00 in New York
	for i, d := range list {
		if c.Plan.NotBefore.After(at) {
			at = c.Plan.NotBefore
		}
		call := complete(d)
		call.AttemptID, call.StartedAt, call.Number = fmt.Sprint("at-", i), at, c.Customer.Phone.E164
		var v Verdict
		c, v = Apply(p, c, event(t, fmt.Sprint("ev-", i), at, c.Fence, call))
		if v.Status != Applied {
			t.Fatalf("call %d, %s: %v", i+1, d, v)
		}
	}
	return c
}

func TestRepeatedRefusals(t *testing.T) {
	p := DefaultPolicy("main")
	p.Retry.PerPersonWeek = MaxPersonWeek
	for _, row := range []struct {
		calls []Disposition
		// days is how far away the next attempt is at least; 0 if the case ends
		// as refused.
		days int
	}{
		{[]Disposition{HungUp}, 1},
		{[]Disposition{HungUp, HungUp}, 7},
		{[]Disposition{HungUp, HungUp, HungUp}, 0},
		{[]Disposition{SoftRefusal}, 7},
		{[]Disposition{SoftRefusal, SoftRefusal}, 0},
		{[]Disposition{HungUp, SoftRefusal}, 7},
		{[]Disposition{SoftRefusal, HungUp}, 7},
		{[]Disposition{SoftRefusal, HungUp, HungUp}, 0},
		{[]Disposition{SoftRefusal, NoAnswer}, 1},
	} {
		c := calls(t, p, opened(t, p, 2), row.calls...)
		last := c.Attempts[len(c.Attempts)-1].At
		if row.days == 0 {
			if c.State != Closed || c.Closing.Resolution != Refused {
				t.Errorf("%v: %s, want refused", row.calls, c.State)
			}
			continue
		}
		if wait := c.Plan.NotBefore.Sub(last); c.State != RetryWait || row.days > 1 && wait < time.Duration(row.days)*24*time.Hour || wait > 30*24*time.Hour {
			t.Errorf("%v: %s, next after %s", row.calls, c.State, wait)
		}
	}
}

// The delay of a code grows with the attempts that count; a busy line and a
// dropped one are tried again soon, but not at once again and again.
func TestDelaysGrow(t *testing.T) {
	p := DefaultPolicy("main")
	p.Windows = []Window{{Hours: weekdays(span(0, 0, 24, 0), span(0, 0, 24, 0), span(0, 0, 24, 0))}}
	p.Legal, p.Retry.Rotate, p.Retry.PerDay, p.Retry.MinApart = Span{0, dayMinutes}, nil, 0, 0
	for _, row := range []struct {
		calls []Disposition
		want  time.Duration
	}{
		{[]Disposition{NoAnswer}, 3 * time.Hour},
		{[]Disposition{NoAnswer, NoAnswer}, 3 * time.Hour},
		{[]Disposition{NoAnswer, NoAnswer, NoAnswer}, 6 * time.Hour},
		{[]Disposition{NoAnswer, NoAnswer, NoAnswer, NoAnswer, NoAnswer}, 9 * time.Hour},
		{[]Disposition{Busy}, 30 * time.Minute},
		{[]Disposition{Busy, Busy}, 3 * time.Hour},
		{[]Disposition{Busy, NoAnswer, Busy}, time.Hour},
		{[]Disposition{TechnicalFailure}, 15 * time.Minute},
		{[]Disposition{TechnicalFailure, TechnicalFailure}, 3 * time.Hour},
		{[]Disposition{PartialTalk}, 10 * time.Minute},
		{[]Disposition{VoicemailLeft}, 24 * time.Hour},
	} {
		c := calls(t, p, opened(t, p, 2), row.calls...)
		if got := c.Plan.NotBefore.Sub(c.Attempts[len(c.Attempts)-1].At); got != row.want {
			t.Errorf("%v: next after %s, want %s", row.calls, got, row.want)
		}
	}
}

// Numbers take turns: after so many attempts, or at once when one leads
// nowhere; a case without any number left ends.
func TestNumbersTakeTurns(t *testing.T) {
	p := DefaultPolicy("main")
	start := func(more ...string) Case {
		c := opened(t, p, 2)
		for _, n := range more {
			c.Customer.Others = append(c.Customer.Others, Phone{E164: n, Region: "US", Zones: c.Customer.Phone.Zones})
		}
		return c
	}
	first := start().Customer.Phone.E164
	for _, row := range []struct {
		calls []Disposition
		more  []string
		want  string // "" if the case ends
	}{
		{[]Disposition{NoAnswer, NoAnswer}, []string{"+2"}, first},
		{[]Disposition{NoAnswer, NoAnswer, NoAnswer}, []string{"+2"}, "+2"},
		{[]Disposition{NoAnswer, NoAnswer, NoAnswer}, nil, first},
		{[]Disposition{NoAnswer, NoAnswer, NoAnswer, NoAnswer, NoAnswer}, []string{"+2"}, "+2"},
		{[]Disposition{WrongNumber}, []string{"+2"}, "+2"},
		{[]Disposition{WrongNumber, Disconnected}, []string{"+2", "+3"}, "+3"},
		{[]Disposition{WrongNumber, NoAnswer, NoAnswer, NoAnswer}, []string{"+2"}, "+2"},
		{[]Disposition{WrongNumber}, nil, ""},
		{[]Disposition{WrongNumber, Disconnected}, []string{"+2"}, ""},
		{[]Disposition{TechnicalFailure, TechnicalFailure, TechnicalFailure}, []string{"+2"}, first},
	} {
		c := calls(t, p, start(row.more...), row.calls...)
		if row.want == "" {
			if c.State != Closed || c.Closing.Resolution != UnreachData {
				t.Errorf("%v with %v: %s", row.calls, row.more, c.State)
			}
			continue
		}
		if c.State != RetryWait || c.Customer.Phone.E164 != row.want || len(c.Customer.Others) != len(row.more) {
			t.Errorf("%v with %v: %s, next %s and %v", row.calls, row.more, c.State, c.Customer.Phone.E164, c.Customer.Others)
		}
	}
}

// A bad moment is not tried again in the same part of the day, even if that
// part was tried least.
func TestABadMomentMovesToAnotherBand(t *testing.T) {
	p := DefaultPolicy("main")
	c := calls(t, p, opened(t, p, 2), BadMoment)
	zone, _ := Zone("America/New_York")
	if was := p.BandAt(c.Attempts[0].At.In(zone)); was == "" || c.Plan.Band == "" || c.Plan.Band == was {
		t.Errorf("a bad moment in the %q is followed by the %q", was, c.Plan.Band)
	}
	// Rung in the morning and over in the afternoon, it was the morning that was bad; the evening has been tried.
	c = opened(t, p, 2)
	for i, x := range []struct {
		d            Disposition
		rings, saved time.Time
	}{
		{NoAnswer, time.Date(2026, 3, 2, 18, 0, 0, 0, zone), time.Date(2026, 3, 2, 18, 1, 0, 0, zone)},
		{BadMoment, time.Date(2026, 3, 4, 11, 55, 0, 0, zone), time.Date(2026, 3, 4, 12, 5, 0, 0, zone)},
	} {
		r := complete(x.d)
		r.AttemptID, r.StartedAt, r.Rescore = fmt.Sprint("at-", i), x.rings, nil
		c, _ = Apply(p, c, event(t, fmt.Sprint("ev-", i), x.saved, c.Fence, r))
	}
	if c.Plan.Band != "afternoon" {
		t.Errorf("a bad moment that rang in the morning is followed by the %q", c.Plan.Band)
	}
}

// A default policy can be changed without changing the next one.
func TestDefaultPoliciesShareNothing(t *testing.T) {
	p := DefaultPolicy("main")
	p.Signals[0], p.Causes[0].Name, p.Causes[0].Causes[0] = "x", "x", "x"
	p.Bands[0].Days[0], p.Business.Hours[time.Monday][0].From = time.Sunday, 1
	p.Windows[0].Hours[time.Monday][0].From, p.Windows[0].Holidays[0] = 1, "x"
	q := DefaultPolicy("main")
	if q.Signals[0] == "x" || q.Causes[0].Name == "x" || q.Causes[0].Causes[0] == "x" || q.Bands[0].Days[0] == time.Sunday || q.Bands[1].Days[0] == time.Sunday {
		t.Error("two policies share a list")
	}
	if p.Business.Hours[time.Tuesday][0].From == 1 || q.Windows[0].Hours[time.Monday][0].From == 1 || q.Windows[0].Holidays[0] == "x" {
		t.Error("two days, or two policies, share their hours")
	}
}
