package ui

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// replay is the screen where customers' comments are played one after another.
type replay struct {
	e    *env
	w, h int
}

// commentsLoaded answers a question for comments.
type commentsLoaded struct {
	ask  int
	list []callback.Comment
	err  error
}

func newReplay(e *env) screen { return &replay{e: e} }

func (r *replay) Title() string { return replayTitle }

func (r *replay) Init() tea.Cmd { return nil }

func (r *replay) SetSize(w, h int) { r.w, r.h = w, h }

func (r *replay) Update(tea.Msg) tea.Cmd { return nil }

func (r *replay) View() string { return "" }

func (r *replay) Keys() help.KeyMap {
	k := r.e.keys.replay
	return keySet{[]key.Binding{k.pause, k.next, k.prev}, nil}
}
