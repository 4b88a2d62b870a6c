package ui

import (
	"strings"

	"ringback/callback"
)

// periods draws the names of the periods, the chosen one standing out.
func (b *board) periods(w int) string {
	s := b.e.styles
	var out strings.Builder
	out.WriteString(" ")
	for i, n := range callback.PeriodNames() {
		style := s.tab
		if i == b.at {
			style = s.tabOn
		}
		out.WriteString(style.Render(" " + n + " "))
	}
	return limit(out.String(), w)
}

// draw gives all lines of the board.
func (b *board) draw() []string {
	s := b.e.styles
	if !b.load.loaded {
		return []string{"", " " + s.faint.Render("Reading the board…")}
	}
	d := b.data
	if d.Total.Zero() {
		return []string{"", " " + s.title.Render("No calls in this period"), " " + s.faint.Render("Press → for a longer one.")}
	}
	out := []string{""}
	for i, st := range d.Standings {
		out = append(out, " "+s.text.Render(cut(say("%d %s %.0f %% of %d", st.Rank, b.names[i], 100*st.Score, st.Raw.N), b.w-2)))
	}
	return out
}
