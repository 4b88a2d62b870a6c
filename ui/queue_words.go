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

// waitForms say what a row waits for and until when, in ever shorter forms;
// whole is the shortest that says all in words.
func (q *queue) waitForms(r queueRow) (out []callback.Text, whole int) {
	forms, whole := r.raw.WaitWords(q.e.now(), q.e.zone, func(id string) string { return q.side.name(id).String() })
	out = make([]callback.Text, len(forms))
	for i, f := range forms {
		out[i] = callback.Line(f)
	}
	return out, whole
}

// waitsHere tells that a row which waits says so from this column on: with it
// drawn, the words would have too little room. The number is worth the shortest
// words that say both clocks; the columns after it are not.
func waitsHere(c column, room int, forms []callback.Text, whole int) bool {
	words := forms[min(whole, max(0, len(forms)-2))]
	switch c.name {
	case "mark", "kind", "score", "customer":
		return false
	case "due":
		return true
	case "phone":
		words = forms[whole]
	}
	return room-c.width-1 < cells(words.String())
}

// fitting gives the first of some texts that fits, or the last.
func fitting(forms []callback.Text, w int) callback.Text {
	for _, f := range forms {
		if cells(f.String()) <= w {
			return f
		}
	}
	return forms[len(forms)-1]
}

// tierWords name a tier; of a deadline they say whether it has passed.
func tierWords(t callback.Tier, due, now time.Time) callback.Text {
	if t == callback.TierDeadline && !due.IsZero() && now.After(due) {
		return say("deadline passed")
	}
	return say("%s", t.Words())
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
	words, late := callback.DueWords(r.Due, now)
	if r.State == callback.CallbackScheduled && !late {
		return say("agreed %s", r.Due.In(zone).Format("15:04")), false
	}
	return callback.Line(words), late
}
