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
		if i == b.at {
			out.WriteString(s.tabOn.Render("[" + n + "]"))
			continue
		}
		out.WriteString(s.tab.Render(" " + n + " "))
	}
	span := say("%s … %s ", b.data.From, b.data.To)
	if b.data.From == "" {
		span = say("until %s ", b.data.To)
	}
	if room := w - cells(out.String()); b.load.loaded && room > cells(span.String()) {
		return out.String() + s.faint.Render(padLeft(span, room-1)) + " "
	}
	return limit(out.String(), w)
}

// draw gives all lines of the board, in two columns where there is room.
func (b *board) draw() []string {
	s := b.e.styles
	if !b.load.loaded {
		return []string{"", " " + s.faint.Render("Reading the board…")}
	}
	if b.data.Total.Zero() {
		return []string{
			"", " " + s.title.Render(cut(say("Nothing happened in this period"), b.w-2)),
			" " + s.faint.Render(cut(say("Press → for a longer one."), b.w-2)),
		}
	}
	if panes(b.w) < 3 {
		w := b.w - 2
		var out []string
		for _, part := range [][]string{b.standings(w), b.recovery(w), b.rates(w), b.nps(w), b.trend(w), b.skips(w)} {
			if len(part) > 0 {
				out = append(append(out, ""), part...)
			}
		}
		return indent(out)
	}
	w := split(b.w, 1, 1)
	left := append(append([]string{""}, b.standings(w[0]-2)...), "")
	left = append(append(append(left, b.rates(w[0]-2)...), ""), b.trend(w[0]-2)...)
	right := append(append([]string{""}, b.recovery(w[1]-2)...), "")
	right = append(right, b.nps(w[1]-2)...)
	if skips := b.skips(w[1] - 2); len(skips) > 0 {
		right = append(append(right, ""), skips...)
	}
	h := max(len(left), len(right), b.h-1)
	return beside(s.border.Render("│"), block(indent(left), w[0], h), open(indent(right), w[1], h))
}

// standings draws a line for each agent: rank, name, the interval on a common
// axis, the share and how many it rests on.
func (b *board) standings(w int) []string {
	s := b.e.styles
	out := []string{s.title.Render(cut(say("Standings"), w)) + s.faint.Render(limit("  recovered of eligible", w-9))}
	nameW := clamp(w/4, 10, 24)
	axis := clamp(w-nameW-4-6-8, 8, 40)
	few := false
	for i, st := range b.data.Standings {
		rank, style := say("%d", st.Rank), s.strong
		if st.Tie {
			rank = say("%d=", st.Rank)
		}
		if st.Few {
			rank, style, few = say("·"), s.faint, true
		}
		line := style.Render(pad(rank, 4) + pad(b.names[i], nameW) + " ")
		if st.Few {
			line += s.faint.Render(pad(say("few data: n %d", st.Raw.N), axis+12))
		} else {
			line += s.accent.Render(whisker(st.Low, st.Score, st.High, axis)) +
				s.text.Render(padLeft(say("%.0f %%", 100*st.Score), 6)) + s.faint.Render(padLeft(say("n %d", st.Raw.N), 7))
		}
		out = append(out, limit(line, w))
	}
	if len(b.data.Standings) == 0 {
		out = append(out, s.faint.Render(cut(say("No agent has worked in this period."), w)))
	}
	foot := say("The line runs from 0 to 100 percent. = shares a place: the intervals overlap.")
	out = append(out, paint(s.faint, wrapMax(foot, w, 2))...)
	if few {
		out = append(out, paint(s.faint, wrapMax(say("· fewer than %d cases: shown, not ranked.", callback.MinStanding), w, 2))...)
	}
	return out
}

// recovery draws the three denominators side by side and the matrix of moves.
func (b *board) recovery(w int) []string {
	s := b.e.styles
	out := []string{s.title.Render(cut(say("What the calls did"), w))}
	col := clamp((w-15)/3, 9, 18)
	cell := func(t callback.Text) string { return padLeft(t, col) }
	out = append(out, s.faint.Render(limit(pad(say("detractors who"), 15)+cell(say("re-scored"))+cell(say("contacted"))+cell(say("eligible")), w)))
	for _, row := range []struct {
		name string
		r    callback.Recovery
	}{{"recovered", b.data.Recovery}, {"→ promoter", b.data.ToPromoter}} {
		rates := []callback.Rate{row.r.Rescored, row.r.Contacted, row.r.Eligible}
		line := s.text.Render(pad(say("%s", row.name), 15))
		under, of := blank(15), blank(15)
		for _, r := range rates {
			line += s.strong.Render(cell(percent(r)))
			under += cell(between(r))
			of += cell(say("%d of %d", r.K, r.N))
		}
		out = append(out, limit(line, w), s.faint.Render(limit(under, w)), s.faint.Render(limit(of, w)))
	}
	out = append(out, paint(s.faint, wrapMax(say("Unadjusted: without a call some would have come back too."), w, 2))...)
	return append(append(out, ""), b.matrix(w)...)
}

// matrix draws how many moved from which category to which.
func (b *board) matrix(w int) []string {
	s := b.e.styles
	col := clamp((w-16)/4, 7, 12)
	cats := callback.Categories()
	head := s.faint.Render(pad(say("before ↓ after →"), 16))
	for _, c := range cats {
		head += s.faint.Render(padLeft(say("%s", s.category(c).word), col))
	}
	out := []string{limit(head, w)}
	for i, from := range cats {
		if from == callback.Unscored && b.data.Total.Moves[i] == [4]int{} {
			continue
		}
		m := s.category(from)
		line := m.style.Render(pad(say("%s %s", m.glyph, m.word), 16))
		for j := range cats {
			n := b.data.Total.Moves[i][j]
			style := s.text
			if n == 0 {
				style = s.faint
			}
			line += style.Render(padLeft(say("%d", n), col))
		}
		out = append(out, limit(line, w))
	}
	return out
}

// rates draws coverage, contact, deadlines and promises.
func (b *board) rates(w int) []string {
	s := b.e.styles
	out := []string{s.title.Render(cut(say("Toward 100 percent"), w))}
	room := clamp(w-14-6-13-13, 6, 40)
	type rateRow struct {
		name string
		r    callback.Rate
		goal int
	}
	rows := []rateRow{
		{"coverage", b.data.Coverage, 0},
		{"contact", b.data.Contact, 0},
		{"in time", b.data.InTime, 0},
		{b.within(), b.data.Within, b.goals.Within},
		{"promises kept", b.data.Promises, 0},
	}
	if b.data.Answered.N > 0 {
		rows = append(rows, rateRow{"esc. answered", b.data.Answered, 0})
	}
	for _, row := range rows {
		full, rest := fillBar(row.r.P, room)
		line := s.text.Render(pad(say("%s", row.name), 14)) + s.accent.Render(full) + s.border.Render(rest) +
			s.strong.Render(padLeft(percent(row.r), 6)) + s.faint.Render(padLeft(say("%d of %d", row.r.K, row.r.N), 13))
		if row.goal > 0 {
			line += "  " + s.faint.Render(cut(say("goal %d %%", row.goal), max(0, w-cells(line)-2)))
		}
		out = append(out, limit(line, w))
	}
	if n := b.data.Total.AdHoc; n > 0 {
		out = append(out, s.faint.Render(cut(say("ad-hoc calls %d, in none of these figures", n), w)))
	}
	return out
}

// within names the wall-clock goal by its hours.
func (b *board) within() string {
	if b.goals.WithinMin <= 0 {
		return "within goal"
	}
	return say("within %d h", b.goals.WithinMin/60).String()
}

// nps draws the score of the same people before and after.
func (b *board) nps(w int) []string {
	s := b.e.styles
	d := b.data
	out := []string{s.title.Render(cut(say("NPS before → after"), w)) + "  " + s.faint.Render(cut(say("the same %d people, unadjusted", d.Before.N), w-20))}
	if d.Before.N == 0 {
		return append(out, s.faint.Render(cut(say("Nobody has given both scores yet."), w)))
	}
	net := func(name string, n callback.Net, style ink) string {
		return limit(s.text.Render(pad(say("%s", name), 8))+style.Render(padLeft(say("%s", points(n.Value)), 5))+
			"  "+s.faint.Render(cut(say("%s to %s", points(n.Low), points(n.High)), max(0, w-15))), w)
	}
	lift := s.good
	if d.Lift.Value < 0 {
		lift = s.warn
	}
	return append(out, net("before", d.Before, s.strong), net("after", d.After, s.strong), net("lift", d.Lift, lift))
}

// trend draws the weeks: recovery of the re-scored, and attempts.
func (b *board) trend(w int) []string {
	s := b.e.styles
	out := []string{s.title.Render(cut(say("By week"), w))}
	weeks := b.data.Trend
	room := clamp(w-26, 4, 60)
	if len(weeks) > room {
		weeks = weeks[len(weeks)-room:]
	}
	if len(weeks) == 0 {
		return append(out, s.faint.Render(cut(say("No week is over yet."), w)))
	}
	share, tries, most := make([]float64, len(weeks)), make([]float64, len(weeks)), 0.0
	for i, k := range weeks {
		share[i], tries[i] = k.Recovery.P, float64(k.Attempts)
		if k.Recovery.N == 0 {
			share[i] = -1
		}
		most = max(most, tries[i])
	}
	last := weeks[len(weeks)-1]
	recovered := say("%s of %d", percent(last.Recovery), last.Recovery.N)
	if last.Recovery.N == 0 {
		recovered = say("none re-scored")
	}
	line := func(name, drawn string, t callback.Text, style ink) string {
		return limit(s.text.Render(pad(say("%s", name), 11))+style.Render(drawn)+" "+s.faint.Render(cut(t, 15)), w)
	}
	return append(out,
		line("recovered", spark(share, 1), recovered, s.good),
		line("attempts", spark(tries, most), say("%d last week", last.Attempts), s.accent),
		s.faint.Render(limit(blank(11)+cut(say("from %s to %s", weeks[0].Monday, last.Monday), max(0, w-11)), w)))
}
