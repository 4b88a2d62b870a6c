package ui

import (
	"slices"
	"time"

	"ringback/callback"
)

// pastLines are what happened so far, the latest first: calls, notes, promises
// that were settled, what a supervisor answered, who passed the case over, and
// what they said before.
func (c *call) pastLines(w int) []string {
	s := c.e.styles
	out := []string{s.title.Render(cut(say("So far"), w))}
	past := slices.Concat(c.callsPast(w), c.floorPast(w), c.saidPast(w))
	slices.SortStableFunc(past, func(a, b moment) int { return b.at.Compare(a.at) })
	for _, m := range past {
		out = append(out, m.lines...)
	}
	if len(out) == 1 {
		out = append(out, s.faint.Render(cut(say("nothing yet"), w)))
	}
	return out
}

// then says when something happened, on the agent's clock.
func (c *call) then(at time.Time) string { return clockOf(at, c.now, c.sheet.mine) }

// asker names who put a case before a supervisor.
func (c *call) asker(id string) callback.Text {
	if id == "" {
		return say("the server")
	}
	return c.person(id)
}

func (c *call) callsPast(w int) []moment {
	s, v := c.e.styles, c.view()
	out := make([]moment, 0, len(v.Attempts))
	for _, a := range v.Attempts {
		rule, _ := a.Disposition.Rule()
		lines := paint(s.text, wrapMax(say("%s %s · %s", c.then(a.At), rangWords(a, rule.Meaning), c.person(a.Agent)), w, 2))
		if a.Note != "" {
			lines = append(lines, paint(s.faint, wrapMax(say("  %s", a.Note), w, 3))...)
		}
		out = append(out, moment{a.At, append(lines, indent(indent(saidLines(s, a, w-2)))...)})
	}
	return out
}

// settledWords say what became of a promise.
var settledWords = map[callback.PromiseStatus]string{
	callback.PromiseDone: "promise kept", callback.PromiseBroken: "promise broken", callback.PromiseCancelled: "promise cancelled",
}

// floorPast are what happened to the case beside its calls.
func (c *call) floorPast(w int) []moment {
	s, v := c.e.styles, c.view()
	var out []moment
	add := func(at time.Time, style ink, most int, words callback.Text) {
		out = append(out, moment{at, paint(style, wrapMax(words, w, most))})
	}
	for _, p := range v.Promises {
		if p.SettledAt != nil && settledWords[p.Status] != "" {
			add(*p.SettledAt, s.text, 3, say("%s %s: %s · %s", c.then(*p.SettledAt), settledWords[p.Status], p.Text, c.person(p.SettledBy)))
		}
	}
	for _, e := range v.Escalations {
		add(e.At, s.text, 3, say("%s put before a supervisor · %s: %s", c.then(e.At), c.asker(e.By), e.Reason))
		if e.EndedAt != nil && e.Outcome != callback.OutcomeOvertaken {
			add(*e.EndedAt, s.text, 4, say("%s %s · %s: %s", c.then(*e.EndedAt), e.Outcome, c.person(e.EndedBy), e.Words))
		}
	}
	for _, k := range v.Skips {
		add(k.At, s.faint, 2, say("%s skipped · %s: %s", c.then(k.At), c.person(k.By), k.Reason))
	}
	for _, n := range v.Renumbered {
		add(n.At, s.text, 2, say("%s %s", c.then(n.At), changeWords(n, c.person)))
	}
	return out
}

// saidPast are the notes, and what they answered other surveys.
func (c *call) saidPast(w int) []moment {
	s, v := c.e.styles, c.view()
	var out []moment
	for _, n := range v.Notes {
		out = append(out, moment{n.At, paint(s.text, wrapMax(say("%s note · %s: %s", c.then(n.At), c.person(n.By), n.Text), w, 3))})
	}
	_, shown := c.words()
	for _, r := range v.Responses {
		if r.ID != shown.ID && callback.Line(r.Comment).String() != "" {
			out = append(out, moment{r.AnsweredAt, paint(s.faint, wrapMax(say("%s said: %s", c.then(r.AnsweredAt), r.Comment), w, 3))})
		}
	}
	return out
}
