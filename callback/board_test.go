package callback

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSumsForgetNoCounter(t *testing.T) {
	var c Counts
	if got, want := len(c.numbers()), countInts(reflect.TypeFor[Counts]()); got != want {
		t.Fatalf("numbers lists %d counters of %d", got, want)
	}
	seen := map[*int]bool{}
	for i, n := range c.numbers() {
		if seen[n] {
			t.Errorf("counter %d stands twice", i)
		}
		seen[n] = true
	}
}

func countInts(t reflect.Type) int {
	switch t.Kind() {
	case reflect.Int:
		return 1
	case reflect.Array:
		return t.Len() * countInts(t.Elem())
	}
	n := 0
	for i := range t.NumField() {
		n += countInts(t.Field(i).Type)
	}
	return n
}

// Keeping counters by difference gives the same as counting anew, whatever
// happens in whatever order.
func TestCountersEqualARecount(t *testing.T) {
	p := DefaultPolicy("main")
	rapid.Check(t, func(rt *rapid.T) {
		kept := map[[2]string]*Counts{}
		add := func(c Case, sign int) {
			for _, d := range Tally(c, time.UTC) {
				k := [2]string{d.Agent, d.Date}
				if kept[k] == nil {
					kept[k] = &Counts{}
				}
				kept[k].Add(d.Counts, sign)
			}
		}
		c := opened(t, p, rapid.IntRange(0, 10).Draw(rt, "score")%7)
		add(c, 1)
		at := t0
		for i := range rapid.IntRange(1, 15).Draw(rt, "events") {
			at = at.Add(time.Duration(rapid.IntRange(1, 72*60).Draw(rt, "minutes")) * time.Minute)
			next, _ := Apply(p, c, drawEvent(rt, t, i, at, c))
			add(c, -1)
			add(next, 1)
			c = next
		}
		var got []Day
		for k, n := range kept {
			if !n.Zero() {
				got = append(got, Day{Agent: k[0], Date: k[1], Counts: *n})
			}
		}
		want := Tally(c, time.UTC)
		if len(got) != len(want) {
			rt.Fatalf("%d days kept, %d counted", len(got), len(want))
		}
		for _, d := range want {
			if *kept[[2]string{d.Agent, d.Date}] != d.Counts {
				rt.Fatal(cmp.Diff(d.Counts, *kept[[2]string{d.Agent, d.Date}]))
			}
		}
	})
}

func TestThreeDenominators(t *testing.T) {
	var c Counts
	c.Moves[0] = [4]int{20, 30, 10, 40} // of 100 detractors
	c.MovesContacted[0] = [4]int{20, 30, 10, 20}
	r := recoveryOf(c, Passive, Promoter)
	for name, got := range map[string][2]int{"rescored": {r.Rescored.K, r.Rescored.N}, "contacted": {r.Contacted.K, r.Contacted.N}, "eligible": {r.Eligible.K, r.Eligible.N}} {
		want := map[string][2]int{"rescored": {40, 60}, "contacted": {40, 80}, "eligible": {40, 100}}[name]
		if got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestIntervals(t *testing.T) {
	// The mission research: at 20 re-scores, 60 % recovery is 39–78 %.
	r := RateOf(12, 20)
	if math.Round(100*r.Low) != 39 || math.Round(100*r.High) != 78 {
		t.Errorf("12 of 20: %.3f–%.3f", r.Low, r.High)
	}
	// And 25 % promoters with 42 % detractors at n=100 is ±16 points.
	n := NPSOf(25, 42, 100)
	if n.Value != -17 || math.Round(n.High-n.Value) != 16 {
		t.Errorf("%+v", n)
	}
	if got := RateOf(0, 0); got.P != 0 || got.N != 0 {
		t.Errorf("nothing of nothing: %+v", got)
	}
}

func TestStandingsShareRanksWhenTheyCannotBeTold(t *testing.T) {
	day := func(agent string, recovered, eligible int) Day {
		d := Day{Agent: agent, Date: "2026-03-02"}
		d.Moves[0][2], d.Moves[0][0] = recovered, eligible-recovered
		d.Eligible = eligible
		return d
	}
	b := BoardOf("", "2026-12-31", []Day{day("anna", 90, 100), day("boris", 88, 100), day("carla", 20, 100), day("new", 3, 3)}, nil)
	ranks := map[string]Standing{}
	for _, s := range b.Standings {
		ranks[s.Agent] = s
	}
	if ranks["anna"].Rank != 1 || ranks["boris"].Rank != 1 || !ranks["boris"].Tie || ranks["carla"].Rank != 3 || ranks["carla"].Tie {
		t.Errorf("standings %+v", b.Standings)
	}
	if n := ranks["new"]; !n.Few || n.Rank != 0 || b.Standings[3].Agent != "new" {
		t.Errorf("three of three is too few to rank: %+v", n)
	}
	if s := ranks["new"]; s.Score >= 1 || s.Score <= 0.5 {
		t.Errorf("three of three should be drawn toward the team, got %.2f", s.Score)
	}
}

func TestPeriods(t *testing.T) {
	now := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	madrid, err := Zone("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{
		"today": {"2026-11-23", "2026-11-23"}, "week": {"2026-11-23", "2026-11-23"}, "month": {"2026-10-25", "2026-11-23"},
		"all": {"", "2026-11-23"}, "2026-01-01..2026-03-31": {"2026-01-01", "2026-03-31"},
	} {
		p, err := PeriodOf(name, now, madrid)
		if err != nil || p.From != want[0] || p.To != want[1] {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	for _, bad := range []string{"yesteryear", "2026-13-01..2026-14-01", "2026-03-01..2026-02-01"} {
		if _, err := PeriodOf(bad, now, madrid); CodeOf(err) != CodeInvalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
