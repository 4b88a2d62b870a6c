package ui

import "charm.land/bubbles/v2/key"

// callKeys are those of the Call screen.
type callKeys struct {
	phone callPhoneKeys
	form  callFormKeys
	move  callMoveKeys
	score callScoreKeys
	leave callLeaveKeys
}

// callPhoneKeys move the call itself along.
type callPhoneKeys struct {
	next, dial, answered, hungUp, copyNumber, numbers, claim, anyway, leave, undo, queue key.Binding
}

// callFormKeys open the fields of the outcome.
type callFormKeys struct {
	settle                                                        key.Binding
	note, root, promise, callback, story, score, outcome, answers key.Binding
	save, nextField, prevField, done, accept, toggle, message     key.Binding
	noMessage                                                     key.Binding
}

// callMoveKeys move in the guide, in lists and between the parts of the screen.
type callMoveKeys struct {
	nextStep, prevStep, up, down, left, right, scrollUp, scrollDown, view key.Binding
}

// callScoreKeys answer the question for the score.
type callScoreKeys struct {
	digits, ten, declined, notAsked, clear key.Binding
}

// callLeaveKeys answer what is to become of a call that is not saved.
type callLeaveKeys struct{ stay, keep, discard key.Binding }

func newCallKeys() callKeys {
	return callKeys{
		phone: callPhoneKeys{
			next:       bind("enter", "next", "enter"),
			dial:       bind("d", "dial", "d"),
			answered:   bind("a", "answered", "a"),
			hungUp:     bind("h", "hung up", "h"),
			copyNumber: bind("y", "copy number", "y"),
			numbers:    bind("N", "numbers", "N"),
			claim:      bind("R", "ask for the case again", "R"),
			anyway:     bind("!", "call anyway", "!"),
			leave:      bind("esc", "leave", "esc"),
			undo:       bind("u", "undo", "u", "ctrl+z"),
			queue:      bind("enter", "to the queue", "enter", "space"),
		},
		form: callFormKeys{
			note:      bind("n", "note", "n"),
			root:      bind("r", "root cause", "r"),
			promise:   bind("p", "promise", "p"),
			settle:    bind("P", "earlier promises", "P"),
			message:   bind("v", "message left", "v"),
			noMessage: bind("x", "no message", "x"),
			callback:  bind("c", "call back", "c"),
			story:     bind("t", "story", "t"),
			score:     bind("s", "score", "s"),
			outcome:   bind("o", "outcome", "o"),
			answers:   bind("w", "what they answered", "w"),
			save:      bind("ctrl+s", "done", "ctrl+s"),
			nextField: bind("tab", "next field", "tab"),
			prevField: bind("shift+tab", "field before", "shift+tab"),
			done:      bind("esc", "back", "esc"),
			accept:    bind("enter", "choose", "enter"),
			toggle:    bind("space", "yes or no", "space"),
		},
		move: callMoveKeys{
			nextStep:   bind("→", "next step", "right", "]", "l"),
			prevStep:   bind("←", "step before", "left", "["),
			up:         bind("↑", "up", "up", "ctrl+p"),
			down:       bind("↓", "down", "down", "ctrl+n"),
			left:       bind("←", "left", "left"),
			right:      bind("→", "right", "right"),
			scrollUp:   bind("PgUp", "scroll up", "pgup", "shift+up", "K"),
			scrollDown: bind("PgDn", "scroll down", "pgdown", "shift+down", "J"),
			view:       bind("v", "next view", "v"),
		},
		score: callScoreKeys{
			digits:   bind("0…9", "score", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
			ten:      bind("t", "ten", "t"),
			declined: bind("d", "declined", "d"),
			notAsked: bind("n", "not asked", "n"),
			clear:    bind("backspace", "clear", "backspace", "delete"),
		},
		leave: callLeaveKeys{
			stay:    bind("s", "stay", "s"),
			keep:    bind("k", "keep", "k"),
			discard: bind("d", "discard", "d"),
		},
	}
}
