package ui

import (
	"time"

	"ringback/callback"
)

// sheet is the call in hand without a picture: the case, the draft as far as
// it was filled in, and the rules that apply. It knows no clock; every change
// is told the time.
type sheet struct {
	draft  callback.Draft
	view   callback.CaseView
	policy callback.Policy
	guide  callback.Guide
	me     callback.Me
	// mine is the agent's own zone, theirs the customer's.
	mine, theirs *time.Location
	// tried is when the call was first given to the journal. Trying again
	// records the same times; any change of the call begins anew.
	tried time.Time
}

// callField names what is in focus; the words stand in drafts, so they stay.
type callField string

// The fields of a call. Home is where plain keys are hotkeys.
const (
	fieldHome     callField = ""
	fieldNote     callField = "note"
	fieldRoot     callField = "root_cause"
	fieldRootText callField = "root_text"
	fieldPromise  callField = "promise"
	fieldDue      callField = "promise_due"
	fieldOwner    callField = "promise_owner"
	fieldCallback callField = "callback"
	fieldWrong    callField = "story_wrong"
	fieldDid      callField = "story_did"
	fieldSaid     callField = "story_said"
	fieldConsent  callField = "story_consent"
	fieldScore    callField = "rescore"
	fieldOutcome  callField = "outcome"
	fieldAnswer   callField = "answer"
	fieldLanguage callField = "language_heard"
)

// Texts of a draft that are no fields: the team's own code of the outcome, that
// the customer rang, and the end of the names under which the instants that times were understood as
// are kept. "In 2 hours" is two hours from when it was typed.
const (
	textCustom   = "custom"
	textRang     = "rang"
	instantOf    = "_at"
	textConsents = "yes"
)

// tabFields are the fields in the order of the tab key.
var tabFields = []callField{
	fieldNote, fieldLanguage, fieldRoot, fieldRootText, fieldPromise, fieldDue, fieldOwner, fieldCallback, fieldWrong, fieldDid, fieldSaid, fieldConsent,
}

// newSheet begins a call, or goes on with a draft.
func newSheet(msg callLoaded, me callback.Me, mine *time.Location) *sheet {
	s := &sheet{view: msg.view, policy: msg.policy, me: me, mine: mine}
	s.draft = callback.Draft{CaseID: msg.caseID, Phase: callback.PhasePrepare}
	if msg.draft != nil {
		s.draft = *msg.draft
	}
	s.settleZone()
	texts := make(map[string]string, len(s.draft.Texts))
	for k, v := range s.draft.Texts {
		texts[k] = v
	}
	s.draft.Texts = texts
	s.chooseGuide(msg.guides)
	return s
}

func (s *sheet) customer() callback.Customer { return s.view.Case.Customer }

// phone is the number of this call: the one that was chosen for it, else the
// one whose turn it is.
func (s *sheet) phone() callback.Phone {
	if p, ok := s.customer().Number(s.draft.Number); ok {
		return p
	}
	return s.customer().Phone
}

// dialled is the case as it is for a call to that number.
func (s *sheet) dialled() callback.Case {
	c, _ := s.view.Case.Dialling(s.phone().E164)
	return c
}

// settleZone takes the customer's clock from the number of the call.
func (s *sheet) settleZone() {
	s.theirs = s.policy.Location()
	if z := s.phone().Zones; len(z) > 0 {
		if loc, err := callback.Zone(z[0]); err == nil {
			s.theirs = loc
		}
	}
}

func (s *sheet) language() string { return s.view.Case.Language() }

// name is what the customer is called.
func (s *sheet) name() callback.Text {
	if t := callback.Line(s.customer().Name); t.String() != "" {
		return t
	}
	return callback.Line(s.phone().E164)
}

func (s *sheet) text(f callField) string { return s.draft.Texts[string(f)] }

// setText keeps what was typed, and for times the instant it means now.
func (s *sheet) setText(f callField, value string, now time.Time) {
	if s.text(f) == value {
		return
	}
	s.tried = time.Time{}
	if value == "" {
		delete(s.draft.Texts, string(f))
	} else {
		s.draft.Texts[string(f)] = value
	}
	if f != fieldDue && f != fieldCallback {
		return
	}
	delete(s.draft.Texts, string(f)+instantOf)
	if at, err := callback.ParseWhen(value, now, s.theirs); err == nil {
		s.draft.Texts[string(f)+instantOf] = at.Format(time.RFC3339)
	}
}

// when gives the instant that a time field was understood as; zero if it is
// empty or was not understood.
func (s *sheet) when(f callField) time.Time {
	at, err := time.Parse(time.RFC3339, s.draft.Texts[string(f)+instantOf])
	if err != nil {
		return time.Time{}
	}
	return at
}

// begun tells that there is something to lose.
func (s *sheet) begun() bool {
	return s.draft.Phase != callback.PhasePrepare || len(s.draft.Texts) > 0 || s.draft.Root != nil || s.draft.Rescore != nil
}

// The steps of a call. Each is safe to repeat.

func (s *sheet) dial(now time.Time) {
	s.draft.Phase = callback.PhaseDial
	if s.draft.DialledAt.IsZero() {
		s.draft.DialledAt = now.UTC()
	}
	s.draft.Number = s.phone().E164
}

func (s *sheet) answered(now time.Time) {
	s.draft.Phase = callback.PhaseTalk
	if s.draft.AnsweredAt.IsZero() {
		s.draft.AnsweredAt = now.UTC()
		s.follow(s.nextStep(s.firstStep()))
	}
}

func (s *sheet) hungUp(now time.Time) {
	s.draft.Phase = callback.PhaseWrap
	if s.draft.HungUpAt.IsZero() {
		s.draft.HungUpAt = now.UTC()
		if !s.draft.AnsweredAt.IsZero() {
			s.follow(s.lastStep())
		}
	}
}

// dispose chooses the outcome; the call is over by then.
func (s *sheet) dispose(d callback.Disposition, custom string, now time.Time) {
	s.hungUp(now)
	s.draft.Disposition, s.tried = d, time.Time{}
	delete(s.draft.Texts, textCustom)
	if custom != "" {
		s.draft.Texts[textCustom] = custom
	}
}

// setRoot chooses the root cause; its own words are a text.
func (s *sheet) setRoot(r *callback.RootCause) { s.draft.Root, s.tried = r, time.Time{} }

// setScore answers the question for the score, in the words of the policy.
func (s *sheet) setScore(a callback.ScoreAnswer, value *int) {
	s.draft.Rescore = &callback.Answer{Answer: a, Value: value, Wording: s.wording().ID}
	s.tried = time.Time{}
	delete(s.draft.Texts, string(fieldScore))
}

func (s *sheet) wording() callback.Wording { return s.policy.Wording(s.language()) }

// issueClear tells that what was wrong is on record, so that the score may be
// asked for: asked earlier, the number would be about the survey, not the call.
func (s *sheet) issueClear() bool {
	return s.draft.Root != nil || callback.Line(s.text(fieldNote)).String() != ""
}

// mayAsk tells whether the question for the score is in order now.
func (s *sheet) mayAsk() bool {
	return (s.draft.Phase == callback.PhaseTalk || s.draft.Phase == callback.PhaseWrap) && !s.draft.AnsweredAt.IsZero() &&
		(s.issueClear() || s.draft.Disposition == callback.Thanked)
}

// asks tells that the outcome wants the question answered, if only by "not
// asked": leaving it out would flatter the rates.
func (s *sheet) asks() bool {
	rule, ok := s.draft.Disposition.Rule()
	return ok && rule.Group == callback.GroupTalked && s.draft.Rescore == nil
}
