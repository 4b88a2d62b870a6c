package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// callPick is where the cursors of the call's lists stand.
type callPick struct {
	// root is the level of the root cause in hand: driver, cause, control.
	root int
	at   int
	// rows are the outcomes on offer.
	rows []outcomeRow
	// grid tells that the arrows move in the grid of days and hours.
	grid bool
}

// outcomeRow is one outcome on offer, with what it would lead to.
type outcomeRow struct {
	rule   callback.DispositionRule
	custom callback.CustomDisposition
	next   callback.Text
}

// enter prepares the list of a field.
func (p *callPick) enter(c *call, f callField) {
	p.grid = false
	switch f {
	case fieldRoot:
		p.root, p.at = 0, 0
		if r := c.sheet.draft.Root; r != nil {
			for i, d := range c.drivers() {
				if d.Name == r.Driver {
					p.at = i
				}
			}
		}
	case fieldOutcome:
		p.fillOutcomes(c)
	}
}

// fillOutcomes lists the table of dispositions and the team's own codes, and
// folds each to see where it leads.
func (p *callPick) fillOutcomes(c *call) {
	p.rows, p.at = nil, 0
	for _, r := range callback.Dispositions() {
		p.rows = append(p.rows, outcomeRow{rule: r, next: c.sheet.next(r.Code, c.now)})
	}
	for _, own := range c.sheet.policy.Custom {
		if r, ok := own.Standard.Rule(); ok {
			p.rows = append(p.rows, outcomeRow{rule: r, custom: own, next: c.sheet.next(r.Code, c.now)})
		}
	}
	want := c.sheet.draft.Disposition
	for i, r := range p.rows {
		if want != "" && r.rule.Code == want && r.custom.Code == c.sheet.draft.Texts[textCustom] {
			p.at = i
			return
		}
	}
	if !c.sheet.draft.AnsweredAt.IsZero() {
		for i, r := range p.rows {
			if r.rule.Group == callback.GroupTalked {
				p.at = i
				return
			}
		}
	}
}

// outcomeKey chooses how the call ended.
func (c *call) outcomeKey(msg tea.KeyPressMsg) tea.Cmd {
	p, k := &c.pick, c.keys
	switch {
	case pressed(msg, k.form.done):
		return c.focusOn(fieldHome)
	case msg.Text == "" && pressed(msg, k.move.up):
		p.at = clamp(p.at-1, 0, len(p.rows)-1)
		return nil
	case msg.Text == "" && pressed(msg, k.move.down):
		p.at = clamp(p.at+1, 0, len(p.rows)-1)
		return nil
	case msg.Text == "" && pressed(msg, k.move.scrollUp):
		p.at = clamp(p.at-8, 0, len(p.rows)-1)
		return nil
	case msg.Text == "" && pressed(msg, k.move.scrollDown):
		p.at = clamp(p.at+8, 0, len(p.rows)-1)
		return nil
	case pressed(msg, k.form.accept), pressed(msg, k.form.save):
		return c.choose(p.rows[p.at])
	}
	for _, r := range p.rows {
		if r.custom.Code == "" && msg.Text == r.rule.Key {
			return c.choose(r)
		}
	}
	return nil
}

func (c *call) choose(r outcomeRow) tea.Cmd {
	c.sheet.dispose(r.rule.Code, r.custom.Code, c.now)
	c.keep.dirty = true
	return c.settle()
}

var groupWords = map[string]string{
	callback.GroupUnreached: "Nobody answered", callback.GroupReached: "Somebody answered", callback.GroupTalked: "You talked",
}

// outcomePane draws the outcomes in their groups, and where the one in hand
// leads.
func (c *call) outcomePane(w, h int) []string {
	s, p := c.e.styles, &c.pick
	in := w - 2
	rows, at := c.outcomeRows(in)
	foot := wrapMax(say("→ %s", p.rows[p.at].next), in, 2)
	room := max(1, h-2-len(foot))
	top := clamp(at-room/2, 0, max(0, len(rows)-room))
	out := []string{s.title.Render(cut(say("How did the call end?"), in))}
	out = append(out, block(rows[top:min(len(rows), top+room)], in, room)...)
	return indent(append(append(out, s.border.Render(strings.Repeat("─", in))), paint(s.accent, foot)...))
}

// outcomeRows draws the list and tells on which line the one in hand stands.
func (c *call) outcomeRows(w int) (out []string, at int) {
	s, p := c.e.styles, &c.pick
	group := ""
	for i, r := range p.rows {
		head := groupWords[r.rule.Group]
		if r.custom.Code != "" {
			head = "Your team's own"
		}
		if head != group {
			group = head
			out = append(out, s.faint.Render(cut(say("%s", head), w)))
		}
		name := say("%s", r.rule.Meaning)
		keyOf := say("%s", r.rule.Key)
		if r.custom.Code != "" {
			name, keyOf = callback.Line(r.custom.Name), say("↵")
		}
		wide := w - 4
		text := pad(name, wide)
		if wide > 64 {
			text = pad(name, 38) + " " + pad(r.next, wide-39)
		}
		if i == p.at {
			at = len(out)
			out = append(out, s.selection.Render("▸ "+pad(keyOf, 2)+text))
			continue
		}
		if wide > 64 {
			text = s.text.Render(pad(name, 38)) + " " + s.faint.Render(pad(r.next, wide-39))
		} else {
			text = s.text.Render(text)
		}
		out = append(out, "  "+s.key.Render(pad(keyOf, 2))+text)
	}
	return out, at
}

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
	{"", "not known"}, {callback.ControlAgent, "I can change it"}, {callback.ControlTeam, "our team can change it"},
	{callback.ControlCompany, "the company can change it"}, {callback.ControlExternal, "nobody here can change it"},
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
		lines = append(lines, say("nothing more exact"))
		for _, cause := range c.causes() {
			lines = append(lines, callback.Line(cause))
		}
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
		if n > 0 {
			r.Cause = c.causes()[n-1]
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
		return tea.Batch(c.touch(), c.focusOn(fieldRootText))
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

// wrapTarget is how long wrapping up should take; after it a word of it is
// said, and nothing is closed (mission model §4.3).
const wrapTarget = 120 * time.Second
