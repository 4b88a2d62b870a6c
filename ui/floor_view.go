package ui

import (
	"strings"
	"time"

	"ringback/callback"
)

func (f *floorScreen) View() string {
	if !f.dirty {
		return f.drawn
	}
	f.dirty = false
	f.drawn = strings.Join(f.panes(), "\n")
	return f.drawn
}

// floorAboutHeight is that of the row in hand, below the list, where there is
// no room beside it.
const floorAboutHeight = 6

func (f *floorScreen) panes() []string {
	st := f.e.styles
	if f.count() == 0 {
		return f.nothing()
	}
	if panes(f.w) == 1 || f.h < 18 {
		about := min(floorAboutHeight, f.h/3)
		out := f.rows(f.w, f.h-about)
		out = append(out, st.border.Render(strings.Repeat("─", f.w)))
		return append(out, open(indent(f.about(f.w-2)), f.w, about-1)...)
	}
	w := split(f.w, 12, 8)
	return beside(st.border.Render("│"), block(f.rows(w[0], f.h), w[0], f.h), open(indent(f.about(w[1]-2)), w[1], f.h))
}

// nothing says that nobody waits, and what would stand here.
func (f *floorScreen) nothing() []string {
	st := f.e.styles
	if !f.load.cases || !f.load.owed {
		return open([]string{"", " " + st.faint.Render(cut(say("Reading what waits for people…"), f.w-2))}, f.w, f.h)
	}
	words := say("Promises that you made, and cases that a supervisor gives back to you, stand here.")
	if f.e.me.Role.Leads() {
		words = say("Escalated cases, those to be looked at, and promises stand here.")
	}
	lines := append([]string{"", st.title.Render(cut(say("Nobody waits for you"), f.w-2))}, paint(st.faint, wrapMax(words, f.w-2, 3))...)
	return open(indent(lines), f.w, f.h)
}

// summary says how much there is, in w cells. What is late is said of each part
// by itself, as on the other screens; where there is no room for that, the
// headings of the parts say it.
func (f *floorScreen) summary(w int) callback.Text {
	now := f.e.now()
	var full, brief, least []string
	for _, g := range f.list.groups {
		words := floorSums[g.rows[0].part]
		full = append(full, say("%d %s%s", len(g.rows), words[0], g.lateWords(now)).String())
		brief = append(brief, say("%d %s%s", len(g.rows), words[1], g.lateWords(now)).String())
		least = append(least, say("%d %s", len(g.rows), words[1]).String())
	}
	sums := [][]string{full, brief, least}
	forms := make([]callback.Text, len(sums))
	for i, parts := range sums {
		forms[i] = say("%s", strings.Join(parts, " · "))
	}
	return fitting(forms, w)
}

// lateWords say how much of a part is late, or are empty.
func (g floorGroup) lateWords(now time.Time) string {
	late := 0
	for _, r := range g.rows {
		if r.late(now) {
			late++
		}
	}
	if late == 0 {
		return ""
	}
	return ", " + say("%d late", late).String()
}

// floorSums say how much there is of each part, in full and in a word.
var floorSums = [floorParts][2]string{
	floorBack: {"back with you", "back"}, floorEscalated: {"escalated", "escalated"}, floorReview: {"to be looked at", "to look at"},
	floorPromise: {"promised", "promised"},
}

// rows draws the summary and the groups, exactly w by h cells.
func (f *floorScreen) rows(w, h int) []string {
	st := f.e.styles
	lines, at := f.lines(w)
	room := max(1, h-1)
	f.list.top = clamp(f.list.top, at-room+1, max(0, at-1))
	f.list.top = clamp(f.list.top, 0, max(0, len(lines)-room))
	out := []string{stretch(" "+st.title.Render(cut(f.summary(w-2), w-2)), w)}
	return append(out, block(lines[f.list.top:min(len(lines), f.list.top+room)], w, room)...)
}

// lines draws the rows and tells on which line the one in hand stands.
func (f *floorScreen) lines(w int) (out []string, at int) {
	st := f.e.styles
	n := 0
	for _, g := range f.list.groups {
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, " "+st.faint.Render(cut(say("%s (%d%s)", g.head, len(g.rows), g.lateWords(f.e.now())), w-2)))
		for _, r := range g.rows {
			if n == f.list.at {
				at = len(out)
				out = append(out, st.selection.Render(stretch("▸"+f.cells(r, w-1, nil), w)))
			} else {
				out = append(out, stretch(" "+f.cells(r, w-1, st), w))
			}
			n++
		}
	}
	return out, at
}

// cells draws a row: who, when, with whom, and why. Without styles it is plain
// words, for the selection.
func (f *floorScreen) cells(r floorRow, w int, st *styles) string {
	whenW, withW := 11, 0
	nameW := clamp(w/4, 12, 24)
	if w > 70 {
		withW = clamp(w/6, 10, 16)
	}
	who := f.name(r.with)
	if r.part == floorEscalated && r.with == "" {
		who = say("nobody yet")
	}
	if r.part == floorReview || r.part == floorBack {
		who = f.name(r.by)
	}
	when := r.when(f.e.now())
	parts := []string{pad(r.customer, nameW), pad(when, whenW)}
	if withW > 0 {
		parts = append(parts, pad(who, withW))
	}
	used := 0
	for _, p := range parts {
		used += cells(p) + 1
	}
	parts = append(parts, cut(r.reason, w-used))
	if st == nil {
		return strings.Join(parts, " ")
	}
	parts[0], parts[1] = st.strong.Render(parts[0]), st.faint.Render(parts[1])
	if r.late(f.e.now()) {
		parts[1] = st.bad.Render(pad(when, whenW))
	}
	for i := 2; i < len(parts); i++ {
		parts[i] = st.text.Render(parts[i])
	}
	return strings.Join(parts, " ")
}

// about says all that is known of the row in hand.
func (f *floorScreen) about(w int) []string {
	st := f.e.styles
	r, ok := f.selected()
	if !ok {
		return nil
	}
	out := []string{st.strong.Render(cut(r.customer, w))}
	if line := f.contact(r); line.String() != "" {
		out = append(out, paint(st.faint, wrapMax(line, w, 2))...)
	}
	out = append(out, paint(st.text, wrapMax(r.reason, w, 6))...)
	for _, t := range f.terms(r) {
		style := st.faint
		if strings.HasPrefix(t.String(), "!") {
			style = st.bad
		}
		out = append(out, paint(style, wrapMax(t, w, 4))...)
	}
	if r.words.String() != "" {
		out = append(out, "", st.faint.Render(cut(say("They wrote, score %s:", scoreText(r.score)), w)))
		out = append(out, paint(st.strong, wrapMax(r.words, w, 8))...)
	}
	return out
}

func (f *floorScreen) contact(r floorRow) callback.Text {
	switch {
	case r.phone.String() == "":
		return callback.Text{}
	case r.zone == "":
		return r.phone
	}
	return say("%s · %s in %s", r.phone, localTime(r.zone, f.e.now(), f.e.zone), callback.City(r.zone))
}

// terms say who asked when, who has it, and by when it must be answered.
func (f *floorScreen) terms(r floorRow) []callback.Text {
	now := f.e.now()
	at := clockOf(r.at, now, f.e.zone)
	by := f.name(r.by)
	if r.by == "" {
		by = say("the server")
	}
	var out []callback.Text
	switch r.part {
	case floorBack:
		out = append(out, say("%s gave it back, %s", by, at), r.about)
	case floorEscalated:
		out = append(out, say("%s, %s: %s", by, at, r.about), say("Answer by %s", clockOf(r.due, now, f.e.zone)))
		if r.with != "" {
			out = append(out, say("%s has taken it", f.name(r.with)))
		}
	case floorReview:
		out = append(out, say("%s, %s: %s", by, at, r.about))
		switch {
		case r.cause == callback.HeldNoNumber:
			out = append(out, say("Open it and enter a number: the case goes on at once. Without one it comes back here."))
		case r.cause.OfNumber():
			out = append(out, say("Clearing it sets the number free, with all its cases."))
		}
	case floorPromise:
		who := say("%s promised it, %s", by, at)
		if r.with != r.by {
			who = say("%s, for %s to do", who, f.name(r.with))
		}
		if r.at.IsZero() { // an old document does not say
			who = say("For %s to do", f.name(r.with))
		}
		out = append(out, who, say("Due %s", bothClocks(r.due, f.e.zone, r.zone)))
		if r.promise.OverdueAt != nil {
			out = append(out, say("On record as overdue since %s", clockOf(*r.promise.OverdueAt, now, f.e.zone)))
		}
	}
	if r.late(now) {
		words, _ := callback.DueWords(r.due, now)
		out = append(out, say("! %s", words))
	}
	return out
}
