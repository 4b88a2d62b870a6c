package ui

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// syncScreen says in plain words how the desk and the server stand.
type syncScreen struct {
	e    *env
	w, h int
}

// journalLoaded answers a question for the journal.
type journalLoaded struct {
	entries []callback.JournalEntry
	err     error
}

// journalChanged tells that a person settled something in the journal.
type journalChanged struct{ text string }

// checked tells what a check of the storage found.
type checked struct {
	report callback.CheckReport
	err    error
}

func newSync(e *env) screen { return &syncScreen{e: e} }

func (s *syncScreen) Title() string { return syncTitle }

func (s *syncScreen) Init() tea.Cmd { return nil }

func (s *syncScreen) SetSize(w, h int) { s.w, s.h = w, h }

func (s *syncScreen) Update(tea.Msg) tea.Cmd { return nil }

func (s *syncScreen) View() string { return "" }

func (s *syncScreen) Keys() help.KeyMap {
	k := s.e.keys.sync
	return keySet{[]key.Binding{k.syncNow}, nil}
}
