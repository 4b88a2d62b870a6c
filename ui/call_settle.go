package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// textSettled begins the names under which a draft keeps what became of
// promises that were made before the call; the promise's id follows.
const textSettled = "settled:"

// callSettled says what the agent heard about an earlier promise.
type callSettled struct {
	caseID, promiseID string
	status            callback.PromiseStatus
}

// owed gives the promises that were open when the call began.
func (s *sheet) owed() []callback.Promise {
	var out []callback.Promise
	for _, p := range s.view.Case.Promises {
		if p.Status == callback.PromiseOpen {
			out = append(out, p)
		}
	}
	return out
}

// settle keeps what became of a promise; the same word again takes it back.
func (s *sheet) settle(id string, status callback.PromiseStatus) {
	name := textSettled + id
	if s.draft.Texts[name] == string(status) {
		delete(s.draft.Texts, name)
		return
	}
	s.draft.Texts[name] = string(status)
}

// settled gives what became of the promises that are still open.
func (s *sheet) settled() []callback.PromiseOutcome {
	var out []callback.PromiseOutcome
	for _, p := range s.owed() {
		if status := s.draft.Texts[textSettled+p.ID]; status != "" {
			out = append(out, callback.PromiseOutcome{PromiseID: p.ID, Status: callback.PromiseStatus(status)})
		}
	}
	return out
}

// settleList asks what became of the promises that were made before.
func (c *call) settleList() dialog {
	list := &promiseList{e: c.e, caseID: c.sheet.draft.CaseID, title: say("Promised to %s before", c.sheet.name())}
	list.took = func(r promiseRow, status callback.PromiseStatus) tea.Cmd {
		return send(callSettled{list.caseID, r.id, status})
	}
	for _, p := range c.sheet.owed() {
		list.rows = append(list.rows, promiseRow{
			id: p.ID, text: callback.Line(p.Text), overdue: overdueText(p, c.now),
			terms: say("%s · due %s", c.person(p.Owner), bothClocks(p.Due, c.e.zone, c.sheet.theirs.String())),
		})
	}
	return list
}

// heardOf takes what became of a promise into the call in hand.
func (c *call) heardOf(msg callSettled) tea.Cmd {
	if c.sheet == nil || msg.caseID != c.sheet.draft.CaseID {
		return nil
	}
	c.sheet.settle(msg.promiseID, msg.status)
	return c.touch()
}

// settledRows draws the promises made before, and what became of them.
func (c *call) settledRows(f *formLines, w int) {
	owed := c.sheet.owed()
	if len(owed) == 0 {
		return
	}
	s := c.e.styles
	var lines []string
	for _, p := range owed {
		switch status := callback.PromiseStatus(c.sheet.draft.Texts[textSettled+p.ID]); status {
		case callback.PromiseDone:
			lines = append(lines, paint(s.good, wrapMax(say("✓ kept: %s", p.Text), w-formLabel, 2))...)
		case callback.PromiseBroken:
			lines = append(lines, paint(s.bad, wrapMax(say("× broken: %s", p.Text), w-formLabel, 2))...)
		case callback.PromiseCancelled:
			lines = append(lines, paint(s.faint, wrapMax(say("− cancelled: %s", p.Text), w-formLabel, 2))...)
		default:
			lines = append(lines, s.key.Render("P")+" "+s.text.Render(cut(say("%s", strings.TrimSpace(p.Text)), w-formLabel-2)))
		}
	}
	f.row(c, "Promised", false, lines...)
}
