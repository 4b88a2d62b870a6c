package callback

import (
	"encoding/json"
	"fmt"
	"strings"
)

// KindEventAmended is the word of EventAmended.
const KindEventAmended EventKind = "event.amended"

// EventAmended is a person's word on a fact that is on record but does not lead. It points at the fact's event
// and never rewrites it: both facts, and what was said about them, stay on the case.
type EventAmended struct {
	// EventID is the event pointed at.
	EventID string `json:"event_id" erase:"id"`
	Act     Act    `json:"act"`
	// Over is the event that led when the person looked at the two. With ActKeep it is the one that stays,
	// whatever happened in between.
	Over string `json:"over,omitempty" erase:"id"`
	// Reason is why, in the person's words.
	Reason string `json:"reason,omitempty" erase:"say"`
}

// Kind implements Payload.
func (*EventAmended) Kind() EventKind { return KindEventAmended }

// Validate implements Payload.
func (a *EventAmended) Validate() error {
	switch {
	case a.EventID == "":
		return fmt.Errorf("event_id is empty")
	case len(a.Reason) > MaxText:
		return fmt.Errorf("reason of %d bytes is over %d", len(a.Reason), MaxText)
	}
	switch a.Act {
	case ActKeep:
		return nil
	case ActLead, ActAsk:
		if strings.TrimSpace(a.Reason) == "" {
			return fmt.Errorf("reason is empty; to let another fact lead needs one")
		}
		return nil
	}
	return fmt.Errorf("act is %q; it is keep, lead or ask", a.Act)
}

func (a *EventAmended) apply(f *fold) {
	for i := range f.c.Disputes {
		if d := &f.c.Disputes[i]; d.EventID == a.EventID {
			from := f.c.Fence
			why := a.settle(f, d)
			if why != "" {
				f.shadow(why)
			}
			d.Acts = append(d.Acts, Amendment{
				EventID: f.e.ID, Act: a.Act, By: f.e.Agent, At: f.e.EffectiveAt(), Reason: a.Reason, From: from, Fence: f.c.Fence, Shadowed: why,
			})
			return
		}
	}
	f.shadow(ReasonUnknownEvent)
}

// settle does what the act asks for, or says why it cannot.
func (a *EventAmended) settle(f *fold, d *Dispute) Reason {
	switch {
	case a.Act == ActAsk || a.Act == ActKeep && (!d.Leads() || a.Over == d.EventID):
		return ""
	case a.Act == ActLead && d.Leads():
		return ""
	case d.Counted:
		return ""
	case a.Act == ActKeep && f.e.Agent == d.By:
		// Who gave in to the other fact does not overrule who decided since.
		return ReasonAmended
	case f.c.State == Suppressed:
		return ReasonSuppressed
	case f.barred():
		return ReasonOtherOpen
	case f.stale() && !d.lastRise(f):
		return ReasonStaleFence
	}
	if a.Act == ActKeep {
		f.mark(d.EventID, d.Reason)
		f.mark(d.Over, "")
		f.stand(*d.Before)
		d.Before = nil
		f.raiseFence(f.e.Device)
		return ""
	}
	return a.lead(f, d)
}

// lastRise tells that the fence has not risen since but for a swap in this very dispute: of two people who
// settle it at once, the server's last word holds.
func (d *Dispute) lastRise(f *fold) bool {
	for i := len(d.Acts) - 1; i >= 0; i-- {
		if a := d.Acts[i]; a.Shadowed == "" && a.Act != ActAsk {
			return f.c.Fence == a.Fence && f.e.Fence >= a.From
		}
	}
	return false
}

// leader is a fact that can be made to lead after the event; lead folds it as its own author stated it.
type leader interface{ lead(f *fold, d *Dispute) }

// lead lets the fact pointed at lead, and raises the fence, so that desks which have not heard of it are late.
func (a *EventAmended) lead(f *fold, d *Dispute) Reason {
	spec, ok := d.Kind.Spec()
	if !ok {
		return ReasonUnknownKind
	}
	fact, ok := spec.New().(leader)
	if !ok || json.Unmarshal(d.Payload, fact) != nil {
		return ReasonInvalid
	}
	before := f.footing()
	own := f.e
	f.e.ID, f.e.Agent, f.e.At, f.e.SkewMS = d.EventID, d.By, d.At, nil
	f.c.Lease = nil
	f.raiseFence(f.e.Device)
	fact.lead(f, d)
	f.e = own
	d.Before = before
	return ""
}

// lead implements leader: the call's result takes the place of the one that led.
func (r *CallRecorded) lead(f *fold, d *Dispute) {
	f.mark(d.Over, ReasonAmended)
	f.mark(d.EventID, "")
	f.reopenRound()
	rule, _ := r.Disposition.Rule()
	r.take(f)
	r.dispose(f, rule)
}

// lead implements leader: this time is agreed now.
func (s *CallbackSet) lead(f *fold, d *Dispute) {
	f.reopenRound()
	f.c.Plan.Callback = nil
	f.schedule(s.Callback)
}

// lead implements leader: the promise is settled this way now. The case goes where that settlement would have
// taken it.
func (s *PromiseSettled) lead(f *fold, _ *Dispute) {
	for i := range f.c.Promises {
		p := &f.c.Promises[i]
		if p.ID != s.PromiseID {
			continue
		}
		closed := f.c.State == Closed && f.c.Closing != nil && f.c.Closing.Resolution == PromiseKept
		if closed && p.Status == PromiseDone || f.c.State == Escalated && p.Status == PromiseBroken {
			f.reopenRound()
			f.c.State = InProgress
		}
		p.Status, p.SettledAt, p.SettledBy = PromiseOpen, nil, ""
	}
	s.apply(f)
}

// lead implements leader: this score counts now, and the other one of the same call does not.
func (s *ScoreRecorded) lead(f *fold, d *Dispute) {
	f.mark(d.Over, ReasonAmended)
	f.mark(d.EventID, "")
}

// reopenRound takes the closing of the present round back. That of an earlier round stays.
func (f *fold) reopenRound() {
	if f.c.Round == 1 {
		f.c.Closing = nil
	}
}

func sampleEventAmended() Payload {
	return &EventAmended{EventID: "ev-9", Act: ActLead, Over: "ev-8", Reason: "Boris spoke to her; the other call was to her husband."}
}
