package callback

import (
	"slices"
	"time"
)

// nextTry is when and in which band a customer is tried again.
type nextTry struct {
	At   time.Time
	Band string
}

// nextAttempt plans the attempt after one that did not reach its end: the
// delay of the disposition, lengthened by the back-off, then the caps, then the
// least-used band of the customer's day, then the window (mission model §4.4).
// ok is false if the customer's zones leave no hour to call in.
func (p Policy) nextAttempt(c Case, d Disposition, at time.Time) (next nextTry, ok bool) {
	earliest := at.Add(p.delay(c, d))
	if rest, _ := p.rest(c, false); rest.After(earliest) {
		earliest = rest
	}
	earliest = wholeSecond(earliest)
	if slices.Contains(p.Retry.Rotate, d) {
		avoid := ""
		if n := len(c.Attempts); d == BadMoment && n > 0 {
			avoid = p.BandAt(c.Attempts[n-1].At.In(p.customerZone(c))) // when it rang, not when the call was put on record
		}
		if next, ok = p.rotate(c, earliest, avoid); ok {
			return next, true
		}
	}
	o := p.Window(c.Customer.Phone.Region, c.Customer.Phone.Zones, earliest)
	return nextTry{At: o.At.UTC()}, !o.At.IsZero()
}

// delay is how long to wait after a disposition.
func (p Policy) delay(c Case, d Disposition) time.Duration {
	minutes := p.Retry.Delays[d]
	if again, ok := p.Retry.Again[d]; ok && c.lastRun(d) > 1 {
		minutes = again
	}
	// Who would rather not talk is asked once more, after a while of its own.
	if rule, _ := d.Rule(); rule.Counts && d != SoftRefusal {
		minutes *= p.backoff(c.Counted())
	}
	return minutesOf(minutes)
}

func (p Policy) backoff(counted int) int {
	if len(p.Retry.Backoff) == 0 || counted < 1 {
		return 1
	}
	return p.Retry.Backoff[min(counted, len(p.Retry.Backoff))-1]
}

func (p Policy) customerZone(c Case) *time.Location {
	if z := c.Customer.Phone.Zones; len(z) > 0 {
		return zoneOr(z[0])
	}
	return p.Location()
}

// rotateDays bounds how long a band may keep a case waiting: one that opens
// later than the others of the coming week is passed over.
const rotateDays = 8

// rotate moves an attempt to the band that was tried least, of equals to the
// one that opens first. avoid is taken only if there is no other.
func (p Policy) rotate(c Case, earliest time.Time, avoid string) (next nextTry, ok bool) {
	loc := p.customerZone(c)
	used := map[string]int{}
	for _, a := range c.Attempts {
		if a.Direction != Inbound {
			used[p.BandAt(a.At.In(loc))]++
		}
	}
	last := earliest.AddDate(0, 0, rotateDays)
	for _, b := range p.Bands {
		at, open := p.bandOpens(b, c.Customer.Phone, loc, earliest)
		if !open || at.After(last) {
			continue
		}
		tries := used[b.Name]
		switch better := tries - used[next.Band]; {
		case !ok, next.Band == avoid, b.Name != avoid && (better < 0 || better == 0 && at.Before(next.At)):
			next, ok = nextTry{At: at.UTC(), Band: b.Name}, true
		}
	}
	return next, ok
}

// bandOpens gives the first instant, not before t, that lies in a band of the
// customer's day and in the hours that are allowed in every zone.
func (p Policy) bandOpens(b Band, phone Phone, loc *time.Location, t time.Time) (time.Time, bool) {
	for range searchDays {
		at, ok := b.next(t.In(loc))
		if !ok {
			return time.Time{}, false
		}
		o := p.Window(phone.Region, phone.Zones, at)
		switch {
		case o.At.IsZero():
			return time.Time{}, false
		case o.Open, b.holds(o.At.In(loc)):
			return o.At, true
		}
		t = o.At
	}
	return time.Time{}, false
}

// BandAt names the band that a local time falls into, or "".
func (p Policy) BandAt(local time.Time) string {
	for _, b := range p.Bands {
		if b.holds(local) {
			return b.Name
		}
	}
	return ""
}

// holds tells whether a local time falls into the band.
func (b Band) holds(local time.Time) bool {
	m := minuteOf(local)
	return slices.Contains(b.Days, local.Weekday()) && m >= b.From && m < b.To
}

// next gives the first instant of the band that is not before a local time,
// within a week.
func (b Band) next(local time.Time) (time.Time, bool) {
	for range 8 {
		if b.holds(local) {
			return local, true
		}
		if start := atMinute(local, b.From); slices.Contains(b.Days, local.Weekday()) && !start.Before(local) {
			return start, true
		}
		local = nextDay(local)
	}
	return time.Time{}, false
}
