package ui

import (
	"slices"
	"strings"

	"ringback/callback"
)

// callTab is the part in view where there is room for one only.
type callTab int

const (
	tabGuide callTab = iota
	tabForm
	tabCustomer
	callTabs
)

// callAreas divides the screen's box. Widths are cells; left and mid are 0
// where they are not shown.
type callAreas struct {
	panes, left, mid, right, height int
	// form is how wide the form is drawn.
	form int
}

// The lines above the panes: who and how long, and what to read now; where
// there is one pane, two lines of the customer's words and the tabs.
const (
	callHead  = 2
	callWords = 2
	callTabsH = 1
)

func (c *call) areas() callAreas {
	a := callAreas{panes: panes(c.w), height: max(0, c.h-callHead)}
	switch a.panes {
	case 3:
		s := split(c.w, 30, 38, 32)
		a.left, a.mid, a.right = s[0], s[1], s[2]
		a.form = a.mid
	case 2:
		s := split(c.w, 54, 46)
		a.left, a.right, a.form = s[0], s[1], s[0]
	default:
		a.left, a.right, a.form = c.w, c.w, c.w
		a.height = max(0, c.h-callHead-callWords-callTabsH)
	}
	return a
}

// refit adjusts the widgets and the guide to the box and the step.
func (c *call) refit() {
	if c.sheet == nil || c.w == 0 {
		return
	}
	a := c.areas()
	c.pen.size(a.form-3, clamp(a.height/3, 2, 8), a.form-2-formLabel-1)
	width := a.left
	if a.panes == 2 {
		width = a.right
	}
	c.look.guide.fit(c.e.styles, c.sheet.guide, c.sheet.draft.Step, max(8, width-2), c.sheet.blanks())
}

// View implements screen.
func (c *call) View() string {
	if c.w <= 0 || c.h <= 0 {
		return ""
	}
	if c.sheet == nil {
		return strings.Join(block(c.idlePane(), c.w, c.h), "\n")
	}
	lines := append([]string{c.headLine()}, c.bannerLines()...)
	a := c.areas()
	switch a.panes {
	case 3:
		lines = append(lines, c.threePanes(a)...)
	case 2:
		lines = append(lines, c.twoPanes(a)...)
	default:
		lines = append(lines, c.onePane(a)...)
	}
	return strings.Join(open(lines, c.w, c.h), "\n")
}

// wide tells that what is in focus takes the place of guide and form.
func (c *call) wide() bool { return c.focus == fieldScore || c.focus == fieldOutcome }

// Foreign words stand right-most: where a terminal measures a script
// differently, nothing beside them is spoilt.
func (c *call) threePanes(a callAreas) []string {
	right := open(c.customerPane(a.right, a.height), a.right, a.height)
	line := c.e.styles.border.Render("│")
	if c.wide() {
		w := a.left + a.mid + 1
		return beside(line, block(c.workPane(w, a.height), w, a.height), right)
	}
	return beside(line,
		block(c.guidePane(a.left, a.height), a.left, a.height), block(c.workPane(a.mid, a.height), a.mid, a.height), right)
}

func (c *call) twoPanes(a callAreas) []string {
	line := c.e.styles.border.Render("│")
	left := block(c.workPane(a.left, a.height), a.left, a.height)
	right := c.customerPane(a.right, a.height)
	if c.focus != fieldScore && c.look.tab != tabCustomer {
		words, _ := c.wordsLines(a.right-2, max(2, a.height/3))
		words = indent(words)
		right = append(append(words, c.e.styles.border.Render(strings.Repeat("─", a.right))), c.guidePane(a.right, a.height-len(words)-1)...)
	}
	return beside(line, left, open(right, a.right, a.height))
}

func (c *call) onePane(a callAreas) []string {
	words, more := c.wordsLines(c.w-2, callWords)
	out := append(block(indent(words), c.w, callWords), c.tabLine())
	var body []string
	switch {
	case c.focus != fieldHome || c.look.tab == tabForm || c.sheet.draft.Phase == callback.PhaseDial && c.look.tab == tabGuide:
		body = c.workPane(c.w, a.height)
	case c.look.tab == tabCustomer:
		body = indent(c.scrolled(nil, append(more, c.aboutLines(c.w-2)...), a.height))
	default:
		body = c.guidePane(c.w, a.height)
	}
	return append(out, open(body, c.w, a.height)...)
}

// tabLine names the parts where there is room for one.
func (c *call) tabLine() string {
	s := c.e.styles
	on := c.look.tab
	if c.focus != fieldHome {
		on = tabForm
	}
	var b strings.Builder
	for t := range callTabs {
		style := s.tab
		if t == on {
			style = s.tabOn
		}
		b.WriteString(style.Render(" " + c.tabName(t) + " "))
	}
	if c.focus == fieldHome {
		b.WriteString(s.faint.Render(" v"))
	}
	return stretch(b.String(), c.w)
}

func (c *call) tabName(t callTab) string {
	switch {
	case t == tabForm:
		return "Outcome"
	case t == tabCustomer:
		return "Customer"
	case len(c.sheet.guide.Steps) == 0:
		return "Guide"
	}
	at, of := c.sheet.place()
	return say("Guide %d/%d", at, of).String()
}

// workPane is where the agent works now: the form, a list, or the question.
func (c *call) workPane(w, h int) []string {
	switch {
	case c.focus == fieldScore:
		return c.scorePane(w, h)
	case c.focus == fieldHome && c.sheet.draft.Phase == callback.PhaseDial && c.sheet.draft.Disposition == "":
		return c.unreachedPane(w, h)
	}
	return c.formPane(w, h)
}

// guidePane draws the step of the guide.
func (c *call) guidePane(w, h int) []string {
	s, g := c.e.styles, &c.look.guide
	in := w - 2
	steps := c.sheet.guide.Steps
	if len(steps) == 0 {
		return indent(paint(s.faint, wrapMax(say("No guide for this kind of call. Trainers write them."), in, 3)))
	}
	step := clamp(c.sheet.draft.Step, 0, len(steps)-1)
	at, of := c.sheet.place()
	head := paint(s.title, wrapMax(say("%d/%d %s", at, of, steps[step].Title), in, 2))
	lines := slices.Concat(g.lines, c.questionLines(in))
	room := max(0, h-len(head)-1)
	g.top = clamp(g.top, 0, max(0, len(lines)-room))
	out := append(append(head, ""), lines[g.top:min(len(lines), g.top+room)]...)
	if left := len(lines) - g.top - room; left > 0 && len(out) > 0 {
		out[len(out)-1] = s.faint.Render(cut(say("↓ %d more lines", left+1), in))
	}
	return indent(out)
}
