package ui

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// ink is a style without a box, worked out once: what a terminal is told
// before words and after them. A screen is painted from hundreds of pieces,
// and lipgloss would work out each anew.
type ink struct {
	before, after string
	style         *lipgloss.Style
}

// inkOf makes ink of a style that has neither borders, margins nor a size.
func inkOf(s lipgloss.Style) ink {
	before, after, _ := strings.Cut(s.Render("w"), "w")
	return ink{before, after, &s}
}

// underlined is the same ink with a line below.
func (k ink) underlined() ink { return inkOf(k.style.Underline(true)) }

// Render draws words. They are one line, as all that this package cuts to
// cells; anything else is left to lipgloss.
func (k ink) Render(words string) string {
	if strings.ContainsAny(words, "\n\r\t") {
		return k.style.Render(words)
	}
	return k.before + words + k.after
}
