package ui

import "ringback/callback"

// queueRow is a row of the queue with its words cleaned, once.
type queueRow struct {
	id                                         string
	customer, account, phone, product, comment callback.Text
	raw                                        callback.QueueRow
}

func newQueueRow(r callback.QueueRow) queueRow {
	out := queueRow{
		id: r.ID, customer: callback.Line(r.Customer), account: callback.Line(r.Account), phone: callback.Line(r.Phone),
		product: callback.Line(r.Product), comment: callback.Clean(r.Comment), raw: r,
	}
	if out.customer.String() == "" {
		out.customer = out.phone
	}
	return out
}

func newQueueRows(list []callback.QueueRow) []queueRow {
	out := make([]queueRow, len(list))
	for i, r := range list {
		out[i] = newQueueRow(r)
	}
	return out
}

// queueWindow is the part of the queue in memory: some rows around the
// selection, which sticks to its case while the queue moves. It is plain state
// without a picture.
type queueWindow struct {
	rows []queueRow
	// offset is the place of the first row in the queue, total the queue's
	// length.
	offset, total int
	// at is the place of the selection, id its case; id is empty until the
	// row at that place is loaded.
	at int
	id string
	// top is the place of the first row in view, height how many fit.
	top, height int
	// touched tells that a person chose the selection; until then it is
	// whatever comes first.
	touched bool
	// up tells that the selection moved up last.
	up bool
}

// windowRows is how many rows are held: many screens, and few enough that a
// queue of any length costs the same.
const windowRows = 200

// firstRows is how many rows the first page has, which the first frame waits
// for: enough for a common window. The others come when they are needed, or
// when the whole order stands.
const firstRows = 48

// query asks for the rows around the selection.
func (w *queueWindow) query(filter string) callback.QueueQuery {
	limit := max(windowRows, 6*w.height)
	if len(w.rows) == 0 && w.height <= firstRows {
		limit = firstRows
	}
	q := callback.QueueQuery{Filter: filter, Offset: max(0, w.at-limit/2), Limit: limit}
	if w.touched {
		q.Around = w.id
	}
	return q
}

// apply takes a page. The selection stays on its case and the case on its line
// of the screen. If the case is gone, the nearest place is selected and the
// customer's name given back.
func (w *queueWindow) apply(msg queueLoaded) (left callback.Text) {
	before, had := w.selected()
	w.rows, w.offset, w.total = msg.rows, msg.page.Offset, msg.page.Total
	found := false
	if w.touched && w.id != "" {
		for i := range w.rows {
			if w.rows[i].id == w.id {
				w.top += w.offset + i - w.at
				w.at, found = w.offset+i, true
			}
		}
	}
	if !found {
		if w.touched && had && msg.query.Around == w.id {
			left = before.customer
		}
		w.at = clamp(w.at, 0, w.total-1)
		if !w.touched {
			w.at = w.toCall(w.offset, w.at)
		}
		w.id = w.idAt(w.at)
	}
	w.follow()
	return left
}

func (w *queueWindow) idAt(at int) string {
	if i := at - w.offset; i >= 0 && i < len(w.rows) {
		return w.rows[i].id
	}
	return ""
}

// row gives the row at a place, if it is loaded.
func (w *queueWindow) row(at int) (queueRow, bool) {
	if i := at - w.offset; i >= 0 && i < len(w.rows) {
		return w.rows[i], true
	}
	return queueRow{}, false
}

// toCall gives the place of the first customer from a place on who can be
// called and was not passed over by this agent; or else, if none is loaded.
func (w *queueWindow) toCall(from, or int) int {
	for at := max(from, w.offset); at < w.offset+len(w.rows); at++ {
		if r := w.rows[at-w.offset].raw; r.Ready && r.Skipped.IsZero() {
			return at
		}
	}
	return or
}

// nextCall gives the place of whom to call instead of the row in hand: the next
// below who can be called, else the first of all; where nobody can be, the row
// below.
func (w *queueWindow) nextCall() int {
	if next := w.toCall(w.at+1, w.toCall(0, w.at)); next != w.at {
		return next
	}
	return w.at + 1
}

// selected gives the row in hand.
func (w *queueWindow) selected() (queueRow, bool) {
	r, ok := w.row(w.at)
	return r, ok && r.id == w.id
}

// move moves the selection by some places.
func (w *queueWindow) move(by int) {
	if w.total == 0 {
		return
	}
	w.at, w.touched, w.up = clamp(w.at+by, 0, w.total-1), true, by < 0
	w.id = w.idAt(w.at)
	w.follow()
}

// restart goes to the first row of another queue.
func (w *queueWindow) restart() { w.at, w.top, w.id, w.touched = 0, 0, "", false }

// follow keeps the selection in view. At the edge the view moves by half a
// screen: one larger change now and then instead of one at every key.
func (w *queueWindow) follow() {
	h := max(1, w.height)
	if w.at < w.top {
		w.top = min(w.at, w.top-h/2)
	}
	if w.at >= w.top+h {
		w.top = max(w.at-h+1, w.top+h/2)
		if w.at >= w.top+h {
			w.top = w.at - h/2
		}
	}
	w.top = clamp(w.top, 0, max(0, w.total-h))
}

// starving tells that the rows in view, or a screen around them, are not
// loaded though they exist.
func (w *queueWindow) starving() bool { return w.missing(w.height) }

// missing tells that rows in view, or so many around them, are not loaded
// though they exist.
func (w *queueWindow) missing(around int) bool {
	from, to := max(0, w.top-around), min(w.total, w.top+w.height+around)
	return from < to && (from < w.offset || to > w.offset+len(w.rows))
}

func clamp(v, low, high int) int { return max(low, min(v, high)) }
