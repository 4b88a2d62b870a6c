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
	w := split(s.w, 8, 12)
	line := s.e.styles.border.Render("│")
	s.drawn = strings.Join(beside(line, block(indent(s.state(w[0]-2)), w[0], s.h), open(s.journal(w[1], s.h), w[1], s.h)), "\n")
	return s.drawn
}

// tight tells that there is room for what matters only.
func (s *syncScreen) tight() bool { return panes(s.w) < 3 }

// state says in words how the desk and the server stand, a line or a few for
// each thing.
func (s *syncScreen) state(w int) []string {
	parts := [][]string{s.connection(w), s.copied(w), s.busy(w), s.waiting(w), s.toSettle(w), s.pack(w), s.clock(w), s.storage(w), s.kept(w), s.failures(w)}
	var out []string
	for _, p := range parts {
		if len(p) > 0 && len(out) > 0 && !s.tight() {
			out = append(out, "")
		}
		out = append(out, p...)
	}
	return out
}

// told draws a line with its sign, and what there is to say about it.
func (s *syncScreen) told(style ink, w, lines int, t callback.Text) []string {
	if s.tight() {
		lines = min(lines, 2)
	}
	return paint(style, wrapMax(t, w, lines))
}

// connection says whether the server answers, and since when.
func (s *syncScreen) connection(w int) []string {
	st := s.e.styles
	l, now := s.link.status, s.e.now()
	m := st.link(l.State)
	head := say("%s %s", m.glyph, m.word)
	if !l.Since.IsZero() {
		head = say("%s %s since %s", m.glyph, m.word, clockOf(l.Since, now, s.e.zone))
	}
	if !l.LastContact.IsZero() {
		head = say("%s · last answer %s ago", head, callback.Ago(coarse(now.Sub(l.LastContact))))
	}
	out := []string{m.style.Render(cut(head, w))}
	if l.Notice != "" {
		out = append(out, s.told(st.warn, w, 5, say("%s", l.Notice))...)
	}
	if l.Problem != "" {
		out = append(out, s.told(st.warn, w, 5, say("%s", problemWords(l)))...)
		switch {
		case s.tight():
			return out
		case l.State == callback.LinkOffline && l.Hint != "": // the rest was said
			return append(out, s.told(st.text, w, 1, say("Go on calling meanwhile."))...)
		}
	}
	return append(out, s.told(st.text, w, 4, linkSentence(l))...)
}

// problemWords say the last failure and what to do, as one sentence.
func problemWords(l callback.LinkStatus) string {
	if l.Hint == "" {
		return l.Problem
	}
	return strings.TrimRight(l.Problem, ".") + "; " + l.Hint
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
		return say("News is fetched every half minute from %s; something on the way keeps it from coming by itself.", l.URL)
	case callback.LinkOffline:
		return say("%s does not answer. Go on calling: everything is kept here, and sent by itself when it answers.", l.URL)
	case callback.LinkDenied:
		return say("%s lets this desk in no more. What you recorded is safe here. Sign in again, with your supervisor at hand: ringback login URL", l.URL)
	}
	return say("This desk has never met its server. Is the address right? Quit with q, then: ringback login URL")
}

// busy draws what a running sync does.
func (s *syncScreen) busy(w int) []string {
	st := s.e.styles
	l := s.link.status
	if l.Busy == "" {
		return nil
	}
	what := say("%s", l.Busy)
	switch l.Busy {
	case callback.BusyFetching:
		what = say("Fetching cases and figures")
	case callback.BusySending:
		what = say("Sending what you recorded")
	}
	if l.Of <= 0 {
		return []string{st.accent.Render(cut(say("%s… %s so far", what, thousands(l.Done)), w))}
	}
	full, rest := fillBar(float64(l.Done)/float64(l.Of), min(w, 40))
	out := []string{
		st.accent.Render(cut(say("%s: %s of %s", what, thousands(l.Done), thousands(l.Of)), w)),
		st.accent.Render(full) + st.border.Render(rest),
	}
	if l.Busy == callback.BusyFetching && !s.tight() {
		out = append(out, s.told(st.faint, w, 2, say("You may quit meanwhile: it goes on from here."))...)
	}
	return out
}

// thousands writes a number with its thousands apart.
func thousands(n int) string {
	s := say("%d", n).String()
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// copied says that the desk's folder exists twice.
func (s *syncScreen) copied(w int) []string {
	at := s.link.status.Copied
	if at.IsZero() || s.link.status.Notice != "" { // the server says it better
		return nil
	}
	return s.told(s.e.styles.bad, w, 4, say("! Since %s: another copy of this desk's folder is in use. What both recorded is kept, each once. Work with one of them only, and tell your administrator.", clockOf(at, s.e.now(), s.e.zone)))
}

// waiting says how much waits to be sent, and since when.
func (s *syncScreen) waiting(w int) []string {
	st, n := s.e.styles, s.link.stats
	switch {
	case n.Pending > 0 && !n.Oldest.IsZero():
		return s.told(st.accent, w, 2, say("↑ %d to send, the oldest from %s.", n.Pending, clockOf(n.Oldest, s.e.now(), s.e.zone)))
	case n.Pending > 0:
		return s.told(st.accent, w, 1, say("↑ %d to send.", n.Pending))
	case n == (callback.JournalStats{}):
		return s.told(st.faint, w, 1, say("Nothing is recorded on this desk yet."))
	}
	return s.told(st.good, w, 1, say("✓ Everything you recorded is with the server."))
}

// toSettle says how much a person is to look at.
func (s *syncScreen) toSettle(w int) []string {
	st := s.e.styles
	refused, other := 0, 0
	for _, g := range s.list.groups {
		for _, e := range g.entries {
			switch e.matter.Sort {
			case "":
			case callback.MatterRefused:
				refused++
			default:
				other++
			}
		}
	}
	var out []string
	if other > 0 {
		out = append(out, s.told(st.warn, w, 1, say("≠ %d to settle or to read.", other))...)
	}
	if at := s.link.stats.OldestRefused; refused > 0 && !at.IsZero() {
		ago := callback.Ago(s.e.now().Sub(at))
		out = append(out, s.told(st.bad, w, 1, say("× %d refused, the oldest %s ago; kept here and on the server.", refused, ago))...)
	} else if refused > 0 {
		out = append(out, s.told(st.bad, w, 1, say("× %d refused; kept here and on the server.", refused))...)
	}
	return out
}

// pack says what was taken along to work without a connection.
func (s *syncScreen) pack(w int) []string {
	p := s.link.pack
	if p.Left == 0 {
		return nil
	}
	return s.told(s.e.styles.accent, w, 2, say("%s Taken along: %s yours until %s, and nobody else's.", packGlyph, packCount(p.Left), clockOf(p.Until, s.e.now(), s.e.zone)))
}

// clock says how far this computer's clock is off, if it is.
func (s *syncScreen) clock(w int) []string {
	st, l := s.e.styles, s.link.status
	skew := l.Skew.Abs()
	side := "behind"
	if l.Skew < 0 {
		side = "ahead of"
	}
	switch {
	case l.LastContact.IsZero():
		return s.told(st.faint, w, 2, unmeasured(l, s.e.now()))
	case skew > callback.SkewWarning:
		return s.told(st.warn, w, 3, say("! This computer's clock is %s %s the server's. Times are corrected, but please set it right.", callback.Ago(skew), side))
	case skew >= 2*time.Second:
		return s.told(st.faint, w, 2, say("This clock is %s %s the server's; times are corrected.", callback.Ago(skew), side))
	case s.tight():
		return nil
	}
	return s.told(st.good, w, 1, say("✓ The clock agrees with the server's."))
}

// unmeasured says by which clock times are told while the server has not
// answered since the start.
func unmeasured(l callback.LinkStatus, now time.Time) callback.Text {
	side := "behind"
	if l.Skew < 0 {
		side = "ahead of"
	}
	switch ago := callback.Ago(now.Sub(l.Measured)); {
	case l.Measured.IsZero():
		return say("Times are by this computer's clock: it has not been compared with the server's yet.")
	case l.Skew.Abs() >= 2*time.Second:
		return say("This clock was %s %s the server's %s ago; times are corrected by that until the server answers.", callback.Ago(l.Skew.Abs()), side, ago)
	default:
		return say("Times are by this computer's clock, compared with the server's %s ago.", ago)
	}
}

// storage says what the last check found.
func (s *syncScreen) storage(w int) []string {
	st := s.e.styles
	r := s.check.report
	switch {
	case s.check.running:
		return []string{st.faint.Render(cut(say("Storage: checking…"), w))}
	case !s.check.done:
		return s.told(st.faint, w, 2, say("Storage: not checked since the start; c checks it."))
	case r.OK:
		return s.told(st.good, w, 2, say("✓ Storage is sound: %s cases, %s events, %s days recomputed.", thousands(r.Cases), thousands(r.Events), thousands(r.Days)))
	}
	out := s.told(st.bad, w, 3, say("× Storage: %s. Run ringback check, and send its words to your administrator.", counted(len(r.Problems), "problem")))
	most := 4
	if s.tight() {
		most = 1
	}
	for i, p := range r.Problems {
		if i == most {
			return append(out, st.faint.Render(cut(say("and %d more", len(r.Problems)-most), w)))
		}
		out = append(out, s.told(st.text, w, 2, say("%s: %s", p.Where, p.What))...)
	}
	return out
}

// kept says what stays here although the server has it.
func (s *syncScreen) kept(w int) []string {
	n := s.link.stats.Settled
	if n == 0 || s.tight() {
		return nil
	}
	return s.told(s.e.styles.faint, w, 3, say("Kept here too, until a backup of the server holds them or for 90 days: %s.", counted(n, "event")))
}

// tightTrouble is the height from which the last failure has room.
const tightTrouble = 18

// failures keeps what lately went wrong in sight.
func (s *syncScreen) failures(w int) []string {
	st := s.e.styles
	if len(s.trouble) == 0 || s.h < tightTrouble {
		return nil
	}
	if s.tight() {
		return paint(st.warn, wrapMax(s.trouble[0], w, 4))
	}
	out := []string{st.title.Render(cut(say("Lately went wrong"), w))}
	for _, t := range s.trouble {
		out = append(out, paint(st.warn, wrapMax(t, w, 6))...) // what to do stands at the end
	}
	return out
}

// counted says a number of things: 1 event, 2 events.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return thousands(n) + " " + thing + "s"
}
