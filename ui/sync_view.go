package ui

import (
	"strings"
	"time"

	"ringback/callback"
)

func (s *syncScreen) View() string {
	if !s.dirty {
		return s.drawn
	}
	s.dirty = false
	if panes(s.w) < 3 {
		head := append(indent(s.state(s.w-2)), "")
		rest := max(4, s.h-len(head))
		s.drawn = strings.Join(open(append(head, s.journal(s.w, rest)...), s.w, s.h), "\n")
		return s.drawn
	}
	w := split(s.w, 9, 11)
	line := s.e.styles.border.Render("│")
	s.drawn = strings.Join(beside(line, block(indent(s.state(w[0]-2)), w[0], s.h), open(s.journal(w[1], s.h), w[1], s.h)), "\n")
	return s.drawn
}

// state says in words how the desk and the server stand.
func (s *syncScreen) state(w int) []string {
	st := s.e.styles
	tight := s.h < 30
	l, now := s.link.status, s.e.now()
	m := st.link(l.State)
	head := say("%s %s", m.glyph, m.word)
	if !l.Since.IsZero() {
		head = say("%s %s since %s", m.glyph, m.word, clockOf(l.Since, now, s.e.zone))
	}
	out := []string{m.style.Render(cut(head, w))}
	out = append(out, paint(st.text, wrapMax(linkSentence(l), w, 3))...)
	if l.Problem != "" {
		out = append(out, paint(st.warn, wrapMax(say("%s", l.Problem), w, 3))...)
		out = append(out, paint(st.text, wrapMax(say("%s", l.Hint), w, 3))...)
	}
	if !l.LastContact.IsZero() {
		out = append(out, st.faint.Render(cut(say("The server last answered %s ago.", callback.Ago(coarse(now.Sub(l.LastContact)))), w)))
	}
	if skew := l.Skew.Abs(); skew >= 2*time.Second {
		side := "behind"
		if l.Skew < 0 {
			side = "ahead of"
		}
		out = append(out, paint(st.faint, wrapMax(say("This clock is %s %s the server's; times are corrected.", callback.Ago(skew), side), w, 2))...)
	}
	out = append(out, s.busy(w)...)
	if !tight {
		out = append(out, "")
	}
	out = append(out, s.counts(w)...)
	out = append(out, s.storage(w)...)
	if !tight && len(s.trouble) > 0 {
		out = append(out, "", st.title.Render(cut(say("Lately went wrong"), w)))
		for _, t := range s.trouble {
			out = append(out, paint(st.warn, wrapMax(t, w, 3))...)
		}
	}
	return out
}

// coarse makes the seconds of an age step by five, so that the screen rests.
func coarse(d time.Duration) time.Duration {
	if d < time.Minute {
		return d.Truncate(5 * time.Second)
	}
	return d
}

// linkSentence says what the state of the link means for the agent.
func linkSentence(l callback.LinkStatus) callback.Text {
	switch l.State {
	case callback.LinkLive:
		return say("News comes at once from %s.", l.URL)
	case callback.LinkPolling:
		return say("News is fetched every few seconds from %s; something on the way does not let it come by itself.", l.URL)
	case callback.LinkOffline:
		return say("%s does not answer. Go on calling: everything is kept here and sent when it answers.", l.URL)
	case callback.LinkDenied:
		return say("%s does not accept this desk's token. What you recorded is safe here. Ask for a new token, then: ringback login URL --token TOKEN", l.URL)
	}
	return say("This desk has never met its server. Quit with q, then: ringback login URL --token TOKEN")
}

// busy draws what a running sync does.
func (s *syncScreen) busy(w int) []string {
	st := s.e.styles
	l := s.link.status
	if l.Busy == "" {
		return nil
	}
	if l.Of <= 0 {
		return []string{"", st.accent.Render(cut(say("%s… %s so far", l.Busy, thousands(l.Done)), w))}
	}
	full, rest := fillBar(float64(l.Done)/float64(l.Of), min(w, 40))
	return []string{
		"", st.accent.Render(cut(say("%s: %s of %s", l.Busy, thousands(l.Done), thousands(l.Of)), w)),
		st.accent.Render(full) + st.border.Render(rest),
	}
}

// thousands writes a number with its thousands apart.
func thousands(n int) string {
	s := say("%d", n).String()
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// counts says how much waits, was refused or overtaken.
func (s *syncScreen) counts(w int) []string {
	st := s.e.styles
	n := s.link.stats
	if s.link.status.State == callback.LinkNever && n == (callback.JournalStats{}) {
		return []string{st.faint.Render(cut(say("Nothing is recorded on this desk yet."), w))}
	}
	if n.Pending == 0 && n.Quarantined == 0 && n.Shadowed == 0 {
		return []string{st.good.Render(cut(say("✓ Everything you recorded is with the server."), w))}
	}
	var out []string
	if n.Pending > 0 {
		t := say("↑ %d to send", n.Pending)
		if !n.Oldest.IsZero() {
			t = say("↑ %d to send, the oldest from %s", n.Pending, clockOf(n.Oldest, s.e.now(), s.e.zone))
		}
		out = append(out, st.accent.Render(cut(t, w)))
	}
	if n.Quarantined > 0 {
		out = append(out, st.bad.Render(cut(say("× %d refused, kept here", n.Quarantined), w)))
	}
	if n.Shadowed > 0 {
		out = append(out, st.warn.Render(cut(say("≈ %d kept, but another fact leads", n.Shadowed), w)))
	}
	return out
}

// storage says what the last check found.
func (s *syncScreen) storage(w int) []string {
	st := s.e.styles
	r := s.check.report
	switch {
	case s.check.running:
		return []string{st.faint.Render(cut(say("Storage: checking…"), w))}
	case !s.check.done:
		return []string{st.faint.Render(cut(say("Storage: not checked today; c checks it."), w))}
	case r.OK:
		return paint(st.good, wrapMax(say("✓ Storage is sound: %d cases, %d events and %d days recomputed.", r.Cases, r.Events, r.Days), w, 2))
	}
	out := paint(st.bad, wrapMax(say("× Storage: %d problems. Run ringback check, and send its words to your administrator.", len(r.Problems)), w, 3))
	for i, p := range r.Problems {
		if i == 4 {
			return append(out, st.faint.Render(cut(say("and %d more", len(r.Problems)-4), w)))
		}
		out = append(out, paint(st.text, wrapMax(say("%s: %s", p.Where, p.What), w, 2))...)
	}
	return out
}

// journal draws the groups of events and, below, the one in hand.
func (s *syncScreen) journal(w, h int) []string {
	st := s.e.styles
	if s.count() == 0 {
		words := say("Nothing is waiting. What you record appears here until the server has it.")
		if !s.load.loaded {
			words = say("Reading the journal…")
		}
		return indent(append([]string{st.title.Render(cut(say("Journal"), w-2))}, paint(st.faint, wrapMax(words, w-2, 3))...))
	}
	about := s.about(w - 2)
	room := max(1, h-len(about)-1)
	lines, at := s.lines(w)
	s.list.top = clamp(s.list.top, at-room+1, max(0, at-1))
	s.list.top = clamp(s.list.top, 0, max(0, len(lines)-room))
	out := block(lines[s.list.top:min(len(lines), s.list.top+room)], w, room)
	out = append(out, st.border.Render(strings.Repeat("─", w)))
	return append(out, indent(about)...)
}

// lines draws the entries and tells on which line the one in hand stands.
func (s *syncScreen) lines(w int) (out []string, at int) {
	st := s.e.styles
	n := 0
	for _, g := range s.list.groups {
		if len(g.entries) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, " "+st.title.Render(cut(say("%s (%d)", g.head, len(g.entries)), w-2)))
		for _, e := range g.entries {
			m := st.entry(e.raw.State)
			mark := pad(say("%s %s", m.glyph, m.word), 11)
			when := pad(say("%s", clockOf(e.raw.Event.At, s.e.now(), s.e.zone)), 13)
			nameW := clamp(w/5, 8, 24)
			name, what := pad(e.customer, nameW), cut(e.what, w-11-13-nameW-4)
			if n == s.list.at {
				at = len(out)
				out = append(out, st.selection.Render(stretch("▸"+mark+" "+when+name+" "+what, w)))
			} else {
				out = append(out, " "+m.style.Render(mark)+" "+st.faint.Render(when)+st.text.Render(name)+" "+st.text.Render(what))
			}
			n++
		}
	}
	return out, at
}

// about says what became of the entry in hand, and what to do.
func (s *syncScreen) about(w int) []string {
	st := s.e.styles
	e, ok := s.selected()
	if !ok {
		return nil
	}
	head := st.strong.Render(cut(say("%s · %s", e.customer, e.what), w))
	if e.customer.String() == "" {
		head = st.strong.Render(cut(e.what, w))
	}
	out := []string{head}
	for _, t := range fate(e.raw) {
		out = append(out, paint(st.text, wrapMax(t, w, 2))...)
	}
	return out
}

// fate says what became of an event, and what a person can do about it.
func fate(e callback.JournalEntry) []callback.Text {
	why, detail := "", ""
	if e.Receipt != nil {
		why, detail = e.Receipt.Final().Reason.Words(), e.Receipt.Detail
	}
	switch e.State {
	case callback.Waiting:
		return []callback.Text{say("Safe on this desk; it goes out with the next sync.")}
	case callback.Sent:
		return []callback.Text{say("Sent; the server has not answered yet. It is sent again until it does.")}
	case callback.InShadow:
		return []callback.Text{say("Kept, but %s. It stands in the history without effect.", orElse(why, "another fact leads")), say("Look at the case (enter); if all is well, m marks it seen.")}
	case callback.Quarantined:
		return []callback.Text{
			say("Refused: %s. %s", orElse(why, "the server could not judge it"), detail),
			say("It is kept here and on the server. R sends it again, for when the cause is mended; m marks it seen."),
		}
	case callback.Withdrawn:
		return []callback.Text{say("You took it back before it was sent.")}
	}
	return []callback.Text{say("The server has it.")}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
