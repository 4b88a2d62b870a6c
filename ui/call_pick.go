package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// callPick is where the cursors of the call's lists stand.
type callPick struct {
	// root is the level of the root cause in hand: driver, cause, control.
	root int
	at   int
	// rows are the outcomes on offer; at is -1 while none is in hand, first is
	// where the arrows begin then.
	rows  []outcomeRow
	first int
	// suggested is how the telephone system believes the call ended.
	suggested callback.Disposition
	// ask is the question of the step in hand.
	ask int
	// grid tells that the arrows move in the grid of days and hours.
	grid bool
}

// outcomeRow is one outcome on offer, with what it would lead to.
type outcomeRow struct {
	rule   callback.DispositionRule
	custom callback.CustomDisposition
	next   callback.Text
	short  callback.Text
}

// shortIn is where an outcome leads, in w cells: the part of the day gives way.
func (r outcomeRow) shortIn(w int) callback.Text {
	bare, _, _ := strings.Cut(r.short.String(), " (")
	return fitting([]callback.Text{r.short, say("%s", bare)}, w)
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
	case fieldAnswer:
		c.toQuestion(max(0, c.sheet.openQuestion()))
	}
}

// fillOutcomes lists the table of dispositions and the team's own codes, and
// folds each to see where it leads. Who rang us was reached.
func (p *callPick) fillOutcomes(c *call) {
	p.rows, p.at, p.first = nil, -1, 0
	fits := func(r callback.DispositionRule) bool {
		return c.sheet.direction() == callback.Outbound || r.Group != callback.GroupUnreached
	}
	for _, r := range callback.Dispositions() {
		if !fits(r) {
			continue
		}
		p.rows = append(p.rows, outcomeRow{rule: r, next: c.sheet.next(r.Code, c.now), short: c.sheet.nextShort(r.Code, c.now)})
	}
	for _, own := range c.sheet.policy.Custom {
		if r, ok := own.Standard.Rule(); ok && fits(r) {
			p.rows = append(p.rows, outcomeRow{rule: r, custom: own, next: c.sheet.next(r.Code, c.now), short: c.sheet.nextShort(r.Code, c.now)})
		}
	}
	if !c.sheet.draft.AnsweredAt.IsZero() {
		p.first = max(0, slices.IndexFunc(p.rows, func(r outcomeRow) bool { return r.rule.Group == callback.GroupTalked }))
	}
	want, custom := c.sheet.draft.Disposition, c.sheet.draft.Texts[textCustom]
	if want == "" {
		want, custom = c.sheet.recorded(), ""
	}
	p.at = slices.IndexFunc(p.rows, func(r outcomeRow) bool { return r.rule.Code == want && r.custom.Code == custom })
}

// recorded is the outcome that the call has by what was put down in it; empty if
// nothing was that says how it ended.
func (s *sheet) recorded() callback.Disposition {
	switch {
	case s.draft.AnsweredAt.IsZero():
	case s.promise() != nil:
		return callback.TalkedPromise
	case !s.when(fieldCallback).IsZero():
		return callback.CallbackMine
	}
	return ""
}

// move moves in the outcomes; the first step takes the arrows to where they
// begin.
func (p *callPick) move(by int) {
	if p.at < 0 {
		p.at = p.first
		return
	}
	p.at = clamp(p.at+by, 0, len(p.rows)-1)
}

// outcomeKey chooses how the call ended.
func (c *call) outcomeKey(msg tea.KeyPressMsg) tea.Cmd {
	p, k := &c.pick, c.keys
	switch {
	case pressed(msg, k.form.done):
		return c.focusOn(fieldHome)
	case msg.Text == "" && pressed(msg, k.move.up):
		p.move(-1)
		return nil
	case msg.Text == "" && pressed(msg, k.move.down):
		p.move(1)
		return nil
	case msg.Text == "" && pressed(msg, k.move.scrollUp):
		p.move(-8)
		return nil
	case msg.Text == "" && pressed(msg, k.move.scrollDown):
		p.move(8)
		return nil
	case p.at < 0 && (pressed(msg, k.form.accept) || pressed(msg, k.form.save)):
		c.banner(toneWarn, say("Choose how the call ended: its key, or the arrows."))
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
	if c.sheet.barred() && c.sheet.trimmed(fieldLanguage) == "" {
		c.look.tab = tabForm
		return c.focusOn(fieldLanguage)
	}
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
	foot := wrapMax(say("its key, or the arrows and enter"), in, 1)
	if p.at >= 0 {
		foot = wrapMax(say("→ %s", p.rows[p.at].next), in, 2)
	}
	room := max(1, h-2-len(foot))
	top := clamp(at-room/2, 0, max(0, len(rows)-room))
	out := []string{s.title.Render(cut(say("How did the call end?"), in))}
	out = append(out, c.moreMarks(block(rows[top:min(len(rows), top+room)], in, room), top > 0, top+room < len(rows), in)...)
	return indent(append(append(out, s.border.Render(strings.Repeat("─", in))), paint(s.accent, foot)...))
}

// moreMarks says in the first and the last line of a list that more of it is out
// of sight. The one in hand stands between them where there are three lines.
func (c *call) moreMarks(lines []string, above, below bool, w int) []string {
	if len(lines) < 3 {
		return lines
	}
	if above {
		lines[0] = c.e.styles.faint.Render(pad(say("↑ more"), w))
	}
	if below {
		lines[len(lines)-1] = c.e.styles.faint.Render(pad(say("↓ more"), w))
	}
	return lines
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
			text = pad(name, 38) + " " + pad(r.shortIn(wide-39), wide-39)
		}
		if p.at < 0 && i == p.first {
			at = len(out)
		}
		if i == p.at {
			at = len(out)
			out = append(out, s.selection.Render("▸ "+pad(keyOf, 2)+text))
			continue
		}
		if wide > 64 {
			text = s.text.Render(pad(name, 38)) + " " + s.faint.Render(pad(r.shortIn(wide-39), wide-39))
		} else {
			text = s.text.Render(text)
		}
		out = append(out, "  "+s.key.Render(pad(keyOf, 2))+text)
	}
	return out, at
}
