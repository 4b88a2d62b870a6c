package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// textKey types into a field, or moves on.
func (c *call) textKey(raw tea.KeyPressMsg) tea.Cmd {
	k := c.keys.form
	switch {
	case pressed(raw, k.done):
		if c.pick.grid {
			c.pick.grid = false
			return nil
		}
		return c.focusOn(fieldHome)
	case pressed(raw, k.nextField):
		return c.tab(1)
	case pressed(raw, k.prevField):
		return c.tab(-1)
	case pressed(raw, k.save):
		return c.settle()
	case hasGrid(c.focus) && c.gridKey(raw):
		return c.touch()
	case c.focus != fieldNote && pressed(raw, k.accept):
		return c.acceptLine()
	}
	return c.typed(raw)
}

// offers tells whether a field has a place: words about a root cause do once one
// is chosen, the language where it was the barrier.
func (s *sheet) offers(f callField) bool {
	switch f {
	case fieldRootText:
		return s.draft.Root != nil
	case fieldLanguage:
		return s.barred()
	}
	return true
}

// tab goes to the next or previous field that is offered, and home at either
// end.
func (c *call) tab(by int) tea.Cmd {
	i := slices.Index(tabFields, c.focus) + by
	for i >= 0 && i < len(tabFields) && !c.sheet.offers(tabFields[i]) {
		i += by
	}
	if i < 0 || i >= len(tabFields) {
		return c.focusOn(fieldHome)
	}
	return c.focusOn(tabFields[i])
}

// acceptLine goes on from a line by enter: to the rest of a promise or story,
// else to what is missing. A time at which nobody may call is not taken: the
// customer is on the line now, and can name another.
func (c *call) acceptLine() tea.Cmd {
	if c.focus == fieldCallback && c.sheet.trimmed(fieldCallback) != "" {
		if p := c.sheet.agreeProblem(c.now); p != nil {
			return c.mend(p)
		}
	}
	follow := map[callField]callField{fieldPromise: fieldDue, fieldWrong: fieldDid, fieldDid: fieldSaid, fieldSaid: fieldConsent}
	if f, ok := follow[c.focus]; ok && c.sheet.trimmed(c.focus) != "" {
		return c.focusOn(f)
	}
	return c.settle()
}

// typed gives text to the field in focus and keeps it.
func (c *call) typed(msg tea.Msg) tea.Cmd {
	cmd, full := c.pen.update(msg)
	if full {
		c.banner(toneWarn, say("This field is full; the rest was not taken."))
	}
	kept := c.focus
	if kept == fieldAnswer {
		kept = askField(c.sheet.questions()[c.pick.ask])
	}
	before := c.sheet.text(kept)
	if v := c.pen.value(c.focus); v != before {
		c.sheet.setText(kept, v, c.now)
		return tea.Batch(cmd, c.touch())
	}
	return cmd
}

func (c *call) paste(msg tea.PasteMsg) tea.Cmd {
	if c.sheet == nil || c.keep.recording || !c.pen.writes(c.focus) {
		return nil
	}
	return c.typed(msg)
}

func (c *call) consentKey(msg tea.KeyPressMsg) tea.Cmd {
	k := c.keys.form
	switch {
	case pressed(msg, k.toggle):
		v := textConsents
		if c.sheet.text(fieldConsent) == textConsents {
			v = ""
		}
		c.sheet.setText(fieldConsent, v, c.now)
		return c.touch()
	case pressed(msg, k.done):
		return c.focusOn(fieldHome)
	case pressed(msg, k.nextField):
		return c.tab(1)
	case pressed(msg, k.prevField):
		return c.tab(-1)
	case pressed(msg, k.accept), pressed(msg, k.save):
		return c.settle()
	}
	return nil
}
