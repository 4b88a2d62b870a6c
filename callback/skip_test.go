package callback

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A case that somebody passed over is for others first. It comes back by itself,
// and for everybody else nothing has changed.
func TestWhatIsSkippedIsForOthersFirst(t *testing.T) {
	p := DefaultPolicy("main")
	team := NewRoster([]Agent{{ID: "anna"}, {ID: "boris"}, {ID: "chloe"}})
	rapid.Check(t, func(rt *rapid.T) {
		c := opened(t, p, rapid.IntRange(0, 6).Draw(rt, "score"))
		c.Plan.FirstDue = t0.Add(time.Duration(rapid.IntRange(-48, 96).Draw(rt, "due in hours")) * time.Hour)
		packed := func() Rank {
			r, err := ParseRank(AppendRank(nil, ranked(RankOf(p, c))), nil)
			if err != nil {
				rt.Fatal(err)
			}
			return r
		}
		plain := packed()
		rules := SkipRules()
		codes := map[string]SkipRule{}
		at := t0.Add(30 * time.Hour)
		for i, by := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"anna", "boris"}), 1, 2, rapid.ID).Draw(rt, "by") {
			rule := rules[rapid.IntRange(0, len(rules)-1).Draw(rt, "why")]
			if rule.Holds != "" {
				rule = rules[0]
			}
			codes[by] = rule
			c, _ = Apply(p, c, from(event(t, fmt.Sprint("ev-", i+1), at, c.Fence, &CaseSkipped{Code: rule.Code, Reason: "Why."}), by, "de-"+by))
		}
		r := packed()
		now := at.Add(time.Duration(rapid.IntRange(0, 20*60).Draw(rt, "later")) * time.Minute)
		for _, agent := range []string{"anna", "boris", "chloe"} {
			got, was := r.PlaceFor(p, team.Seat(agent), now), plain.PlaceFor(p, team.Seat(agent), now)
			rest := min(minutesOf(codes[agent].Rest), max(c.Plan.FirstDue.Sub(at)/2, restLeast))
			back := p.opensFrom(c.Customer.Phone, at.Add(rest))
			switch waits := codes[agent].Words != "" || codes[agent].Rest > 0; {
			case !waits || !now.Before(back):
				if diff := cmp.Diff(was, got); diff != "" {
					rt.Fatalf("for %s it has another place: %s", agent, diff)
				}
			case got.Ready:
				rt.Fatalf("%s is served what they skipped %s ago", agent, now.Sub(at))
			case was.Ready && (got.Cause != WaitsSkipped || !got.At.Equal(back)):
				rt.Fatalf("it comes back at %s: %+v", got.At, got)
			case got.Tier != was.Tier || got.Points != was.Points:
				rt.Fatalf("it is worth less: %+v, %+v", got, was)
			}
		}
		if got := r.PlaceFor(p, NewRoster([]Agent{{ID: "anna"}}).Seat("anna"), now); got.Cause == WaitsSkipped {
			rt.Fatal("who has no colleague waits for them")
		}
	})
}

func ranked(r Rank, ok bool) Rank {
	if !ok {
		panic("the case is not open")
	}
	return r
}

// What belongs to the one who skipped it is nobody else's to call, and an agreed
// time is kept; whoever called since has the say.
func TestWhatIsSkippedAndServedAllTheSame(t *testing.T) {
	p := DefaultPolicy("main")
	skipped := func(c Case) Case {
		c, _ = Apply(p, c, event(t, "ev-skip", t0.Add(30*time.Hour), c.Fence, &CaseSkipped{Code: SkipKnown, Reason: "I know this person."}))
		return c
	}
	now := t0.Add(30*time.Hour + 20*time.Minute)
	own := skipped(opened(t, p, 2))
	own.Plan.Owner = "anna"
	agreed := opened(t, p, 2)
	agreed.State, agreed.Plan.Callback = CallbackScheduled, &Callback{At: now}
	called := skipped(opened(t, p, 2))
	called.Attempts = append(called.Attempts, Attempt{At: t0.Add(30*time.Hour + time.Minute), Disposition: TechnicalFailure})
	for name, c := range map[string]Case{"their own": own, "agreed": skipped(agreed), "called since": called} {
		if got := ranked(RankOf(p, c)).Place(p, "anna", now); got.Cause == WaitsSkipped {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := ranked(RankOf(p, skipped(opened(t, p, 2)))).Place(p, "anna", now); got.Cause != WaitsSkipped {
		t.Errorf("what is anyone's: %+v", got)
	}
}
