package callback

import (
	"fmt"
	"time"
)

// KindResponseAdded is the word of ResponseAdded.
const KindResponseAdded EventKind = "response.added"

// ResponseAdded puts a later response of the same customer on their case,
// instead of opening a second one. Only the server records it.
type ResponseAdded struct {
	Response Response `json:"response"`
	// Role is what the response's score says about the call; empty is a
	// re-survey.
	Role ScoreRole `json:"role,omitempty"`
	// Plan, if given, replaces the case's deadlines: a new request for a call
	// is more urgent than the complaint before it.
	Plan *Plan `json:"plan,omitempty"`
	// CaseKind, if given, replaces the case's kind.
	CaseKind Kind `json:"case_kind,omitempty"`
	// Customer, if given, is what is known of them by now.
	Customer *Customer `json:"customer,omitempty"`
	// Cooling, if given, is the peace for whose sake the response opened no
	// case.
	Cooling *Cooling `json:"cooling,omitempty"`
}

// CooledOff is a response that opened no case, because its customer was to be
// left in peace.
type CooledOff struct {
	ResponseID string `json:"response_id"`
	Cooling
}

// Kind implements Payload.
func (*ResponseAdded) Kind() EventKind { return KindResponseAdded }

// Validate implements Payload.
func (a *ResponseAdded) Validate() error {
	if a.Response.ID == "" {
		return fmt.Errorf("response.id is empty")
	}
	switch a.Role {
	case "", Baseline, Resurvey:
	default:
		return fmt.Errorf("role is %q; it is baseline or resurvey", a.Role)
	}
	return validScore("response.score", a.Response.Score)
}

func (a *ResponseAdded) apply(f *fold) {
	c := f.c
	enters := a.CaseKind != "" && c.Outside() && c.AdHoc != nil && c.State.Open()
	if enters {
		a.Role = Baseline // the case was opened without an answer
	}
	if !a.add(f) || !c.State.Open() {
		return
	}
	if enters {
		f.enterQueue(a.Response)
	}
	f.urgent(a.CaseKind, a.Plan)
	f.asked(a.Response)
}

// add puts the response on record and tells whether it is new; words that come
// late take the place of the response that lacked them.
func (a *ResponseAdded) add(f *fold) bool {
	c := f.c
	if a.Customer != nil {
		c.Customer.learn(*a.Customer)
	}
	for i, r := range c.Responses {
		if r.ID == a.Response.ID {
			c.Responses[i] = a.Response
			return false
		}
	}
	c.Responses = append(c.Responses, a.Response)
	if a.Response.Score != nil {
		role := a.Role
		if role == "" {
			role = Resurvey
		}
		c.Scores = append(c.Scores, a.Response.score(role, f.scoreID(a.Response)))
	}
	if a.Cooling != nil {
		c.Cooled = append(c.Cooled, CooledOff{a.Response.ID, *a.Cooling})
	}
	return true
}

// scoreID names the score of a response: by the event, or by the response where
// one event brings several.
func (f *fold) scoreID(r Response) string {
	if f.e.Kind == KindResponseAdded {
		return f.e.ID
	}
	return f.e.ID + "/" + r.ID
}

// urgent replaces the kind and the deadlines of a case by more urgent ones.
// What was agreed, and whose case it is, stands.
func (f *fold) urgent(k Kind, plan *Plan) {
	c := f.c
	if k != "" {
		c.Kind = k
	}
	if plan == nil {
		return
	}
	was := c.Plan
	c.Plan = *plan
	c.Plan.Owner, c.Plan.OwnerUntil = was.Owner, was.OwnerUntil
	if was.Callback != nil {
		c.Plan.Callback, c.Plan.NotBefore, c.Plan.Reason = was.Callback, was.NotBefore, was.Reason
	}
}

func sampleResponseAdded() Payload {
	nine := 9
	at := time.Date(2026, 4, 2, 9, 0, 0, 0, time.UTC)
	return &ResponseAdded{
		Response: Response{ID: "re-2", Source: "web", ExternalID: "2", Score: &nine, AnsweredAt: at}, Role: Resurvey,
		Customer: &Customer{ID: "cu-1", Name: "Ana Ruiz", Value: -1},
		Cooling:  &Cooling{CaseID: "ca-1", Cause: CoolsTalk, Since: at.AddDate(0, 0, -2), Until: at.AddDate(0, 0, 12)},
	}
}
