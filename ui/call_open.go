package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// callHold is the right to phone the customer: what the server said.
type callHold struct {
	asking bool
	// want tells that the agent asked to dial while the answer was out.
	want  bool
	lease *callback.Granted
	err   error
	// asked is when the server was asked last, by all clocks of the machine: a
	// wall clock may be set during a call.
	asked callback.Instant
	// link is how the desk is connected, as far as it was told.
	link callback.LinkState
	// full tells that the disk has no room for another call.
	full bool
}

// How long before its end a lease is asked for again while the call goes on,
// and how long to wait after an answer that was none.
const (
	renewBefore = 5 * time.Minute
	renewPause  = time.Minute
)

// open begins a call on a case. A call in hand that was begun is put aside
// only if the agent says so.
func (c *call) open(o openCall) tea.Cmd {
	switch {
	case c.hold.full && !o.inbound && (c.sheet == nil || c.sheet.draft.CaseID != o.caseID):
		return send(failed{"begin another call", errNoRoom})
	case c.sheet == nil:
		return c.load(o, nil)
	case c.sheet.draft.CaseID == o.caseID && o.inbound:
		return c.ringsBack()
	case c.sheet.draft.CaseID == o.caseID:
		return nil
	case c.sheet.begun():
		return c.e.ask(c.switchDialog(o))
	}
	return tea.Batch(c.putAside(), c.load(o, nil))
}

// errNoRoom keeps calls from beginning that could not be saved. A customer who
// rings is heard all the same.
var errNoRoom = callback.Errorf(callback.CodeFull, "the disk is full").WithHint("make room on it; the call in hand can still be saved")

// putAside leaves the call in hand; what was begun stays among the drafts.
func (c *call) putAside() tea.Cmd {
	if c.sheet == nil {
		return nil
	}
	var cmds []tea.Cmd
	if c.sheet.begun() {
		c.keep.dirty = true
		cmds = append(cmds, c.e.do.saveDraft(c.snapshot(), false))
	}
	if c.sheet.draft.Phase == callback.PhasePrepare {
		cmds = append(cmds, c.letCaseGo())
	}
	c.clear()
	return tea.Batch(cmds...)
}

// letCaseGo gives the lease back.
func (c *call) letCaseGo() tea.Cmd {
	if c.hold.lease == nil && !c.hold.asking {
		return nil
	}
	return c.e.do.release(c.sheet.draft.CaseID)
}

// clear forgets the call in hand.
func (c *call) clear() {
	c.sheet, c.focus = nil, fieldHome
	c.hold, c.keep, c.pick = callHold{link: c.hold.link, full: c.hold.full}, callKeep{}, callPick{}
	c.look.words, c.look.tab, c.look.banner, c.look.typed = 0, tabGuide, callback.Text{}, nil
	c.pen.focus(fieldHome)
}

func (c *call) load(o openCall, draft *callback.Draft) tea.Cmd {
	c.idle.loading, c.idle.from, c.idle.done = o.caseID, o.from, nil
	return c.e.await(c.e.do.loadCall(o, draft, c.e.me.Team))
}

// loaded puts the call on the screen. An unfinished call goes on where it
// stopped, even if its case cannot be read any more: a call that was made is
// recorded, whatever happened.
func (c *call) loaded(msg callLoaded) tea.Cmd {
	if msg.caseID != c.idle.loading {
		return nil
	}
	c.idle.loading = ""
	if !msg.opens() {
		return send(failed{"open the case", msg.err})
	}
	if msg.err != nil {
		msg.view.Case.ID = msg.caseID
		msg.policy = callback.DefaultPolicy(c.e.me.Team)
	}
	c.clear()
	c.sheet = newSheet(msg, c.e.me, c.e.zone)
	d := &c.sheet.draft
	if d.EventID == "" {
		d.EventID, d.AttemptID, d.StartedAt = c.e.newID(), c.e.newID(), c.now.UTC()
	}
	if d.Fence < msg.view.Fence {
		d.Fence = msg.view.Fence
	}
	if msg.inbound {
		c.answerRing()
	}
	c.pen.fill(d.Texts)
	c.refit()
	return tea.Batch(c.resume(msg), c.claim())
}

// resume says that an unfinished call is back, at the step where it stopped.
func (c *call) resume(msg callLoaded) tea.Cmd {
	if msg.draft == nil {
		return c.focusOn(fieldHome)
	}
	c.banner(toneGood, say("The call to %s is back as you left it%s.", c.sheet.name(), c.since()))
	if msg.takenBack {
		c.banner(toneGood, say("Taken back, nothing is sent. Correct it and save, or esc discards it."))
	}
	if msg.err != nil {
		c.banner(toneBad, say("The case cannot be read (%s), but the call can be finished and saved.", msg.err))
	}
	f := callField(c.sheet.draft.Field)
	if !c.known(f) || (f == fieldScore && !c.sheet.mayAsk()) || (f == fieldAnswer && len(c.sheet.questions()) == 0) {
		f = fieldHome
	}
	return c.focusOn(f)
}

// since says how far the call was, and when.
func (c *call) since() string {
	d := c.sheet.draft
	for _, x := range []struct {
		did string
		at  time.Time
	}{{"hung up", d.HungUpAt}, {"answered", d.AnsweredAt}, {"dialled", d.DialledAt}} {
		if !x.at.IsZero() {
			return "; " + x.did + " " + callback.Ago(c.now.Sub(x.at)) + " ago"
		}
	}
	return ""
}

func (c *call) known(f callField) bool {
	return f == fieldHome || f == fieldScore || f == fieldOutcome || f == fieldRoot || f == fieldConsent || c.pen.writes(f)
}

// refreshed takes news of the case. What the agent typed is not touched.
func (c *call) refreshed(msg callRefreshed) {
	if c.sheet == nil || msg.caseID != c.sheet.draft.CaseID || msg.err != nil {
		return
	}
	before := c.sheet.view.Case.State
	c.sheet.view = msg.view
	c.sheet.settleZone()
	if before != callback.Suppressed && msg.view.Case.State == callback.Suppressed {
		c.banner(toneBad, say("Just in: this customer asked not to be called."))
	}
}

// claim asks for the right to call; nothing waits for the answer.
func (c *call) claim() tea.Cmd {
	d := c.sheet.draft
	if c.hold.asking || c.view().State == callback.Suppressed {
		return nil
	}
	c.hold.asking, c.hold.asked = true, c.e.instant()
	purpose := callback.LeasePreview
	if d.Phase != callback.PhasePrepare {
		purpose = callback.LeaseInCall
	}
	if c.sheet.direction() == callback.Inbound {
		purpose = callback.LeaseInbound
	}
	return c.e.do.claim(d.EventID, d.CaseID, purpose)
}

func (c *call) view() callback.Case { return c.sheet.view.Case }

// claimed takes the server's word. A lease that is held already stays good
// when the server cannot be asked again.
func (c *call) claimed(msg callClaimed) tea.Cmd {
	if c.sheet == nil || msg.eventID != c.sheet.draft.EventID {
		return nil
	}
	c.hold.asking, c.hold.err = false, msg.err
	if msg.err == nil {
		l := msg.lease
		c.hold.lease = &l
		if l.Fence > c.sheet.draft.Fence {
			c.sheet.draft.Fence = l.Fence
		}
		c.touchIfBegun()
	} else if callback.CodeOf(msg.err) == callback.CodeConflict {
		c.hold.lease = nil
	}
	if want := c.hold.want; want {
		c.hold.want = false
		return c.tryDial()
	}
	return nil
}

// held tells that the server, or an earlier lease such as a day pack, lets
// this agent call now. Leases are counted as the store counts them.
func (c *call) held() bool {
	at := c.e.instant()
	if l := c.hold.lease; l != nil && l.Live(at) {
		return true
	}
	l := c.sheet.view.Held
	return l != nil && l.Live(at)
}

// renew asks again shortly before the lease ends while the call goes on.
func (c *call) renew() tea.Cmd {
	if c.sheet == nil || c.sheet.draft.Phase == callback.PhasePrepare {
		return nil
	}
	at := c.e.instant()
	if l := c.hold.lease; l != nil && l.Left(at) < renewBefore && at.Since(c.hold.asked) >= renewPause {
		return c.claim()
	}
	return nil
}

// reconnected asks again for the case when the server can be reached again.
func (c *call) reconnected(msg linkChanged) tea.Cmd {
	if done := c.idle.done; done != nil {
		done.undo.sent(msg.stats)
	}
	was := c.hold.link
	c.hold.link, c.hold.full = msg.status.State, msg.stats.NoRoom
	up := func(s callback.LinkState) bool { return s == callback.LinkLive || s == callback.LinkPolling }
	if c.sheet == nil || up(was) || !up(c.hold.link) || callback.CodeOf(c.hold.err) != callback.CodeUnreachable {
		return nil
	}
	return c.claim()
}
