package callback

import "time"

// Opening is whether a customer may be phoned, and if not, when.
type Opening struct {
	Open bool `json:"open"`
	// At is the next instant at which calling is allowed in every candidate
	// zone, UTC; zero if there is none in the next fortnight.
	At time.Time `json:"at,omitzero"`
	// Until is when the present window ends, UTC; zero if closed.
	Until time.Time `json:"until,omitzero"`
	// Zone is the zone that keeps the window shut, or the customer's.
	Zone string `json:"zone,omitempty"`
}

// searchDays bounds the search for the next opening: the longest closure is a
// run of holidays.
const searchDays = 15

// Window tells whether a person with these candidate zones may be phoned at
// an instant. A call is allowed only if it is allowed in every zone; without a
// zone, the team's own is taken.
func (p Policy) Window(region string, zoneNames []string, now time.Time) Opening {
	w := p.windowFor(region)
	if len(zoneNames) == 0 {
		zoneNames = []string{p.Zone}
	}
	at := now
	var blocking string
	for range searchDays * 4 * len(zoneNames) {
		moved := false
		for _, name := range zoneNames {
			next, ok := w.nextOpen(p.Legal, region, zoneOr(name), at)
			if !ok {
				return Opening{Zone: name}
			}
			if next.After(at) {
				if blocking == "" {
					blocking = name
				}
				at, moved = next, true
			}
		}
		if moved {
			continue
		}
		if at.Equal(now) {
			return Opening{Open: true, At: now, Until: p.closes(w, zoneNames, now), Zone: zoneNames[0]}
		}
		return Opening{At: at.UTC(), Zone: blocking}
	}
	return Opening{Zone: blocking}
}

// OwnHours gives the region whose own hours decide for a number whether it may
// be called now, where those of everywhere else would decide otherwise; empty
// if they would not. A number is of the region that it was given out in, its
// owner's clock may be another one's.
func (p Policy) OwnHours(region string, zoneNames []string, now time.Time) string {
	if w := p.windowFor(region); w.Region == "" || p.Window(region, zoneNames, now).Open == p.Window("", zoneNames, now).Open {
		return ""
	}
	return region
}

// AskedTime tells whether a time the customer asked for is allowed: their wish
// overrides the window, but not the legal hours.
func (p Policy) AskedTime(zoneNames []string, at time.Time) bool {
	if len(zoneNames) == 0 {
		zoneNames = []string{p.Zone}
	}
	for _, name := range zoneNames {
		m := minuteOf(at.In(zoneOr(name)))
		if m < p.Legal.From || m >= p.Legal.To {
			return false
		}
	}
	return true
}

func zoneOr(name string) *time.Location {
	if z, err := Zone(name); err == nil {
		return z
	}
	return time.UTC
}

func (p Policy) windowFor(region string) Window {
	var any Window
	for _, w := range p.Windows {
		if w.Region == region && region != "" {
			return w
		}
		if w.Region == "" {
			any = w
		}
	}
	return any
}

// nextOpen gives the first instant, not before t, that the window and the
// legal hours allow in a zone. region is that of the number.
func (w Window) nextOpen(legal Span, region string, loc *time.Location, t time.Time) (time.Time, bool) {
	local := t.In(loc)
	for range searchDays {
		if _, closed := holidayIn(w.Holidays, region, local); !closed {
			for _, s := range w.Hours[local.Weekday()] {
				s = s.within(legal)
				if s.From >= s.To {
					continue
				}
				if m := minuteOf(local); m >= s.From && m < s.To {
					return local, true
				}
				if start := atMinute(local, s.From); !start.Before(local) {
					return start, true
				}
			}
		}
		local = nextDay(local)
	}
	return time.Time{}, false
}

func (s Span) within(o Span) Span {
	if o.To == 0 {
		return s
	}
	return Span{max(s.From, o.From), min(s.To, o.To)}
}

// closes gives the earliest end of the present window over all zones.
func (p Policy) closes(w Window, zoneNames []string, now time.Time) time.Time {
	var end time.Time
	for _, name := range zoneNames {
		local := now.In(zoneOr(name))
		m := minuteOf(local)
		for _, s := range w.Hours[local.Weekday()] {
			s = s.within(p.Legal)
			if m < s.From || m >= s.To {
				continue
			}
			if e := atMinute(local, s.To); end.IsZero() || e.Before(end) {
				end = e
			}
		}
	}
	return end.UTC()
}
