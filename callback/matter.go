package callback

import (
	"cmp"
	"strconv"
	"time"
)

// Matter is something that a person at a desk is to look at: a fact beside another one that leads, or an event
// that the server refused. Both versions are in it, in words.
type Matter struct {
	// EventID names the fact in question, which is not the one that leads.
	EventID  string     `json:"event_id"`
	CaseID   string     `json:"case_id,omitempty"`
	Customer string     `json:"customer,omitempty"`
	Sort     MatterSort `json:"sort"`
	Kind     EventKind  `json:"kind"`
	Stated   Side       `json:"stated"`
	// Leads is what stands instead; empty if nothing does.
	Leads  Side   `json:"leads,omitzero"`
	Reason Reason `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Asked is what an agent asked a supervisor for, Settled how the matter was settled, if that was done.
	Asked   *Amendment `json:"asked,omitempty"`
	Settled *Amendment `json:"settled,omitempty"`
	// Journal tells that the fact is this desk's own and nobody here has read of it yet.
	Journal bool `json:"journal,omitempty"`
	// Fence is what an amendment has to carry.
	Fence uint64 `json:"fence,omitempty"`
	// May says what the person at the desk can do about it.
	May May `json:"may"`
}

// MatterSort says what sort of matter it is.
type MatterSort string

// The sorts of matters.
const (
	// MatterConflict: two facts do not go together, and a person is to say which leads.
	MatterConflict MatterSort = "conflict"
	// MatterIncident: a customer was called after they had asked not to be.
	MatterIncident MatterSort = "incident"
	// MatterNotice: a late fact counted, and somebody is to know.
	MatterNotice MatterSort = "notice"
	// MatterBeside: a fact is on record without effect, and nothing is to be decided.
	MatterBeside MatterSort = "beside"
	// MatterRefused: the server could not judge the event; it is in quarantine on both sides.
	MatterRefused MatterSort = "refused"
	// MatterDecided: somebody has settled a conflict about a fact of this desk, or taken its event out of quarantine.
	MatterDecided MatterSort = "decided"
)

// May is what somebody can do about a matter.
type May struct {
	// Keep what leads; Ask a supervisor to let the other lead, or Lead: let it lead.
	Keep bool `json:"keep,omitempty"`
	Ask  bool `json:"ask,omitempty"`
	Lead bool `json:"lead,omitempty"`
	// Retry: offer it to the server again. See: put it away as read.
	Retry bool `json:"retry,omitempty"`
	See   bool `json:"see,omitempty"`
}

// Acts tells whether an act is among what may be done. Asking twice does no harm.
func (m May) Acts(a Act) bool {
	switch a {
	case ActKeep:
		return m.Keep
	case ActLead:
		return m.Lead
	}
	return m.Keep || m.Ask
}

// Side is one of two facts that do not go together: who stated it, when, and what it says.
type Side struct {
	EventID string    `json:"event_id,omitempty"`
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Points  []Point   `json:"points,omitempty"`
}

// Swapped tells that a supervisor let the fact in question lead.
func (m Matter) Swapped() bool { return m.Settled != nil && m.Settled.Act == ActLead }

// Empty tells that nothing is known of the side.
func (s Side) Empty() bool { return s.By == "" && len(s.Points) == 0 }

// Point is one thing that a fact says. The text is foreign until it is cleaned.
type Point struct {
	Label string `json:"label"`
	Text  string `json:"text,omitempty"`
	// At is a time that belongs to it, such as that of a callback. UTC.
	At time.Time `json:"at,omitzero"`
}

// weight orders matters: what cannot wait comes first.
func (m Matter) weight() int {
	switch m.Sort {
	case MatterIncident:
		return 0
	case MatterConflict:
		if m.Asked != nil {
			return 1
		}
		return 2
	case MatterRefused:
		return 3
	case MatterNotice:
		return 4
	case MatterBeside:
		return 5
	}
	return 6
}

// Compare orders matters for whoever settles them: what cannot wait first, then the oldest.
func (m Matter) Compare(o Matter) int {
	if n := cmp.Compare(m.weight(), o.weight()); n != 0 {
		return n
	}
	if n := m.Stated.At.Compare(o.Stated.At); n != 0 {
		return n
	}
	return cmp.Compare(m.EventID, o.EventID)
}

// MatterOf makes a matter of a dispute on a case.
func MatterOf(c Case, d Dispute) Matter {
	m := Matter{
		EventID: d.EventID, CaseID: c.ID, Customer: c.Customer.Name, Sort: MatterConflict, Kind: d.Kind, Reason: d.Reason, Asked: d.Asked(),
		Settled: d.Settled(), Fence: c.Fence,
		Stated: Side{EventID: d.EventID, By: d.By, At: d.At, Points: points(c, d.Kind, d.Payload)},
	}
	switch {
	case m.Settled != nil:
		m.Sort = MatterDecided
	case d.Counted:
		m.Sort = MatterNotice
	case d.Reason == ReasonSuppressed:
		m.Sort = MatterIncident
	}
	m.Leads = c.leads(d)
	return m
}

// MatterOfEntry makes a matter of an event of a desk's own journal that was refused, or is on record without
// effect. The case may be unknown.
func MatterOfEntry(e JournalEntry, c Case) Matter {
	if d, ok := c.Dispute(e.Event.ID); ok {
		m := MatterOf(c, d)
		m.Journal = true
		return m
	}
	m := Matter{
		EventID: e.Event.ID, CaseID: e.Event.CaseID, Customer: e.Customer, Sort: MatterBeside, Kind: e.Event.Kind, Journal: true, Fence: c.Fence,
		Stated: Side{EventID: e.Event.ID, By: e.Event.Agent, At: e.Event.EffectiveAt(), Points: points(c, e.Event.Kind, e.Event.Payload)},
	}
	if e.Receipt != nil {
		m.Reason, m.Detail = e.Receipt.Final().Reason, e.Receipt.Detail
	}
	switch {
	case e.State == Quarantined && c.Holds(e.Event):
		m.Sort = MatterDecided
	case e.State == Quarantined:
		m.Sort = MatterRefused
	default:
		m.Leads = c.leads(Dispute{EventID: m.EventID, Kind: m.Kind, Reason: m.Reason, Over: c.standing(m.EventID), Payload: e.Event.Payload})
	}
	return m
}

// Allow says what a person can do about the matter: supervisors decide, agents accept what stands beside their
// own fact, or ask. An incident is a supervisor's to close.
func (m Matter) Allow(agent string, supervisor bool) Matter {
	own := m.Stated.By == agent
	m.May = May{See: m.Journal && m.Sort != MatterConflict && m.Sort != MatterNotice, Retry: m.Sort == MatterRefused}
	switch m.Sort {
	case MatterConflict:
		m.May.Keep, m.May.Lead, m.May.Ask = own || supervisor, supervisor, own && !supervisor && m.Asked == nil
	case MatterNotice:
		m.May.Keep = true
	case MatterIncident:
		m.May.Keep = supervisor
		m.May.See = m.May.See && !supervisor
	}
	return m
}

// Concerns tells whether the matter is for somebody's eyes: supervisors see all, agents what they stated
// themselves, and what has happened on a case that was given to them.
func (m Matter) Concerns(c Case, agent string, supervisor bool) bool {
	return supervisor || m.Stated.By == agent || m.Sort == MatterNotice && c.Assigned != nil && c.Assigned.To == agent
}

// standing names the last call that leads, for a fact beside which no event is known.
func (c Case) standing(but string) string {
	return (&fold{c: &c, e: Event{ID: but}}).leading()
}

// leads says what stands in place of a disputed fact.
func (c Case) leads(d Dispute) Side {
	switch {
	case d.Counted && c.Assigned != nil:
		return Side{By: c.Assigned.By, At: c.Assigned.At, Points: []Point{{Label: "given to", Text: c.Assigned.To}}}
	case d.Leads():
		// The two have changed places.
		return c.side(d.Over)
	case c.State == Suppressed && c.Closing != nil:
		return Side{EventID: c.Closing.EventID, By: c.Closing.By, At: c.Closing.At, Points: []Point{{Label: "never call again", Text: c.Plan.Reason}}}
	}
	if d.Kind == KindPromiseSettled {
		return c.settledSide(d)
	}
	if s := c.side(d.Over); !s.Empty() {
		return s
	}
	if l := c.Lease; l != nil && c.State.Open() {
		return Side{By: l.Agent, At: l.Since, Points: []Point{{Label: "has the case", Text: "no result yet"}}}
	}
	if a := c.Assigned; a != nil && d.Reason == ReasonReassigned {
		return Side{By: a.By, At: a.At, Points: []Point{{Label: "given to", Text: a.To}}}
	}
	if c.Closing != nil && !c.State.Open() {
		return Side{EventID: c.Closing.EventID, By: c.Closing.By, At: c.Closing.At, Points: []Point{{Label: "closed as", Text: string(c.Closing.Resolution)}}}
	}
	return Side{}
}

// settledSide says how a promise was settled first.
func (c Case) settledSide(d Dispute) Side {
	var s PromiseSettled
	if !into(d.Payload, &s) {
		return Side{}
	}
	for _, p := range c.Promises {
		if p.ID == s.PromiseID && p.SettledAt != nil {
			return Side{By: p.SettledBy, At: *p.SettledAt, Points: []Point{{Label: "promise", Text: p.Text}, {Label: "settled as", Text: string(p.Status)}}}
		}
	}
	return Side{}
}

// side says what an event put on the case: a call, an agreed callback, a score.
func (c Case) side(eventID string) Side {
	if eventID == "" {
		return Side{}
	}
	for _, a := range c.Attempts {
		if a.EventID != eventID {
			continue
		}
		s := Side{EventID: eventID, By: a.Agent, At: a.At}
		rule, _ := a.Disposition.Rule()
		s.Points = append(s.Points, Point{Label: "call", Text: rule.Meaning})
		s.Points = append(s.Points, c.scorePoints(eventID)...)
		if cb := c.Plan.Callback; cb != nil && cb.EventID == eventID {
			s.Points = append(s.Points, Point{Label: "callback", At: cb.At})
		}
		for _, p := range c.promisedIn(a) {
			s.Points = append(s.Points, Point{Label: "promise", Text: p.Text, At: p.Due})
		}
		if a.Note != "" {
			s.Points = append(s.Points, Point{Label: "note", Text: a.Note})
		}
		return s
	}
	if cb := c.Plan.Callback; cb != nil && cb.EventID == eventID {
		return Side{EventID: eventID, By: cb.SetBy, At: cb.SetAt, Points: []Point{{Label: "callback", At: cb.At}}}
	}
	if p := c.scorePoints(eventID); len(p) > 0 {
		return Side{EventID: eventID, Points: p}
	}
	return Side{}
}

// promisedIn gives what was promised in a call, which whoever settles a conflict about
// it must know: the customer counts on it. A promise does not name its event, so
// it belongs to the last call that its maker had begun by then.
func (c Case) promisedIn(a Attempt) (out []Promise) {
	for _, p := range c.Promises {
		var last *Attempt
		for i, b := range c.Attempts {
			if b.Agent == p.MadeBy && !b.At.After(p.MadeAt) && (last == nil || !b.At.Before(last.At)) {
				last = &c.Attempts[i]
			}
		}
		if last != nil && last.ID == a.ID {
			out = append(out, p)
		}
	}
	return out
}

func (c Case) scorePoints(eventID string) []Point {
	for _, s := range c.Scores {
		if s.ID == eventID {
			return []Point{scorePoint(s.Answer, s.Value)}
		}
	}
	return nil
}

func scorePoint(a ScoreAnswer, v *int) Point {
	text := map[ScoreAnswer]string{Declined: "declined", NotAsked: "not asked"}[a]
	if v != nil {
		text = strconv.Itoa(*v)
	}
	return Point{Label: "score", Text: text}
}
