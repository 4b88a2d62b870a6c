package ui

import (
	"strings"

	"ringback/callback"
)

// formLabel is how wide the names of fields are.
const formLabel = 12

// formLines are the form as drawn, and which of its lines are in focus.
type formLines struct {
	lines    []string
	from, to int
}

// formPane draws the outcome form, scrolled so that the field in focus is in
// view.
func (c *call) formPane(w, h int) []string {
	switch c.focus {
	case fieldRoot:
		return c.rootPane(w, h)
	case fieldOutcome:
		return c.outcomePane(w, h)
	case fieldAnswer:
		return c.answerPane(w, h)
	}
	f := formLines{from: -1}
	in := w - 2
	c.noteRow(&f, in)
	c.rootRows(&f, in)
	c.answerRows(&f, in)
	c.settledRows(&f, in)
	c.promiseRows(&f, in, h)
	c.callbackRows(&f, in, h)
	c.languageRows(&f, in)
	c.storyRows(&f, in)
	c.endRows(&f, in)
	top := 0
	if f.from >= 0 && f.to > h {
		top = min(f.from, f.to-h)
	}
	if f.from < 0 && len(f.lines) > h {
		top = len(f.lines) - h
	}
	return indent(f.lines[top:min(len(f.lines), top+h)])
}

// row adds a field: its name, then its lines beside it.
func (f *formLines) row(c *call, name string, on bool, lines ...string) {
	s := c.e.styles
	style := s.faint
	if on {
		style, f.from = s.title, len(f.lines)
	}
	for i, l := range lines {
		label := blank(formLabel)
		if i == 0 {
			label = style.Render(stretch(name, formLabel))
		}
		f.lines = append(f.lines, label+l)
	}
	if on {
		f.to = len(f.lines)
	}
}

// line adds a one-line text field, with what stands below it while it is
// written.
func (c *call) line(f *formLines, field callField, name, hint string, w int) {
	s := c.e.styles
	on, in := c.focus == field, w-formLabel
	text := callback.Line(c.sheet.text(field))
	switch {
	case on:
		f.row(c, name, true, c.pen.view(field)[0])
	case text.String() != "":
		f.row(c, name, false, paint(s.text, wrapMax(text, in, 2))...)
	case hint != "":
		f.row(c, name, false, s.faint.Render(cut(say("%s", hint), in)))
	}
}

func (c *call) noteRow(f *formLines, w int) {
	s := c.e.styles
	text := callback.Clean(c.sheet.trimmed(fieldNote))
	switch {
	case c.focus == fieldNote:
		f.row(c, "Note", true, s.faint.Render(cut(say("esc back · tab next"), w-formLabel)))
		f.lines = append(f.lines, c.pen.view(fieldNote)...)
		f.to = len(f.lines)
	case text.String() != "":
		f.row(c, "Note", false, paint(s.text, wrapMax(text, w-formLabel, 4))...)
	default:
		f.row(c, "Note", false, c.hint("n", "what was said", w))
	}
}

// hint is what an empty field says: its key and what it is for.
func (c *call) hint(k, text string, w int) string {
	if c.sheet.draft.Phase == callback.PhaseDial {
		k = "tab"
	}
	return c.e.styles.key.Render(k) + " " + c.e.styles.faint.Render(cut(say("%s", text), w-formLabel-len(k)-1))
}

func (c *call) rootRows(f *formLines, w int) {
	s := c.e.styles
	if c.sheet.draft.Root == nil {
		f.row(c, "Root cause", false, c.hint("r", "why, and who can change it", w))
	} else {
		f.row(c, "Root cause", false, paint(s.text, wrapMax(say("%s", rootWords(*c.sheet.draft.Root)), w-formLabel, 3))...)
	}
	c.line(f, fieldRootText, "  in words", "", w)
}

func (c *call) promiseRows(f *formLines, w, h int) {
	writing := c.focus == fieldPromise || c.focus == fieldDue || c.focus == fieldOwner
	if !writing && c.sheet.trimmed(fieldPromise) == "" && c.sheet.trimmed(fieldDue) == "" && c.sheet.trimmed(fieldOwner) == "" {
		f.row(c, "Promise", false, c.hint("p", "what we will do, by when", w))
		return
	}
	c.line(f, fieldPromise, "Promise", "p what we will do", w)
	c.line(f, fieldDue, "  due", "tomorrow 15:30, tue 9, 2h", w)
	c.below(f, fieldDue, c.echo(fieldDue, w-formLabel))
	if c.focus == fieldDue && c.pick.grid {
		c.gridRows(f, w, h)
	}
	c.line(f, fieldOwner, "  owner", "you", w)
}

// below adds lines that belong to the field above them.
func (c *call) below(f *formLines, field callField, lines []string) {
	for _, l := range lines {
		f.lines = append(f.lines, blank(formLabel)+l)
	}
	if c.focus == field {
		f.to = len(f.lines)
	}
}

func (c *call) callbackRows(f *formLines, w, h int) {
	if c.focus != fieldCallback && c.sheet.trimmed(fieldCallback) == "" {
		f.row(c, "Call back", false, c.hint("c", "a time they agreed to", w))
		return
	}
	c.line(f, fieldCallback, "Call back", "", w)
	c.below(f, fieldCallback, c.echo(fieldCallback, w-formLabel))
	if c.focus != fieldCallback {
		if c.sheet.draft.Disposition != "" && !c.sheet.keepsTime() {
			c.below(f, fieldCallback, paint(c.e.styles.warn, wrapMax(say("! not used: this outcome leads to no call"), w-formLabel, 2)))
		}
		return
	}
	hint := "↓ days and hours"
	if c.pick.grid {
		hint = "arrows move · enter takes it"
	}
	c.below(f, fieldCallback, []string{c.e.styles.faint.Render(cut(say("%s", hint), w-formLabel))})
	c.gridRows(f, w, h)
}

// gridRows are the days and hours to choose a time from.
func (c *call) gridRows(f *formLines, w, h int) {
	f.lines = append(f.lines, c.grid(w, max(3, min(9, h-5)))...)
	f.to = len(f.lines)
}

func (c *call) storyRows(f *formLines, w int) {
	st := c.sheet.story()
	writing := c.focus == fieldWrong || c.focus == fieldDid || c.focus == fieldSaid || c.focus == fieldConsent
	if st == nil && !writing {
		f.row(c, "Story", false, c.hint("t", "what is worth telling", w))
		return
	}
	c.line(f, fieldWrong, "Story wrong", "what was wrong", w)
	c.line(f, fieldDid, "  we did", "what we did", w)
	c.line(f, fieldSaid, "  they said", "what the customer said after", w)
	answer := "[ ] they agree to it being told"
	if c.sheet.text(fieldConsent) == textConsents {
		answer = "[x] they agree to it being told"
	}
	style := c.e.styles.text
	if c.focus == fieldConsent {
		style = c.e.styles.selection
		answer += " · space"
	}
	f.row(c, "  consent", c.focus == fieldConsent, style.Render(cut(say("%s", answer), w-formLabel)))
}

// endRows are the score and the outcome, with where it leads.
func (c *call) endRows(f *formLines, w int) {
	s := c.e.styles
	d := c.sheet.draft
	switch {
	case d.Rescore != nil:
		f.row(c, "Score", false, s.text.Render(cut(say("%s", answerWords(*d.Rescore)), w-formLabel-11))+s.faint.Render(" · s corrects"))
	case c.sheet.mayAsk():
		f.row(c, "Score", false, c.hint("s", "ask again, in fixed words", w))
	default:
		f.row(c, "Score", false, s.faint.Render(cut(say("after the issue is on record"), w-formLabel)))
	}
	rule, ok := d.Disposition.Rule()
	if !ok {
		f.row(c, "Outcome", false, c.outcomeHint(w))
		return
	}
	f.row(c, "Outcome", false, paint(s.strong, wrapMax(say("%s", rule.Meaning), w-formLabel, 2))...)
	c.below(f, fieldOutcome, paint(s.accent, wrapMax(say("→ %s", c.sheet.next(d.Disposition, c.now)), w-formLabel, 3)))
	saves := say("enter saves")
	if c.focus == fieldNote {
		saves = say("ctrl+s, then enter saves") // in the note enter makes a new line
	}
	end := s.good.Render(cut(saves, w-formLabel))
	style, text := s.warn, callback.Text{}
	if p := c.sheet.problem(c.now); p != nil {
		text = p.say
	} else if c.sheet.asks() && c.sheet.mayAsk() {
		text = say("Then the score, in fixed words.")
	}
	if text.String() != "" {
		c.below(f, fieldOutcome, paint(style, wrapMax(say("! %s", text), w-formLabel, 3)))
		return
	}
	c.below(f, fieldOutcome, []string{end})
}

func (c *call) outcomeHint(w int) string {
	switch c.sheet.draft.Phase {
	case callback.PhasePrepare:
		return c.e.styles.faint.Render(cut(say("after the call"), w-formLabel))
	case callback.PhaseDial:
		return c.e.styles.faint.Render(cut(say("one key if nobody answers"), w-formLabel))
	}
	return c.hint("o", "how the call ended", w)
}

// unreachedBrief are the ways of reaching nobody where there is no room for
// their whole meaning: what they lead to must be read.
var unreachedBrief = map[callback.Disposition]string{
	callback.NoAnswer: "No answer", callback.Busy: "Busy", callback.VoicemailLeft: "Voicemail, left", callback.VoicemailNone: "Voicemail, none",
	callback.TechnicalFailure: "Failed, dropped", callback.Disconnected: "Invalid or fax",
}

// unreachedPane lists the keys for a call that nobody answers.
func (c *call) unreachedPane(w, h int) []string {
	s := c.e.styles
	in := w - 2
	out := []string{s.key.Render("a ") + s.strong.Render(cut(say("Answered"), in-2)), "", s.faint.Render(cut(say("Nobody: one key saves it"), in))}
	for _, r := range callback.Dispositions() {
		if r.Group != callback.GroupUnreached {
			continue
		}
		name := cut(say("%s", r.Meaning), in-2)
		style := s.text
		if r.Code == c.pick.suggested {
			style = s.selection
		}
		next := say("→ %s", c.sheet.nextShort(r.Code, c.now))
		if tight := cells(name) + cells(next.String()) + 3 - in; tight > 0 {
			if bare, band, ok := strings.Cut(next.String(), " ("); ok && cells(band)+2 >= tight {
				next = say("%s", bare)
			} else {
				name, next = cut(say("%s", unreachedBrief[r.Code]), in-2), say("%s", bare)
			}
		}
		line := s.key.Render(r.Key) + " " + style.Render(name)
		if room := in - cells(line) - 1; room > 6 {
			end, _, _ := strings.Cut(next.String(), ":") // "closes", if not why
			line += " " + s.faint.Render(cut(fitting([]callback.Text{next, say("%s", end)}, room), room))
		}
		out = append(out, line)
	}
	foot := []string{"", s.faint.Render(cut(say("tab writes a note first"), in))}
	if note := c.sheet.trimmed(fieldNote); note != "" {
		foot = append([]string{""}, paint(s.faint, wrapMax(say("Note: %s", note), in, 2))...)
	}
	// All the keys must be in sight, whatever else has room.
	if len(out)+len(foot) > h {
		foot = nil
	}
	if len(out) > h {
		out = append(out[:1], out[2:]...)
	}
	out = append(out, foot...)
	return indent(out[:min(len(out), h)])
}
