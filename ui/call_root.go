package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// drivers are the first level of root causes.
func (c *call) drivers() []callback.Driver {
	if d := c.sheet.policy.Causes; len(d) > 0 {
		return d
	}
	return []callback.Driver{{Name: "other"}}
}

var controls = []struct {
	is    callback.Control
	words string
}{
	{callback.ControlAgent, "I can change it"},
	{callback.ControlTeam, "our team can change it"},
	{callback.ControlCompany, "the company can change it"},
	{callback.ControlExternal, "nobody here can change it"},
	{"", "not known"},
}

// rootChoices are the lines of the level in hand.
func (c *call) rootChoices() (title callback.Text, lines []callback.Text) {
	switch c.pick.root {
	case 0:
		for _, d := range c.drivers() {
			lines = append(lines, callback.Line(d.Name))
		}
		return say("What was it about?"), lines
	case 1:
		for _, cause := range c.causes() {
			lines = append(lines, callback.Line(cause))
		}
		lines = append(lines, say("nothing more exact"))
		return say("What exactly about %s?", c.sheet.draft.Root.Driver), lines
	}
	for _, x := range controls {
		lines = append(lines, say("%s", x.words))
	}
	return say("Who can change it?"), lines
}

func (c *call) causes() []string {
	for _, d := range c.drivers() {
		if c.sheet.draft.Root != nil && d.Name == c.sheet.draft.Root.Driver {
			return d.Causes
		}
	}
	return nil
}

// rootKey chooses the root cause, level by level.
func (c *call) rootKey(msg tea.KeyPressMsg) tea.Cmd {
	p, k := &c.pick, c.keys
	_, lines := c.rootChoices()
	switch {
	case pressed(msg, k.form.done):
		return c.focusOn(fieldHome)
	case pressed(msg, k.score.clear):
		return c.rootBack()
	case pressed(msg, k.form.nextField):
		return c.tab(1)
	case pressed(msg, k.form.prevField):
		return c.tab(-1)
	case msg.Text == "" && pressed(msg, k.move.up):
		p.at = clamp(p.at-1, 0, len(lines)-1)
		return nil
	case msg.Text == "" && pressed(msg, k.move.down):
		p.at = clamp(p.at+1, 0, len(lines)-1)
		return nil
	case pressed(msg, k.form.accept):
		return c.takeRoot(p.at)
	case pressed(msg, k.form.save):
		return c.settle()
	case pressed(msg, k.score.digits):
		if n := int(msg.Code - '1'); n >= 0 && n < len(lines) {
			return c.takeRoot(n)
		}
	}
	return nil
}

// rootBack goes up a level; at the top it takes the root cause back.
func (c *call) rootBack() tea.Cmd {
	if c.pick.root > 0 {
		c.pick.root, c.pick.at = c.pick.root-1, 0
		return nil
	}
	c.sheet.setRoot(nil)
	return c.touch()
}

// takeRoot takes a line of the level in hand and goes to the next.
func (c *call) takeRoot(n int) tea.Cmd {
	p := &c.pick
	r := callback.RootCause{}
	if c.sheet.draft.Root != nil {
		r = *c.sheet.draft.Root
	}
	switch p.root {
	case 0:
		if name := c.drivers()[n].Name; name != r.Driver {
			r = callback.RootCause{Driver: name}
		}
	case 1:
		r.Cause = ""
		if list := c.causes(); n < len(list) {
			r.Cause = list[n]
		}
	default:
		r.Control = controls[n].is
	}
	c.sheet.setRoot(&r)
	p.root, p.at = p.root+1, 0
	if p.root == 1 && len(c.causes()) == 0 {
		p.root = 2
	}
	if p.root > 2 {
		// Who chose what has no exact causes, such as "other", says it in words. Else words are reached with tab; the
		// next key is a command again.
		if len(c.causes()) == 0 && c.sheet.trimmed(fieldRootText) == "" {
			return tea.Batch(c.touch(), c.focusOn(fieldRootText))
		}
		if c.sheet.draft.Disposition != "" {
			return tea.Batch(c.touch(), c.settle())
		}
		return tea.Batch(c.touch(), c.focusOn(fieldHome))
	}
	return c.touch()
}

// rootPane draws the level in hand.
func (c *call) rootPane(w, h int) []string {
	s := c.e.styles
	in := w - 2
	title, lines := c.rootChoices()
	out := []string{s.title.Render(cut(title, in)), ""}
	room := max(1, h-2)
	top := clamp(c.pick.at-room/2, 0, max(0, len(lines)-room))
	for i := top; i < min(len(lines), top+room); i++ {
		n := say("")
		if i < 9 {
			n = say("%d", i+1)
		}
		if i == c.pick.at {
			out = append(out, s.selection.Render("▸ "+pad(n, 3)+pad(lines[i], in-5)))
			continue
		}
		out = append(out, "  "+s.key.Render(pad(n, 3))+s.text.Render(pad(lines[i], in-5)))
	}
	return indent(out)
}

// rootWords says the root cause in one line.
func rootWords(r callback.RootCause) string {
	parts := []string{r.Driver}
	if r.Cause != "" {
		parts[0] += " › " + r.Cause
	}
	for _, x := range controls {
		if x.is == r.Control && x.is != "" {
			parts = append(parts, x.words)
		}
	}
	return strings.Join(parts, " · ")
}
