package ui

import (
	"strings"
	"time"

	"ringback/callback"
)

// next says what an outcome would lead to.
func (s *sheet) next(d callback.Disposition, now time.Time) callback.Text {
	if spare := s.spare(); d == callback.VoicemailLeft && spare.String() != "" {
		return say("%s; if it was, enter asks", spare)
	}
	return s.foresee(d, now, func(t time.Time) string { return s.both(t, now) })
}

// nextShort says it in a few words, for lists: there is no room for a city, so
// times are the agent's own, and a part of the day is said to be the customer's.
func (s *sheet) nextShort(d callback.Disposition, now time.Time) callback.Text {
	if left, most, enough := s.enough(); d == callback.VoicemailLeft && enough {
		return say("%d/%d: no more", left, most)
	}
	elsewhere := false
	text := s.foresee(d, now, func(t time.Time) string {
		elsewhere = t.In(s.mine).Format(time.DateTime) != t.In(s.theirs).Format(time.DateTime)
		if t.Sub(now) < 6*24*time.Hour {
			return t.In(s.mine).Format("Mon 15:04")
		}
		return callback.FormatWhen(t, now, s.mine)
	})
	if !elsewhere {
		return text
	}
	return say("%s", strings.Replace(text.String(), " (", " (their ", 1))
}

// foresee folds the call into the case by the same rules the server uses, and
// says what came of it; clock says instants.
func (s *sheet) foresee(d callback.Disposition, now time.Time, clock func(time.Time) string) callback.Text {
	rule, ok := d.Rule()
	if !ok {
		return callback.Text{}
	}
	call := s.imagine(d, now)
	event, err := callback.NewEvent("preview", s.draft.CaseID, call)
	if err != nil {
		return callback.Text{}
	}
	event.Agent, event.At, event.Fence = s.me.ID, now.UTC(), s.view.Case.Fence
	after, verdict := callback.Apply(s.policy, s.view.Case, event)
	if verdict.Status != callback.Applied {
		return say("kept on record without effect: %s", verdict.Reason.Words())
	}
	return s.outlook(after, rule, clock)
}

// imagine fills in what the outcome still needs, so that it can be folded.
func (s *sheet) imagine(d callback.Disposition, now time.Time) *callback.CallRecorded {
	try := *s
	try.draft.Disposition = d
	call := try.payload(now)
	if call.AttemptID == "" {
		call.AttemptID = "preview"
	}
	if call.StartedAt.IsZero() {
		call.StartedAt = now.UTC()
	}
	if call.Note == "" {
		call.Note = "-"
	}
	if call.Root == nil {
		call.Root = &callback.RootCause{Driver: "-"}
	}
	rule, _ := d.Rule()
	if call.Callback == nil && rule.To == callback.CallbackScheduled {
		call.Callback = &callback.CallbackWish{At: now.Add(time.Hour), Anyone: d != callback.CallbackMine}
	}
	if d == callback.TalkedPromise && len(call.Promises) == 0 {
		call.Promises = []callback.NewPromise{{ID: "preview", Text: "-", Due: now.Add(time.Hour)}}
	}
	return call
}

// endWords say how a case ends.
var endWords = map[callback.Resolution]string{
	callback.PromiseKept: "what was promised is done", callback.PromiseBrokenClosed: "the promise was broken, and they know",
	callback.Resolved: "resolved", callback.Listened: "listened", callback.Lost: "the customer is leaving", callback.Refused: "refused",
	callback.Exhausted: "no attempt is left", callback.UnreachData: "no number leads to them",
	callback.StaleContact: "the contact is out of date", callback.ResolvedThanked: "thanked",
	callback.ResolvedErased: "the customer's data was erased",
}

// outlook puts the folded case into words.
func (s *sheet) outlook(c callback.Case, rule callback.DispositionRule, clock func(time.Time) string) callback.Text {
	switch c.State {
	case callback.Suppressed:
		return say("never called again, by anyone")
	case callback.Closed:
		if c.Closing != nil && endWords[c.Closing.Resolution] != "" {
			return say("closes: %s", endWords[c.Closing.Resolution])
		}
		return say("closes")
	case callback.CallbackScheduled:
		if rule.To != callback.CallbackScheduled { // nothing was agreed: the call that was agreed earlier is tried again
			at := c.Plan.NotBefore
			if at.IsZero() && c.Plan.Callback != nil {
				at = c.Plan.Callback.At
			}
			return say("again %s", clock(at))
		}
		who, when := "you call", "at the time you agree"
		if rule.Code != callback.CallbackMine {
			who = "anyone calls"
		}
		if at := s.when(fieldCallback); !at.IsZero() {
			when = clock(at)
		}
		return say("%s %s", who, when)
	case callback.InProgress:
		if s.when(fieldDue).IsZero() && len(s.owed()) == 0 {
			return say("waits for the promise, with you")
		}
		return say("waits for the promise until %s", clock(c.Plan.NotBefore))
	case callback.Escalated:
		return say("goes to a supervisor")
	case callback.RetryWait:
		band := ""
		if c.Plan.Band != "" {
			band = " (" + c.Plan.Band + ")"
		}
		return say("again %s%s", clock(c.Plan.NotBefore), band)
	}
	return say("a supervisor is to look at it")
}

// local says an instant on the customer's clock.
func (s *sheet) local(t, now time.Time) string {
	return callback.FormatWhen(t, now, s.theirs) + " in " + s.city()
}

// both says an instant on the customer's clock, and on the agent's where it
// shows another time.
func (s *sheet) both(t, now time.Time) string {
	mine := t.In(s.mine).Format("15:04")
	if t.In(s.mine).Format(time.DateTime) == t.In(s.theirs).Format(time.DateTime) {
		return s.local(t, now)
	}
	if t.In(s.mine).YearDay() != t.In(s.theirs).YearDay() {
		mine = t.In(s.mine).Format("Mon 15:04")
	}
	return s.local(t, now) + " · " + mine + " yours"
}

func (s *sheet) city() string { return callback.City(s.theirs.String()) }
