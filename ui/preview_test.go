package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ringback/callback"
)

// A trainer sees the words of every step in order, within the width, and
// nothing in them drives the terminal.
func TestDrawGuide(t *testing.T) {
	g := callback.Guide{Title: "House\x1b[2J", Steps: []callback.Step{
		{Title: "Greet", Body: "> Hello, **this** is the house.\n\n- A hint that is long enough to need a second line in forty cells."},
		{Title: "Close\x1b]0;x\a", Body: "Thank them.\x1b[31m"},
	}}
	for _, look := range []Look{{}, {NoColor: true}, {Theme: "light"}} {
		drawn := DrawGuide(g, look, 40)
		last := 0
		for _, words := range []string{"House", "Greet", "Hello, this is the house.", "A hint", "Close", "Thank them."} {
			at := strings.Index(ansi.Strip(drawn), words)
			if at < last {
				t.Errorf("%q is missing or out of order in %q", words, ansi.Strip(drawn))
			}
			last = max(at, last)
		}
		for _, line := range strings.Split(drawn, "\n") {
			if ansi.StringWidth(line) > 40 {
				t.Errorf("%q is wider than 40", line)
			}
		}
		if strings.Contains(drawn, "\x1b[2J") || strings.Contains(drawn, "\x1b]0") {
			t.Errorf("%q drives the terminal", drawn)
		}
	}
}
