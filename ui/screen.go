package ui

import (
	"time"

	"charm.land/bubbles/v2/help"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// screen is one tab. Screens have pointer receivers, own their keys and their
// state, and change nothing but themselves.
type screen interface {
	// Title is the tab's name.
	Title() string
	// Init gives the first load.
	Init() tea.Cmd
	// Update takes a message. Keys come only to the screen in front, all
	// other messages to every screen.
	Update(msg tea.Msg) tea.Cmd
	// View is pure and fits the box of the last SetSize.
	View() string
	// SetSize gives the screen its box, in cells. Only the root calls it.
	SetSize(w, h int)
	// Keys are the bindings that work now, for the footer and the help.
	Keys() help.KeyMap
}

// typist is a screen in which plain keys may be text; the global ones then
// stand back.
type typist interface{ Typing() bool }

// arriver is a screen that wants to know when it is shown again.
type arriver interface{ Arrive() tea.Cmd }

// leaver is a screen that may ask before the program ends; nil lets go at once.
type leaver interface{ Leave() dialog }

// dialog stands before the screens until it is done. A dialog that takes text
// is a typist too; one that opens by itself is sudden.
type dialog interface {
	Update(msg tea.Msg) (done bool, cmd tea.Cmd)
	View(w, h int) string
}

// keyed is a dialog that brings its own footer.
type keyed interface{ Keys() help.KeyMap }

// sudden is a dialog that may open while somebody types; keys are ignored for
// a moment, so that nothing is confirmed by accident.
type sudden interface{ Sudden() bool }

// env is what every screen may read. It does not change after the start but
// for the styles, which follow the theme.
type env struct {
	styles *styles
	keys   keyMap
	now    func() time.Time
	// instant is by all clocks of the machine.
	instant func() callback.Instant
	newID   func() string
	do      commands
	me      callback.Me
	zone    *time.Location
	// region reads numbers that lack their country code; it may be empty.
	region string
	calm   bool
	// asked holds each dialog that the root is to show when the message in hand
	// has been dealt with.
	asked []dialog
	wait  wait
}

// ask has the root show a dialog before the next key is looked at: keys that
// come in one burst with the one that asks for it are the dialog's.
func (e *env) ask(d dialog) tea.Cmd {
	e.asked = append(e.asked, d)
	return nil
}

// screens is the list of all screens in the order of their tabs.
func screens(e *env) []screen {
	return []screen{
		newQueue(e),
		newCall(e),
		newBoard(e),
		newReplay(e),
		newSync(e),
		newFloor(e),
	}
}
