package callback

import (
	"fmt"
	"time"
)

// WaitCause sorts what a case waits for, so that waiting cases can be counted.
type WaitCause string

// What a case may wait for.
const (
	WaitsNumber     WaitCause = "number"
	WaitsReview     WaitCause = "review"
	WaitsSupervisor WaitCause = "escalation"
	WaitsHolder     WaitCause = "held"
	WaitsOwner      WaitCause = "owner"
	WaitsCallback   WaitCause = "callback"
	WaitsPromise    WaitCause = "promise"
	WaitsRetry      WaitCause = "retry"
	WaitsAsked      WaitCause = "asked_time"
	WaitsHours      WaitCause = "hours"
	// WaitsLanguage and WaitsSkill: it is for others first (Need).
	WaitsLanguage WaitCause = "language"
	WaitsSkill    WaitCause = "skill"
	// WaitsSkipped: whoever asks passed it over, and it is for others first.
	WaitsSkipped WaitCause = "skipped"
	// WaitsCaps: enough attempts for now (Cap).
	WaitsCaps WaitCause = "caps"
	// WaitsNever: the customer asked not to be called.
	WaitsNever WaitCause = "never"
)

// waiting is what keeps an agent from calling; the zero value is nothing.
type waiting struct {
	cause WaitCause
	// of is the colleague or the zone, words say it all for a person.
	of, words string
	// at is until when, if that is known. UTC.
	at time.Time
}

// wait says what keeps an agent from calling now, and until when.
func (r Rank) wait(p Policy, agent string, now time.Time) waiting {
	switch {
	case !r.Callable && r.State == Review:
		return waiting{cause: WaitsNumber, words: "no number to dial; a supervisor is to find one"}
	case !r.Callable:
		return waiting{cause: WaitsNumber, of: r.Owner, words: "no number to dial"}
	case r.State == Review:
		return waiting{cause: WaitsReview, words: "a supervisor is to look at it"}
	case r.State == Escalated && r.Owner == "":
		return waiting{cause: WaitsSupervisor, words: "escalated to a supervisor"}
	case r.State == Escalated && r.Owner != agent:
		return waiting{cause: WaitsSupervisor, of: r.Owner, words: "escalated to " + r.Owner}
	case r.Holder != "" && r.Holder != agent && now.Before(r.Held):
		return waiting{cause: WaitsHolder, of: r.Holder, words: "held by " + r.Holder, at: r.Held}
	}
	if r.State == CallbackScheduled && !r.Callback.IsZero() {
		return r.waitCallback(p, agent, now)
	}
	if r.Owner != "" && r.Owner != agent {
		return waiting{cause: WaitsOwner, of: r.Owner, words: "belongs to " + r.Owner}
	}
	if p.exhausts(r.Attempts) && (r.State != InProgress || !now.Before(r.NotBefore)) {
		return waiting{cause: WaitsCaps, words: usedUp}
	}
	if now.Before(r.NotBefore) {
		return r.waitTime(p)
	}
	if r.State == Escalated && !r.Callback.IsZero() && !now.Before(r.Callback.Add(-CallbackLead)) && p.AskedTime(r.Zones, now) {
		return waiting{} // the hour that was agreed is the supervisor's to keep
	}
	return r.waitWindow(p, now)
}

func (r Rank) waitTime(p Policy) waiting {
	if r.Cap != CapNone {
		return waiting{cause: WaitsCaps, words: r.Cap.words(p) + ", next try", at: r.NotBefore}
	}
	switch r.State {
	case InProgress:
		return waiting{cause: WaitsPromise, words: "promise under way", at: r.NotBefore}
	case New:
		return waiting{cause: WaitsAsked, words: "the customer asked for a later time", at: r.NotBefore}
	}
	return waiting{cause: WaitsRetry, words: "tried before, next try", at: r.NotBefore}
}

// waitCallback: an agreed time overrides the window, not the legal hours, and
// half an hour after it anyone may call.
func (r Rank) waitCallback(p Policy, agent string, now time.Time) waiting {
	if r.Cap != CapNone && now.Before(r.NotBefore) {
		return r.waitTime(p)
	}
	anyone := r.Callback.Add(time.Duration(p.Callbacks.OpenToAnyone) * time.Minute)
	if r.Owner != "" && r.Owner != agent && now.Before(anyone) {
		if anyone.Before(r.NotBefore) {
			anyone = r.NotBefore // its owner has just tried
		}
		return waiting{cause: WaitsCallback, of: r.Owner, words: "callback of " + r.Owner, at: anyone}
	}
	opens := r.Callback.Add(-CallbackLead)
	if now.Before(opens) {
		return waiting{cause: WaitsCallback, words: AgreedWords, at: opens}
	}
	if now.Before(r.NotBefore) {
		return waiting{cause: WaitsCallback, words: "callback reached nobody, next try", at: r.NotBefore}
	}
	if !p.AskedTime(r.Zones, now) {
		return r.waitWindow(p, now)
	}
	return waiting{}
}

func (r Rank) waitWindow(p Policy, now time.Time) waiting {
	return closedHours(p.Window(r.Region, r.Zones, now))
}

// closedHours says where calling is not allowed now, and when it will be.
func closedHours(o Opening) waiting {
	if o.Open {
		return waiting{}
	}
	w := waiting{cause: WaitsHours, of: o.Zone, at: o.At, words: "no calling hours in " + City(o.Zone)}
	if !o.At.IsZero() {
		w.words = fmt.Sprintf("opens %s in %s", o.At.In(zoneOr(o.Zone)).Format("Mon 15:04"), City(o.Zone))
	}
	return w
}
