package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// A policy says how many messages may be left on a customer's voicemail. The
// call says so while it rings, before one is left; a message that was left all
// the same is put on record as one.

// noMessage is the agent's word that no other message was left.
type noMessage struct{}

// enough tells that no other message may be left, and how many were and may be.
func (s *sheet) enough() (left, most int, yes bool) {
	left, most = s.policy.Voicemails(s.view.Case)
	return left, most, left >= most
}

// spare says that no other message is to be left, or is empty.
func (s *sheet) spare() callback.Text {
	left, most, yes := s.enough()
	switch {
	case !yes:
		return callback.Text{}
	case most == 0:
		return say("leave no message: the policy allows none")
	}
	return say("leave no message: %d of %d was left", left, most)
}

// oneMore asks whether a message was left that the policy does not allow.
func (c *call) oneMore() tea.Cmd {
	without, _ := callback.VoicemailNone.Rule()
	with, _ := callback.VoicemailLeft.Rule()
	left, most, _ := c.sheet.enough()
	k := c.keys.form
	return c.e.ask(&options{
		e: c.e, title: say("Was another message left?"),
		lines: []callback.Text{say("%d on record; the policy allows %d on a case.", left, most)},
		list: []option{
			{key: k.noMessage, text: say("no: %s", without.Meaning), act: send(noMessage{})},
			{key: k.message, text: say("yes, it is on their voicemail: %s", with.Meaning), act: send(saveAnyway{})},
		},
	})
}

// withoutMessage puts the call on record as one that left none.
func (c *call) withoutMessage() tea.Cmd {
	if c.sheet == nil || c.keep.recording {
		return nil
	}
	c.sheet.dispose(callback.VoicemailNone, "", c.now)
	c.keep.dirty = true
	return c.record(false)
}
