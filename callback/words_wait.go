package callback

import (
	"strings"
	"time"
)

// DueWords says how far off a deadline is: "in 26 h", "now", "55 min late". It
// is empty if there is none.
func DueWords(due, now time.Time) (words string, late bool) {
	switch off := due.Sub(now); {
	case due.IsZero():
		return "", false
	case off.Abs() < time.Minute:
		return "now", false
	case off < 0:
		return Ago(off) + " late", true
	default:
		return "in " + Ago(off), false
	}
}

// AgreedWords are what a case waits for whose callback was agreed for later.
const AgreedWords = "callback agreed"

// WaitWords say what a waiting row waits for and until when, in ever shorter
// forms: times are on the reader's clock, or named by the city whose clock it
// is; the first form has both where they differ. name gives a colleague's name.
func (r QueueRow) WaitWords(now time.Time, mine *time.Location, name func(id string) string) []string {
	if r.Cause == WaitsHours && !r.At.IsZero() {
		return openWords(r.Of, r.At, now, mine)
	}
	what, brief := r.waitsFor(name)
	at := r.until()
	if at.IsZero() && brief != what {
		return []string{what, brief}
	} else if at.IsZero() {
		return []string{what}
	}
	clock := clockWords(at, now, mine)
	out := []string{what + " " + clock}
	if r.Cause == WaitsCallback && r.Of != "" && !r.At.IsZero() {
		return []string{out[0] + ", anyone from " + clockWords(r.At, now, mine), out[0], brief + " " + clock}
	}
	if there := elsewhere(at, mine, r.Zone); there != "" {
		out = append([]string{out[0] + ", " + there}, out...)
	}
	if brief != what {
		out = append(out, brief+" "+clock)
	}
	if r.Cause == WaitsHolder { // when to come again tells more than whose it is
		out = append(out, "held to "+clock)
	}
	return out
}

// AgreedTime says when the customer of a row agreed to be called, on the
// reader's clock and theirs; it is empty if they did not.
func (r QueueRow) AgreedTime(now time.Time, mine *time.Location) string {
	if r.State != CallbackScheduled || r.Due.IsZero() {
		return ""
	}
	out := "agreed " + clockWords(r.Due, now, mine)
	if there := elsewhere(r.Due, mine, r.Zone); there != "" {
		out += ", " + there
	}
	return out
}

// waitsFor says what a row waits for, and that in a word or two.
func (r QueueRow) waitsFor(name func(id string) string) (what, brief string) {
	what = r.Wait
	if words, ok := strings.CutSuffix(what, r.Of); ok && r.Of != "" && r.Cause != WaitsHours {
		what = words + name(r.Of)
		first, _, _ := strings.Cut(name(r.Of), " ")
		if r.Cause == WaitsCallback {
			return what, "of " + first
		}
		return what, words + first
	}
	switch r.Cause {
	case WaitsReview:
		return what, "for a supervisor"
	case WaitsSupervisor:
		return what, "with a supervisor"
	case WaitsCallback:
		if what == AgreedWords {
			return what, "callback"
		}
		return what, "next try"
	case WaitsRetry, WaitsCaps:
		return what, "next try"
	case WaitsSkipped:
		return what, "skipped, back"
	case WaitsPromise:
		return what, "promise"
	case WaitsAsked:
		return what, "asked for"
	}
	return what, what
}

// until is when a row goes on: for an agreed call the time that was agreed, not
// the one from which it is served.
func (r QueueRow) until() time.Time {
	if r.Cause == WaitsCallback && r.State == CallbackScheduled && (r.Of != "" || r.Wait == AgreedWords) {
		return r.Due
	}
	return r.At
}

// openWords say when calling hours begin, on the clock of the zone.
func openWords(zone string, at, now time.Time, mine *time.Location) []string {
	loc := zoneOr(zone)
	form := "Mon 15:04"
	if sameDay(at, now, loc) {
		form = "15:04"
	}
	there := at.In(loc).Format(form)
	out := []string{"opens " + there + " in " + City(zone), "opens " + there + " there"}
	if elsewhere(at, mine, zone) != "" {
		out = append([]string{out[0] + ", " + clockWords(at, now, mine) + " yours"}, out...)
	}
	return out
}

// clockWords say an instant as short as it can be understood: today the time,
// this week the day too, else the date.
func clockWords(t, now time.Time, loc *time.Location) string {
	switch {
	case sameDay(t, now, loc):
		return t.In(loc).Format("15:04")
	case t.Sub(now).Abs() < 6*24*time.Hour:
		return t.In(loc).Format("Mon 15:04")
	}
	return t.In(loc).Format("2 Jan")
}

// elsewhere says an instant on the clock of a zone, if it shows another time
// than the reader's.
func elsewhere(t time.Time, mine *time.Location, zone string) string {
	loc, err := Zone(zone)
	if err != nil || zone == "" {
		return ""
	}
	here, there := t.In(mine), t.In(loc)
	switch {
	case here.Format(time.DateTime) == there.Format(time.DateTime):
		return ""
	case here.Day() != there.Day():
		return there.Format("Mon 15:04") + " in " + City(zone)
	}
	return there.Format("15:04") + " in " + City(zone)
}

func sameDay(a, b time.Time, loc *time.Location) bool {
	return a.In(loc).Format(time.DateOnly) == b.In(loc).Format(time.DateOnly)
}
