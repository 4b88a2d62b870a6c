package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// letsIn tells whether desks can be let in from here.
func (c commands) letsIn() bool { return c.porter != nil }

// lookPairing asks which desk shows a code, and reads who it may be for.
func (c commands) lookPairing(me callback.Me, code string) tea.Cmd {
	return func() tea.Msg {
		desk, err := c.porter.Look(c.ctx, code)
		if err != nil {
			return pairingSeen{err: err}
		}
		agents, err := c.desk.Agents()
		return pairingSeen{code: code, desk: desk, people: kept(me, agents), err: err}
	}
}

// answerPairing lets a desk in as somebody of a name, or turns it away.
func (c commands) answerPairing(desk callback.Pairing, a callback.PairingAnswer, name callback.Text) tea.Cmd {
	return func() tea.Msg {
		if err := c.porter.Answer(c.ctx, a); err != nil {
			return failed{"answer that desk", err}
		}
		if !a.Approve {
			return notice{say("%s was turned away.", callback.Line(desk.Name)).String()}
		}
		return notice{say("%s may sign in as %s now; its own screen says when it has.", callback.Line(desk.Name), name).String()}
	}
}
