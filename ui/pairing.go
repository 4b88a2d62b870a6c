package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// pairCommand is the palette's word for letting a desk in.
const pairCommand = "pair a desk"

// pairingSeen answers which desk shows a code, and who it may be for.
type pairingSeen struct {
	code   string
	desk   callback.Pairing
	people []callback.Agent
	err    error
}

// newPairing asks for the code that a desk shows.
func newPairing(e *env) dialog {
	about := say("The code that a colleague's new desk shows, as they read it to you.")
	return newPrompt(e, say("Let a desk in"), about, "BCDF-GHJK", func(code string) tea.Cmd {
		return e.await(e.do.lookPairing(e.me, code))
	})
}

// pairingSeen shows which desk asks, and offers whose it may be.
func (a *app) pairingSeen(msg pairingSeen) tea.Cmd {
	if msg.err != nil {
		return send(failed{"find that desk", msg.err})
	}
	return a.open(newDoor(a.e, msg))
}

// door is the list of those that a desk may be let in as. It opens by itself
// when the server has answered.
type door struct{ *chooser }

// Sudden implements sudden.
func (door) Sudden() bool { return true }

func newDoor(e *env, msg pairingSeen) dialog {
	answer := func(who callback.Agent, approve bool) func() tea.Cmd {
		return func() tea.Cmd { // nothing opens when the server has answered: no key waits for it
			return e.do.answerPairing(msg.desk, callback.PairingAnswer{Code: msg.code, User: who.ID, Approve: approve}, callback.Line(who.Name))
		}
	}
	// The harmless answer is in hand first: a hasty Enter lets nobody in.
	list := []choice{{key: say("turn away"), text: say("I do not know this desk"), group: "If in doubt", then: answer(callback.Agent{}, false)}}
	for _, p := range msg.people {
		list = append(list, choice{
			key: say("let in"), text: say("as %s (%s, %s)", p.Name, p.ID, p.Role), group: "Only if they told you the code themselves, just now", then: answer(p, true),
		})
	}
	ago := callback.Ago(e.now().Sub(msg.desk.Asked).Truncate(time.Second))
	return door{newChooser(e, say("%s at %s asked %s ago", callback.Line(msg.desk.Name), callback.Line(msg.desk.Place), ago), list, true)}
}

// kept are those whose desks a leader may let in, by name: administrators
// everybody's, supervisors their agents' and their own.
func kept(me callback.Me, all []callback.Agent) []callback.Agent {
	var out []callback.Agent
	for _, a := range all {
		if !a.Gone && (me.Role == callback.RoleAdmin || a.Role == callback.RoleAgent || a.ID == me.ID) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(x, y callback.Agent) int {
		if mine := x.ID == me.ID; mine != (y.ID == me.ID) {
			return map[bool]int{true: 1, false: -1}[mine] // oneself comes last
		}
		return strings.Compare(x.Name, y.Name)
	})
	return out
}
