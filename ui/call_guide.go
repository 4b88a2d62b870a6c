package ui

import (
	"fmt"

	"ringback/callback"
)

// guideView is the step of the guide in view, rendered once for each step,
// width and theme.
type guideView struct {
	lines []string
	top   int
	was   guideKey
}

type guideKey struct {
	id                   string
	version, step, width int
	theme                string
	// names are what the blanks are filled with.
	names string
}

// fit renders the step if it is not the one rendered last.
func (g *guideView) fit(s *styles, guide callback.Guide, step, width int, with blanks) {
	now := guideKey{guide.ID, guide.Version, step, width, s.palette.name, fmt.Sprint(with)}
	if now == g.was {
		return
	}
	if now.id != g.was.id || now.step != g.was.step {
		g.top = 0
	}
	g.was, g.lines = now, nil
	if step < len(guide.Steps) {
		g.lines = filledIn(s, callback.Clean(guide.Steps[step].Body), with, width)
	}
}

// blanks are what the desk knows of this call.
func (s *sheet) blanks() blanks {
	return blanks{callback.BlankAgent: s.me.Name, callback.BlankCompany: s.policy.Company, callback.BlankCustomer: s.customer().Name}
}
