package callback

import (
	"fmt"
	"strings"
)

// KindCaseEscalated is the word of CaseEscalated.
const KindCaseEscalated EventKind = "case.escalated"

// CaseEscalated puts a case before a supervisor outside a call.
type CaseEscalated struct {
	Reason string `json:"reason" erase:"say"`
}

// Kind implements Payload.
func (*CaseEscalated) Kind() EventKind { return KindCaseEscalated }

// Validate implements Payload.
func (s *CaseEscalated) Validate() error { return validWords("reason", s.Reason) }

func (s *CaseEscalated) apply(f *fold) {
	switch {
	case !f.c.State.Open():
		f.shadow(ReasonCaseClosed)
	case f.stale():
		f.shadow(ReasonStaleFence)
	case f.c.State == Escalated:
		f.c.Notes = append(f.c.Notes, Note{EventID: f.e.ID, By: f.e.Agent, At: f.e.EffectiveAt(), Text: s.Reason})
		f.shadow(ReasonEscalated)
	default:
		f.escalate(OnEscalate, EscalatedByHand, f.e.Agent, s.Reason)
	}
}

func sampleCaseEscalated() Payload { return &CaseEscalated{Reason: "Threatens to go to court."} }

// validWords checks a text that must say something, and not too much.
func validWords(field, text string) error {
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%s is empty", field)
	}
	if len(text) > MaxText {
		return fmt.Errorf("%s of %d bytes is over %d", field, len(text), MaxText)
	}
	return nil
}
