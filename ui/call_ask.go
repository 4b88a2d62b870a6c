package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// toQuestion takes a question of the step in hand.
func (c *call) toQuestion(n int) {
	q := c.sheet.questions()[n]
	said := c.sheet.text(askField(q))
	c.pick.ask = n
	c.pick.at = max(0, slices.IndexFunc(q.Options, func(o string) bool { return strings.EqualFold(o, said) }))
	c.pen.set(fieldAnswer, callback.Line(said).String())
}

// answerKey answers the question in hand: by choosing, or by typing where the
// guide offers nothing to choose from.
func (c *call) answerKey(raw tea.KeyPressMsg) tea.Cmd {
	q := c.sheet.questions()[c.pick.ask]
	msg, k := latin(raw), c.keys
	switch {
	case pressed(raw, k.form.done):
		return c.focusOn(fieldHome)
	case pressed(raw, k.form.nextField):
		return c.turnQuestion(1)
	case pressed(raw, k.form.prevField):
		return c.turnQuestion(-1)
	case pressed(raw, k.form.save):
		return c.settle()
	case len(q.Options) == 0 && pressed(raw, k.form.accept):
		return c.turnQuestion(1)
	case len(q.Options) == 0:
		return c.typed(raw)
	case msg.Text == "" && pressed(msg, k.move.up):
		c.pick.at = clamp(c.pick.at-1, 0, len(q.Options)-1)
	case msg.Text == "" && pressed(msg, k.move.down):
		c.pick.at = clamp(c.pick.at+1, 0, len(q.Options)-1)
	case pressed(msg, k.score.clear):
		c.sheet.setText(askField(q), "", c.now)
		return c.touch()
	case pressed(msg, k.form.accept):
		return c.takeAnswer(q.Options[c.pick.at])
	case pressed(msg, k.score.digits):
		if n := int(msg.Code - '1'); n >= 0 && n < len(q.Options) {
			return c.takeAnswer(q.Options[n])
		}
	}
	return nil
}

// takeAnswer keeps an answer and goes to the next question.
func (c *call) takeAnswer(said string) tea.Cmd {
	c.sheet.setText(askField(c.sheet.questions()[c.pick.ask]), said, c.now)
	return tea.Batch(c.touch(), c.turnQuestion(1))
}

// turnQuestion goes to the next or previous question of the step; past either
// end the guide has the keys again.
func (c *call) turnQuestion(by int) tea.Cmd {
	to := c.pick.ask + by
	if to < 0 || to >= len(c.sheet.questions()) {
		return c.focusOn(fieldHome)
	}
	c.toQuestion(to)
	return nil
}

// questionLines are the questions of the step in view, below its words, with
// the answers so far.
func (c *call) questionLines(w int) []string {
	s := c.e.styles
	var out []string
	for i, q := range c.sheet.questions() {
		out = append(out, "")
		out = append(out, paint(s.strong, wrapMax(say("? %s", q.Text), w, 3))...)
		said := callback.Line(c.sheet.text(askField(q)))
		switch {
		case said.String() != "":
			out = append(out, paint(s.good, wrapMax(say("→ %s", said), w, 2))...)
		case i == c.sheet.openQuestion() && c.focus == fieldHome:
			out = append(out, s.key.Render("w")+" "+s.faint.Render(cut(say("notes the answer"), w-2)))
		}
	}
	return out
}

// answerRows draws what was answered to the guide's questions so far.
func (c *call) answerRows(f *formLines, w int) {
	var lines []string
	for _, a := range c.sheet.answers() {
		lines = append(lines, c.e.styles.faint.Render(cut(say("%s", a.Question), w-formLabel)))
		lines = append(lines, paint(c.e.styles.text, wrapMax(say("→ %s", a.Answer), w-formLabel, 2))...)
	}
	if len(lines) > 0 {
		f.row(c, "Answers", false, lines...)
	}
}

// answerPane is where the question in hand is answered.
func (c *call) answerPane(w, h int) []string {
	s, in := c.e.styles, w-2
	list := c.sheet.questions()
	q := list[c.pick.ask]
	out := paint(s.title, wrapMax(say("%s", q.Text), in, 3))
	if len(list) > 1 {
		out = append(out, s.faint.Render(cut(say("question %d of %d", c.pick.ask+1, len(list)), in)))
	}
	out = append(out, "")
	if len(q.Options) == 0 {
		out = append(out, c.pen.view(fieldAnswer)...)
		return indent(out[:min(len(out), h)])
	}
	said := c.sheet.text(askField(q))
	for i, o := range q.Options {
		name := callback.Line(o)
		if strings.EqualFold(o, said) {
			name = say("%s ✓", o)
		}
		if i == c.pick.at {
			out = append(out, s.selection.Render("▸ "+pad(say("%d", i+1), 3)+pad(name, in-5)))
			continue
		}
		out = append(out, "  "+s.key.Render(pad(say("%d", i+1), 3))+s.text.Render(pad(name, in-5)))
	}
	return indent(out[:min(len(out), h)])
}

// saidLines are what a customer answered to the guide's questions in a call.
func saidLines(s *styles, a callback.Attempt, w int) (out []string) {
	for _, said := range a.Answers {
		out = append(out, paint(s.faint, wrapMax(say("%s %s", said.Question, said.Answer), w, 2))...)
	}
	return out
}
