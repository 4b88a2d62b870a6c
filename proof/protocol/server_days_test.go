package protocol

import (
	"slices"

	"ringback/callback"
)

// dayChanges are what a unit adds to counters, in the order in which they were met.
type dayChanges []callback.Day

func (d *dayChanges) add(days []callback.Day, sign int) {
	for _, day := range days {
		i := slices.IndexFunc(*d, func(x callback.Day) bool { return x.Agent == day.Agent && x.Date == day.Date })
		if i < 0 {
			*d = append(*d, callback.Day{Agent: day.Agent, Date: day.Date})
			i = len(*d) - 1
		}
		(*d)[i].Add(day.Counts, sign)
	}
}

func (d dayChanges) write(t *team) {
	for _, change := range d {
		if change.Zero() {
			continue
		}
		id, day := change.Date+"/"+change.Agent, change
		if p := t.doc(callback.DocDay, id); p != nil && p.day != nil {
			day.Add(p.day.Counts, 1)
		}
		p := paper{Doc: callback.Doc{Type: callback.DocDay, ID: id}}
		if !day.Zero() {
			p.Body, p.day = body, &day
		}
		t.put(p)
	}
}

// count notes the difference that a case makes to the board: its tally now minus its tally before.
func (w *world) count(days *dayChanges, t int, e *entry) {
	if !w.counts {
		return
	}
	if !w.rules.flaws.countTwice {
		days.add(w.tally(t, e.base), -1)
	}
	days.add(w.tally(t, e.now), +1)
}

func (w *world) tally(t int, c callback.Case) []callback.Day {
	return callback.Tally(c, w.policy[t].Location())
}
