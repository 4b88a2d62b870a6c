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
// is. Where the two differ every form but the last has both; the shortest of
// those says "14:30/12:30", the customer's clock before the reader's. whole is
// the shortest form that says all that matters in words. name gives a
// colleague's name.
func (r QueueRow) WaitWords(now time.Time, mine *time.Location, name func(id string) string) (forms []string, whole int) {
	if r.Cause == WaitsHours && !r.At.IsZero() {
		return openWords(r.Of, r.At, now, mine)
	}
	what, brief := r.waitsFor(name)
	at := r.until()
	if at.IsZero() && brief != what {
		return []string{what, brief}, 1
	} else if at.IsZero() {
		return []string{what}, 0
	}
	short := []string{what + " "}
	if brief != what {
		short = append(short, brief+" ")
	}
	if r.Cause == WaitsHolder { // when to come again tells more than whose it is
		short = append(short, "held to ")
	}
	tightest := short[len(short)-1]
	clock, there := clockWords(at, now, mine), elsewhere(at, mine, r.Zone)
	if there == "" {
		forms = prefixed(short, clock)
		whole = len(forms) - 1
	} else {
		forms = prefixed(short[:min(2, len(short))], clock+", "+there)
		whole = len(forms) - 1
		forms = append(append(forms, twoClocks(tightest, at, now, zoneOr(r.Zone), mine)...), tightest+clock)
	}
	if r.Cause == WaitsCallback && r.Of != "" && !r.At.IsZero() {
		return append([]string{forms[0] + ", anyone from " + clockWords(r.At, now, mine)}, forms...), whole + 1
	}
	return forms, whole
}

// prefixed puts each of some beginnings before a time.
func prefixed(begin []string, clock string) []string {
	out := make([]string, len(begin))
	for i, b := range begin {
		out[i] = b + clock
	}
	return out
}

// tighter are words before a time in the narrowest column.
var tighter = map[string]string{"next try ": "next ", "skipped, back ": "back ", "callback ": "agreed "}

// twoClocks says an instant on the customer's clock and the reader's, in ever
// shorter forms; a day that is the same on both is said once.
func twoClocks(begin string, t, now time.Time, theirs, mine *time.Location) []string {
	there, here := clockWords(t, now, theirs), clockWords(t, now, mine)
	if day, _, ok := strings.Cut(there, " "); ok && t.In(theirs).Day() == t.In(mine).Day() {
		here = strings.TrimPrefix(here, day+" ")
	}
	if there == here {
		return nil
	}
	both := there + "/" + here
	out := []string{begin + there + ", " + here + " yours", begin + both}
	if brief, ok := tighter[begin]; ok {
		out = append(out, brief+both)
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
func openWords(zone string, at, now time.Time, mine *time.Location) (forms []string, whole int) {
	loc := zoneOr(zone)
	form := "Mon 15:04"
	if sameDay(at, now, loc) {
		form = "15:04"
	}
	there := at.In(loc).Format(form)
	city, brief := "opens "+there+" in "+City(zone), "opens "+there+" there"
	if elsewhere(at, mine, zone) == "" {
		return []string{city, brief}, 1
	}
	yours := ", " + clockWords(at, now, mine) + " yours"
	out := append([]string{city + yours, brief + yours}, twoClocks("opens ", at, now, loc, mine)...)
	return append(out, brief), 1
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
