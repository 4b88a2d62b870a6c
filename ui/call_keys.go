package ui

import (
	"cmp"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// key acts on a key: between calls, at home, in a list, or as text.
func (c *call) key(raw tea.KeyPressMsg) tea.Cmd {
	msg := latin(raw)
	if c.sheet == nil {
		return c.idleKey(msg)
	}
	if c.keep.recording {
		return nil
	}
	c.look.banner = callback.Text{}
	switch {
	case c.focus == fieldHome:
		return c.homeKey(msg)
	case c.focus == fieldScore:
		return c.scoreKey(msg)
	case c.focus == fieldOutcome:
		return c.outcomeKey(msg)
	case c.focus == fieldRoot:
		return c.rootKey(msg)
	case c.focus == fieldConsent:
		return c.consentKey(msg)
	case c.focus == fieldAnswer:
		return c.answerKey(raw)
	}
	return c.textKey(raw)
}

// idleKey acts between calls: on to the queue, undo, or an unfinished call.
func (c *call) idleKey(msg tea.KeyPressMsg) tea.Cmd {
	k := c.keys
	drafts := c.idle.drafts
	switch {
	case c.idle.done != nil && pressed(msg, k.phone.undo):
		if !c.idle.done.undo.open(c.now) {
			return send(notice{"It is too late to take it back: record what is right instead."})
		}
		return c.e.do.undo(c.idle.done.undo.eventID)
	case c.idle.done != nil && pressed(msg, k.phone.queue):
		c.idle.done = nil
		return send(goTo{title: queueTitle})
	case len(drafts) > 0 && pressed(msg, k.move.up):
		c.idle.at = clamp(c.idle.at-1, 0, len(drafts)-1)
	case len(drafts) > 0 && pressed(msg, k.move.down):
		c.idle.at = clamp(c.idle.at+1, 0, len(drafts)-1)
	case len(drafts) > 0 && pressed(msg, k.form.accept) && c.idle.loading == "":
		d := drafts[c.idle.at]
		return c.load(openCall{caseID: d.CaseID}, &d)
	case pressed(msg, k.phone.queue), pressed(msg, k.phone.leave):
		return send(goTo{title: queueTitle})
	}
	return nil
}

// homeKey acts where plain keys are hotkeys.
func (c *call) homeKey(msg tea.KeyPressMsg) tea.Cmd {
	if c.sheet.draft.Phase == callback.PhaseDial {
		if d, ok := unreachedBy(msg); ok {
			if pressed(msg, c.keys.phone.dial) && c.now.Sub(c.sheet.draft.DialledAt) < twiceWithin {
				c.banner(toneQuiet, say("It is dialled already. From now on %s means: %s.", msg.Text, unreachedWords(d)))
				return nil
			}
			c.sheet.dispose(d, "", c.now)
			return tea.Batch(c.touch(), c.record(false))
		}
	}
	if cmd, done := c.phoneKey(msg); done {
		return cmd
	}
	if cmd, done := c.lookKey(msg); done {
		return cmd
	}
	return c.fieldKey(msg)
}

// twiceWithin is how soon after dialling the same key is a finger that slipped,
// not an outcome: it would retire the number.
const twiceWithin = 2 * time.Second

func unreachedWords(d callback.Disposition) string {
	rule, _ := d.Rule() // unreachedBy has found it in the table
	return rule.Meaning
}

// unreachedBy finds the disposition of a key when nobody answers.
func unreachedBy(msg tea.KeyPressMsg) (callback.Disposition, bool) {
	for _, r := range callback.Dispositions() {
		if r.Group == callback.GroupUnreached && msg.Text == r.Key {
			return r.Code, true
		}
	}
	return "", false
}

// phoneKey moves the call itself along; done tells that the key was for it.
func (c *call) phoneKey(msg tea.KeyPressMsg) (cmd tea.Cmd, done bool) {
	k := c.keys.phone
	phase := c.sheet.draft.Phase
	switch {
	case pressed(msg, k.leave):
		return c.stepOut(), true
	case pressed(msg, k.next):
		return c.advance(), true
	case phase == callback.PhasePrepare && pressed(msg, k.dial):
		return c.tryDial(), true
	case phase == callback.PhasePrepare && pressed(msg, k.claim):
		return c.claim(), true
	case phase == callback.PhaseDial && pressed(msg, k.answered):
		return c.answer(), true
	case phase == callback.PhaseTalk && pressed(msg, k.hungUp):
		return c.hangUp(), true
	case pressed(msg, k.numbers):
		return c.openNumbers(), true
	case phase != callback.PhaseDial && pressed(msg, k.copyNumber):
		return c.copyNumber(), true
	}
	return nil, false
}

// lookKey moves what is in view; done tells that the key was for it.
func (c *call) lookKey(msg tea.KeyPressMsg) (cmd tea.Cmd, done bool) {
	k := c.keys.move
	switch {
	case pressed(msg, k.nextStep):
		return c.step(1), true
	case pressed(msg, k.prevStep):
		return c.step(-1), true
	case pressed(msg, k.up):
		c.scroll(-1)
	case pressed(msg, k.down):
		c.scroll(1)
	case pressed(msg, k.scrollUp):
		c.scrollMore(-callScroll)
	case pressed(msg, k.scrollDown):
		c.scrollMore(callScroll)
	case pressed(msg, k.view):
		c.look.tab = (c.look.tab + 1) % callTabs
	default:
		return nil, false
	}
	return nil, true
}

// callScroll is how many lines one press of a page key scrolls.
const callScroll = 3

// scroll moves in the guide where it is in view, else in what is known of the
// customer.
func (c *call) scroll(by int) {
	if c.areas().panes < 3 && c.look.tab == tabCustomer {
		c.look.words += by
		return
	}
	c.look.guide.top += by
}

// scrollMore moves in what is known of the customer where that is in view, else
// in the guide.
func (c *call) scrollMore(by int) {
	if c.areas().panes == 3 || c.look.tab == tabCustomer {
		c.look.words += by
		return
	}
	c.look.guide.top += by
}

// step goes to the next or previous step that this call has.
func (c *call) step(by int) tea.Cmd {
	to := c.sheet.stepBefore(c.sheet.draft.Step)
	if by > 0 {
		to = c.sheet.nextStep(c.sheet.draft.Step)
	}
	if to == c.sheet.draft.Step {
		return nil
	}
	c.sheet.draft.Step = to
	if !c.sheet.begun() {
		return nil
	}
	return c.touch()
}

// fieldKey opens a field of the outcome.
func (c *call) fieldKey(msg tea.KeyPressMsg) tea.Cmd {
	k := c.keys.form
	if pressed(msg, k.nextField) {
		return c.focusOn(fieldNote)
	}
	if pressed(msg, k.prevField) {
		return c.focusOn(tabFields[len(tabFields)-1])
	}
	if c.sheet.draft.Phase == callback.PhaseDial {
		return nil
	}
	for _, x := range []struct {
		b key.Binding
		f callField
	}{
		{k.note, fieldNote}, {k.root, fieldRoot}, {k.promise, fieldPromise}, {k.callback, fieldCallback}, {k.story, fieldWrong},
	} {
		if pressed(msg, x.b) {
			return c.focusOn(x.f)
		}
	}
	talked := c.sheet.draft.Phase == callback.PhaseTalk || c.sheet.draft.Phase == callback.PhaseWrap
	switch {
	case pressed(msg, k.answers) && len(c.sheet.questions()) > 0:
		return c.focusOn(fieldAnswer)
	case pressed(msg, k.settle) && len(c.sheet.owed()) > 0:
		return c.e.ask(c.settleList())
	case talked && pressed(msg, k.score):
		return c.askScore()
	case talked && (pressed(msg, k.outcome) || pressed(msg, k.save)):
		return c.focusOn(fieldOutcome)
	}
	return nil
}

// advance does what comes next in the call.
func (c *call) advance() tea.Cmd {
	switch c.sheet.draft.Phase {
	case callback.PhasePrepare:
		return c.tryDial()
	case callback.PhaseDial:
		return c.answer()
	}
	switch {
	case c.sheet.draft.Disposition != "":
		return c.finish()
	case c.sheet.draft.Phase == callback.PhaseTalk && !c.sheet.atLastStep():
		return c.step(1)
	case c.sheet.draft.Rescore == nil && c.sheet.draft.Phase == callback.PhaseTalk && c.sheet.mayAsk():
		return c.askScore()
	}
	return c.focusOn(fieldOutcome)
}

func (c *call) answer() tea.Cmd {
	c.sheet.answered(c.now)
	c.keep.dirty = true
	return c.flush()
}

func (c *call) hangUp() tea.Cmd {
	c.sheet.hungUp(c.now)
	c.look.tab = tabForm
	c.keep.dirty = true
	return c.flush()
}

// finish saves the call, after what is missing was asked for.
func (c *call) finish() tea.Cmd {
	if cmd, ready := c.ready(); !ready {
		return cmd
	}
	return c.record(false)
}

// settle goes to what is missing, or home, where enter saves.
func (c *call) settle() tea.Cmd {
	if c.sheet.draft.Disposition == "" {
		return c.focusOn(fieldHome)
	}
	cmd, ready := c.ready()
	if ready {
		c.look.tab = tabForm
		return c.focusOn(fieldHome)
	}
	return cmd
}

// ready tells whether the call can be saved; if not, it goes to the field that
// keeps it.
func (c *call) ready() (tea.Cmd, bool) {
	if p := c.sheet.problem(c.now); p != nil {
		return c.mend(p), false
	}
	if c.sheet.asks() && c.sheet.mayAsk() {
		return c.focusOn(fieldScore), false
	}
	return nil, true
}

// mend says what keeps the call from being saved, and goes there.
func (c *call) mend(p *problem) tea.Cmd {
	c.banner(toneWarn, p.say)
	return c.focusOn(p.field)
}

// stepOut leaves the call by esc: an untouched one at once, another after
// asking.
func (c *call) stepOut() tea.Cmd {
	if d := c.Leave(); d != nil {
		return c.e.ask(c.leaveDialog(true))
	}
	return tea.Batch(c.putAside(), c.goBack())
}

// goBack goes to the screen on which the call was begun.
func (c *call) goBack() tea.Cmd { return send(goTo{title: cmp.Or(c.idle.from, queueTitle)}) }
