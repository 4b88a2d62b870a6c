package callback

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Why is the true answer to "why is nothing served?": what the open cases that
// cannot be called wait for, and until when.
type Why struct {
	Open  int `json:"open"`
	Ready int `json:"ready"`
	// Waits are sorted by when the first case of each becomes ready; those of
	// which that is not known come last.
	Waits []WaitGroup `json:"waits"`
	// Never counts the cases that ended because somebody asked not to be
	// called.
	Never int `json:"never"`
	// Next is when the first waiting case becomes ready; zero if that is not
	// known of any. UTC.
	Next time.Time `json:"next,omitzero"`
	AsOf time.Time `json:"as_of"`
}

// NeverWords says how many are never called again; it is empty for none.
func (w Why) NeverWords() string {
	switch w.Never {
	case 0:
		return ""
	case 1:
		return "1 more is never called again: the customer asked for it."
	}
	return fmt.Sprintf("%d more are never called again: their customers asked for it.", w.Never)
}

// WaitGroup counts cases that wait for the same.
type WaitGroup struct {
	Cause WaitCause `json:"cause"`
	// Of is the colleague's id, the IANA zone, the language or the skill, where
	// it is one.
	Of    string `json:"of,omitempty"`
	Count int    `json:"count"`
	// Next is when the first of them becomes ready; zero if that is not known.
	Next time.Time `json:"next,omitzero"`
}

// Add counts a case by its place.
func (w *Why) Add(p Place) {
	w.Open++
	if p.Ready {
		w.Ready++
		return
	}
	i := slices.IndexFunc(w.Waits, func(g WaitGroup) bool { return g.Cause == p.Cause && g.Of == p.Of })
	if i < 0 {
		i = len(w.Waits)
		w.Waits = append(w.Waits, WaitGroup{Cause: p.Cause, Of: p.Of})
	}
	g := &w.Waits[i]
	g.Count++
	g.Next, w.Next = sooner(g.Next, p.At), sooner(w.Next, p.At)
}

// sooner gives the earlier of two times, of which the zero time is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b.UTC()
	}
	return a
}

// Order sorts what is waited for.
func (w *Why) Order() {
	slices.SortFunc(w.Waits, func(a, b WaitGroup) int {
		if a.Next.IsZero() != b.Next.IsZero() {
			if a.Next.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.Next.Compare(b.Next), b.Count-a.Count, cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Of, b.Of))
	})
}

// Words says what a group waits for; name gives a colleague's name.
func (g WaitGroup) Words(name func(id string) string) string {
	of := func(with, without string) string {
		if g.Of == "" {
			return without
		}
		return with + name(g.Of)
	}
	switch g.Cause {
	case WaitsNumber:
		return "a number to dial"
	case WaitsReview:
		return "a supervisor to look at it"
	case WaitsSupervisor:
		return of("an answer of ", "a supervisor's answer")
	case WaitsHolder:
		return of("its holder, at the latest: ", "its holder, at the latest")
	case WaitsOwner:
		return of("its owner, ", "its owner")
	case WaitsCallback:
		return of("the agreed call of ", "the agreed time of a callback")
	case WaitsPromise:
		return "a promise under way"
	case WaitsRetry:
		return "the next try"
	case WaitsAsked:
		return "the time the customer asked for"
	case WaitsHours:
		return "calling hours in " + City(g.Of)
	case WaitsLanguage:
		return "a colleague who speaks " + LanguageName(g.Of)
	case WaitsSkill:
		return "a colleague with the skill " + g.Of
	case WaitsSkipped:
		return "colleagues first: you skipped it"
	case WaitsCaps:
		return "another day: enough was tried"
	case WaitsNever:
		return "nothing: never to be called"
	}
	return "something else"
}
