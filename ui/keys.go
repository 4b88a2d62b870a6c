package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// keyMap is every key of the house, one block for each screen.
type keyMap struct {
	global globalKeys
	queue  queueKeys
	call   callKeys
	board  boardKeys
	replay replayKeys
	sync   syncKeys
	dialog dialogKeys
	settle settleKeys
	floor  floorKeys
	// outside stands in keys_outside.go.
	outside outsideKeys
}

func newKeyMap() keyMap {
	return keyMap{
		global: newGlobalKeys(), queue: newQueueKeys(), call: newCallKeys(), board: newBoardKeys(), replay: newReplayKeys(), sync: newSyncKeys(),
		dialog: newDialogKeys(), settle: newSettleKeys(), floor: newFloorKeys(), outside: newOutsideKeys(),
	}
}

// bind makes a binding: what the help says of its keys and of what it does,
// and the keys.
func bind(shown, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))
}

// pressed tells whether a key is one of a binding's.
func pressed(msg tea.KeyPressMsg, b key.Binding) bool { return key.Matches(msg, b) }

// globalKeys work on every screen. While a screen takes text, only those that
// are no text do.
type globalKeys struct {
	help, palette, screens, undo, quit, abort key.Binding
}

func newGlobalKeys() globalKeys {
	return globalKeys{
		help:    bind("?", "help", "?", "f1"),
		palette: bind(":", "commands", ":", "ctrl+k"),
		screens: bind("1…9", "screens", "1", "2", "3", "4", "5", "6", "7", "8", "9",
			"alt+1", "alt+2", "alt+3", "alt+4", "alt+5", "alt+6", "alt+7", "alt+8", "alt+9"),
		undo:  bind("u", "undo", "u", "ctrl+z"),
		quit:  bind("q", "quit", "q"),
		abort: bind("ctrl+c", "quit at once", "ctrl+c"),
	}
}

func (k globalKeys) all() []key.Binding {
	return []key.Binding{k.help, k.palette, k.screens, k.undo, k.quit, k.abort}
}

// moveKeys move in a list.
type moveKeys struct {
	up, down, pageUp, pageDown, top, bottom key.Binding
}

func newMoveKeys() moveKeys {
	return moveKeys{
		up:       bind("↑/k", "up", "up", "k"),
		down:     bind("↓/j", "down", "down", "j"),
		pageUp:   bind("PgUp", "page up", "pgup", "ctrl+b"),
		pageDown: bind("PgDn", "page down", "pgdown", "ctrl+f", "space"),
		top:      bind("g", "first", "home", "g"),
		bottom:   bind("G", "last", "end", "G"),
	}
}

func (k moveKeys) all() []key.Binding {
	return []key.Binding{k.up, k.down, k.pageUp, k.pageDown, k.top, k.bottom}
}

// queueKeys are those of the Queue screen.
type queueKeys struct {
	move                        moveKeys
	act                         queueActKeys
	filter, refresh, view       key.Binding
	inbound, outside, why       key.Binding
	take, giveBack              key.Binding
	scrollDown, scrollUp, clear key.Binding
}

// queueActKeys act on the case in hand.
type queueActKeys struct {
	call, skip, note, promises, escalate, copyNumber key.Binding
}

func newQueueKeys() queueKeys {
	return queueKeys{
		move: newMoveKeys(),
		act: queueActKeys{
			call:       bind("enter", "call", "enter"),
			skip:       bind("s", "skip", "s"),
			note:       bind("n", "note", "n"),
			promises:   bind("p", "promises", "p"),
			escalate:   bind("e", "escalate", "e"),
			copyNumber: bind("y", "copy number", "y"),
		},
		filter:     bind("/", "filter", "/"),
		clear:      bind("esc", "clear filter", "esc"),
		refresh:    bind("r", "refresh", "r"),
		inbound:    bind("i", "inbound call", "i"),
		outside:    bind("a", "ad-hoc call", "a"),
		why:        bind("w", "why nothing", "w"),
		take:       bind("t", "take along", "t"),
		giveBack:   bind("T", "give the rest back", "T"),
		view:       bind("v", "details", "v", "tab"),
		scrollDown: bind("J", "scroll details down", "J", "shift+down", "ctrl+d"),
		scrollUp:   bind("K", "scroll details up", "K", "shift+up", "ctrl+u"),
	}
}

// boardKeys are those of the Board screen.
type boardKeys struct {
	move                   moveKeys
	nextPeriod, prevPeriod key.Binding
	refresh                key.Binding
}

func newBoardKeys() boardKeys {
	m := newMoveKeys()
	return boardKeys{
		move:       m,
		nextPeriod: bind("→/l", "longer period", "right", "l", "tab"),
		prevPeriod: bind("←/h", "shorter period", "left", "h", "shift+tab"),
		refresh:    bind("r", "refresh", "r"),
	}
}

// replayKeys are those of the Replay screen.
type replayKeys struct {
	pause, next, prev, first, last key.Binding
	slower, faster                 key.Binding
	scrollDown, scrollUp           key.Binding
	filter, clear                  key.Binding
	category, language, product    key.Binding
}

func newReplayKeys() replayKeys {
	return replayKeys{
		pause:      bind("space", "play or pause", "space"),
		next:       bind("→", "next", "right", "l", "j", "down", "pgdown"),
		prev:       bind("←", "previous", "left", "h", "k", "up", "pgup"),
		first:      bind("g", "first", "home", "g"),
		last:       bind("G", "last", "end", "G"),
		slower:     bind("-", "slower", "-"),
		faster:     bind("+", "faster", "+", "="),
		scrollDown: bind("J", "scroll down", "J", "shift+down"),
		scrollUp:   bind("K", "scroll up", "K", "shift+up"),
		filter:     bind("/", "find words", "/"),
		clear:      bind("esc", "clear filters", "esc"),
		category:   bind("c", "category", "c"),
		language:   bind("L", "language", "L"),
		product:    bind("p", "product", "p"),
	}
}

// syncKeys are those of the Sync screen.
type syncKeys struct {
	move                          moveKeys
	syncNow, requeue, seen, check key.Binding
	keep, amend, show             key.Binding
}

func newSyncKeys() syncKeys {
	return syncKeys{
		move:    newMoveKeys(),
		syncNow: bind("s", "sync now", "s"),
		requeue: bind("R", "send again", "R"),
		keep:    bind("y", "keep what leads", "y"),
		amend:   bind("a", "let the other lead", "a"),
		seen:    bind("m", "put away as read", "m"),
		check:   bind("c", "check storage", "c"),
		show:    bind("enter", "show the case", "enter"),
	}
}

// dialogKeys work in every dialog.
type dialogKeys struct {
	yes, no, ok, cancel, up, down, save, filter key.Binding
}

func newDialogKeys() dialogKeys {
	return dialogKeys{
		yes:    bind("y", "yes", "y", "Y"),
		no:     bind("n", "no", "n", "N"),
		ok:     bind("enter", "choose", "enter"),
		cancel: bind("esc", "cancel", "esc"),
		up:     bind("↑", "up", "up", "ctrl+p"),
		down:   bind("↓", "down", "down", "ctrl+n"),
		save:   bind("enter", "save", "enter", "ctrl+s"),
		filter: bind("/", "search", "/"),
	}
}

// settleKeys say what became of a promise.
type settleKeys struct{ kept, broken, cancelled key.Binding }

func newSettleKeys() settleKeys {
	return settleKeys{
		kept:      bind("k", "kept", "k"),
		broken:    bind("b", "broken", "b"),
		cancelled: bind("c", "cancelled", "c"),
	}
}

// keySet shows bindings to the footer and the help.
type keySet struct {
	short []key.Binding
	full  [][]key.Binding
}

// ShortHelp implements help.KeyMap.
func (k keySet) ShortHelp() []key.Binding { return k.short }

// FullHelp implements help.KeyMap.
func (k keySet) FullHelp() [][]key.Binding { return k.full }
