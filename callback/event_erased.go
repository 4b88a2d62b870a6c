package callback

// KindCaseErased is the word of CaseErased.
const KindCaseErased EventKind = "case.erased"

// CaseErased ends a case whose customer's data was erased. Only the server
// records it, after it has taken the texts out of the case's events; what comes
// later is kept as a stub.
type CaseErased struct{}

// Kind implements Payload.
func (*CaseErased) Kind() EventKind { return KindCaseErased }

// Validate implements Payload.
func (*CaseErased) Validate() error { return nil }

func (*CaseErased) apply(f *fold) {
	c, at := f.c, f.e.EffectiveAt()
	for i := range c.Promises {
		if p := &c.Promises[i]; p.Status == PromiseOpen {
			// Nobody can keep it any more.
			p.Status, p.SettledAt, p.SettledBy = PromiseCancelled, &at, f.e.Agent
		}
	}
	c.Customer.Phone, c.Customer.Others = Phone{}, nil
	for i := range c.Attempts {
		c.Attempts[i].Number = ""
	}
	for i := range c.Renumbered {
		c.Renumbered[i].Number = ""
	}
	for i := range c.Disputes {
		if d := &c.Disputes[i]; d.Settled() == nil {
			d.Acts = append(d.Acts, Amendment{EventID: f.e.ID, Act: ActKeep, By: f.e.Agent, At: at, Fence: c.Fence})
		}
	}
	c.Lease = nil
	if c.State.Open() {
		f.close(OnErase, ResolvedErased)
	} else {
		f.raiseFence(f.e.Device)
	}
	c.Erased = &at
}

func sampleCaseErased() Payload { return &CaseErased{} }

// stub keeps what may be known of a fact about an erased case: that there was
// a call, when, by whom and how it ended. A wish never to be called counts all
// the same.
func (f *fold) stub(payload Payload) {
	f.untouched = true
	switch p := payload.(type) {
	case *CaseErased:
		return
	case *SuppressRequested:
		f.untouched = false
		f.suppress(ErasedText)
		return
	case *CallRecorded:
		f.untouched = false
		rule, _ := p.Disposition.Rule()
		f.c.Attempts = append(f.c.Attempts, Attempt{
			ID: erasedID(p.AttemptID), EventID: f.e.ID, Agent: f.e.Agent, Round: f.c.Round, At: p.startedAt(f.e),
			Ring: p.Ring, Talk: p.Talk, WrapUp: p.WrapUp, Disposition: p.Disposition, Shadowed: ReasonErased,
		})
		if rule.Suppress {
			f.suppress(rule.Meaning)
			return
		}
	}
	f.shadow(ReasonErased)
}
