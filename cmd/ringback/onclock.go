package main

import (
	"time"

	"ringback/callback"
)

// onClock is an instant on this machine's clock, with its zone.
func onClock(t time.Time) string { return t.In(time.Local).Format("2006-01-02 15:04 MST") }

// onBothClocks is an instant on this machine's clock, and on the customer's where
// it shows another time.
func onBothClocks(t time.Time, theirs *time.Location) string {
	here, there := t.In(time.Local), t.In(theirs)
	switch {
	case here.Format(time.DateTime) == there.Format(time.DateTime):
		return onClock(t)
	case here.YearDay() != there.YearDay():
		return onClock(t) + " (" + there.Format("Mon 15:04") + " in " + callback.City(theirs.String()) + ")"
	}
	return onClock(t) + " (" + there.Format("15:04") + " in " + callback.City(theirs.String()) + ")"
}
