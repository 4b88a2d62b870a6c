package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringback/callback"
)

// outsidePause is how long a number stands unchanged before it is looked up:
// all cases are gone through for it.
const outsidePause = 300 * time.Millisecond

// outsideDue comes when a number has stood long enough.
type outsideDue struct{ number string }

// outsideSeen tells what the desk knows of a number while the form is filled:
// whose it is, and the hours of the policy.
type outsideSeen struct {
	number string
	rows   []callback.QueueRow
	policy callback.Policy
	err    error
}

// look asks what is known of the number in the form, once it has stood for a
// while.
func (o *outside) look(after time.Duration) tea.Cmd {
	switch {
	case o.phone.E164 == "":
		return nil
	case after == 0:
		return o.e.do.seeOutside(o.phone.E164)
	}
	return o.e.do.after(after, outsideDue{o.phone.E164})
}

func (o *outside) ask(msg outsideDue) tea.Cmd {
	if msg.number != o.phone.E164 || o.known() {
		return nil
	}
	return o.look(0)
}

func (o *outside) see(msg outsideSeen) {
	if msg.err == nil && msg.number == o.phone.E164 {
		o.seen = msg
	}
}

// known tells that the number was looked up.
func (o *outside) known() bool { return o.seen.number != "" && o.seen.number == o.phone.E164 }

// holder gives the case that decides what may be done with the number: who
// asked not to be called before who has an open case.
func (o *outside) holder() (found callback.QueueRow, ok bool) {
	if !o.known() {
		return found, false
	}
	for _, r := range o.seen.rows {
		switch {
		case r.State == callback.Suppressed:
			return r, true
		case r.State.Open() && !ok:
			found, ok = r, true
		}
	}
	return found, ok
}

// settled tells that there is nothing more to fill in: the number belongs to a
// case already.
func (o *outside) settled() bool {
	_, ok := o.holder()
	return ok && !o.refused()
}

// refused tells that nobody may be called at the number.
func (o *outside) refused() bool {
	r, ok := o.holder()
	return ok && r.State == callback.Suppressed && !o.inbound
}
