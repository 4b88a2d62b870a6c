package ui

import (
	"slices"
	"strings"

	"ringback/callback"
)

// skipAxis is the ratio at the right end of the axis of skips.
const skipAxis = 4

// skips draws for those who lead what each agent passed over, beside what the
// team would have passed over of the same cases, and why.
func (b *board) skips(w int) []string {
	s := b.e.styles
	if !b.e.me.Role.Leads() {
		return nil
	}
	out := []string{s.title.Render(cut(say("Passed over"), w)) + s.faint.Render(limit("  skipped, against what their cases explain", max(0, w-11)))}
	if len(b.data.Skips) == 0 {
		return append(out, s.faint.Render(cut(say("Nobody has passed anything over in this period."), w)))
	}
	nameW := clamp(w/4, 10, 24)
	axis := clamp(w-nameW-2-8-14, 8, 40)
	for _, m := range b.data.Skips {
		mark, style := " ", s.text
		if m.Unusual {
			mark, style = "!", s.bad
		}
		line := style.Render(mark+" ") + s.strong.Render(pad(callback.Line(m.Name), nameW)) + " " +
			s.accent.Render(whisker(m.Low/skipAxis, m.Ratio/skipAxis, m.High/skipAxis, axis)) +
			style.Render(padLeft(say("%.1f×", m.Ratio), 7)) + s.faint.Render(padLeft(say("%d of %d", m.Skipped, m.Served), 12))
		out = append(out, limit(line, w))
		for _, why := range wrapMax(reasonsText(m), max(8, w-nameW-3), 2) {
			out = append(out, s.faint.Render(limit(blank(nameW+3)+why, w)))
		}
	}
	foot := say("1× is what the team would have skipped of the same cases; the line runs from 0 to %d×. ! lies wholly above 1×.", skipAxis)
	return append(out, paint(s.faint, wrapMax(foot, w, 2))...)
}

// reasonsText says why somebody passed over, the commonest reason first.
func reasonsText(m callback.SkipMix) callback.Text {
	list := slices.Clone(m.Reasons)
	slices.SortStableFunc(list, func(a, b callback.SkipsForCode) int { return b.Count - a.Count })
	var parts []string
	for _, r := range list {
		if r.Count > 0 {
			parts = append(parts, say("%d %s", r.Count, r.Short).String())
		}
	}
	return say("%s", strings.Join(parts, " · "))
}
