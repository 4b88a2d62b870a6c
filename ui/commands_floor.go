package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// floorLoaded brings the cases that wait for people.
type floorLoaded struct {
	floor callback.Floor
	rows  []floorRow
	err   error
}

// owedLoaded brings the promises that are not settled.
type owedLoaded struct {
	rows []floorRow
	err  error
}

// floor reads the cases that wait for people.
func (c commands) floor() tea.Cmd {
	return func() tea.Msg {
		f, err := c.agenda.Floor(c.ctx)
		return floorLoaded{floor: f, rows: newFloorRows(f), err: err}
	}
}

// owed reads the promises that are not settled.
func (c commands) owed() tea.Cmd {
	return func() tea.Msg {
		list, err := c.agenda.Promises(c.ctx)
		return owedLoaded{rows: newOwedRows(list), err: err}
	}
}

// decide records what a person states about a case, with the fence that the
// desk has of it now, so that nobody's later word is overruled unseen.
func (c commands) decide(f callback.Fact, text string) tea.Cmd {
	return func() tea.Msg {
		v, err := c.desk.Case(f.CaseID)
		if err != nil {
			return failed{"save " + text, err}
		}
		f.Fence = v.Fence
		return c.record(f, text)()
	}
}
