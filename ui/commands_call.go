package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// draftsLoaded brings the calls that were not finished, the latest first.
type draftsLoaded struct {
	drafts []callback.Draft
	// names are the customers', by case, where the desk knows them.
	names map[string]callback.Text
	err   error
}

// callLoaded brings what a call needs. draft is the unfinished call to go on
// with, or nil.
type callLoaded struct {
	caseID string
	draft  *callback.Draft
	view   callback.CaseView
	policy callback.Policy
	guides []callback.Guide
	// inbound tells that the customer is on the line already, takenBack that
	// the call was saved and is to be corrected.
	inbound, takenBack bool
	err                error
}

// opens tells that the call is there: an unfinished one goes on even if its case
// cannot be read any more.
func (m callLoaded) opens() bool { return m.err == nil || m.draft != nil }

// callRefreshed brings the case of the call in hand as it is now.
type callRefreshed struct {
	caseID string
	view   callback.CaseView
	err    error
}

// callClaimed is the server's word on the right to phone the customer.
type callClaimed struct {
	eventID string
	lease   callback.Granted
	err     error
}

// callDialled says how the phone was started.
type callDialled struct {
	eventID string
	result  callback.DialResult
	err     error
}

// draftSaved tells that a draft is on the disk; leave that the screen is to be
// let go then.
type draftSaved struct {
	eventID string
	leave   bool
	err     error
}

// draftDropped tells that a draft is gone; leave as above.
type draftDropped struct {
	eventID string
	leave   bool
	err     error
}

// callSaved is the journal's word on a call.
type callSaved struct {
	eventID string
	saved   callback.Saved
	err     error
}

// loadDrafts reads the unfinished calls.
func (c commands) loadDrafts() tea.Cmd {
	return func() tea.Msg {
		msg := draftsLoaded{names: map[string]callback.Text{}}
		msg.drafts, msg.err = c.drafts.Drafts()
		for _, d := range msg.drafts {
			if v, err := c.desk.Case(d.CaseID); err == nil {
				msg.names[d.CaseID] = callback.Line(v.Case.Customer.Name)
			}
		}
		return msg
	}
}

// loadCall reads what a call on a case needs, and finds the draft of an
// unfinished call on it; a customer who rings begins another. Without a policy
// or guides the call goes on.
func (c commands) loadCall(o openCall, draft *callback.Draft, team string) tea.Cmd {
	return func() tea.Msg {
		msg := callLoaded{caseID: o.caseID, draft: draft, inbound: o.inbound, takenBack: o.takenBack}
		if msg.view, msg.err = c.desk.Case(o.caseID); msg.err != nil {
			return msg
		}
		var err error
		if msg.policy, err = c.desk.Policy(); err != nil {
			msg.policy = callback.DefaultPolicy(team)
		}
		if msg.guides, err = c.desk.Guides(); err != nil {
			msg.guides = nil
		}
		if draft == nil && !o.inbound {
			msg.draft = c.draftOf(o.caseID)
		}
		return msg
	}
}

func (c commands) draftOf(caseID string) *callback.Draft {
	drafts, err := c.drafts.Drafts()
	if err != nil {
		return nil
	}
	for i := range drafts {
		if drafts[i].CaseID == caseID {
			return &drafts[i]
		}
	}
	return nil
}

// refreshCall reads the case of the call in hand again.
func (c commands) refreshCall(caseID string) tea.Cmd {
	return func() tea.Msg {
		v, err := c.desk.Case(caseID)
		return callRefreshed{caseID, v, err}
	}
}

// claim asks the server for the right to phone the customer of a case.
func (c commands) claim(eventID, caseID string, p callback.LeasePurpose) tea.Cmd {
	return func() tea.Msg {
		lease, err := c.line.Claim(c.ctx, caseID, p)
		return callClaimed{eventID, lease, err}
	}
}

// release gives the right back. If the server cannot be told, the lease ends
// by itself.
func (c commands) release(caseID string) tea.Cmd {
	return func() tea.Msg {
		if err := c.line.Release(c.ctx, caseID); err != nil && callback.CodeOf(err) != callback.CodeUnreachable {
			return failed{"give the case back", err}
		}
		return nil
	}
}

// dial starts a call.
func (c commands) dial(eventID string, p callback.Phone) tea.Cmd {
	return func() tea.Msg {
		r, err := c.line.Dial(c.ctx, p)
		return callDialled{eventID, r, err}
	}
}

// saveDraft puts a call in progress on the disk.
func (c commands) saveDraft(d callback.Draft, leave bool) tea.Cmd {
	return func() tea.Msg {
		return draftSaved{d.EventID, leave, c.drafts.SaveDraft(d)}
	}
}

// moveDraft keeps a draft under a new id; only then the old one goes, if there
// is one.
func (c commands) moveDraft(d callback.Draft, old string) tea.Cmd {
	return func() tea.Msg {
		if err := c.drafts.SaveDraft(d); err != nil {
			return failed{"keep the call that was taken back", err}
		}
		if old == "" {
			return nil
		}
		return draftDropped{old, false, c.drafts.DropDraft(old)}
	}
}

// dropDraft throws a call in progress away.
func (c commands) dropDraft(eventID string, leave bool) tea.Cmd {
	return func() tea.Msg {
		return draftDropped{eventID, leave, c.drafts.DropDraft(eventID)}
	}
}

// recordCall puts a call into the journal, which drops its draft in the same
// stride.
func (c commands) recordCall(f callback.Fact) tea.Cmd {
	return func() tea.Msg {
		saved, err := c.desk.Record(f)
		return callSaved{f.EventID, saved, err}
	}
}
