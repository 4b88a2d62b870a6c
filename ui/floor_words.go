package ui

import "ringback/callback"

// floorWords says what happened to a case beside the calls, in a few words.
func floorWords(p callback.Payload) callback.Text {
	switch p := p.(type) {
	case *callback.CaseEscalated:
		return say("Escalated: %s", p.Reason)
	case *callback.EscalationTaken:
		return say("Escalation taken")
	case *callback.EscalationReturned:
		return say("Returned: %s", p.Words)
	case *callback.EscalationResolved:
		return say("Escalation resolved: %s", p.Words)
	case *callback.ReviewSettled:
		if p.Resolution != "" {
			return say("Review closed: %s", p.Resolution)
		}
		return say("Cleared from review")
	}
	return say("%s", p.Kind())
}

// floorCounts is how much waits for people, for the other screens.
type floorCounts struct{ back, escalated, overdue, review int }

// take tells whether anything of it is news.
func (n *floorCounts) take(f callback.Floor) bool {
	fresh := floorCounts{len(f.Returned), len(f.Escalated), f.Overdue(), len(f.Review)}
	news := fresh != *n
	*n = fresh
	return news
}

// words say it for somebody: agents hear of what came back, those who lead of
// what is theirs to answer. It is empty if nothing waits.
func (n floorCounts) words(leads bool) callback.Text {
	switch {
	case n.back > 0:
		return say("Floor: %d back with you", n.back)
	case !leads:
		return callback.Text{}
	case n.overdue > 0:
		return say("! Floor: %d escalated, %d late", n.escalated, n.overdue)
	case n.escalated > 0:
		return say("Floor: %d escalated", n.escalated)
	case n.review > 0:
		return say("Floor: %d to look at", n.review)
	}
	return callback.Text{}
}

// floorMoments are what happened to a case beside its calls, drawn.
func (d *queueSide) floorMoments(q *queue, w int) []moment {
	s, c, zone := q.e.styles, d.view.Case, q.e.zone
	var out []moment
	for _, e := range c.Escalations {
		by := say("the server")
		if e.By != "" {
			by = d.name(e.By)
		}
		lines := paint(s.text, wrapMax(say("%s escalated by %s: %s", day(e.At, zone), by, e.Reason), w, 3))
		switch {
		case e.Open() && e.TakenBy != "":
			lines = append(lines, paint(s.faint, wrapMax(say("  with %s, answer by %s", d.name(e.TakenBy), clockOf(e.Due, q.e.now(), zone)), w, 2))...)
		case e.Open():
			lines = append(lines, paint(s.faint, wrapMax(say("  answer by %s", clockOf(e.Due, q.e.now(), zone)), w, 2))...)
		case e.Outcome != callback.OutcomeOvertaken:
			lines = append(lines, paint(s.accent, wrapMax(say("↩ %s by %s: %s", e.Outcome, d.name(e.EndedBy), e.Words), w, 4))...)
		}
		out = append(out, moment{e.At, lines})
	}
	for _, n := range c.Renumbered {
		out = append(out, moment{n.At, paint(s.faint, wrapMax(say("%s %s", day(n.At, zone), changeWords(n, d.name)), w, 2))})
	}
	if h := c.Hold; h != nil {
		out = append(out, moment{h.At, paint(s.warn, wrapMax(say("! %s, since %s: %s", h.Cause.Words(), day(h.At, zone), h.Reason), w, 3))})
	}
	return out
}
