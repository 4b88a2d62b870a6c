package ui

import (
	"strings"

	"ringback/callback"
)

// idlePane is what the screen shows between calls.
func (c *call) idlePane() []string {
	s := c.e.styles
	w := c.w - 2
	out := []string{""}
	add := func(style ink, t callback.Text) { out = append(out, paint(style, wrapMax(t, w, 3))...) }
	switch {
	case c.idle.loading != "":
		add(s.faint, say("Opening…"))
	case c.idle.done != nil:
		add(s.good, say("✓ Saved: %s", c.idle.done.name))
		add(s.text, say("%s", c.idle.done.outcome))
		add(s.accent, say("→ %s", c.idle.done.next))
		keys := s.key.Render("enter") + s.text.Render(" to the queue")
		if c.idle.done.undo.open(c.now) {
			keys += s.text.Render("   ") + s.key.Render("u") + s.text.Render(" undo, and correct it")
		}
		out = append(out, "", keys)
	case len(c.idle.drafts) == 0:
		add(s.text, say("No call in hand."))
		add(s.faint, say("Choose a case in the queue and press enter."))
	}
	if n := len(c.idle.drafts); n > 0 && c.idle.loading == "" {
		out = append(out, "", s.title.Render(cut(say("Calls that are not saved yet"), w)))
		room := max(1, c.h-len(out)-1)
		top := clamp(c.idle.at-room/2, 0, max(0, n-room))
		for i := top; i < min(n, top+room); i++ {
			out = append(out, c.draftLine(c.idle.drafts[i], i == c.idle.at && c.idle.done == nil, w))
		}
	}
	return indent(out)
}

// phaseWords say where in a call an agent stopped.
var phaseWords = map[callback.Phase]string{
	callback.PhasePrepare: "not dialled", callback.PhaseDial: "ringing", callback.PhaseTalk: "talking", callback.PhaseWrap: "hung up, not saved",
}

func (c *call) draftLine(d callback.Draft, on bool, w int) string {
	words := strings.Join([]string{d.Texts[string(fieldNote)], d.Texts[string(fieldPromise)]}, " ")
	who := say("%s", d.Number)
	if name, ok := c.idle.names[d.CaseID]; ok && name.String() != "" {
		who = say("%s %s", name, d.Number)
	}
	t := say("%s · %s · %s %s", clockOf(d.StartedAt, c.now, c.e.zone), phaseWords[d.Phase], who, words)
	if on {
		return c.e.styles.selection.Render("▸ " + pad(t, w-2))
	}
	return "  " + c.e.styles.text.Render(cut(t, w-2))
}
