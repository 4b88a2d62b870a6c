package callback

import (
	"fmt"
	"time"
)

// apply folds a call: the attempt and the score go on record whatever
// happens; the disposition moves the case if this call leads.
func (r *CallRecorded) apply(f *fold) {
	rule, _ := r.Disposition.Rule()
	why := f.callShadow(rule)
	r.record(f, why)
	if rule.Suppress {
		f.suppress(rule.Meaning)
		return
	}
	if why != "" {
		f.shadow(why)
		if r.Direction != Inbound && (why == ReasonStaleFence || why == ReasonAlreadyResolved) {
			f.c.Conflict = "Two people called; the first one's result stands."
		}
		return
	}
	f.c.Lease = nil
	f.raiseFence(f.e.Device)
	if r.Root != nil {
		f.c.Root = r.Root
	}
	if r.Story != nil {
		f.c.Story = r.Story
	}
	for _, p := range r.Promises {
		f.promise(p)
	}
	r.dispose(f, rule)
}

// callShadow tells why a call cannot lead, or "".
func (f *fold) callShadow(rule DispositionRule) Reason {
	switch {
	case rule.Suppress:
		return ""
	case f.c.State == Suppressed:
		return ReasonSuppressed
	case f.c.State == Closed && rule.To == Closed:
		return ReasonAlreadyResolved
	case f.c.State == Closed:
		return ReasonCaseClosed
	case f.stale():
		return ReasonStaleFence
	}
	return ""
}

// record writes the attempt and the re-score, with the reason why they have no
// effect, if any.
func (r *CallRecorded) record(f *fold, why Reason) {
	at := r.StartedAt
	if f.e.SkewMS != nil {
		at = at.Add(time.Duration(*f.e.SkewMS) * time.Millisecond)
	}
	f.c.Attempts = append(f.c.Attempts, Attempt{
		ID: r.AttemptID, EventID: f.e.ID, Agent: f.e.Agent, Round: f.c.Round, Number: r.Number, At: at,
		Ring: r.Ring, Talk: r.Talk, WrapUp: r.WrapUp, Direction: r.Direction, Disposition: r.Disposition,
		Custom: r.Custom, Note: r.Note, Shadowed: why, Guide: r.Guide, GuideVersion: r.GuideVersion, Answers: r.Answers,
	})
	if r.Rescore == nil {
		return
	}
	f.c.Scores = append(f.c.Scores, Score{
		ID: f.e.ID, Value: r.Rescore.Value, Answer: r.Rescore.Answer, Role: Rescore, CollectedBy: "agent:" + f.e.Agent,
		Mode: "phone", At: f.e.EffectiveAt(), Wording: r.Rescore.Wording, AttemptID: r.AttemptID, Shadowed: why,
	})
}

// dispose moves the case where the disposition, its repetition and the caps
// lead.
func (r *CallRecorded) dispose(f *fold, rule DispositionRule) {
	c := f.c
	if rule.BadNumber {
		c.Customer.Phone.Invalid = true
	}
	switch rule.To {
	case Closed:
		f.fromCall(Closed)
		f.settle(rule.Resolution)
	case CallbackScheduled:
		f.fromCall(CallbackScheduled)
		c.Plan.Callback = nil // this call was the one agreed before
		f.schedule(*r.Callback)
	case InProgress, Escalated:
		f.fromCall(rule.To)
		c.Plan.Callback, c.Plan.NotBefore, c.Plan.Owner = nil, r.firstDue(), f.e.Agent
		c.Plan.Reason = rule.Meaning
		if rule.To == Escalated {
			c.Plan.Owner = ""
		}
	default:
		r.retry(f, rule)
	}
}

// fromCall leaves a call: claimed, dialled and hung up in one stride, because
// the desk records all of it as one event.
func (f *fold) fromCall(to State) {
	f.c.State = Wrap
	f.move(OnDisposed, to)
}

// firstDue is the earliest promise's due time; the case sleeps until then.
func (r *CallRecorded) firstDue() time.Time {
	var first time.Time
	for _, p := range r.Promises {
		if first.IsZero() || p.Due.Before(first) {
			first = p.Due
		}
	}
	return first
}

// retry plans the next attempt, or ends the case when a cap is reached.
func (r *CallRecorded) retry(f *fold, rule DispositionRule) {
	c := f.c
	f.fromCall(RetryWait)
	if rule.Code == SoftRefusal && f.times(SoftRefusal) > 1 {
		f.c.State = Wrap
		f.close(OnDisposed, Refused)
		return
	}
	if reason := f.p.capReached(*c); reason != "" {
		f.close(OnCaps, Exhausted)
		c.Plan.Reason = reason
		return
	}
	at := f.e.EffectiveAt()
	next := f.p.nextAttempt(*c, rule.Code, at)
	c.Plan.Callback, c.Plan.NotBefore, c.Plan.Band, c.Plan.Owner = nil, next.At, next.Band, ""
	c.Plan.Reason = fmt.Sprintf("%s; try again.", rule.Meaning)
	if r.Callback != nil && !r.Callback.At.IsZero() {
		c.Plan.NotBefore, c.Plan.Reason = r.Callback.At, "A time was suggested."
	}
	if rule.Code == PartialTalk && c.lastRun(PartialTalk) == 1 {
		c.Plan.Owner = f.e.Agent
	}
}

// times counts the attempts of this round that ended with d, the present one
// included.
func (f *fold) times(d Disposition) int { return f.c.times(d) }

func (c Case) times(d Disposition) int {
	n := 0
	for _, a := range c.Attempts {
		if a.Disposition == d && a.Round == c.Round {
			n++
		}
	}
	return n
}

// lastRun counts how many attempts in a row, up to the last one, ended with d.
func (c Case) lastRun(d Disposition) int {
	n := 0
	for i := len(c.Attempts) - 1; i >= 0 && c.Attempts[i].Disposition == d; i-- {
		n++
	}
	return n
}
