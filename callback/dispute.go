package callback

import (
	"encoding/json"
	"time"
)

// Dispute is a fact that is on record beside another one that leads. It stays on its case until a person has
// settled which of the two is to lead (reliability model §2.8).
type Dispute struct {
	// EventID names the fact that does not lead, Kind what sort it is, By who stated it, At when by the
	// server's clock as far as the desk knew it. UTC.
	EventID string    `json:"event_id"`
	Kind    EventKind `json:"kind"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	// Reason says why it does not lead.
	Reason Reason `json:"reason"`
	// Over names the event that leads instead; empty if it is none of a call or callback.
	Over string `json:"over,omitempty"`
	// Counted tells that the fact took effect all the same, and somebody is only to know of it.
	Counted bool `json:"counted,omitempty"`
	// Payload is what the fact said, so that it can be made to lead.
	Payload json.RawMessage `json:"payload,omitempty"`
	// Acts are the amendments that point at the fact, in the server's order; the last one that took effect
	// is what holds.
	Acts []Amendment `json:"acts,omitempty"`
	// Before is how the case stood before a supervisor let the fact lead, so that it can be taken back.
	Before *Footing `json:"before,omitempty"`
}

// Amendment is what a person said about a dispute.
type Amendment struct {
	EventID string    `json:"event_id"`
	Act     Act       `json:"act"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason,omitempty"`
	// From is the case's fence before the amendment, Fence the one after it.
	From  uint64 `json:"from,omitempty"`
	Fence uint64 `json:"fence,omitempty"`
	// Shadowed tells why it is on record without effect.
	Shadowed Reason `json:"shadowed,omitempty"`
}

// Act is what an amendment does.
type Act string

// The acts.
const (
	// ActKeep: what leads is right, and the dispute is over.
	ActKeep Act = "keep"
	// ActLead: the fact pointed at leads from now on. Supervisors decide it.
	ActLead Act = "lead"
	// ActAsk: an agent asks a supervisor to let the fact lead.
	ActAsk Act = "ask"
)

// Footing is what a swap of the leading fact replaces.
type Footing struct {
	State   State      `json:"state"`
	Plan    Plan       `json:"plan"`
	Root    *RootCause `json:"root_cause,omitempty"`
	Story   *Story     `json:"story,omitempty"`
	Closing *Closing   `json:"closing,omitempty"`
}

// Settled gives the amendment that settled the dispute, or nil while it is open. An agent who asks after it was
// settled opens it again: whoever settled it had not heard the reasons.
func (d Dispute) Settled() *Amendment {
	var last *Amendment
	for i, a := range d.Acts {
		switch {
		case a.Shadowed != "":
		case a.Act == ActAsk:
			last = nil
		default:
			last = &d.Acts[i]
		}
	}
	return last
}

// Asked gives the latest request that a supervisor decide, or nil.
func (d Dispute) Asked() *Amendment {
	for i := len(d.Acts) - 1; i >= 0; i-- {
		if d.Acts[i].Act == ActAsk {
			return &d.Acts[i]
		}
	}
	return nil
}

// Leads tells whether a supervisor let the fact lead.
func (d Dispute) Leads() bool { return d.Before != nil }

// Disputed gives the case's disputes that nobody has settled yet, the oldest first.
func (c Case) Disputed() []Dispute {
	var out []Dispute
	for _, d := range c.Disputes {
		if d.Settled() == nil {
			out = append(out, d)
		}
	}
	return out
}

// Dispute finds the dispute about an event.
func (c Case) Dispute(eventID string) (d Dispute, ok bool) {
	for _, d := range c.Disputes {
		if d.EventID == eventID {
			return d, true
		}
	}
	return Dispute{}, false
}

// dispute puts the event in hand before a person, who is to settle whether it or the fact over leads.
func (f *fold) dispute(why Reason, over string) *Dispute {
	f.c.Disputes = append(f.c.Disputes, Dispute{
		EventID: f.e.ID, Kind: f.e.Kind, By: f.e.Agent, At: f.e.EffectiveAt(), Reason: why, Over: over, Payload: f.e.Payload,
	})
	return &f.c.Disputes[len(f.c.Disputes)-1]
}

// displaced puts a callback that an earlier one has replaced before a person: somebody promised it.
func (f *fold) displaced(old Callback) {
	wish := CallbackSet{Callback: CallbackWish{At: old.At, Zone: old.Zone, Anyone: old.Owner == ""}}
	raw, err := json.Marshal(wish)
	if err != nil {
		return // a time that cannot be written cannot have been read either
	}
	f.c.Disputes = append(f.c.Disputes, Dispute{
		EventID: old.EventID, Kind: KindCallbackSet, By: old.SetBy, At: old.SetAt, Reason: ReasonEarlierCallback, Over: f.e.ID, Payload: raw,
	})
}

// leading names the event behind what stands now: the closing, the agreed callback, or the last call that led.
func (f *fold) leading() string {
	c := f.c
	switch {
	case !c.State.Open() && c.Closing != nil:
		return c.Closing.EventID
	case c.State == CallbackScheduled && c.Plan.Callback != nil && c.Plan.Callback.EventID != "":
		return c.Plan.Callback.EventID
	}
	for i := len(c.Attempts) - 1; i >= 0; i-- {
		if a := c.Attempts[i]; a.Shadowed == "" && a.EventID != f.e.ID {
			return a.EventID
		}
	}
	return ""
}

// footing gives what a swap replaces.
func (f *fold) footing() *Footing {
	return &Footing{State: f.c.State, Plan: f.c.Plan, Root: f.c.Root, Story: f.c.Story, Closing: f.c.Closing}
}

// stand puts the case back to what it was before a swap.
func (f *fold) stand(s Footing) {
	f.c.State, f.c.Plan, f.c.Root, f.c.Story, f.c.Closing = s.State, s.Plan, s.Root, s.Story, s.Closing
}

// mark says of the attempt and the score of an event whether they lead.
func (f *fold) mark(eventID string, why Reason) {
	for i := range f.c.Attempts {
		if f.c.Attempts[i].EventID == eventID {
			f.c.Attempts[i].Shadowed = why
		}
	}
	for i := range f.c.Scores {
		if f.c.Scores[i].ID == eventID {
			f.c.Scores[i].Shadowed = why
		}
	}
}
