package ui

import (
	"strings"
	"time"

	"ringback/callback"
)

// next says what an outcome would lead to: the call is folded into the case by
// the same rules the server uses.
func (s *sheet) next(d callback.Disposition, now time.Time) callback.Text {
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
	return s.say(after, rule, now)
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

// say puts the folded case into words.
func (s *sheet) say(c callback.Case, rule callback.DispositionRule, now time.Time) callback.Text {
	switch c.State {
	case callback.Suppressed:
		return say("never called again, by anyone")
	case callback.Closed:
		why := ""
		if c.Closing != nil {
			why = ": " + strings.ToLower(strings.ReplaceAll(string(c.Closing.Resolution), "_", " "))
		}
		if c.Plan.Reason != "" && c.Closing != nil && c.Closing.Resolution == callback.Exhausted {
			why += ", " + strings.ToLower(strings.TrimSuffix(c.Plan.Reason, "."))
		}
		return say("the case closes%s", why)
	case callback.CallbackScheduled:
		return s.sayCallback(rule, now)
	case callback.InProgress:
		if s.when(fieldDue).IsZero() {
			return say("waits for the promise, with you")
		}
		return say("waits for the promise until %s", s.both(c.Plan.NotBefore, now))
	case callback.Escalated:
		return say("goes to a supervisor")
	case callback.RetryWait:
		band := ""
		if c.Plan.Band != "" {
			band = " (" + c.Plan.Band + ")"
		}
		return say("tries again %s%s", s.local(c.Plan.NotBefore, now), band)
	}
	return say("a supervisor is to look at it")
}

func (s *sheet) sayCallback(rule callback.DispositionRule, now time.Time) callback.Text {
	who := "you call"
	if rule.Code != callback.CallbackMine {
		who = "anyone calls"
	}
	if at := s.when(fieldCallback); !at.IsZero() {
		return say("%s %s", who, s.local(at, now))
	}
	return say("%s at the time you agree", who)
}

// local says an instant on the customer's clock.
func (s *sheet) local(t, now time.Time) string {
	return callback.FormatWhen(t, now, s.theirs) + " in " + s.city()
}

// both says an instant on the customer's clock and on the agent's.
func (s *sheet) both(t, now time.Time) string {
	mine := t.In(s.mine).Format("15:04")
	if t.In(s.mine).YearDay() != t.In(s.theirs).YearDay() {
		mine = t.In(s.mine).Format("Mon 15:04")
	}
	return s.local(t, now) + " · " + mine + " yours"
}

func (s *sheet) city() string { return callback.City(s.theirs.String()) }
