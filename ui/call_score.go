package ui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// The question for the score is a step of its own. The words are the policy's
// and are recorded by their id; all eleven answers look alike; nothing in
// sight judges any of them.

// askScore opens the step, once the issue is on record.
func (c *call) askScore() tea.Cmd {
	if !c.sheet.mayAsk() {
		c.banner(toneWarn, say("First put the issue on record, a note or a root cause; then ask for the score."))
		if c.sheet.draft.AnsweredAt.IsZero() {
			c.banner(toneWarn, say("Nobody answered this call, so there is nobody to ask."))
		}
		return nil
	}
	return c.focusOn(fieldScore)
}

// picked is the score chosen but not confirmed, or −1.
func (c *call) picked() int {
	if n, err := strconv.Atoi(c.sheet.text(fieldScore)); err == nil && n >= 0 && n <= 10 {
		return n
	}
	return -1
}

func (c *call) pickScore(n int) tea.Cmd {
	c.sheet.setText(fieldScore, strconv.Itoa(clamp(n, 0, 10)), c.now)
	return c.touch()
}

// scoreKey takes the answer: a figure, ten as "t" or by typing it, declined,
// not asked. Enter confirms a figure.
func (c *call) scoreKey(msg tea.KeyPressMsg) tea.Cmd {
	k, n := c.keys.score, c.picked()
	switch {
	case pressed(msg, k.digits):
		digit := int(msg.Code - '0')
		if n == 1 && digit == 0 {
			digit = 10
		}
		return c.pickScore(digit)
	case pressed(msg, k.ten):
		return c.pickScore(10)
	case pressed(msg, c.keys.move.left):
		return c.pickScore(max(0, n-1))
	case pressed(msg, c.keys.move.right):
		return c.pickScore(n + 1)
	case pressed(msg, k.clear):
		c.sheet.setText(fieldScore, "", c.now)
		return c.touch()
	case pressed(msg, k.declined):
		return c.answerScore(callback.Declined, nil)
	case pressed(msg, k.notAsked):
		return c.answerScore(callback.NotAsked, nil)
	case n >= 0 && (pressed(msg, c.keys.form.accept) || pressed(msg, c.keys.form.save)):
		return c.answerScore(callback.Answered, &n)
	case pressed(msg, c.keys.form.done):
		return c.focusOn(fieldHome)
	}
	return nil
}

// answerScore puts the answer into the call; it can be corrected until the
// call is saved.
func (c *call) answerScore(a callback.ScoreAnswer, value *int) tea.Cmd {
	c.sheet.setScore(a, value)
	c.keep.dirty = true
	cmd := c.settle()
	if c.look.banner.String() == "" {
		c.banner(toneQuiet, say("Noted: %s. s corrects it until the call is saved.", answerWords(*c.sheet.draft.Rescore)))
	}
	return cmd
}

func answerWords(a callback.Answer) string {
	switch {
	case a.Value != nil:
		return strconv.Itoa(*a.Value) + " of 10"
	case a.Answer == callback.Declined:
		return "declined to answer"
	}
	return "not asked"
}

// scorePane draws the step.
func (c *call) scorePane(w, h int) []string {
	s := c.e.styles
	in := w - 2
	words := c.sheet.wording().Text
	if words == "" {
		words = "(The policy has no words for this question. Ask for a number from 0 to 10, and nothing else.)"
	}
	answers := []string{"0–9 or 10, t is ten", "d declined", "n not asked", "esc back"}
	if c.picked() >= 0 {
		answers[0] = "enter confirms " + strconv.Itoa(c.picked())
	}
	keys := paint(s.faint, wrap(say("%s", strings.Join(answers, " · ")), in))
	head := say("Ask in exactly these words")
	if c.sheet.draft.Phase == callback.PhaseWrap {
		head = say("Did you ask? Put down their answer")
	}
	title := s.title.Render(cut(head, in))
	lines := wrap(callback.Clean(words), in-2)
	var ask []string
	for _, l := range lines {
		ask = append(ask, s.border.Render("│ ")+s.strong.Render(l))
	}
	// The words come first: they must be read whole, whatever else has room.
	airy := append(append([]string{title, ""}, ask...), "", c.scale(in), "")
	if airy = append(airy, keys...); len(airy) <= h {
		return indent(airy)
	}
	tight := append(append(ask, c.scale(in)), keys...)
	if len(tight)+1 <= h {
		tight = append([]string{title}, tight...)
	}
	return indent(tight)
}

// scale draws the eleven answers, all alike but the one in hand.
func (c *call) scale(w int) string {
	s, at := c.e.styles, c.picked()
	gap := 2
	if w < 11*2+10*2+3 {
		gap = 1
	}
	var b strings.Builder
	for n := range 11 {
		label := strconv.Itoa(n)
		if n == at {
			b.WriteString(s.selection.Render("[" + label + "]"))
		} else {
			b.WriteString(s.text.Render(" " + label + " "))
		}
		b.WriteString(blank(gap - 1))
	}
	return limit(b.String(), w)
}
