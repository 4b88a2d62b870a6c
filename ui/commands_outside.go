package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// sendPatience bounds how long the server is asked what it knows of somebody
// before the call begins without its word.
const sendPatience = 3 * time.Second

// findOutside looks whose number it is.
func (c commands) findOutside(opened *callback.AdHocOpened) tea.Cmd {
	return func() tea.Msg {
		rows, err := c.agenda.Find(c.ctx, opened.Customer.Phone.E164, findLimit)
		return outsideFound{opened: opened, rows: rows, err: err}
	}
}

// seeOutside tells what the desk knows of a number, before anything is begun.
func (c commands) seeOutside(number string) tea.Cmd {
	return func() tea.Msg {
		msg := outsideSeen{number: number}
		if msg.policy, msg.err = c.desk.Policy(); msg.err == nil {
			msg.rows, msg.err = c.agenda.Find(c.ctx, number, findLimit)
		}
		return msg
	}
}

// openOutside begins a case outside the queue. It is saved first, so that the
// call goes on without a connection; with one, the server hears of it before
// the phone is dialled.
func (c commands) openOutside(caseID string, opened *callback.AdHocOpened) tea.Cmd {
	return func() tea.Msg {
		msg := outsideBegun{caseID: caseID, inbound: opened.Inbound}
		if _, msg.err = c.desk.Record(callback.Fact{CaseID: caseID, Payload: opened}); msg.err != nil {
			return msg
		}
		c.tell()
		if v, err := c.desk.Case(caseID); err == nil {
			msg.state = v.Case.State
			if v.Case.AdHoc != nil {
				msg.joined = v.Case.AdHoc.Joined
			}
		}
		return msg
	}
}

// tell sends what waits, if there is a way; what cannot be sent goes out later.
func (c commands) tell() {
	switch c.link.Status().State {
	case callback.LinkLive, callback.LinkPolling:
	default:
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, sendPatience)
	defer cancel()
	_, _ = c.link.SyncNow(ctx) // its failure shows in the header
}

// reopen opens a closed case again because its customer rings, and begins
// their call.
func (c commands) reopen(eventID, caseID string) tea.Cmd {
	return func() tea.Msg {
		v, err := c.desk.Case(caseID)
		if err == nil {
			_, err = c.desk.Record(callback.Fact{EventID: eventID, CaseID: caseID, Fence: v.Fence, Payload: &callback.CaseReopened{Reason: "The customer rang again."}})
		}
		if err != nil {
			return failed{"open the case again", err}
		}
		c.tell()
		return openCall{caseID: caseID, inbound: true}
	}
}
