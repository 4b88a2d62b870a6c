package callback

import "fmt"

// KindCaseSkipped is the word of CaseSkipped.
const KindCaseSkipped EventKind = "case.skipped"

// CaseSkipped passes a case over before dialling. Three skips send it to
// review (mission model §4.3); what is wrong with the number itself does so at
// once.
type CaseSkipped struct {
	// Code sorts the reason; empty is other.
	Code SkipCode `json:"code,omitempty"`
	// Reason is the reason in words.
	Reason string `json:"reason" erase:"say"`
}

// Kind implements Payload.
func (*CaseSkipped) Kind() EventKind { return KindCaseSkipped }

// Validate implements Payload.
func (s *CaseSkipped) Validate() error {
	if _, ok := s.Code.Rule(); !ok {
		return fmt.Errorf("code %q is not in the table", string(s.Code))
	}
	return validWords("reason", s.Reason)
}

func (s *CaseSkipped) apply(f *fold) {
	c := f.c
	c.Skips = append(c.Skips, Skip{By: f.e.Agent, At: f.e.EffectiveAt(), Code: s.Code, Reason: s.Reason})
	if c.Lease != nil && c.Lease.Device == f.e.Device {
		c.Lease = nil
	}
	if !c.State.Open() {
		f.shadow(ReasonCaseClosed)
		return
	}
	if c.State == Escalated || c.State == Review {
		return
	}
	rule, _ := s.Code.Rule()
	limit := f.p.Retry.SkipsToReview
	switch {
	case rule.Holds != "":
		f.hold(rule.Holds, f.e.Agent, s.Reason)
	case limit > 0 && len(c.Skips)%limit == 0:
		f.hold(HeldSkips, f.e.Agent, fmt.Sprintf("Skipped %d times.", len(c.Skips)))
	}
}

func sampleCaseSkipped() Payload {
	return &CaseSkipped{Code: SkipKnown, Reason: "I know this person."}
}
