package ui

import "ringback/callback"

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
}

// fit renders the step if it is not the one rendered last.
func (g *guideView) fit(s *styles, guide callback.Guide, step, width int) {
	now := guideKey{guide.ID, guide.Version, step, width, s.palette.name}
	if now == g.was {
		return
	}
	if now.id != g.was.id || now.step != g.was.step {
		g.top = 0
	}
	g.was, g.lines = now, nil
	if step < len(guide.Steps) {
		g.lines = markdown(s, callback.Clean(guide.Steps[step].Body), width)
	}
}
