package ui

import (
	"encoding/json"
	"strings"
	"time"

	"ringback/callback"
)

// payload makes the fact of a call as it would be recorded now. It does not
// change what was typed but for blanks around it.
func (s *sheet) payload(now time.Time) *callback.CallRecorded {
	d := s.draft
	if !s.tried.IsZero() {
		now = s.tried
	}
	if d.HungUpAt.IsZero() {
		d.HungUpAt = now
	}
	ring, talk, wrap := d.Seconds(now)
	out := &callback.CallRecorded{
		AttemptID: d.AttemptID, Number: d.Number, Direction: s.direction(), StartedAt: d.DialledAt, Ring: ring, Talk: talk, WrapUp: wrap,
		Disposition: d.Disposition, Custom: s.draft.Texts[textCustom], Note: s.trimmed(fieldNote),
		Root: s.root(), Callback: s.wish(), Rescore: d.Rescore, Story: s.story(),
		Guide: d.Guide, GuideVersion: d.GuideVersion, Answers: s.answers(), Language: s.heard(),
	}
	if out.StartedAt.IsZero() {
		out.StartedAt = d.StartedAt
	}
	out.Settled = s.settled()
	if p := s.promise(); p != nil {
		out.Promises = []callback.NewPromise{*p}
	}
	return out
}

func (s *sheet) trimmed(f callField) string { return strings.TrimSpace(s.text(f)) }

func (s *sheet) root() *callback.RootCause {
	if s.draft.Root == nil {
		return nil
	}
	r := *s.draft.Root
	r.Text = s.trimmed(fieldRootText)
	return &r
}

// promise gives the promise if it is whole. Its id follows from the event's,
// so that trying again makes no second promise.
func (s *sheet) promise() *callback.NewPromise {
	due := s.when(fieldDue)
	if s.trimmed(fieldPromise) == "" || due.IsZero() {
		return nil
	}
	owner := s.trimmed(fieldOwner)
	if owner == "" {
		owner = s.me.ID
	}
	return &callback.NewPromise{ID: s.draft.EventID + "-promise", Text: s.trimmed(fieldPromise), Owner: owner, Due: due}
}

// wish gives the agreed time if the outcome has a use for it.
func (s *sheet) wish() *callback.CallbackWish {
	at := s.when(fieldCallback)
	if at.IsZero() || !s.keepsTime() {
		return nil
	}
	return &callback.CallbackWish{
		At: at, Zone: s.theirs.String(), Anyone: s.draft.Disposition != callback.CallbackMine,
	}
}

// keepsTime tells whether the outcome leads to another call whose time
// somebody may have named: not when nobody answered.
func (s *sheet) keepsTime() bool {
	rule, ok := s.draft.Disposition.Rule()
	return ok && rule.Group != callback.GroupUnreached && (rule.To == callback.CallbackScheduled || rule.To == callback.RetryWait)
}

func (s *sheet) story() *callback.Story {
	st := callback.Story{Wrong: s.trimmed(fieldWrong), Did: s.trimmed(fieldDid), Said: s.trimmed(fieldSaid)}
	if st == (callback.Story{}) {
		return nil
	}
	st.Author, st.Consent = s.me.ID, s.text(fieldConsent) == textConsents
	return &st
}

// problem is what keeps a call from being saved: the field to go to, and a
// sentence for the agent.
type problem struct {
	field callField
	say   callback.Text
}

// problem gives the first thing that is missing or not understood, or nil. The
// table of dispositions decides what is asked for.
func (s *sheet) problem(now time.Time) *problem {
	rule, ok := s.draft.Disposition.Rule()
	if !ok {
		return &problem{fieldOutcome, say("Choose how the call ended.")}
	}
	if p := s.typedProblem(now); p != nil {
		return p
	}
	call := s.payload(now)
	if call.Undialled(s.view.Case) {
		return &problem{fieldHome, say("There is no number, so nobody can have been dialled: enter it with N.")}
	}
	if missing := call.Missing(); len(missing) > 0 {
		return &problem{fieldFor[missing[0]], say("“%s” needs %s.", rule.Meaning, strings.Join(missing, " and "))}
	}
	if err := call.Validate(); err != nil {
		return &problem{fieldNote, say("It cannot be saved like this: %s.", err)}
	}
	if raw, err := json.Marshal(call); err != nil || len(raw) > callback.MaxEventBytes {
		return &problem{fieldNote, say("All the words together are too many for one call; shorten the note.")}
	}
	return nil
}

// fieldFor finds the field of what CallRecorded.Missing names.
var fieldFor = map[string]callField{
	"a note": fieldNote, "a root cause": fieldRoot, "a time to call back": fieldCallback, "a promise": fieldPromise,
}

// typedProblem finds text that would be lost: a time that is not understood or
// has passed, half a promise, words about no root cause.
func (s *sheet) typedProblem(now time.Time) *problem {
	if s.trimmed(fieldDue) != "" || s.trimmed(fieldPromise) != "" {
		if s.trimmed(fieldPromise) == "" {
			return &problem{fieldPromise, say("There is a due time, but no promise.")}
		}
		if p := s.timeProblem(fieldDue, "The promise needs a due time.", now); p != nil {
			return p
		}
	}
	if s.trimmed(fieldOwner) != "" && s.trimmed(fieldPromise) == "" {
		return &problem{fieldPromise, say("There is an owner, but no promise.")}
	}
	if rule, _ := s.draft.Disposition.Rule(); s.trimmed(fieldCallback) != "" && rule.Group == callback.GroupUnreached {
		return &problem{fieldOutcome, say("A time to call is set, and with nobody reached none was agreed: choose another outcome, or empty it with c.")}
	}
	if s.trimmed(fieldCallback) != "" && s.keepsTime() {
		if p := s.agreeProblem(now); p != nil {
			return p
		}
	}
	if s.barred() && s.trimmed(fieldLanguage) != "" && s.heard() == "" {
		return &problem{fieldLanguage, say("The language is not understood: write its English name or its code, or leave it empty.")}
	}
	if s.trimmed(fieldRootText) != "" && s.draft.Root == nil {
		return &problem{fieldRoot, say("There are words about the root cause, but no cause is chosen.")}
	}
	return nil
}

// agreeProblem tells why a time to call back cannot be agreed, or gives nil.
func (s *sheet) agreeProblem(now time.Time) *problem {
	if p := s.timeProblem(fieldCallback, "", now); p != nil {
		return p
	}
	if stop := s.policy.MayAgree(s.view.Case, s.when(fieldCallback), now); stop.Stops() && s.tried.IsZero() {
		return &problem{fieldCallback, say("We could not call then: %s. Agree another time.", stop.Words)}
	}
	return nil
}

func (s *sheet) timeProblem(f callField, empty string, now time.Time) *problem {
	if s.trimmed(f) == "" {
		return &problem{f, say("%s", empty)}
	}
	at := s.when(f)
	if at.IsZero() {
		_, err := callback.ParseWhen(s.text(f), now, s.theirs)
		if err == nil {
			return &problem{f, say("The time is not settled; type it again.")}
		}
		return &problem{f, say("The time is not understood: %s.", err)}
	}
	if !at.After(now) && s.tried.IsZero() {
		return &problem{f, say("That time has passed meanwhile; agree another.")}
	}
	return nil
}
