package ui

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// dialAnyway is the agent's answer to doubts about calling now.
type dialAnyway struct{}

// refuses says why there can be no call, or is empty.
func (c *call) refuses() callback.Text {
	stop := c.sheet.policy.MayDial(c.sheet.dialled(), c.now)
	switch {
	case c.view().State == callback.Suppressed:
		return say("The customer asked not to be called. There is no call.")
	case !c.sheet.phone().Known():
		return say("There is no number to dial: enter one with N, or skip the case in the queue.")
	case stop.Stops():
		return say("There is no call now: %s.", stop.Words)
	case callback.CodeOf(c.hold.err) == callback.CodeConflict && !c.held():
		return say("%s. Go back with esc, or ask again with R.", c.refusal())
	}
	return callback.Text{}
}

// refusal says why the server does not give the case, by the customer's name:
// the server's words hold the case's id, which tells the agent nothing and
// leaves no room for the reason.
func (c *call) refusal() callback.Text {
	id, name := c.sheet.draft.CaseID, c.sheet.name().String()
	return say("%s", strings.NewReplacer("the customer of case "+id, name, "the case "+id, "the case of "+name, "case "+id, "the case of "+name).
		Replace(c.hold.err.Error()))
}

// doubts are the reasons to think twice before calling now.
func (c *call) doubts() []callback.Text {
	var out []callback.Text
	if c.hold.err != nil && !c.held() {
		out = append(out, say("The server cannot be asked (%s). Somebody may already have called.", bare(c.hold.err)))
	}
	if c.unlisted() {
		out = append(out, say("You typed this number; the server has not looked for it on the do-not-call list yet."))
	}
	if !c.view().State.Open() {
		out = append(out, say("The case is closed. The call will be kept on record, but changes nothing."))
	}
	return out
}

// bare gives what happened, without what to do about it.
func bare(err error) callback.Text {
	var e *callback.Error
	if errors.As(err, &e) {
		return callback.Line(e.Message)
	}
	return callback.Line(err.Error())
}

// opening tells whether the customer may be phoned now, and whether a time
// they agreed makes up for closed hours.
func (c *call) opening() (o callback.Opening, agreed bool) {
	p, zones := c.sheet.policy, c.sheet.phone().Zones
	o = p.Window(c.sheet.phone().Region, zones, c.now)
	if cb := c.view().Plan.Callback; cb != nil {
		agreed = !c.now.Before(cb.At.Add(-callback.CallbackLead)) && p.AskedTime(zones, c.now)
	}
	return o, agreed
}

// tryDial starts the call, or says why not, or asks first.
func (c *call) tryDial() tea.Cmd {
	if no := c.refuses(); no.String() != "" {
		c.banner(toneBad, no)
		return nil
	}
	if !c.held() && (c.hold.asking || c.hold.err == nil) {
		c.hold.want = true
		c.banner(toneQuiet, say("Asking whether the case is free; the call starts when it is."))
		return c.claim()
	}
	if doubts := c.doubts(); len(doubts) > 0 {
		return c.e.ask(newConfirm(c.e, say("Call %s anyway?", c.sheet.name()), doubts, "call", dialAnyway{}))
	}
	return c.dialNow()
}

// dialNow starts the phone and the timer.
func (c *call) dialNow() tea.Cmd {
	if c.sheet == nil || c.sheet.draft.Phase != callback.PhasePrepare || c.refuses().String() != "" {
		return nil
	}
	c.sheet.dial(c.now)
	c.keep.dirty = true
	var claim tea.Cmd
	if c.held() {
		claim = c.claim()
	}
	return tea.Batch(c.e.do.dial(c.sheet.draft.EventID, c.sheet.phone()), claim, c.focusOn(fieldHome))
}

func (c *call) dialled(msg callDialled) tea.Cmd {
	if c.sheet == nil || msg.eventID != c.sheet.draft.EventID {
		return nil
	}
	if msg.err != nil {
		c.banner(toneBad, say("The phone could not be started: %s. Dial %s by hand.", msg.err, c.sheet.phone().E164))
		return nil
	}
	c.banner(toneQuiet, say("%s", msg.result.Detail))
	c.suggest(msg.result.Suggest)
	if msg.result.Copy == "" {
		return nil
	}
	if msg.result.Detail == "" {
		c.banner(toneQuiet, say("The number %s is on the clipboard.", msg.result.Copy))
	} else {
		c.banner(toneQuiet, say("%s: %s", c.sheet.phone().E164, msg.result.Detail))
	}
	return tea.SetClipboard(callback.Line(msg.result.Copy).String())
}

// suggest says how the telephone system believes the call ended. The agent
// decides: one key confirms it.
func (c *call) suggest(d callback.Disposition) {
	rule, ok := d.Rule()
	if !ok || c.sheet.draft.Phase != callback.PhaseDial {
		return
	}
	c.pick.suggested = d
	how := rule.Key + " confirms it"
	if rule.Group != callback.GroupUnreached {
		how = "a if somebody answered"
	}
	c.banner(toneQuiet, say("The telephone system says: %s. %s.", rule.Meaning, how))
}

func (c *call) copyNumber() tea.Cmd {
	n := callback.Line(c.sheet.phone().E164).String()
	if n == "" {
		c.banner(toneWarn, say("There is no number to copy."))
		return nil
	}
	c.banner(toneGood, say("Copied %s.", n))
	return tea.SetClipboard(n)
}

// lasts says a number of seconds as a clock: 3:05, 1:02:03.
func lasts(seconds int) string {
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
