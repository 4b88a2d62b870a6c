package sample

import (
	"time"

	"ringback/callback"
)

// clock knows when a team works and when its customers may be phoned.
type clock struct {
	p   callback.Policy
	loc *time.Location
}

func newClock(p callback.Policy) clock { return clock{p, p.Location()} }

// open gives the first instant, not before t, at which the team works.
func (k clock) open(t time.Time) time.Time {
	local := t.In(k.loc)
	for range 30 {
		if !k.p.Business.Holiday(local) {
			for _, s := range k.p.Business.Hours[local.Weekday()] {
				from, to := minute(local, s.From), minute(local, s.To)
				if local.Before(from) {
					return from
				}
				if local.Before(to) {
					return local
				}
			}
		}
		local = minute(local, 24*60)
	}
	return local
}

func minute(t time.Time, m int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, m, 0, 0, t.Location())
}

// workable gives the first instant, not before t, at which the team works and
// the customer may be phoned.
func (k clock) workable(t time.Time, phone callback.Phone) time.Time {
	for range 60 {
		t = k.open(t)
		o := k.p.Window(phone.Region, phone.Zones, t)
		if o.Open {
			return t
		}
		if o.At.IsZero() {
			return t.AddDate(1, 0, 0) // never, as far as a year can tell
		}
		t = o.At
	}
	return t.AddDate(1, 0, 0)
}

// agreed gives the first instant, not before t, at which a call that the
// customer wants may be made: the team works and the hour is legal.
func (k clock) agreed(t time.Time, phone callback.Phone) time.Time {
	for range 24 * 14 {
		t = k.open(t)
		if k.p.AskedTime(phone.Zones, t) {
			return t
		}
		t = t.Add(15 * time.Minute)
	}
	return k.workable(t, phone)
}

// lastSlot finds an instant before the end at which the customer could have
// been called, as late as can be, but not within the last half hour.
func (k clock) lastSlot(end time.Time, phone callback.Phone) time.Time {
	for back := time.Hour; back < 12*24*time.Hour; back += 3 * time.Hour {
		if t := k.workable(end.Add(-back), phone); end.Sub(t) > 40*time.Minute {
			return t
		}
	}
	return k.workable(end.AddDate(0, 0, -14), phone)
}
