package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringback/callback"
)

// reminders announce agreed callbacks shortly before their time, each once, on
// whatever screen is in front.
type reminders struct {
	e    *env
	look Look
	// asked is when the desk was asked last, flying that it has not answered.
	asked  time.Time
	flying bool
	failed bool
	// told are the agreed times that were announced, by case.
	told map[string]time.Time
}

// callbacksSoon brings the callbacks that are to be announced.
type callbacksSoon struct {
	rows []callback.QueueRow
	err  error
}

// remindEvery is how often the desk is asked what comes soon.
const remindEvery = 15 * time.Second

func newReminders(e *env, look Look) reminders {
	return reminders{e: e, look: look, told: map[string]time.Time{}}
}

// ask asks the desk now and then.
func (r *reminders) ask() tea.Cmd {
	now := r.e.now()
	if r.flying || now.Sub(r.asked) < remindEvery {
		return nil
	}
	r.asked, r.flying = now, true
	return r.e.do.soon()
}

// take announces what was not announced yet, but for the case of the call in
// hand. A failure is said once, until there was an answer again.
func (r *reminders) take(msg callbacksSoon, n *notes, inHand string) tea.Cmd {
	r.flying = false
	now := r.e.now()
	if msg.err != nil {
		first := !r.failed
		r.failed = true
		if first {
			return send(failed{"look for callbacks", msg.err})
		}
		return nil
	}
	r.failed = false
	var cmds []tea.Cmd
	for _, row := range msg.rows {
		if r.told[row.ID].Equal(row.Due) || row.Due.Before(now) {
			continue
		}
		r.told[row.ID] = row.Due
		if row.ID == inHand {
			continue
		}
		x := note{text: r.words(row), call: row.Due, caseID: row.ID}
		n.add(x)
		cmds = append(cmds, r.alarm(x.upcoming(now)))
	}
	for id, at := range r.told {
		if now.Sub(at) > time.Hour {
			delete(r.told, id)
		}
	}
	return tea.Batch(cmds...)
}

// words say whom to call, and what the clock shows there.
func (r *reminders) words(row callback.QueueRow) callback.Text {
	who := row.Customer
	if callback.Line(who).String() == "" {
		who = row.Phone
	}
	loc, err := callback.Zone(row.Zone)
	if err != nil || row.Zone == "" {
		return say("call %s at %s", who, row.Due.In(r.e.zone).Format("15:04"))
	}
	return say("call %s, %s in %s", who, row.Due.In(loc).Format("15:04"), callback.City(row.Zone))
}

// upcoming says a reminder as it is now: how many minutes are left.
func (n note) upcoming(now time.Time) callback.Text {
	left := int((n.call.Sub(now) + time.Minute - 1) / time.Minute)
	if left <= 0 {
		return say("now: %s", n.text)
	}
	return say("in %d min: %s", left, n.text)
}

// alarm is the terminal's own way to reach somebody who looks elsewhere: a
// desktop notification where it has one, else its bell. Calm terminals stay
// silent.
func (r *reminders) alarm(text callback.Text) tea.Cmd {
	if r.look.Calm {
		return nil
	}
	if notifies(r.look.Environ) {
		return tea.Raw(ansi.Notify("ringback: " + oneLine(text)))
	}
	return tea.Raw("\a")
}

// notifies tells whether the terminal shows OSC 9 as a notification. Those that
// do say who they are; behind a multiplexer nobody can tell.
func notifies(environ []string) bool {
	var program, term string
	for _, v := range environ {
		if s, ok := strings.CutPrefix(v, "TERM_PROGRAM="); ok {
			program = s
		}
		if s, ok := strings.CutPrefix(v, "TERM="); ok {
			term = s
		}
	}
	if strings.HasPrefix(term, "screen") || strings.HasPrefix(term, "tmux") {
		return false
	}
	switch program {
	case "iTerm.app", "WezTerm", "ghostty":
		return true
	}
	return false
}
