package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// queueAhead holds the cases on both sides of the one in hand, read before
// anybody asks for them: a step along the list then costs one picture, not one
// for the selection and another for its details.
type queueAhead struct {
	near map[string]nearCase
	// turn counts how often the queue was read anew. What was asked for
	// before that may be old.
	turn int
}

// nearCase is a case that was read in this turn, or could not be.
type nearCase struct {
	view callback.CaseView
	ok   bool
}

// reach is how far from the selection cases are kept.
const reach = 2

// forget begins a new turn.
func (a *queueAhead) forget() {
	a.turn++
	a.near = nil
}

// keep takes a case that was read and lets go of those out of reach.
func (a *queueAhead) keep(w *queueWindow, id string, c nearCase) {
	kept := map[string]nearCase{id: c}
	for at := w.at - reach; at <= w.at+reach; at++ {
		if c, ok := a.near[w.idAt(at)]; ok && w.idAt(at) != id {
			kept[w.idAt(at)] = c
		}
	}
	a.near = kept
}

// next gives the case beside the one in hand that is to be read next: first
// where the selection is going, then where it came from.
func (a *queueAhead) next(w *queueWindow) string {
	step := 1
	if w.up {
		step = -1
	}
	for _, at := range []int{w.at + step, w.at - step} {
		id := w.idAt(at)
		if _, known := a.near[id]; id != "" && !known {
			return id
		}
	}
	return ""
}

// look shows the case in hand, at once if it was read already, and asks for
// what is missing, one case at a time: that case, then those beside it.
func (q *queue) look() tea.Cmd {
	id := q.win.id
	if id == "" {
		return nil
	}
	missing := q.side.stale || id != q.side.id
	if c, known := q.ahead.near[id]; known && missing {
		if c.ok {
			q.side.take(c.view)
		}
		q.side.stale, q.draw.dirty, missing = false, true, false
	}
	if q.side.asking != "" {
		return nil
	}
	if missing {
		q.side.stale = false
	} else if id = q.ahead.next(&q.win); id == "" {
		return nil
	}
	q.side.asking = id
	return q.e.do.queueCase(q.ahead.turn, id)
}

// caseAnswered takes a case that was asked for.
func (q *queue) caseAnswered(msg queueCaseLoaded) tea.Cmd {
	if msg.id != q.side.asking {
		return nil
	}
	q.side.asking = ""
	inHand, fresh := msg.id == q.win.id, msg.turn == q.ahead.turn
	if fresh {
		q.ahead.keep(&q.win, msg.id, nearCase{msg.view, msg.err == nil})
	}
	if inHand && msg.err == nil {
		q.side.take(msg.view)
		q.draw.dirty = true
	}
	if inHand && fresh && msg.err != nil && callback.CodeOf(msg.err) != callback.CodeNotFound {
		return tea.Batch(send(failed{"read the case", msg.err}), q.look())
	}
	return q.look()
}
