package callback

import "time"

// This file holds the values that pass between a desk's rooms: its store, its
// way to the server and its screens.

// QueueQuery asks for a window of the queue.
type QueueQuery struct {
	// Filter chooses cases whose customer, account, number, product or comment
	// holds these words, ignoring case. Empty means all.
	Filter string
	// Around centres the window on a case, if it is in the queue; otherwise
	// the window begins at Offset.
	Around string
	Offset int
	// Limit bounds the window; 0 means 50.
	Limit int
}

// QueuePage is a window of the queue in serving order.
type QueuePage struct {
	Rows []QueueRow `json:"rows"`
	// Offset is the position of the first row.
	Offset int `json:"offset"`
	// Total counts the rows that match; Ready those that may be called now.
	Total int `json:"total"`
	Ready int `json:"ready"`
	// Open counts all open cases, before filtering.
	Open int `json:"open"`
	// NextAt is when the first waiting case becomes ready, and NextWait what
	// it waits for.
	NextAt   time.Time `json:"next_at,omitzero"`
	NextWait string    `json:"next_wait,omitempty"`
	// AsOf is when the order was computed. UTC.
	AsOf time.Time `json:"as_of"`
	// Partial tells that the order behind this page is still being computed.
	Partial bool `json:"partial,omitempty"`
}

// QueueRow is one line of the queue.
type QueueRow struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Account  string `json:"account,omitempty"`
	Phone    string `json:"phone"`
	// Found is another number of the customer by which somebody looked for them.
	Found string `json:"found_by,omitempty"`
	Zone  string `json:"zone,omitempty"`
	// Language is what the customer speaks, a BCP 47 tag, if it is stated.
	Language string    `json:"language,omitempty"`
	Kind     Kind      `json:"kind"`
	State    State     `json:"state"`
	Value    *int      `json:"score_given"`
	Product  string    `json:"product,omitempty"`
	Comment  string    `json:"comment,omitempty"`
	Due      time.Time `json:"due"`
	// Attempts are the calls made in this round, those that no cap counts too.
	Attempts int `json:"attempts"`
	Place
	// Pending tells that this desk has events on the case that the server has
	// not acknowledged.
	Pending bool `json:"pending,omitempty"`
	// Holder has the case in a day pack until Pack; both are empty if nobody
	// has.
	Holder string    `json:"holder,omitempty"`
	Pack   time.Time `json:"pack_until,omitzero"`
	// Skipped is when this agent passed the case over last, if that was within
	// SkipShown and nobody has called since. Draft tells that a call on it was
	// begun at this desk and is not saved.
	Skipped time.Time `json:"skipped_at,omitzero"`
	Draft   bool      `json:"draft,omitempty"`
}

// SkipShown is for how long the queue says that its reader passed a case over:
// for the shift.
const SkipShown = 12 * time.Hour

// SkippedBy gives when an agent passed a case over last, if that still says
// something: the zero time if it was long ago or somebody has called since.
func (c Case) SkippedBy(agent string, now time.Time) (at time.Time) {
	for _, k := range c.Skips {
		if k.By == agent && k.At.After(at) && now.Sub(k.At) < SkipShown {
			at = k.At
		}
	}
	if c.calledSince(at) {
		return time.Time{}
	}
	return at
}

// RowOf makes the line of a case at a place.
func RowOf(c Case, p Place, pending bool) QueueRow {
	r := c.Response()
	row := QueueRow{
		ID: c.ID, Customer: c.Customer.Name, Account: c.Customer.Account, Phone: c.Customer.Phone.E164, Language: c.Language(),
		Kind: c.Kind, State: c.State, Value: r.Score, Product: r.Product, Comment: r.Comment,
		Due: c.Plan.FirstDue, Attempts: c.Dialled(), Place: p, Pending: pending,
	}
	if len(c.Attempts) > 0 {
		row.Due = c.Plan.CloseDue
	}
	if cb := c.Plan.Callback; cb != nil {
		row.Due = cb.At
	}
	if e := c.Escalation(); e != nil {
		row.Due = e.Due
	}
	if len(c.Customer.Phone.Zones) > 0 {
		row.Zone = c.Customer.Phone.Zones[0]
	}
	if l := c.Lease; l != nil && !l.Pack.IsZero() {
		row.Holder, row.Pack = l.Agent, l.Until
	}
	return row
}

// CaseView is a case as the desk shows it: the server's document with this
// desk's pending events folded in.
type CaseView struct {
	Case  Case  `json:"case"`
	Place Place `json:"place"`
	// Pending counts the events that wait to be acknowledged.
	Pending int `json:"pending"`
	// Fence is the fence the server last told, for events to carry.
	Fence uint64 `json:"fence"`
	// Held is the lease by which this desk counts on the case, whether it still
	// does is asked of it; nil if there is none.
	Held *Granted `json:"held,omitempty"`
	// Beats is the next case in the queue, and why this one goes first.
	Beats *QueueRow `json:"beats,omitempty"`
}

// Fact is what a person at the desk states; the journal makes an event of it.
type Fact struct {
	// EventID is kept from a draft; empty lets the journal make one.
	EventID string
	CaseID  string
	Fence   uint64
	Payload Payload
}

// Saved says that a fact is durably in the journal.
type Saved struct {
	EventID string    `json:"event_id"`
	Seq     uint64    `json:"seq"`
	At      time.Time `json:"at"`
}

// JournalState is where an event of the journal stands.
type JournalState string

// The states of journal entries.
const (
	// Waiting: not sent yet; it can be undone.
	Waiting JournalState = "waiting"
	// Sent: sent, but the server has not answered.
	Sent JournalState = "sent"
	// Settled: the server has it and it took effect.
	Settled JournalState = "settled"
	// InShadow: the server has it, but another fact leads.
	InShadow JournalState = "shadowed"
	// Quarantined: refused; a person must look at it.
	Quarantined JournalState = "quarantined"
	// Withdrawn: undone before it was sent.
	Withdrawn JournalState = "undone"
)

// JournalEntry is one event of the journal and what became of it.
type JournalEntry struct {
	Event   Event        `json:"event"`
	State   JournalState `json:"state"`
	Receipt *Receipt     `json:"receipt,omitempty"`
	// Customer is the name on the case, if the desk has it.
	Customer string `json:"customer,omitempty"`
	// Seen tells that a person has looked at a refusal or a conflict.
	Seen bool `json:"seen,omitempty"`
}

// JournalStats counts the journal by state.
type JournalStats struct {
	Pending     int `json:"pending"`
	Quarantined int `json:"quarantined"`
	Shadowed    int `json:"shadowed"`
	Settled     int `json:"settled"`
	// Oldest is when the oldest pending event was recorded.
	Oldest time.Time `json:"oldest,omitzero"`
	// OldestRefused is when the oldest event in quarantine was recorded.
	OldestRefused time.Time `json:"oldest_refused,omitzero"`
	// NoRoom tells that the desk's disk is full: the call in progress can
	// still be saved, but no other one should begin.
	NoRoom bool `json:"no_room,omitempty"`
}

// LinkState is how the desk is connected.
type LinkState string

// The states of the link.
const (
	LinkNever   LinkState = "never connected"
	LinkLive    LinkState = "live"
	LinkPolling LinkState = "polling"
	LinkOffline LinkState = "offline"
	// LinkDenied: the server refuses the token.
	LinkDenied LinkState = "signed out"
)

// What a running sync does, as LinkStatus tells it.
const (
	BusyFetching = "fetching"
	BusySending  = "sending"
)

// LinkStatus is what the header and the Sync screen say about the link.
type LinkStatus struct {
	State LinkState `json:"state"`
	// Since is when the state began, LastContact the last answer of the
	// server. UTC.
	Since       time.Time `json:"since,omitzero"`
	LastContact time.Time `json:"last_contact,omitzero"`
	URL         string    `json:"url"`
	// Problem is the last failure in words for a person, or empty.
	Problem string `json:"problem,omitempty"`
	Hint    string `json:"hint,omitempty"`
	// Notice is what the server wants a person to know, or empty.
	Notice string `json:"notice,omitempty"`
	// Busy says what a running sync does, with its progress: Done of Of, where
	// Of is 0 if it is not known.
	Busy string `json:"busy,omitempty"`
	Done int    `json:"done,omitempty"`
	Of   int    `json:"of,omitempty"`
	// Skew is how far the desk's clock is behind the server's.
	Skew time.Duration `json:"skew_ns,omitempty"`
	// Copied is when the server noticed that another desk writes under this
	// one's name, as a copy of its folder does; zero if it has not.
	Copied time.Time `json:"copied,omitzero"`
	// Measured is when the clocks were compared last, maybe before this start of
	// the desk; zero if they never were. UTC.
	Measured time.Time `json:"clock_measured_at,omitzero"`
	// Unsure bounds the error of Skew: half of the quickest exchange.
	Unsure time.Duration `json:"unsure_ns,omitempty"`
}

// SyncReport is what one sync did.
type SyncReport struct {
	Pushed      int `json:"pushed"`
	Pulled      int `json:"pulled"`
	Pending     int `json:"pending"`
	Quarantined int `json:"quarantined"`
	// Copied tells that another desk writes under this one's name.
	Copied bool `json:"copied,omitempty"`
}

// Position is where a desk stands in its team's feed.
type Position struct {
	Epoch  string `json:"epoch"`
	Cursor string `json:"cursor"`
	// High is the head of the feed when the desk's data was read.
	High uint64 `json:"high"`
	// Erased is the position up to which the desk has destroyed what was
	// erased; 0 if it was told of nothing.
	Erased uint64 `json:"erased,omitempty"`
}

// Problem is one thing that a check found wrong.
type Problem struct {
	Where string `json:"where"`
	What  string `json:"what"`
}

// CheckReport is the result of `ringback check`.
type CheckReport struct {
	OK       bool      `json:"ok"`
	Problems []Problem `json:"problems"`
	// Cases, Events and Days count what was recomputed and compared.
	Cases  int `json:"cases"`
	Events int `json:"events"`
	Days   int `json:"days"`
}

// DialResult says how a call was started.
type DialResult struct {
	// How is opened, command, ami or copied.
	How string `json:"how"`
	// Detail says it in words for the agent.
	Detail string `json:"detail"`
	// Copy is the number to put on the clipboard, if nothing could dial.
	Copy string `json:"copy,omitempty"`
	// Suggest is how the attempt ended as far as the telephone system can
	// tell, for the agent to confirm; empty while the call goes on and when
	// nobody can tell.
	Suggest Disposition `json:"suggest,omitempty"`
}
