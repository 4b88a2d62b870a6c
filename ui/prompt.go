package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// prompt is a dialog that asks for one line of text. With choices, one of them
// can be taken instead of typing.
type prompt struct {
	e       *env
	title   callback.Text
	about   callback.Text
	input   textinput.Model
	choices []string
	at      int
	// numbered lets a digit typed first choose.
	numbered bool
	// wrong says why what was typed cannot be taken, or is empty.
	wrong func(text string) callback.Text
	said  callback.Text
	// optional lets it be left empty; else lacks may say what is wanted.
	optional bool
	lacks    callback.Text
	// does says what enter does, where that is not to save.
	does string
	done func(text string) tea.Cmd
}

func newPrompt(e *env, title, about callback.Text, placeholder string, done func(string) tea.Cmd) *prompt {
	p := &prompt{e: e, title: title, about: about, input: textinput.New(), at: -1, done: done}
	p.input.Prompt = "> "
	p.input.Placeholder = placeholder
	p.input.CharLimit = callback.MaxText / 4
	p.input.SetStyles(e.styles.input())
	p.input.Focus()
	return p
}

// Typing implements typist.
func (p *prompt) Typing() bool { return true }

func (p *prompt) Update(msg tea.Msg) (bool, tea.Cmd) {
	press, isKey := msg.(tea.KeyPressMsg)
	_, isPaste := msg.(tea.PasteMsg)
	if !isKey && !isPaste {
		return false, nil
	}
	d := p.e.keys.dialog
	switch {
	case isKey && pressed(press, d.cancel):
		return true, nil
	case isKey && pressed(press, d.save):
		return p.finish()
	case isKey && len(p.choices) > 0 && pressed(press, d.up):
		p.pick(p.at - 1)
		return false, nil
	case isKey && len(p.choices) > 0 && pressed(press, d.down):
		p.pick(p.at + 1)
		return false, nil
	}
	p.said = callback.Text{}
	if n, ok := p.digit(press); isKey && ok {
		p.pick(n)
		return false, nil
	}
	var cmd tea.Cmd
	p.input, cmd = p.input.Update(msg)
	p.at = -1
	return false, cmd
}

// digit gives the choice that a digit means: only where nothing is typed yet.
func (p *prompt) digit(press tea.KeyPressMsg) (int, bool) {
	chosen := p.at >= 0 && p.at < len(p.choices) && p.input.Value() == p.choices[p.at]
	if !p.numbered || p.input.Value() != "" && !chosen || len(press.Text) != 1 {
		return 0, false
	}
	n := int(press.Text[0] - '1')
	return n, n >= 0 && n < len(p.choices)
}

// Keys implements keyed.
func (p *prompt) Keys() help.KeyMap {
	d := p.e.keys.dialog
	if p.does != "" {
		d.save = named(d.save, p.does)
	}
	d.up.SetEnabled(len(p.choices) > 0)
	d.down.SetEnabled(len(p.choices) > 0)
	return keySet{short: []key.Binding{d.save, d.up, d.down, d.cancel}}
}

func (p *prompt) pick(i int) {
	p.at = clamp(i, 0, len(p.choices)-1)
	p.input.SetValue(p.choices[p.at])
	p.input.CursorEnd()
}

// finish ends the dialog, unless there is nothing to take.
func (p *prompt) finish() (bool, tea.Cmd) {
	text := strings.TrimSpace(p.input.Value())
	if text == "" && !p.optional {
		p.said = say("Nothing is written yet.")
		if p.lacks.String() != "" {
			p.said = p.lacks
		}
		return false, nil
	}
	if p.wrong != nil {
		if p.said = p.wrong(text); p.said.String() != "" {
			return false, nil
		}
	}
	return true, p.done(text)
}

func (p *prompt) View(w, h int) string {
	s := p.e.styles
	width := dialogWidth(w, 64)
	in := width - 4
	p.input.SetWidth(max(1, in-3))
	lines := []string{s.title.Render(cut(p.title, in))}
	lines = append(lines, paint(s.faint, wrapMax(p.about, in, 2))...)
	lines = append(lines, "")
	for i, c := range p.choices {
		n := ""
		if p.numbered {
			n = pad(say("%d", i+1), 3)
		}
		if i == p.at {
			lines = append(lines, s.selection.Render("▸ "+n+pad(say("%s", c), in-2-len(n))))
			continue
		}
		lines = append(lines, "  "+s.key.Render(n)+s.text.Render(pad(say("%s", c), in-2-len(n))))
	}
	lines = append(lines, limit(p.input.View(), in))
	if p.said.String() != "" {
		lines = append(lines, paint(s.warn, wrapMax(say("! %s", p.said), in, 2))...)
	}
	return s.box(width).Render(strings.Join(lines, "\n"))
}

// leastReason is how short a reason may be, in runes.
const leastReason = 3

// reasonFirst answers whoever gives none.
func reasonFirst() callback.Text { return say("A reason first.") }

// newSkip asks why a case is passed over.
func newSkip(e *env, r queueRow) dialog {
	p := newPrompt(e, say("Skip %s", r.customer), say("Why? Choose by number or with the arrows, or type. It stays on record."), "reason",
		func(reason string) tea.Cmd {
			skip := &callback.CaseSkipped{Code: callback.SkipCodeOf(reason), Reason: reason}
			return e.do.record(callback.Fact{EventID: e.newID(), CaseID: r.id, Payload: skip}, say("Skipped %s", r.customer).String())
		})
	p.does, p.numbered, p.lacks = "skip it", true, reasonFirst()
	p.wrong = func(text string) callback.Text {
		if strings.ContainsFunc(text, unicode.IsLetter) && utf8.RuneCountInString(text) >= leastReason {
			return callback.Text{}
		}
		return say("Say it in words: others read it.")
	}
	for _, s := range callback.SkipRules() {
		if s.Words != "" {
			p.choices = append(p.choices, s.Words)
		}
	}
	return p
}

// newNote asks for a note on a case.
func newNote(e *env, r queueRow) dialog {
	return newPrompt(e, say("Note on %s", r.customer), say("Everybody on the team will read it."), "note", func(text string) tea.Cmd {
		f := callback.Fact{EventID: e.newID(), CaseID: r.id, Payload: &callback.NoteAdded{Text: text}}
		return e.do.record(f, say("Noted on %s", r.customer).String())
	})
}
