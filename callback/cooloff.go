package callback

import (
	"slices"
	"strings"
	"time"
)

// CoolOffRules say for how long a customer is left in peace after a call-back:
// for so many days another answer of theirs opens no case, and no survey should
// be sent to them. 0 leaves nobody in peace. Asking for a call always opens a
// case.
type CoolOffRules struct {
	// Talk counts from the last talk with the customer, or from when somebody
	// settled their case without one.
	Talk int `json:"talk_days"`
	// Refusal counts from when they would not talk about it.
	Refusal int `json:"refusal_days"`
	// Unreached counts from when a case ended because nobody reached them.
	Unreached int `json:"unreached_days"`
	// Spare names stages whose scores open a case all the same, if they were
	// given after the talk. A refusal holds against them, too.
	Spare []string `json:"spare"`
	// Survey is for how many days after a talk no survey should be sent.
	Survey int `json:"survey_days"`
	// Resurvey is for how many days after a talk an answer that opens no case
	// belongs to the case that was talked about, as its re-survey.
	Resurvey int `json:"resurvey_days"`
}

// severest is the highest score of a stage that a new team spares: after a call
// that went wrong the customer is not left alone with it.
const severest = 3

// DefaultCoolOff gives the rules of a new team. 60 days after a refusal are
// those of the French Code de la consommation, D223-9; 7 without a contact are
// the span of the ceiling on dials; a recovery is looked at again after 30 and
// 90 days (mission model §2.4), so surveys wait for 30, and 100 leave an answer
// to the second some time. 14 after a talk are a house rule.
func DefaultCoolOff() CoolOffRules {
	return CoolOffRules{Talk: 14, Refusal: 60, Unreached: 7, Spare: []string{"0–3"}, Survey: 30, Resurvey: 100}
}

// CoolOffInForce gives the rules of the policy; one written before there were
// any has the defaults, with its own names of the stages.
func (p Policy) CoolOffInForce() CoolOffRules {
	r := p.CoolOff
	if r.Spare != nil || r.Talk != 0 || r.Refusal != 0 || r.Unreached != 0 || r.Survey != 0 || r.Resurvey != 0 {
		return r
	}
	r = DefaultCoolOff()
	r.Spare = []string{}
	for _, s := range p.Stages {
		if s.To <= severest {
			r.Spare = append(r.Spare, s.Name)
		}
	}
	return r
}

// CoolCause is why a customer is left in peace.
type CoolCause string

// The causes. An open case is one for surveys only.
const (
	CoolsTalk      CoolCause = "talk"
	CoolsRefusal   CoolCause = "refusal"
	CoolsUnreached CoolCause = "unreached"
	CoolsOpen      CoolCause = "open_case"
)

// Words says a cause for a person.
func (c CoolCause) Words() string {
	switch c {
	case CoolsTalk:
		return "talked to"
	case CoolsRefusal:
		return "refused to talk"
	case CoolsUnreached:
		return "tried, and not reached"
	case CoolsOpen:
		return "has an open case"
	}
	return string(c)
}

// Cooling is the peace that a case leaves its customer.
type Cooling struct {
	CaseID string    `json:"case_id" erase:"id"`
	Cause  CoolCause `json:"cause" erase:"word"`
	// Since and Until are UTC; Until is not included.
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// Cooling tells what peace a case leaves its customer; ok is false if none. A
// case that is open leaves none: another answer joins it. Nor does one that
// ended for its data, or that was none.
func (p Policy) Cooling(c Case) (k Cooling, ok bool) {
	if c.Version == 0 || c.State.Open() || c.State == Suppressed || c.Erased != nil {
		return Cooling{}, false
	}
	k.CaseID = c.ID
	k.Cause, k.Since = c.quietSince()
	rules := p.CoolOffInForce()
	days := map[CoolCause]int{CoolsTalk: rules.Talk, CoolsRefusal: rules.Refusal, CoolsUnreached: rules.Unreached}[k.Cause]
	k.Until = k.Since.AddDate(0, 0, days)
	return k, days > 0
}

// quietSince is when a closed case was over for its customer, and how; no cause
// means that it was not about them.
func (c Case) quietSince() (CoolCause, time.Time) {
	last, talked := c.lastTalk()
	closed := time.Time{}
	how := Resolution("")
	if c.Closing != nil {
		closed, how = c.Closing.At.UTC(), c.Closing.Resolution
	}
	switch how {
	case Resolved, Explained, PromiseKept, PromiseBrokenClosed, Listened, EscalatedClosed, Lost, ResolvedThanked:
		if last.Before(closed) {
			last = closed
		}
		return CoolsTalk, last
	case Refused:
		if last.Before(closed) && talked != ClassRefusal {
			last = closed // hung up on us time and again
		}
		return CoolsRefusal, last
	}
	switch {
	case talked == ClassRefusal:
		return CoolsRefusal, last
	case talked != ClassNone:
		return CoolsTalk, last
	case (how == Exhausted || how == AgedOut) && len(c.Attempts) > 0:
		return CoolsUnreached, closed
	}
	return "", time.Time{}
}

// lastTalk is when the right person was last spoken to, and the class of that
// call; ClassNone if they never were. A call that was shadowed was a talk, too.
func (c Case) lastTalk() (last time.Time, class Class) {
	for _, a := range c.Attempts {
		if r, ok := a.Disposition.Rule(); ok && r.Right && !a.ended().Before(last) {
			last, class = a.ended(), r.Class
		}
	}
	return last, class
}

// ended is when the line was closed.
func (a Attempt) ended() time.Time {
	return a.At.UTC().Add(time.Duration(a.Ring+a.Talk) * time.Second)
}

// Cools tells whether a response that would open a case opens none, since its
// customer is to be left in peace after one of their cases: the peace that lasts
// longest. What counts is when the customer answered, not when we heard of it.
func (p Policy) Cools(d Decision, r Response, cases []Case) (k Cooling, ok bool) {
	var peaces []Cooling
	for _, c := range cases {
		if one, some := p.Cooling(c); some {
			peaces = append(peaces, one)
		}
	}
	return p.coolsFor(d, r, peaces)
}

// coolsFor is Cools for the peaces that the customer's cases leave.
func (p Policy) coolsFor(d Decision, r Response, peaces []Cooling) (k Cooling, ok bool) {
	if !d.Open || d.Kind == KindRequest {
		return Cooling{}, false
	}
	for _, one := range peaces {
		if !r.AnsweredAt.Before(one.Until) || p.spared(r, one) {
			continue
		}
		if !ok || one.Until.After(k.Until) {
			k, ok = one, true
		}
	}
	return k, ok
}

// spared tells that the policy lets a response open a case in spite of a peace.
func (p Policy) spared(r Response, k Cooling) bool {
	s := p.stage(r)
	return s != nil && k.Cause != CoolsRefusal && r.AnsweredAt.After(k.Since) && slices.ContainsFunc(p.CoolOffInForce().Spare, func(name string) bool {
		return strings.EqualFold(name, s.Name)
	})
}

// Resurveys finds the case that a response which opens none belongs to as its
// re-survey: the one that was talked about last, not too long before.
func (p Policy) Resurveys(r Response, cases []Case) (id string, ok bool) {
	var last time.Time
	for _, c := range cases {
		at, class := c.lastTalk()
		if class == ClassNone || class == ClassRefusal || c.State.Open() || c.State == Suppressed || c.Erased != nil {
			continue
		}
		if r.AnsweredAt.After(at) && r.AnsweredAt.Before(at.AddDate(0, 0, p.CoolOffInForce().Resurvey)) && at.After(last) {
			id, ok, last = c.ID, true, at
		}
	}
	return id, ok
}

// SaysAgain gives the role of a later response's score on a case: a re-survey
// if the customer had been talked to before they gave it, else one more word
// on what the call was, or will be, about.
func (c Case) SaysAgain(r Response) ScoreRole {
	for _, a := range c.Attempts {
		if rule, ok := a.Disposition.Rule(); ok && rule.Right && rule.Class != ClassRefusal && a.ended().Before(r.AnsweredAt) {
			return Resurvey
		}
	}
	return Baseline
}

// NoSurvey tells until when a customer should get no survey because of a case of
// theirs; the zero time with ok is as long as the case is open.
func (p Policy) NoSurvey(c Case) (k Cooling, ok bool) {
	if c.Version == 0 || c.State == Suppressed || c.Erased != nil {
		return Cooling{}, false
	}
	if c.State.Open() {
		return Cooling{CaseID: c.ID, Cause: CoolsOpen, Since: c.OpenedAt}, true
	}
	k, ok = p.Cooling(c)
	if last, class := c.lastTalk(); class != ClassNone {
		if until := last.AddDate(0, 0, p.CoolOffInForce().Survey); until.After(last) && until.After(k.Until) {
			return Cooling{CaseID: c.ID, Cause: k.Cause.or(CoolsTalk), Since: last, Until: until}, true
		}
	}
	return k, ok
}

func (c CoolCause) or(other CoolCause) CoolCause {
	if c == "" {
		return other
	}
	return c
}

func (c *policyCheck) coolOff(r CoolOffRules, stages []Stage) {
	for _, n := range []struct {
		name  string
		value int
	}{
		{"talk_days", r.Talk},
		{"refusal_days", r.Refusal},
		{"unreached_days", r.Unreached},
		{"survey_days", r.Survey},
		{"resurvey_days", r.Resurvey},
	} {
		c.between("cool_off."+n.name, n.value, 0, maxPolicyDays)
	}
	seen := map[string]bool{}
	for i, name := range r.Spare {
		path := nth("cool_off.spare", i)
		c.named(path, "the stage", name, seen)
		if !slices.ContainsFunc(stages, func(s Stage) bool { return strings.EqualFold(s.Name, name) }) && strings.TrimSpace(name) != "" {
			c.add(path, "there is no stage %q", Line(name))
		}
	}
}
