package callback

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawWeights gives the serving order any weights that a policy may have.
func drawWeights(rt *rapid.T) Policy {
	p := DefaultPolicy("main")
	w := func(name string) float64 { return float64(rapid.IntRange(0, 100).Draw(rt, "weight of "+name)) }
	p.Weights = Weights{
		SLA: w("deadline"), Severity: w("severity"), Value: w("value"), Role: w("role"),
		Reach: w("reachability"), Repeat: w("repeat"), Signal: w("signal"), Attempts: w("attempts"),
	}
	p.Routing.Weight = w("match")
	if problems := p.Problems(); len(problems) > 0 {
		rt.Fatalf("%+v", problems)
	}
	return p
}

// Whatever a policy weighs: more of what makes a case urgent never places it
// later than it was, and more attempts never earlier; and each weight that is
// not 0 counts.
func TestPriorityIsMonotoneInItsInputs(t *testing.T) {
	more := map[string]struct {
		of     func(*Rank) *float64
		weight func(Weights) float64
	}{
		"severity":     {func(r *Rank) *float64 { return &r.Severity }, func(w Weights) float64 { return w.Severity }},
		"value":        {func(r *Rank) *float64 { return &r.Value }, func(w Weights) float64 { return w.Value }},
		"role":         {func(r *Rank) *float64 { return &r.Role }, func(w Weights) float64 { return w.Role }},
		"reachability": {func(r *Rank) *float64 { return &r.Reach }, func(w Weights) float64 { return w.Reach }},
		"repeat":       {func(r *Rank) *float64 { return &r.Repeat }, func(w Weights) float64 { return w.Repeat }},
		"signal":       {func(r *Rank) *float64 { return &r.Signal }, func(w Weights) float64 { return w.Signal }},
	}
	rapid.Check(t, func(rt *rapid.T) {
		p, r, who := drawWeights(rt), drawRank(rt), drawTeam(rt).Seat("anna")
		now := t0.Add(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "now")) * time.Minute)
		was := r.PlaceFor(p, who, now)
		for name, input := range more {
			worse := r
			x := input.of(&worse)
			if *x += float64(rapid.IntRange(1, 100).Draw(rt, "more "+name)) / 100; *x > 1 {
				continue
			}
			is := worse.PlaceFor(p, who, now)
			if was.Before(is) {
				rt.Fatalf("more %s places a case later: %+v, before %+v", name, is, was)
			}
			if w := input.weight(p.Weights); w > 0 && !is.Before(was) {
				rt.Fatalf("%s weighs %g, and more of it moves nothing", name, w)
			}
		}
		sooner := r
		sooner.Due = r.AnsweredAt.Add(r.Due.Sub(r.AnsweredAt) / 2)
		if r.Due.After(r.AnsweredAt) && was.Before(sooner.PlaceFor(p, who, now)) {
			rt.Fatal("half of the time to the deadline places a case later")
		}
		tried := r
		tried.Attempts++
		if tried.PlaceFor(p, who, now).Before(was) {
			rt.Fatal("an attempt places a case earlier")
		}
	})
}

// The order is one: the same case has the same place whenever it is asked, and
// cases come out in the same order whatever order they went in.
func TestPriorityIsDeterministic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, who := drawWeights(rt), drawTeam(rt).Seat("anna")
		now := t0.Add(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "now")) * time.Minute)
		var ranks []Rank
		for range rapid.IntRange(2, 12).Draw(rt, "cases") {
			ranks = append(ranks, drawRank(rt))
		}
		order := func(in []Rank) (out []Place) {
			for _, r := range in {
				out = append(out, r.PlaceFor(p, who, now))
			}
			slices.SortFunc(out, func(a, b Place) int {
				switch {
				case a.Before(b):
					return -1
				case b.Before(a):
					return 1
				}
				return 0
			})
			return out
		}
		one, other := order(ranks), order(rapid.Permutation(ranks).Draw(rt, "shuffled"))
		for i := range one {
			if one[i].Before(other[i]) || other[i].Before(one[i]) {
				rt.Fatalf("place %d is %+v, or %+v", i+1, one[i], other[i])
			}
			for _, later := range one[i+1:] {
				if later.Before(one[i]) {
					rt.Fatalf("%+v stands behind %+v", later, one[i])
				}
			}
		}
	})
}
