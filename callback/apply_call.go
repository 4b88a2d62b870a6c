package callback

import "time"

// apply folds a call: the attempt and the score go on record whatever
// happens; the disposition moves the case if this call leads.
func (r *CallRecorded) apply(f *fold) {
	rule, _ := r.Disposition.Rule()
	why := r.shadow(f, rule)
	r.record(f, why)
	switch {
	case rule.Suppress:
		f.suppress(rule.Meaning)
		return
	case why != "":
		f.shadow(why)
		if rule.Human && (why != ReasonOtherOpen || r.agreed().None()) {
			// Somebody answered, so two results stand side by side, unless all that
			// follows from this one goes on in the customer's other case.
			f.dispute(why, f.leading())
		}
		return
	}
	if f.c.State == Suppressed {
		// The call was made before the customer asked not to be called: it
		// counts, but nothing follows from it.
		r.take(f)
		return
	}
	if r.history(f, rule) {
		r.take(f)
		return
	}
	r.late(f, rule)
	f.c.Lease = nil
	switch {
	case f.c.State == Closed && r.ringsAfter(f) && !f.c.unreached():
		f.nextRound()
		f.c.Attempts[len(f.c.Attempts)-1].Round = f.c.Round
	case f.c.State == Closed:
		f.reopenRound()
	}
	if rule.To != RetryWait {
		// Only what was agreed or ended passes the right on: a call that
		// reached nobody does not silence one that did.
		f.raiseFence(f.e.Device)
	}
	r.take(f)
	r.dispose(f, rule)
}

// late tells a person of what a call that leads although it came late has
// overtaken: the new owner of the case, or a time that somebody agreed.
func (r *CallRecorded) late(f *fold, rule DispositionRule) {
	if !f.stale() || !f.c.State.Open() {
		return
	}
	if a := f.c.Assigned; a != nil && f.onlySince(a.Fence) && a.To != f.e.Agent {
		f.dispute(ReasonReassigned, "").Counted = true
	}
	if cb := f.c.Plan.Callback; rule.To == CallbackScheduled && f.c.State == CallbackScheduled && cb != nil && cb.SetBy != f.e.Agent {
		f.displaced(*cb)
	}
}

// take puts what the call found out and promised on the case.
func (r *CallRecorded) take(f *fold) {
	if r.Language != "" {
		f.c.Heard = r.Language
	}
	if r.Root != nil {
		f.c.Root = r.Root
	}
	if r.Story != nil {
		f.c.Story = r.Story
	}
	for _, p := range r.Promises {
		f.promise(p)
	}
	for _, s := range r.Settled {
		r.settled(f, s)
	}
}

// settled notes what the call found out about an earlier promise. What was
// settled otherwise before stands.
func (r *CallRecorded) settled(f *fold, o PromiseOutcome) {
	switch f.settlePromise(o) {
	case ReasonUnknownPromise:
		f.c.Conflict = "A call settled a promise that is not on the case."
	case ReasonAlreadyResolved:
		if f.c.promiseIs(o.PromiseID) != o.Status {
			f.c.Conflict = "A call settled a promise that was settled otherwise before."
		}
	}
}

// shadow tells why a call cannot lead, or "".
func (r *CallRecorded) shadow(f *fold, rule DispositionRule) Reason {
	c := f.c
	switch {
	case rule.Suppress:
		return ""
	case c.State == Suppressed:
		if c.Closing != nil && f.e.SkewMS != nil && r.startedAt(f.e).Before(c.Closing.At) {
			return ""
		}
		return ReasonSuppressed
	case f.barred():
		return ReasonOtherOpen
	case c.State == Closed && rule.Right && c.unreached(), c.State == Closed && r.ringsAfter(f):
		return ""
	case c.State == Closed && rule.To == Closed:
		return ReasonAlreadyResolved
	case c.State == Closed:
		return ReasonCaseClosed
	case !f.stale():
		return ""
	case c.Assigned != nil && f.onlySince(c.Assigned.Fence):
		return ""
	case c.Assigned != nil && f.e.Fence < c.Assigned.Fence:
		return ReasonReassigned
	}
	return r.besideCallback(f, rule)
}

// ringsAfter tells of a customer who rings after their case was closed, taken
// by an agent who knew that it was.
func (r *CallRecorded) ringsAfter(f *fold) bool { return r.Direction == Inbound && !f.stale() }

// history tells that such a call only goes on the record of the closed case:
// nothing was agreed on it, so nothing is owed and the case stays closed.
func (r *CallRecorded) history(f *fold, rule DispositionRule) bool {
	c := f.c
	if c.State != Closed || !r.ringsAfter(f) || rule.Right && c.unreached() {
		return false
	}
	switch rule.To {
	case CallbackScheduled, InProgress, Escalated:
		return false
	}
	return len(r.Promises) == 0
}

// unreached tells that a case was closed only because nobody could be reached.
// A call that did reach the customer, told of later, takes the closing's place.
func (c Case) unreached() bool {
	if c.Closing == nil {
		return false
	}
	switch c.Closing.Resolution {
	case Exhausted, AgedOut, UnreachData, StaleContact:
		return true
	}
	return false
}

// besideCallback judges a late call when all that its desk had not heard of is
// an agreed callback: a result that ends the case cancels it, and of two agreed
// times the earlier one stands.
func (r *CallRecorded) besideCallback(f *fold, rule DispositionRule) Reason {
	cb := f.c.Plan.Callback
	if f.c.State != CallbackScheduled || cb == nil || f.c.Lease != nil || !f.onlySince(cb.Fence) {
		return ReasonStaleFence
	}
	switch {
	case rule.To == Closed:
		return ""
	case rule.To != CallbackScheduled:
		return ReasonStaleFence
	case cb.SetBy == f.e.Agent, r.Callback.At.Before(cb.At):
		return ""
	}
	return ReasonEarlierCallback
}

// startedAt is when the agent dialled, by the server's clock as far as the
// desk knew it.
func (r *CallRecorded) startedAt(e Event) time.Time {
	if e.SkewMS == nil {
		return r.StartedAt
	}
	return r.StartedAt.Add(time.Duration(*e.SkewMS) * time.Millisecond)
}

// record writes the attempt and the re-score, with the reason why they have no
// effect, if any.
func (r *CallRecorded) record(f *fold, why Reason) {
	at := r.startedAt(f.e)
	number := r.Number
	if number == "" && r.Direction != Inbound {
		number = f.c.Customer.Phone.E164
	}
	f.c.Attempts = append(f.c.Attempts, Attempt{
		ID: r.AttemptID, EventID: f.e.ID, Agent: f.e.Agent, Round: f.c.Round, Number: number, At: at,
		Ring: r.Ring, Talk: r.Talk, WrapUp: r.WrapUp, Direction: r.Direction, Disposition: r.Disposition,
		Custom: r.Custom, Agreed: r.Direction != Inbound && f.c.callbackDue(at), Note: r.Note, Shadowed: why, Guide: r.Guide, GuideVersion: r.GuideVersion, Answers: r.Answers,
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
	f.dialled(r.Number, rule.BadNumber)
	if rule.BadNumber && f.p.rotateNumber(c) {
		if c.Escalation() != nil {
			r.again(f, rule)
			return
		}
		f.fromCall(RetryWait)
		f.onward(rule.Code, rule.Meaning+"; another number is tried.")
		f.inTime(rule.Code)
		return
	}
	to, how := r.leadsTo(c, rule)
	switch to {
	case Closed:
		if c.owesFirstCall() {
			f.ownCall()
			return
		}
		f.fromCall(Closed)
		f.settle(how)
	case CallbackScheduled:
		f.fromCall(CallbackScheduled)
		c.Plan.Callback = nil // this call was the one agreed before
		f.schedule(*r.Callback)
	case InProgress:
		if c.owesFirstCall() {
			f.ownCall()
			return
		}
		f.fromCall(InProgress)
		c.Plan.Callback, c.Plan.NotBefore, c.Plan.Owner = nil, c.firstOpenDue(), f.e.Agent
		c.Plan.Reason = rule.Meaning
	case Escalated:
		f.fromCall(Escalated)
		f.endEscalation(OutcomeOvertaken, "", "")
		c.Plan.Callback = nil
		f.escalate(OnEscalate, EscalatedOnCall, f.e.Agent, firstWords(r.Note, rule.Meaning))
	default:
		r.retry(f, rule)
	}
}

// leadsTo gives the state that a disposition leads to and, if it closes the
// case, how the case ended. Promises have a say in it: while one is open, a
// good talk does not end the case; once all are settled on the call, they say
// how it ended.
func (r *CallRecorded) leadsTo(c *Case, rule DispositionRule) (State, Resolution) {
	if rule.To != Closed || rule.Class != ClassComplete || rule.Resolution == Lost {
		return rule.To, rule.Resolution
	}
	if c.openPromises() > 0 {
		return InProgress, ""
	}
	how := rule.Resolution
	for _, s := range r.Settled {
		switch s.Status {
		case PromiseBroken:
			return Closed, PromiseBrokenClosed
		case PromiseDone:
			how = PromiseKept
		}
	}
	return Closed, how
}

// fromCall leaves a call: claimed, dialled and hung up in one stride, because
// the desk records all of it as one event.
func (f *fold) fromCall(to State) {
	f.c.State = Wrap
	f.move(OnDisposed, to)
}

// ownCall lets a call that would have ended the case end only what was before
// the answer that made it one of the queue.
func (f *fold) ownCall() {
	f.c.State = Wrap
	f.firstCall(OnDisposed, firstAfterTalk)
}

// retry plans the next attempt, or ends the case when a cap is reached.
func (r *CallRecorded) retry(f *fold, rule DispositionRule) {
	c := f.c
	if c.Escalation() != nil {
		r.again(f, rule)
		return
	}
	if last := c.Attempts[len(c.Attempts)-1]; last.Agreed && rule.Group == GroupUnreached && c.callbackDue(last.At) {
		f.notReached(rule.Code)
		return
	}
	f.fromCall(RetryWait)
	d, reason := rule.Code, rule.Meaning+"; try again."
	if refused := c.softRefusals(); refused > 1 && (d == SoftRefusal || d == HungUp) {
		if c.owesFirstCall() {
			f.ownCall()
			return
		}
		f.c.State = Wrap
		f.close(OnDisposed, Refused)
		return
	} else if refused == 1 && d == HungUp {
		d, reason = SoftRefusal, "Hung up on us twice; that is a soft refusal."
	}
	f.onward(d, reason)
	if c.State != RetryWait {
		return
	}
	if r.Callback != nil && r.Callback.At.After(c.Plan.NotBefore) {
		c.Plan.NotBefore, c.Plan.Reason = f.p.opensFrom(c.Customer.Phone, r.Callback.At), "A time was suggested."
	} else if f.inTime(d); c.State != RetryWait {
		return
	}
	if rule.Code == PartialTalk && c.lastRun(PartialTalk) == 1 {
		c.Plan.Owner, c.Plan.OwnerUntil = f.e.Agent, c.Plan.NotBefore.Add(minutesOf(f.p.Callbacks.OpenToAnyone))
	}
}

// again plans the next attempt of the supervisor who has the case: until they
// answer, it stays with them, whatever the caps say.
func (r *CallRecorded) again(f *fold, rule DispositionRule) {
	c := f.c
	f.fromCall(Escalated)
	f.p.rotateNumber(c)
	next, _ := f.p.nextAttempt(*c, rule.Code, f.e.EffectiveAt())
	c.Plan.NotBefore, c.Plan.Band = next.At, next.Band
	c.Plan.Reason = rule.Meaning + "; try again."
	if reason := f.p.capReached(*c); reason != "" {
		c.Plan.Reason = reason
	}
}

// onward plans the next attempt, with another number if it is its turn. If none
// is left, the case ends, or waits for what was promised.
func (f *fold) onward(d Disposition, reason string) {
	if used := f.p.capReached(*f.c); used != "" {
		f.usedUp(used)
		return
	}
	f.p.rotateNumber(f.c)
	f.tryAgain(d, reason)
}

// tryAgain plans the next attempt. A case whose customer can be called at no hour
// goes to a person.
func (f *fold) tryAgain(d Disposition, reason string) {
	c := f.c
	next, ok := f.p.nextAttempt(*c, d, f.e.EffectiveAt())
	c.Plan.Callback, c.Plan.NotBefore, c.Plan.Band, c.Plan.Owner = nil, next.At, next.Band, f.keeper()
	c.Plan.OwnerUntil, c.Plan.Reason = time.Time{}, reason
	switch {
	case !c.Customer.Phone.Known():
		f.review(noNumber)
	case !ok:
		f.review(noHour)
	}
}

// Why a case lies before a person that nobody can call.
const (
	noNumber = "There is no number to call."
	noHour   = "No hour of the next two weeks is allowed in every time zone of the number."
)

// review puts a case before a person, since the rules know no way on.
func (f *fold) review(why string) {
	f.c.State = Review
	f.c.Plan.NotBefore, f.c.Plan.Band, f.c.Plan.Callback, f.c.Plan.Owner = time.Time{}, "", nil, ""
	f.c.Plan.Reason = why
}

// callable puts a case before a person if nobody can call its customer.
func (f *fold) callable() {
	switch phone := f.c.Customer.Phone; {
	case !phone.Known():
		f.review(noNumber)
	case f.p.Window(phone.Region, phone.Zones, f.e.EffectiveAt()).At.IsZero():
		f.review(noHour)
	}
}
