package ui

import (
	"strings"

	"ringback/callback"
)

// DrawGuide draws a whole guide as the call screen would, step by step, for a
// trainer who writes one, with the conditions and questions of each step.
// width is in cells.
func DrawGuide(g callback.Guide, look Look, width int) string {
	s := newStyles(look, true)
	out := []string{s.title.Render(callback.Line(g.Title).String())}
	out = append(append(out, conditions(&s, g.When, width)...), "")
	for _, step := range g.Steps {
		out = append(out, s.title.Render(callback.Line(step.Title).String()))
		out = append(append(out, conditions(&s, step.When, width)...), "")
		out = append(out, markdown(&s, callback.Clean(step.Body), width)...)
		for _, q := range step.Ask {
			out = append(append(out, ""), paint(s.strong, wrapMax(say("? %s", q.Text), width, 3))...)
			if len(q.Options) > 0 {
				out = append(out, paint(s.faint, wrapMax(say("  %s", strings.Join(q.Options, " · ")), width, 3))...)
			}
		}
		out = append(out, "")
	}
	return strings.Join(out, "\n")
}

func conditions(s *styles, when []callback.Condition, width int) (out []string) {
	for _, c := range when {
		out = append(out, paint(s.faint, wrapMax(say("%s", c), width, 2))...)
	}
	return out
}
