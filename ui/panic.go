package ui

import (
	"fmt"
	"runtime"

	tea "charm.land/bubbletea/v2"
)

// A fault of the program is shown on the terminal, and people send that to its
// makers. Of what a panic carries only what Go itself says is kept: the rest
// may hold a customer's words.

// harmless is what may be told of a panic.
func harmless(v any) error {
	if fault, ok := v.(runtime.Error); ok {
		return fault
	}
	return fmt.Errorf("panic of %T", v)
}

// muffle is deferred around what may panic, and lets it go on with a harmless
// value. The stack stays that of the fault.
func muffle() {
	if v := recover(); v != nil {
		panic(harmless(v))
	}
}

// muffled runs a command, and those that it leads to, muffled.
func muffled(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		defer muffle()
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i, c := range batch {
				batch[i] = muffled(c)
			}
		}
		return msg
	}
}

// shell is the root as the program runs it: what panics in it is muffled.
type shell struct{ root *app }

// Init implements tea.Model.
func (s shell) Init() tea.Cmd {
	defer muffle()
	return muffled(s.root.Init())
}

// Update implements tea.Model.
func (s shell) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	defer muffle()
	_, cmd := s.root.Update(msg)
	return s, muffled(cmd)
}

// View implements tea.Model.
func (s shell) View() tea.View {
	defer muffle()
	return s.root.View()
}
