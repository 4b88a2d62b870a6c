package ui

import (
	"strings"

	"ringback/callback"
)

// DrawGuide draws a whole guide as the call screen would, step by step, for a
// trainer who writes one. width is in cells.
func DrawGuide(g callback.Guide, look Look, width int) string {
	s := newStyles(look, true)
	out := []string{s.title.Render(callback.Line(g.Title).String()), ""}
	for _, step := range g.Steps {
		out = append(out, s.title.Render(callback.Line(step.Title).String()), "")
		out = append(out, markdown(&s, callback.Clean(step.Body), width)...)
		out = append(out, "")
	}
	return strings.Join(out, "\n")
}
