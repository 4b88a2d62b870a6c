package callback

import "time"

// tooLate is what is said of a case whose next attempt would come after the
// days that a policy gives them.
const tooLate = "The days for attempts are over."

// attemptsEnd is until when another attempt may be planned in the present
// round: the end of the last of the business days that follow the day of the
// first one that counts (mission model §4.4: 6 attempts within 10 business
// days), on the team's clock. The zero time is any time.
func (p Policy) attemptsEnd(c Case) time.Time {
	var first time.Time
	for i, a := range c.Attempts {
		if a.counts() && a.Round == c.Round && (c.Outside() || c.ofQueue(i)) && (first.IsZero() || a.At.Before(first)) {
			first = a.At
		}
	}
	if first.IsZero() || p.Retry.WithinDays <= 0 {
		return time.Time{}
	}
	day := nextDay(first.In(p.Location()))
	for left := p.Retry.WithinDays; ; day = nextDay(day) {
		if p.Business.works(day) {
			left--
		}
		if left == 0 {
			return nextDay(day).UTC()
		}
	}
}

// works tells whether a date is a business day. Without any hours every day is.
func (b Business) works(day time.Time) bool {
	return !b.hasHours() || len(b.Hours[day.Weekday()]) > 0 && !b.Holiday(day)
}

// inTime ends a case whose next attempt was planned for after its days. A
// customer who would rather not talk now is asked once more all the same, and
// a time that somebody named is kept.
func (f *fold) inTime(d Disposition) {
	end := f.p.attemptsEnd(*f.c)
	if f.c.State == RetryWait && d != SoftRefusal && !end.IsZero() && !f.c.Plan.NotBefore.Before(end) {
		f.usedUp(tooLate)
	}
}

// usedUp ends a case that may not be tried again, or has it wait for what was
// promised.
func (f *fold) usedUp(why string) {
	c := f.c
	if c.openPromises() > 0 {
		c.State = Wrap
		f.move(OnDisposed, InProgress)
		c.Plan.Callback, c.Plan.NotBefore, c.Plan.Owner, c.Plan.Reason = nil, c.firstOpenDue(), c.promiser(), why
		return
	}
	f.close(OnCaps, Exhausted)
	c.Plan.Reason = why
}
