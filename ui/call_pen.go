package ui

import (
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// pen holds the widgets that text is typed into: an area for the note, a line
// for every other field.
type pen struct {
	note  textarea.Model
	lines map[callField]*textinput.Model
	on    callField
}

// penLimits bound the fields in bytes. Together, with room for their
// encoding, they fit an event.
var penLimits = map[callField]int{
	fieldNote: callback.MaxText, fieldRootText: 600, fieldPromise: 600, fieldDue: 80, fieldOwner: 80, fieldCallback: 80,
	fieldWrong: 1200, fieldDid: 1200, fieldSaid: 1200, fieldAnswer: 400, fieldLanguage: 40,
}

var penHints = map[callField]string{
	fieldRootText: "in your own words", fieldPromise: "what we will do", fieldDue: "tomorrow 15:30, tue 9, 2h",
	fieldOwner: "you", fieldCallback: "tomorrow 15:30, tue 9, 2h",
	fieldWrong: "what was wrong", fieldDid: "what we did", fieldSaid: "what the customer said after",
	fieldAnswer: "what they said", fieldLanguage: "Spanish, or es",
}

func newPen(e *env) pen {
	p := pen{note: textarea.New(), lines: map[callField]*textinput.Model{}}
	p.note.Prompt, p.note.ShowLineNumbers, p.note.CharLimit, p.note.MaxHeight = "", false, 0, 0
	p.note.Placeholder = "what was said; enter makes a new line"
	p.note.KeyMap.Paste.SetEnabled(false)
	for f, hint := range penHints {
		in := textinput.New()
		in.Prompt, in.Placeholder = "", hint
		in.KeyMap.Paste.SetEnabled(false)
		p.lines[f] = &in
	}
	p.restyle(e)
	return p
}

func (p *pen) restyle(e *env) {
	p.note.SetStyles(e.styles.area())
	for _, in := range p.lines {
		in.SetStyles(e.styles.input())
	}
}

// writes tells whether a field is one that text is typed into.
func (p *pen) writes(f callField) bool { return f == fieldNote || p.lines[f] != nil }

func (p *pen) value(f callField) string {
	if f == fieldNote {
		return p.note.Value()
	}
	return p.lines[f].Value()
}

func (p *pen) set(f callField, v string) {
	if f == fieldNote {
		p.note.SetValue(v)
		p.note.MoveToEnd()
		return
	}
	p.lines[f].SetValue(v)
	p.lines[f].CursorEnd()
}

// fill takes over the texts of a draft.
func (p *pen) fill(texts map[string]string) {
	p.set(fieldNote, callback.Clean(texts[string(fieldNote)]).String())
	for f := range p.lines {
		p.set(f, callback.Clean(texts[string(f)]).String())
	}
}

// focus moves the cursor to a field, or away from all of them.
func (p *pen) focus(f callField) tea.Cmd {
	p.note.Blur()
	for _, in := range p.lines {
		in.Blur()
	}
	p.on = f
	switch {
	case f == fieldNote:
		return p.note.Focus()
	case p.lines[f] != nil:
		return p.lines[f].Focus()
	}
	return nil
}

// size fits the widgets to the form.
func (p *pen) size(noteWidth, noteHeight, lineWidth int) {
	p.note.SetWidth(max(4, noteWidth))
	p.note.SetHeight(max(1, noteHeight))
	for _, in := range p.lines {
		in.SetWidth(max(3, lineWidth))
	}
}

// update types into the field in focus. What comes in is cleaned first; full
// tells that something did not fit.
func (p *pen) update(msg tea.Msg) (cmd tea.Cmd, full bool) {
	limit := penLimits[p.on]
	room := limit - len(p.value(p.on))
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		m.Text = callback.Clean(m.Text).String()
		if len(m.Text) > max(0, room) {
			return nil, true
		}
		if m.Code == tea.KeyEnter && room < 1 {
			return nil, true
		}
		msg = m
	case tea.PasteMsg:
		m.Content = callback.Clean(m.Content).String()
		if p.on != fieldNote {
			m.Content = callback.Line(m.Content).String()
		}
		if cut := cutBytes(m.Content, max(0, room)); cut != m.Content {
			m.Content, full = cut, true
		}
		msg = m
	}
	if p.on == fieldNote {
		p.note, cmd = p.note.Update(msg)
		return cmd, full
	}
	*p.lines[p.on], cmd = p.lines[p.on].Update(msg)
	return cmd, full
}

// cutBytes shortens a text to n bytes, at a letter's end.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// view draws a field's widget, line by line.
func (p *pen) view(f callField) []string {
	if f == fieldNote {
		return strings.Split(p.note.View(), "\n")
	}
	return []string{p.lines[f].View()}
}
