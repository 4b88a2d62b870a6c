package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// wait holds the keys that are pressed while the desk reads what a box or a
// call needs: they are meant for what was asked for, never for the case that
// lies beneath until it is there.
type wait struct {
	// turn numbers the reads; only the latest one ends the wait.
	turn int
	on   bool
	// since is when it began, opens as in awaited.
	since time.Time
	opens bool
	held  []tea.Msg
}

// waitAtMost bounds how long keys are held: after it whoever types looks at a
// screen that still shows the old picture, and means that.
const waitAtMost = 2 * time.Second

// awaited is the answer that was waited for.
type awaited struct {
	turn int
	msg  tea.Msg
	// opens tells that a box or a call was to open: if none did, the keys that
	// were meant for it are nobody's.
	opens bool
}

// await runs a command whose answer opens a box or a call.
func (e *env) await(cmd tea.Cmd) tea.Cmd { return e.waitFor(cmd, true) }

// follow runs a command whose answer goes through the house once more before
// the next key is looked at, whatever comes of it.
func (e *env) follow(cmd tea.Cmd) tea.Cmd { return e.waitFor(cmd, false) }

func (e *env) waitFor(cmd tea.Cmd, opens bool) tea.Cmd {
	if cmd == nil {
		return nil
	}
	e.wait.turn++
	e.wait.on, e.wait.since, e.wait.opens = true, e.now(), opens
	turn := e.wait.turn
	return func() tea.Msg { return awaited{turn: turn, msg: cmd(), opens: opens} }
}

// hold keeps what was typed for the box that is about to open.
func (a *app) hold(msg tea.Msg) bool {
	if !a.e.wait.on || len(a.dialogs) > 0 {
		return false
	}
	a.e.wait.held = append(a.e.wait.held, msg)
	return true
}

// arrived takes the answer that was waited for, and then the keys that came
// before it.
func (a *app) arrived(msg awaited) tea.Cmd {
	w := &a.e.wait
	latest := msg.turn == w.turn
	if latest {
		w.on = false
	}
	var cmds []tea.Cmd
	switch inner := msg.msg.(type) {
	case nil:
	case tea.BatchMsg:
		cmds = append(cmds, send(inner))
	default:
		cmds = append(cmds, a.take(inner))
	}
	a.show()
	if call, ok := msg.msg.(callLoaded); latest && !w.on && msg.opens && len(a.dialogs) == 0 && (!ok || !call.opens()) {
		w.held = nil
	}
	return tea.Batch(append(cmds, a.replay())...)
}

// replay takes the keys that were held, until one of them begins another wait.
func (a *app) replay() tea.Cmd {
	w := &a.e.wait
	var cmds []tea.Cmd
	for !w.on && len(w.held) > 0 {
		next := w.held[0]
		w.held = w.held[1:]
		cmds = append(cmds, a.take(next))
		a.show()
	}
	return tea.Batch(cmds...)
}

// patience ends a wait that takes too long. What was typed for a box that is
// not there is forgotten: nobody sees what it would do.
func (a *app) patience() tea.Cmd {
	w := &a.e.wait
	if !w.on || a.e.now().Sub(w.since) < waitAtMost {
		return nil
	}
	w.on = false
	if w.opens {
		w.held = nil
	}
	return a.replay()
}
