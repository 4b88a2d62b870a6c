package callback

import (
	"fmt"
	"strings"
)

// KindCaseJoined is the word of CaseJoined.
const KindCaseJoined EventKind = "case.joined"

// CaseJoined ends a case whose customer turned out to be one who has an open
// case already: it goes on there. Only the server records it. Open promises
// stay owed.
type CaseJoined struct {
	// Into is the case that it goes on in.
	Into string `json:"into" erase:"id"`
}

// Kind implements Payload.
func (*CaseJoined) Kind() EventKind { return KindCaseJoined }

// Validate implements Payload.
func (j *CaseJoined) Validate() error {
	if j.Into == "" {
		return fmt.Errorf("into is empty")
	}
	return nil
}

func (j *CaseJoined) apply(f *fold) {
	if !f.c.State.Open() {
		f.shadow(ReasonAlreadyResolved)
		return
	}
	f.endEscalation(OutcomeOvertaken, "", "")
	f.close(OnClose, Duplicate)
	f.c.JoinedTo = j.Into
}

func sampleCaseJoined() Payload { return &CaseJoined{Into: "ca-2"} }

// KindCaseTookOver is the word of CaseTookOver.
const KindCaseTookOver EventKind = "case.took_over"

// CaseTookOver puts what another case of the same customer held on this one.
// Only the server records it.
type CaseTookOver struct {
	// From is the other case.
	From string `json:"from" erase:"id"`
	// Customer is what is known of them by now.
	Customer  Customer   `json:"customer"`
	Responses []Response `json:"responses"`
	// Callback is the call that was agreed there, if any.
	Callback *Callback `json:"callback,omitempty"`
	// Escalated is why a supervisor was to look at that one, EscalatedBy who
	// asked for it.
	Escalated   string `json:"escalated,omitempty" erase:"say"`
	EscalatedBy string `json:"escalated_by,omitempty" erase:"id"`
	// Owed are the promises that stay owed there, so that whoever calls knows of
	// them.
	Owed []NewPromise `json:"owed,omitempty"`
	// Kind and Plan replace the case's own, if the other one's were more urgent.
	CaseKind Kind  `json:"case_kind,omitempty"`
	Plan     *Plan `json:"plan,omitempty"`
}

// Kind implements Payload.
func (*CaseTookOver) Kind() EventKind { return KindCaseTookOver }

// Validate implements Payload.
func (t *CaseTookOver) Validate() error {
	if t.From == "" {
		return fmt.Errorf("from is empty")
	}
	for i, r := range t.Responses {
		if err := validScore(fmt.Sprintf("responses[%d].score", i), r.Score); err != nil {
			return err
		}
	}
	return nil
}

func (t *CaseTookOver) apply(f *fold) {
	c := f.c
	c.Customer.learn(t.Customer)
	for _, r := range t.Responses {
		(&ResponseAdded{Response: r, Role: c.SaysAgain(r)}).add(f)
	}
	note := "The customer is the one of case " + Line(t.From).String() + "; both go on here."
	if len(t.Owed) > 0 {
		note += " Owed there:" + strings.TrimSuffix(promisedWords(t.Owed), ";") + "."
	}
	c.Notes = append(c.Notes, Note{EventID: f.e.ID, At: f.e.EffectiveAt(), Text: note})
	if !c.State.Open() {
		return
	}
	f.urgent(t.CaseKind, t.Plan)
	t.escalated(f)
	t.agreed(f)
}

// agreed keeps a call that was agreed on the other case: of two, the earlier
// stands, and a person is told of the other.
func (t *CaseTookOver) agreed(f *fold) {
	if t.Callback == nil {
		return
	}
	cb := *t.Callback
	own := f.e
	f.e.Agent = cb.SetBy
	f.keepAgreed(CallbackWish{At: cb.At, Zone: cb.Zone, Anyone: cb.Owner == ""})
	f.e = own
}

// escalated lets a supervisor look at the case for the reason for which they
// were to look at the other one.
func (t *CaseTookOver) escalated(f *fold) {
	if t.Escalated == "" || f.c.State == Escalated {
		return
	}
	f.escalate(OnEscalate, EscalatedByHand, t.EscalatedBy, t.Escalated)
}

func sampleCaseTookOver() Payload {
	four := 4
	return &CaseTookOver{
		From: "ca-1", Customer: Customer{ID: "cu-1", Ref: "K-17", Name: "Ana Ruiz", Value: -1},
		Responses: []Response{{ID: "re-3", Source: "shop", ExternalID: "3", Score: &four}},
	}
}
