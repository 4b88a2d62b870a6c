package ui

import (
	"charm.land/bubbles/v2/key"

	"ringback/callback"
)

// keySet are the bindings that work now.
func (c *call) keySet() keySet {
	k := c.keys
	k.form.settle.SetEnabled(c.sheet != nil && len(c.sheet.owed()) > 0)
	if c.sheet != nil && c.focus == fieldHome && c.sheet.draft.Phase == callback.PhaseDial {
		// While it rings these letters say how it ended; the screen lists them.
		for _, b := range []*key.Binding{
			&k.phone.dial, &k.phone.copyNumber, &k.form.note, &k.form.root, &k.form.promise, &k.form.settle, &k.form.callback, &k.form.story, &k.form.score,
			&k.form.outcome, &k.form.answers,
		} {
			b.SetEnabled(false)
		}
	}
	full := [][]key.Binding{
		{k.phone.dial, k.phone.answered, k.phone.hungUp, k.phone.copyNumber, k.phone.numbers, k.phone.claim, k.phone.leave},
		{k.form.note, k.form.root, k.form.promise, k.form.settle, k.form.callback, k.form.story, k.form.score, k.form.outcome, k.form.answers},
		{k.form.nextField, k.form.prevField, k.form.save},
		{k.move.nextStep, k.move.prevStep, named(k.move.up, "guide up"), named(k.move.down, "guide down"), k.move.scrollUp, k.move.scrollDown, k.move.view},
	}
	return keySet{c.shortKeys(), full}
}

func (c *call) shortKeys() []key.Binding {
	k := c.keys
	if c.sheet == nil {
		if c.idle.done != nil {
			k.phone.undo.SetEnabled(c.idle.done.undo.open(c.now))
			return []key.Binding{k.phone.queue, k.phone.undo}
		}
		if len(c.idle.drafts) > 0 {
			return []key.Binding{named(k.form.accept, "go on with it"), k.move.up, k.move.down}
		}
		return []key.Binding{named(k.phone.queue, "to the queue")}
	}
	switch c.focus {
	case fieldHome:
		return c.homeKeys()
	case fieldScore:
		return []key.Binding{k.score.digits, k.score.ten, k.score.declined, k.score.notAsked, named(k.form.accept, "confirm"), k.form.done}
	case fieldOutcome:
		return []key.Binding{named(k.form.accept, "choose"), k.move.up, k.move.down, k.form.done}
	case fieldRoot:
		return []key.Binding{c.choosing(), k.form.accept, named(k.score.clear, "up"), k.form.nextField, k.form.done}
	case fieldAnswer:
		return []key.Binding{named(k.form.accept, "take it"), named(k.form.nextField, "next question"), named(k.score.clear, "no answer"), k.form.done}
	case fieldConsent:
		return []key.Binding{k.form.toggle, named(k.form.accept, "go on"), k.form.done}
	case fieldNote:
		return []key.Binding{k.form.done, k.form.nextField, named(k.form.save, "go on")}
	case fieldCallback, fieldDue:
		return []key.Binding{named(k.form.accept, "take it"), named(k.move.down, "days and hours"), k.form.nextField, k.form.done}
	}
	return []key.Binding{named(k.form.accept, "go on"), k.form.nextField, k.form.done}
}

// homeKeys are those of the phase of the call.
func (c *call) homeKeys() []key.Binding {
	k := c.keys
	k.form.settle.SetEnabled(len(c.sheet.owed()) > 0)
	switch c.sheet.draft.Phase {
	case callback.PhasePrepare:
		if !c.sheet.phone().Known() {
			return []key.Binding{named(k.phone.numbers, "enter a number"), k.form.note, k.move.nextStep, k.move.view, named(k.phone.leave, "back")}
		}
		if callback.CodeOf(c.hold.err) == callback.CodeConflict && !c.held() {
			return []key.Binding{named(k.phone.leave, "back"), named(k.phone.claim, "ask again"), k.form.note, k.move.view}
		}
		next := named(k.phone.next, "call")
		next.SetEnabled(c.refuses().String() == "")
		if len(c.sheet.customer().Numbers()) > 1 {
			return []key.Binding{next, k.phone.numbers, k.form.note, k.move.nextStep, k.move.view, named(k.phone.leave, "back")}
		}
		return []key.Binding{next, k.form.note, k.move.nextStep, k.phone.copyNumber, k.phone.numbers, k.move.view, named(k.phone.leave, "back")}
	case callback.PhaseDial:
		return []key.Binding{k.phone.answered, named(k.form.nextField, "note"), k.move.nextStep, k.phone.leave}
	case callback.PhaseTalk:
		return []key.Binding{
			named(k.phone.next, c.nextWord()), k.form.note, k.phone.hungUp, k.form.promise, k.form.callback, k.form.root, k.form.settle, k.form.score, k.form.outcome,
		}
	}
	return []key.Binding{
		named(k.phone.next, c.nextWord()), k.form.outcome, k.form.note, k.form.root, k.form.promise, k.form.settle, k.form.callback, k.form.score, k.form.story,
	}
}

// nextWord says what enter does at home.
func (c *call) nextWord() string {
	d := c.sheet.draft
	switch {
	case d.Disposition != "" && c.sheet.problem(c.now) == nil && !(c.sheet.asks() && c.sheet.mayAsk()):
		return "save"
	case d.Disposition != "":
		return "what is missing"
	case d.Phase == callback.PhaseTalk && !c.sheet.atLastStep():
		return "next step"
	case d.Phase == callback.PhaseTalk && d.Rescore == nil && c.sheet.mayAsk():
		return "ask for the score"
	}
	return "how it ended"
}

// named gives a binding another word for what it does now.
func named(b key.Binding, does string) key.Binding {
	b.SetHelp(b.Help().Key, does)
	return b
}

// choosing is the binding of the digits that choose a line of the root cause.
func (c *call) choosing() key.Binding {
	_, lines := c.rootChoices()
	b := c.keys.score.digits
	b.SetHelp(say("1…%d", min(9, len(lines))).String(), "choose")
	return b
}
