package callback

import "time"

// nextTry is when and in which band a customer is tried again.
type nextTry struct {
	At   time.Time
	Band string
}

// nextAttempt plans the attempt after one that did not reach its end: the
// delay of the disposition, lengthened by the back-off, then the least-used
// band of the customer's day, then the window (mission model §4.4).
func (p Policy) nextAttempt(c Case, d Disposition, at time.Time) nextTry {
	minutes := p.Retry.Delays[d]
	if again, ok := p.Retry.Again[d]; ok && c.lastRun(d) > 1 {
		minutes = again
	}
	rule, _ := d.Rule()
	if rule.Counts {
		minutes *= p.backoff(c.Counted())
	}
	earliest := at.Add(time.Duration(minutes) * time.Minute)
	if rule.Counts && p.Retry.PerDay > 0 && c.countedOn(earliest, p.customerZone(c)) >= p.Retry.PerDay {
		earliest = nextDay(earliest.In(p.customerZone(c)))
	}
	band := ""
	if d == NoAnswer || d == VoicemailNone || d == BadMoment {
		earliest, band = p.rotate(c, earliest)
	}
	if o := p.Window(c.Customer.Phone.Region, c.Customer.Phone.Zones, earliest); !o.Open && !o.At.IsZero() {
		earliest = o.At
	}
	return nextTry{At: earliest.UTC().Truncate(time.Second), Band: band}
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

// countedOn counts the attempts toward the caps on t's day on the customer's
// clock.
func (c Case) countedOn(t time.Time, loc *time.Location) int {
	n, day := 0, dateOf(t.In(loc))
	for _, a := range c.Attempts {
		if r, ok := a.Disposition.Rule(); ok && r.Counts && dateOf(a.At.In(loc)) == day {
			n++
		}
	}
	return n
}

// rotate moves an attempt to the band that was tried least, among those that
// begin within a week.
func (p Policy) rotate(c Case, earliest time.Time) (time.Time, string) {
	loc := p.customerZone(c)
	used := map[string]int{}
	for _, a := range c.Attempts {
		if b := p.BandAt(a.At.In(loc)); b != "" {
			used[b]++
		}
	}
	best, bestAt := "", time.Time{}
	for _, b := range p.Bands {
		at, ok := b.next(earliest.In(loc))
		if !ok {
			continue
		}
		if best == "" || used[b.Name] < used[best] || used[b.Name] == used[best] && at.Before(bestAt) {
			best, bestAt = b.Name, at
		}
	}
	if best == "" {
		return earliest, ""
	}
	return bestAt, best
}

// BandAt names the band that a local time falls into, or "".
func (p Policy) BandAt(local time.Time) string {
	for _, b := range p.Bands {
		m := minuteOf(local)
		if b.on(local.Weekday()) && m >= b.From && m < b.To {
			return b.Name
		}
	}
	return ""
}

func (b Band) on(day time.Weekday) bool {
	for _, d := range b.Days {
		if d == day {
			return true
		}
	}
	return false
}

// next gives the first instant of the band that is not before a local time,
// within a week.
func (b Band) next(local time.Time) (time.Time, bool) {
	for range 8 {
		if b.on(local.Weekday()) {
			if m := minuteOf(local); m >= b.From && m < b.To {
				return local, true
			}
			if start := atMinute(local, b.From); !start.Before(local) {
				return start, true
			}
		}
		local = nextDay(local)
	}
	return time.Time{}, false
}

// capReached says which cap forbids another attempt, or "".
func (p Policy) capReached(c Case) string {
	if p.Retry.MaxAttempts > 0 && c.Counted() >= p.Retry.MaxAttempts {
		return "All attempts are used up."
	}
	return ""
}
