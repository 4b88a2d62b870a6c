package ui

import (
	"strings"
	"time"

	"ringback/callback"
)

// queueDraw keeps what was drawn until it changes.
type queueDraw struct {
	dirty  bool
	minute time.Time
	whole  string
	// rows holds drawn rows by their place, without the selection.
	rows map[int]string
}

func (d *queueDraw) reset() { d.dirty, d.rows = true, map[int]string{} }

// Heights inside the screen.
const (
	queueTitleHeight = 1
	// From queueTall lines on the columns have a heading.
	queueTall = 18
	// previewHeight is that of the words below the list where there is no
	// room beside it.
	previewHeight = 4
)

// headed tells that the columns have a heading: it says whose clock each shows.
func (q *queue) headed() bool { return q.h >= queueTall }

func (q *queue) listTop() int {
	if q.headed() {
		return queueTitleHeight + 1
	}
	return queueTitleHeight
}

func (q *queue) listHeight() int {
	h := q.h - q.listTop()
	if panes(q.w) == 1 && !q.side.shown {
		h -= previewHeight
	}
	return max(1, h)
}

// widths gives the widths of the panes, the list first.
func (q *queue) widths() []int {
	switch {
	case q.w >= queueThree:
		return split(q.w, 13, 6, 6)
	case q.w >= queueRoomy:
		return split(q.w, 12, 8)
	case q.w >= twoPanes:
		return split(q.w, 14, 7) // names first
	}
	return []int{q.w}
}

func (q *queue) listWidth() int {
	if panes(q.w) == 1 && q.side.shown {
		return 0
	}
	return q.widths()[0]
}

func (q *queue) View() string {
	if !q.draw.dirty && q.draw.whole != "" {
		return q.draw.whole
	}
	q.draw.dirty = false
	q.draw.whole = strings.Join(q.panes(), "\n")
	return q.draw.whole
}

func (q *queue) panes() []string {
	line := q.e.styles.border.Render("│")
	w := q.widths()
	if _, ok := q.win.selected(); !ok && q.win.total == 0 {
		return append([]string{q.titleLine(q.w)}, open(q.empty(q.w, q.h-1), q.w, q.h-1)...)
	}
	switch {
	case len(w) == 3:
		return beside(line, q.list(w[0]), block(q.side.story(q, w[1], q.h), w[1], q.h), open(q.side.words(q, w[2], q.h), w[2], q.h))
	case len(w) == 2:
		return beside(line, q.list(w[0]), open(q.side.both(q, w[1], q.h), w[1], q.h))
	case q.side.shown:
		return open(q.side.both(q, w[0], q.h), w[0], q.h)
	}
	return append(q.list(w[0]), open(q.side.preview(q, w[0]), w[0], previewHeight)...)
}

// list draws the title line and the rows in view, exactly w wide.
func (q *queue) list(w int) []string {
	out := []string{q.titleLine(w)}
	cols := columnsFor(w)
	now := q.e.now()
	if q.headed() {
		out = append(out, q.heading(cols, w))
	}
	for i := range q.win.height {
		at := q.win.top + i
		switch {
		case at >= q.win.total:
			out = append(out, blank(w))
		case at == q.win.at:
			out = append(out, q.e.styles.selection.Render(q.rowText(at, cols, now, w)))
		default:
			if _, ok := q.draw.rows[at]; !ok {
				q.draw.rows[at] = q.rowDrawn(at, cols, now, w)
			}
			out = append(out, q.draw.rows[at])
		}
	}
	return out
}

// columnHeads head the columns. "There" is the customer's clock.
var columnHeads = map[string]string{"customer": "customer", "phone": "number", "local": "there", "product": "about", "due": "due, your clock"}

// heading draws the line above the list.
func (q *queue) heading(cols []column, w int) string {
	b := " "
	for i, c := range cols {
		if i > 0 {
			b += " "
		}
		head := say("%s", columnHeads[c.name])
		if c.name == "due" && c.width < cells(head.String()) {
			head = say("due (yours)")
		}
		b += pad(head, c.width)
	}
	return q.e.styles.faint.Render(stretch(b, w))
}

// titleLine says how many there are, or shows the filter.
func (q *queue) titleLine(w int) string {
	s := q.e.styles
	if q.filter.typing {
		q.filter.input.SetWidth(max(1, min(w-4, 60)))
		return stretch(limit(" "+q.filter.input.View(), w), w)
	}
	p := q.load.page
	place := ""
	if q.win.total > 0 {
		place = s.faint.Render(say("%d/%d", q.win.at+1, q.win.total).String()) + " "
	}
	var t callback.Text
	switch {
	case !q.load.loaded:
		t = say("Reading the queue…")
	case q.filter.active != "":
		t = say("%d of %d match %q", p.Total, p.Open, callback.Line(q.filter.active))
	case p.Partial:
		t = say("%d open · putting them in order…", p.Open)
	case p.Ready == 0 && p.Total > 0:
		return stretch(s.warn.Render(" "+cut(fitting(q.nothingNow(), w-cells(place)-2), w-cells(place)-2)), w-cells(place)) + place
	default:
		t = say("%d ready · %d open", p.Ready, p.Open)
		if more := q.floor.words(q.e.me.Role.Leads()); more.String() != "" {
			t = fitting([]callback.Text{say("%s · %s", t, more), say("%d ready · %s", p.Ready, more)}, w-cells(place)-2)
		}
	}
	return stretch(s.title.Render(" "+cut(t, w-cells(place)-2)), w-cells(place)) + place
}

// column is one column of the list.
type column struct {
	name  string
	width int
}

// columnOrder is how columns stand from left to right.
var columnOrder = []string{"mark", "kind", "score", "customer", "phone", "local", "product", "tries", "due"}

// columnSteps widen the list step by step, the most needed first: a step adds
// a column or makes it wider.
var columnSteps = []column{
	{"score", 2},
	{"local", 5},
	{"due", 13},
	{"customer", 14},
	{"phone", 13},
	{"tries", 2},
	{"customer", 16},
	{"product", 10},
	{"local", 9},
	{"phone", 16},
	{"customer", 20},
	{"due", 14},
	{"product", 16},
	{"customer", 26},
	{"due", 26},
	{"product", 24},
	{"customer", 40},
}

// columnsFor chooses the columns of a list of w cells.
func columnsFor(w int) []column {
	widths := map[string]int{"mark": 1, "kind": 9, "customer": 12, "due": 12}
	used := 1 + 1 + 9 + 12 + 12 + 3
	if used > w {
		widths["kind"] = max(0, 9-(used-w))
	}
	for _, c := range columnSteps {
		more := c.width - widths[c.name]
		if widths[c.name] == 0 {
			more++
		}
		if used+more > w {
			continue
		}
		widths[c.name] = c.width
		used += more
	}
	var out []column
	for _, name := range columnOrder {
		if widths[name] > 0 {
			out = append(out, column{name, widths[name]})
		}
	}
	return out
}

// rowText is a row as plain words, for the selection.
func (q *queue) rowText(at int, cols []column, now time.Time, w int) string {
	parts := q.parts(at, cols, now, w)
	var b strings.Builder
	b.WriteString("▸")
	for i, p := range parts {
		if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(p.text)
	}
	return stretch(b.String(), w)
}

// rowDrawn is a row in its colours. A cell's colour covers the space behind it:
// the terminal is told less.
func (q *queue) rowDrawn(at int, cols []column, now time.Time, w int) string {
	parts := q.parts(at, cols, now, w)
	var b strings.Builder
	b.WriteString(" ")
	for i, p := range parts {
		if i < len(parts)-1 {
			p.text += " "
		}
		b.WriteString(p.style.Render(p.text))
	}
	return stretch(b.String(), w)
}

// part is a cell of a row: exactly as wide as its column.
type part struct {
	text  string
	style ink
}

// parts are the cells of a row. A row that waits says in the last columns what
// it waits for, and is faint.
func (q *queue) parts(at int, cols []column, now time.Time, w int) []part {
	s := q.e.styles
	r, ok := q.win.row(at)
	if !ok {
		return []part{{pad(say("…"), w-1), s.faint}}
	}
	forms, whole := q.waitForms(r)
	m := s.kind(r.raw.Kind)
	if r.raw.Tier == callback.TierCallback {
		m = mark{"◷", "callback", s.accent}
	}
	if q.packed(r) {
		m.glyph = packGlyph
	}
	out := make([]part, 0, len(cols))
	used := 1
	for _, c := range cols {
		if room := w - used; !r.raw.Ready && waitsHere(c, room, forms, whole) {
			return append(out, part{pad(fitting(forms, room), room), s.faint})
		}
		p := part{style: s.text}
		switch c.name {
		case "mark":
			p = part{m.glyph, m.style}
		case "kind":
			p = part{pad(say("%s", m.word), c.width), m.style}
		case "score":
			p = part{padLeft(scoreText(r.raw.Value), c.width), s.strong}
		case "customer":
			p = part{pad(r.customer, c.width), s.strong}
		case "phone":
			p = part{pad(r.phone, c.width), s.text}
		case "local":
			p = part{pad(localTime(r.raw.Zone, now, q.e.zone), c.width), s.text}
		case "product":
			p = part{pad(r.product, c.width), s.faint}
		case "tries":
			p = part{padLeft(triesText(r.raw.Attempts), c.width), s.faint}
		case "due":
			t, late := dueText(r.raw, now, q.e.zone)
			if !q.headed() && r.raw.State != callback.CallbackScheduled && t.String() != "" && !late {
				t = say("due %s", t)
			}
			switch {
			case r.raw.Draft:
				t, late = say("call unsaved"), true
			case !r.raw.Skipped.IsZero():
				t, late = say("skipped %s", clockOf(r.raw.Skipped, now, q.e.zone)), false
			}
			p = part{pad(t, c.width), s.text}
			if late {
				p.style = s.bad
			}
		}
		if !r.raw.Ready {
			p.style = s.faint
		}
		out = append(out, p)
		used += c.width + 1
	}
	return out
}
