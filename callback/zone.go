package callback

import (
	"fmt"
	"sync"
	"time"
)

// zones keeps loaded time zones: loading one reads and parses its rules.
var zones sync.Map

// Zone finds an IANA time zone. The process must link the zone database
// (import time/tzdata), so that the answer is the same on every machine.
func Zone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("time zone %q is not one of the IANA database", name)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q is not one of the IANA database", name)
	}
	zones.Store(name, z)
	return z, nil
}

// City gives the readable part of a zone's name: "Europe/Madrid" is Madrid.
func City(zone string) string {
	out := []rune(zone)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i] == '/' {
			out = out[i+1:]
			break
		}
	}
	for i, r := range out {
		if r == '_' {
			out[i] = ' '
		}
	}
	return string(out)
}

// minuteOf is the minute of the day on the clock that t shows.
func minuteOf(t time.Time) int { return t.Hour()*60 + t.Minute() }

// dateOf is the calendar date that t shows, as holidays are written.
func dateOf(t time.Time) string { return t.Format(time.DateOnly) }

// atMinute gives the instant at a minute of t's day on its own clock. In the
// hour that a spring change skips, it is the instant after the gap.
func atMinute(t time.Time, minute int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), minute/60, minute%60, 0, 0, t.Location())
}

// nextDay gives midnight of the next calendar day on t's clock.
func nextDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
}
