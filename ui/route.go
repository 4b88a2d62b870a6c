package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// grace is how long a dialog that opened by itself ignores keys.
const grace = 400 * time.Millisecond

// key gives a key to the one it is for: the dialog in front, else, unless the
// screen takes text, the house, else the screen.
func (a *app) key(raw tea.KeyPressMsg) tea.Cmd {
	typing := a.typing()
	msg := raw
	if !typing || raw.Text == "" {
		msg = latin(raw)
	} else if msg.Text = callback.Clean(raw.Text).String(); msg.Text == "" {
		return nil
	}
	g := a.e.keys.global
	if pressed(msg, g.abort) {
		return a.abort()
	}
	if a.hold(raw) {
		return nil
	}
	if len(a.dialogs) > 0 {
		if s, ok := a.dialogs[0].(sudden); ok && s.Sudden() && a.e.now().Sub(a.opened) < grace {
			return nil
		}
		return a.toDialog(msg)
	}
	if !typing || msg.Text == "" {
		switch {
		case pressed(msg, g.help):
			return a.open(newHelp(a))
		case pressed(msg, g.palette):
			return a.open(newPalette(a))
		case pressed(msg, g.screens):
			return a.tab(msg)
		case pressed(msg, g.undo) && a.notes.undoable(a.e.now()):
			return a.e.do.undo(a.notes.undo.eventID)
		case pressed(msg, g.quit):
			return a.leaveAll(quitNow{})
		}
	}
	return a.screens[a.at].Update(msg)
}

// typing tells whether plain keys are text now.
func (a *app) typing() bool {
	var front any = a.screens[a.at]
	if len(a.dialogs) > 0 {
		front = a.dialogs[0]
	}
	t, ok := front.(typist)
	return ok && t.Typing()
}

// front gives a message to the dialog or the screen in front only.
func (a *app) front(msg tea.Msg) tea.Cmd {
	if len(a.dialogs) > 0 {
		return a.toDialog(msg)
	}
	return a.screens[a.at].Update(msg)
}

func (a *app) toDialog(msg tea.Msg) tea.Cmd {
	done, cmd := a.dialogs[0].Update(msg)
	if done {
		a.dialogs, a.opened = a.dialogs[1:], a.e.now()
		if cmd == nil {
			a.wish = nil // the agent stays
		}
	}
	return cmd
}

func (a *app) open(d dialog) tea.Cmd {
	if d == nil {
		return nil
	}
	if len(a.dialogs) == 0 {
		a.opened = a.e.now()
	}
	a.dialogs = append(a.dialogs, d)
	return nil
}

func (a *app) tab(msg tea.KeyPressMsg) tea.Cmd {
	i := int(msg.Code - '1')
	if i < 0 || i >= len(a.screens) {
		return nil
	}
	return a.goTo(goTo{title: a.screens[i].Title()})
}

// goTo changes the screen in front. What was begun on the present one goes on
// behind it.
func (a *app) goTo(msg goTo) tea.Cmd {
	to := a.find(msg.title)
	if to == a.at {
		return nil
	}
	a.at = to
	a.bar.dirty = true
	told := a.broadcast(shown{title: a.screens[a.at].Title()})
	a.notes.hear(shown{title: a.screens[a.at].Title()})
	if s, ok := a.screens[a.at].(arriver); ok {
		return tea.Batch(told, s.Arrive())
	}
	return told
}

// leaveAll ends the program, after every screen has let go.
func (a *app) leaveAll(wish tea.Msg) tea.Cmd {
	for _, s := range a.screens {
		if d := asked(s); d != nil {
			a.wish = wish
			return a.open(d)
		}
	}
	return a.grant(wish)
}

// abort quits. With a call in progress it asks once; asked again, it obeys:
// everything that was typed is saved already.
func (a *app) abort() tea.Cmd {
	if len(a.dialogs) > 0 {
		return tea.Quit
	}
	return a.leaveAll(quitNow{})
}

func asked(s screen) dialog {
	if l, ok := s.(leaver); ok {
		return l.Leave()
	}
	return nil
}

// grant does what was wished for, once nobody minds.
func (a *app) grant(wish tea.Msg) tea.Cmd {
	if _, ok := wish.(quitNow); ok {
		return tea.Quit
	}
	return nil
}

// mouse gives clicks on the tabs to the house and all others to the screen in
// front, in the coordinates of its box.
func (a *app) mouse(msg tea.MouseMsg) tea.Cmd {
	if len(a.dialogs) > 0 || a.e.wait.on || a.frame.tooSmall() {
		return nil
	}
	m := msg.Mouse()
	if m.Y < headerHeight {
		a.bar.header(a.frame.w, a.at)
		if _, ok := msg.(tea.MouseClickMsg); ok {
			if i, ok := a.bar.tabAt(m.X); ok {
				return a.goTo(goTo{title: a.screens[i].Title()})
			}
		}
		return nil
	}
	m.Y -= headerHeight
	if _, h := a.frame.body(); m.Y >= h {
		return nil
	}
	switch msg.(type) {
	case tea.MouseClickMsg:
		return a.screens[a.at].Update(tea.MouseClickMsg(m))
	case tea.MouseWheelMsg:
		return a.screens[a.at].Update(tea.MouseWheelMsg(m))
	}
	return nil
}

// command does what the palette offers besides the keys.
func (a *app) command(c command) tea.Cmd {
	if theme, ok := strings.CutPrefix(c.name, "theme "); ok {
		a.look.NoColor = false
		if theme == "plain" {
			a.look.NoColor = true
		}
		return tea.Batch(a.theme(theme), send(notice{"Theme " + theme + "."}))
	}
	switch c.name {
	case "mouse off":
		a.look.NoMouse = true
		return send(notice{"The mouse is the terminal's: drag to select text."})
	case "mouse on":
		a.look.NoMouse = false
		return send(notice{"The mouse works here again."})
	case pairCommand:
		return a.open(newPairing(a.e))
	case outsideCommand:
		return a.open(newOutside(a.e, false, "", ""))
	case inboundCommand:
		return a.open(newInbound(a.e))
	case "sync now":
		return tea.Batch(send(underway{say("Syncing…")}), a.e.do.syncNow())
	}
	return nil
}
