package callback

import "time"

// JournalRow is one event of a desk's journal and what the server said of it.
type JournalRow struct {
	// N is the order of recording, and the key; it never starts again.
	N     uint64       `json:"n"`
	Event Event        `json:"event"`
	State JournalState `json:"state"`
	// Receipt is the server's last word; nil before that.
	Receipt *Receipt `json:"receipt,omitempty"`
	// Epoch is the server's history that Receipt belongs to, AckedAt when it
	// came, by the desk's clock.
	Epoch   string    `json:"epoch,omitempty"`
	AckedAt time.Time `json:"acked_at,omitzero"`
	// Again tells that an event which had a receipt is to be sent once more.
	Again bool `json:"again,omitempty"`
	Seen  bool `json:"seen,omitempty"`
}

// JournalKeeps is how long an acknowledged event stays in the journal when no
// backup of the server is known to hold it.
const JournalKeeps = 90 * 24 * time.Hour

// Pending tells whether the server's word on the row is still awaited.
func (r JournalRow) Pending() bool { return r.Receipt == nil || r.Again }

// Refused tells whether the row stands aside until a person decides. One that
// was undone and then refused stands aside for good: nobody misses it.
func (r JournalRow) Refused() bool {
	if r.Pending() {
		return false
	}
	return r.State == Quarantined || r.State == Withdrawn && r.Receipt.Final().Status == Rejected
}

// HeldBack tells whether the row waits so that its agent can still undo it;
// what comes after it waits as well. flushed is the last row that must not wait.
func (r JournalRow) HeldBack(now time.Time, flushed uint64, wait time.Duration) bool {
	if r.State != Waiting || r.N <= flushed {
		return false
	}
	age := now.Sub(r.Event.At)
	return age >= 0 && age < wait
}

// Settle gives the row after a receipt of a history. ok is false for receipts
// that are not believed: of events that were not sent, and those that say that
// the server did not look. No receipt takes a row out of the journal.
func (r JournalRow) Settle(word Receipt, epoch string, now time.Time) (out JournalRow, ok bool) {
	if r.State == Waiting || word.Status == Retry {
		return r, false
	}
	r.Receipt, r.Epoch, r.AckedAt, r.Again = &word, epoch, now, false
	switch word.Final().Status {
	case Rejected:
		r.State = Quarantined
	case Shadowed:
		r.State = InShadow
	default:
		r.State = Settled
	}
	if r.Event.Kind == KindUndone {
		r.State = Withdrawn
	}
	return r, true
}

// Restream gives the row its place in a new stream. ok is false for rows that
// get none: those that were refused stand aside. Everything else goes out
// again, acknowledged or not, because the new stream begins with nothing that
// the server is known to have.
func (r JournalRow) Restream(stream string, seq uint64) (out JournalRow, ok bool) {
	if r.Refused() {
		return r, false
	}
	r.Event.Stream, r.Event.Seq = stream, seq
	r.Again = r.Receipt != nil
	return r, true
}

// Rests tells whether nothing is to be done about the row any more but to keep
// it: the documents show its effect, and a person has seen it if it has none.
func (r JournalRow) Rests(at Stand) bool {
	if r.Pending() || r.State == Quarantined || r.State == InShadow && !r.Seen {
		return false
	}
	return r.Epoch == at.Epoch && r.Receipt.Pos <= at.Shown
}

// Leaves tells whether a row that rests may leave the journal: a backup of the
// same history holds it, or it is old.
func (r JournalRow) Leaves(epoch string, stable uint64, now time.Time) bool {
	if r.Epoch == epoch && r.Receipt.Pos > 0 && r.Receipt.Pos <= stable {
		return true
	}
	return now.Sub(r.AckedAt) >= JournalKeeps
}

// Shows tells whether the row's effect is to be folded onto a document: it is
// not refused, and the document does not hold it yet. pos is the document's
// position in the feed.
func (r JournalRow) Shows(at Stand, base Case, pos uint64) bool {
	if r.Event.Kind == KindUndone || r.Refused() {
		return false
	}
	if r.Receipt != nil && !r.tellsByTrace(at) {
		ahead := r.Receipt.Final().Status == Rejected || r.Receipt.Pos > max(at.Shown, pos)
		if r.Epoch != at.Epoch || !ahead {
			return false
		}
	}
	return !base.Holds(r.Event)
}

// tellsByTrace tells that the receipt does not say whether the documents hold
// the row's event, but the case itself does: the server began another history,
// or may have lost what it acknowledged. Events that leave no trace are not
// shown then until they have gone out again and come back.
func (r JournalRow) tellsByTrace(at Stand) bool {
	return (r.Again || r.Epoch != at.Epoch) && r.Event.Kind.leavesTrace()
}

// Bans tells whether the row, if it asks that somebody never be called again or
// tells of a dial, is ahead of the documents: until they show what follows from
// it for the customer's other cases, the desk keeps it itself.
func (r JournalRow) Bans(at Stand) bool {
	if r.Refused() {
		return false
	}
	return r.Pending() || r.Epoch != at.Epoch || r.Receipt.Pos > at.Shown
}

// WaitConfirmed is why a case waits that only its desk has opened again.
const WaitConfirmed = "it was closed; the server is to confirm that it may be called again"

// Confirmed tells whether a desk may offer its view of a case for calling: not
// while only its own events have opened it again. Only the server knows then
// whether the customer may be called: one who asks never to be called ends open
// cases alone, and the request need not have reached this desk. A case outside
// the queue, which only this desk knows yet, is its agent's own to call.
func (c Case) Confirmed(base Case) bool {
	return base.State.Open() || !c.State.Open() || base.Version == 0 && c.Outside()
}

// Advance gives the last event of a stream up to which the server has all.
// has gives the id of the stream's event of a number, if the server has it.
func (a Acked) Advance(has func(seq uint64) (id string, ok bool)) Acked {
	for {
		id, ok := has(a.Seq + 1)
		if !ok {
			return a
		}
		a = Acked{Seq: a.Seq + 1, EventID: id}
	}
}

// leavesTrace tells of kinds whose events can be recognised in a case.
func (k EventKind) leavesTrace() bool {
	switch k {
	case KindCallRecorded, KindScoreRecorded, KindNoteAdded, KindPromiseMade, KindCaseSkipped, KindSuppressed, KindEventAmended,
		KindCaseEscalated, KindNumberAdded:
		return true
	}
	return false
}

// Took tells whether a case shows that the server took an event, be it beside
// the fact that leads. Like Holds it is false for kinds that leave no trace.
func (c Case) Took(e Event) bool {
	_, beside := c.Dispute(e.ID)
	return beside || c.Holds(e)
}

// Holds tells whether a case shows an event already: the reply that said so
// was lost, or has not come yet. It is false for kinds that leave no trace.
func (c Case) Holds(e Event) bool {
	switch e.Kind {
	case KindCallRecorded:
		for _, a := range c.Attempts {
			if a.EventID == e.ID {
				return true
			}
		}
	case KindScoreRecorded:
		for _, sc := range c.Scores {
			if sc.ID == e.ID {
				return true
			}
		}
	case KindNoteAdded:
		for _, n := range c.Notes {
			if n.EventID == e.ID {
				return true
			}
		}
	case KindNumberAdded:
		for _, n := range c.Renumbered {
			if n.EventID == e.ID {
				return true
			}
		}
	case KindCaseEscalated:
		for _, x := range c.Escalations {
			if x.EventID == e.ID {
				return true
			}
		}
		for _, n := range c.Notes {
			if n.EventID == e.ID {
				return true
			}
		}
	case KindEventAmended:
		for _, d := range c.Disputes {
			for _, a := range d.Acts {
				if a.EventID == e.ID {
					return true
				}
			}
		}
	case KindCaseSkipped:
		for _, k := range c.Skips {
			if k.By == e.Agent && k.At.Equal(e.EffectiveAt()) {
				return true
			}
		}
	case KindPromiseMade:
		p, err := e.Decode()
		if err != nil {
			return false
		}
		for _, made := range c.Promises {
			if made.ID == p.(*PromiseMade).Promise.ID {
				return true
			}
		}
	}
	return false
}
