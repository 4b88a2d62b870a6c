package ui

import (
	"strings"
	"time"

	"ringback/callback"
)

// This file says the values of a row in as few words as a column has room for.

func scoreText(v *int) callback.Text {
	if v == nil {
		return say("–")
	}
	return say("%d", *v)
}

func triesText(n int) callback.Text {
	if n == 0 {
		return callback.Text{}
	}
	return say("%d×", min(n, 9))
}

// waitsFor are the beginnings of what a case waits for when it is a colleague,
// whose id follows.
var waitsFor = []string{"held by ", "belongs to ", "callback of ", "escalated to "}

// waitWords says what a case waits for, with the colleague's name where the
// desk knows it.
func waitWords(wait string, name func(id string) callback.Text) callback.Text {
	for _, words := range waitsFor {
		if id, ok := strings.CutPrefix(wait, words); ok {
			return say("%s%s", words, name(id))
		}
	}
	return callback.Line(wait)
}

// waitText says what a row waits for, and until when if that is known and not
// said yet.
func waitText(r queueRow, wait callback.Text, now time.Time, zone *time.Location) callback.Text {
	at := r.raw.At
	if at.IsZero() || strings.HasPrefix(wait.String(), "opens ") {
		return wait
	}
	form := "2 Jan"
	switch ahead := at.Sub(now); {
	case at.In(zone).YearDay() == now.In(zone).YearDay() && ahead < 24*time.Hour:
		form = "15:04"
	case ahead < 6*24*time.Hour:
		form = "Mon 15:04"
	}
	return say("%s %s", wait, at.In(zone).Format(form))
}

// localTime is the customer's clock; the day is named when it is not ours.
func localTime(zone string, now time.Time, ours *time.Location) callback.Text {
	loc, err := callback.Zone(zone)
	if err != nil {
		return say("–")
	}
	t := now.In(loc)
	if t.Day() != now.In(ours).Day() {
		return say("%s", t.Format("Mon 15:04"))
	}
	return say("%s", t.Format("15:04"))
}

// dueText says how far the deadline is, and whether it has passed. An agreed
// callback says its time.
func dueText(r callback.QueueRow, now time.Time, zone *time.Location) (callback.Text, bool) {
	if r.Due.IsZero() {
		return callback.Text{}, false
	}
	late := now.After(r.Due)
	switch {
	case r.Due.Sub(now).Abs() < time.Minute:
		return say("due now"), false
	case r.State == callback.CallbackScheduled && !late:
		return say("agreed %s", r.Due.In(zone).Format("15:04")), false
	case r.State == callback.CallbackScheduled:
		return say("late %s", callback.Ago(now.Sub(r.Due))), true
	case late:
		return say("overdue %s", callback.Ago(now.Sub(r.Due))), true
	}
	return say("due %s", callback.Ago(r.Due.Sub(now))), false
}
