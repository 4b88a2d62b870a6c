package ui

import (
	"slices"
	"time"

	"ringback/callback"
)

// floorPart is where a row stands on the floor.
type floorPart int

// The parts, in the order in which they stand.
const (
	floorBack floorPart = iota
	floorEscalated
	floorReview
	floorPromise
	floorParts
)

// floorHeads are the headings of the parts, for those who decide and for the
// others.
var floorHeads = [floorParts][2]string{
	floorBack:      {"Back with you", "Back with you"},
	floorEscalated: {"To be answered", "With a supervisor, from you"},
	floorReview:    {"To be looked at", ""},
	floorPromise:   {"Promises", "Your promises"},
}

// floorRow is one thing that waits for a person, with its words cleaned, once.
type floorRow struct {
	part floorPart
	// id is what the selection sticks to.
	id, caseID string
	state      callback.State
	customer   callback.Text
	phone      callback.Text
	words      callback.Text
	zone       string
	score      *int
	// reason is why it waits: what was asked, said or promised.
	reason callback.Text
	// at is since when, due until when; by who it comes from, with who has it.
	at, due  time.Time
	by, with string
	// cause is what put it before a supervisor.
	cause callback.HoldCause
	// about is what is worth knowing of it besides.
	about   callback.Text
	promise callback.Promise
}

// floorGroup is a part with its rows.
type floorGroup struct {
	head string
	rows []floorRow
}

func newFloorRows(f callback.Floor) []floorRow {
	out := make([]floorRow, 0, len(f.Escalated)+len(f.Returned)+len(f.Review))
	add := func(part floorPart, c callback.FloorCase) *floorRow {
		q := newQueueRow(c.QueueRow)
		out = append(out, floorRow{
			part: part, id: c.ID, caseID: c.ID, state: c.State, customer: q.customer, phone: q.phone, words: q.comment,
			zone: c.Zone, score: c.Value,
		})
		return &out[len(out)-1]
	}
	for _, c := range f.Returned {
		r, e := add(floorBack, c), c.Escalation
		r.reason, r.by, r.about = callback.Clean(e.Words), e.EndedBy, say("you asked: %s", e.Reason)
		if e.EndedAt != nil {
			r.at = *e.EndedAt
		}
	}
	for _, c := range f.Escalated {
		r, e := add(floorEscalated, c), c.Escalation
		r.reason, r.by, r.with, r.at, r.due = callback.Clean(e.Reason), e.By, e.TakenBy, e.At, e.Due
		r.about = say("%s", escalatedWords[e.Cause])
	}
	for _, c := range f.Review {
		r, h := add(floorReview, c), c.Hold
		r.reason, r.by, r.at, r.about = callback.Clean(h.Reason), h.By, h.At, say("%s", h.Cause.Words())
		r.cause = h.Cause
	}
	return out
}

// escalatedWords say what put a case before a supervisor.
var escalatedWords = map[callback.EscalationCause]string{
	callback.EscalatedOnCall: "asked for help on a call", callback.EscalatedByHand: "asked for help",
	callback.EscalatedBroken: "a promise was broken", callback.EscalatedOverdue: "a promise is overdue",
}

func newOwedRows(list []callback.Owed) []floorRow {
	out := make([]floorRow, 0, len(list))
	for _, o := range list {
		out = append(out, floorRow{
			part: floorPromise, id: o.CaseID + "/" + o.ID, caseID: o.CaseID, state: callback.InProgress, customer: callback.Line(o.Customer),
			reason: callback.Clean(o.Text), at: o.MadeAt, due: o.Due, by: o.MadeBy, with: o.Owner, zone: o.Zone, promise: o.Promise,
		})
	}
	return out
}

// regroup sorts the rows into the parts that this person is to see, and keeps
// the selection where it was.
func (f *floorScreen) regroup() {
	leads := f.e.me.Role.Leads()
	var parts [floorParts][]floorRow
	for _, r := range slices.Concat(f.list.cases, f.list.owed) {
		if leads || r.part == floorBack || r.part == floorEscalated && r.by == f.e.me.ID || r.part == floorPromise && r.with == f.e.me.ID {
			parts[r.part] = append(parts[r.part], r)
		}
	}
	f.list.groups = nil
	for p, rows := range parts {
		if len(rows) > 0 {
			head := floorHeads[p][1]
			if leads {
				head = floorHeads[p][0]
			}
			f.list.groups = append(f.list.groups, floorGroup{head, rows})
		}
	}
	f.dirty = true
	n := 0
	for _, g := range f.list.groups {
		for _, r := range g.rows {
			if r.id == f.list.id {
				f.list.at = n
			}
			n++
		}
	}
	f.move(0)
}

func (f *floorScreen) count() int {
	n := 0
	for _, g := range f.list.groups {
		n += len(g.rows)
	}
	return n
}

// selected gives the row in hand.
func (f *floorScreen) selected() (floorRow, bool) {
	n := f.list.at
	for _, g := range f.list.groups {
		if n < len(g.rows) {
			return g.rows[n], true
		}
		n -= len(g.rows)
	}
	return floorRow{}, false
}

func (f *floorScreen) move(by int) {
	f.list.at, f.dirty = clamp(f.list.at+by, 0, max(0, f.count()-1)), true
	f.list.id = ""
	if r, ok := f.selected(); ok {
		f.list.id = r.id
	}
}

// late tells whether a row's time has passed.
func (r floorRow) late(now time.Time) bool { return !r.due.IsZero() && now.After(r.due) }

// when says how far off a row's time is, or how long it waits.
func (r floorRow) when(now time.Time) callback.Text {
	words, _ := callback.DueWords(r.due, now)
	switch {
	case words != "":
		return callback.Line(words)
	case r.at.IsZero():
		return callback.Text{}
	}
	return say("%s ago", callback.Ago(now.Sub(r.at)))
}
