package callback

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func drawRank(rt *rapid.T) Rank {
	share := func(name string) float64 { return float64(rapid.IntRange(0, 10000).Draw(rt, name)) / 10000 }
	at := func(name string) time.Time {
		return t0.Add(time.Duration(rapid.IntRange(-5000, 5000).Draw(rt, name)) * time.Minute)
	}
	maybe := func(name string) time.Time {
		if rapid.Bool().Draw(rt, name+"?") {
			return time.Time{}
		}
		return at(name)
	}
	return Rank{
		State: rapid.SampledFrom(rankStates).Draw(rt, "state"), Kind: rapid.SampledFrom(rankKinds).Draw(rt, "kind"),
		AnsweredAt: at("answered"), Due: at("due"), NotBefore: maybe("not before"), Cap: Cap(rapid.IntRange(0, 3).Draw(rt, "cap")), Callback: maybe("callback"),
		Missed: rapid.Bool().Draw(rt, "missed"), Owner: rapid.SampledFrom([]string{"", "anna", "борис"}).Draw(rt, "owner"),
		Holder: rapid.SampledFrom([]string{"", "anna"}).Draw(rt, "holder"), Held: maybe("held"),
		Region:   rapid.SampledFrom([]string{"", "ES", "US"}).Draw(rt, "region"),
		Zones:    rapid.SampledFrom([][]string{nil, {"Europe/Madrid"}, {"America/New_York", "America/Los_Angeles"}}).Draw(rt, "zones"),
		Callable: rapid.Bool().Draw(rt, "callable"), Attempts: rapid.IntRange(0, 20).Draw(rt, "attempts"),
		Severity: share("severity"), Value: share("value"), Role: share("role"), Reach: share("reach"),
		Repeat: share("repeat"), Signal: share("signal"), Needs: drawNeeds(rt, maybe),
	}
}

func drawNeeds(rt *rapid.T, until func(string) time.Time) []Need {
	var out []Need
	for _, n := range []Need{{Sort: NeedsLanguage, Name: "es"}, {Sort: NeedsSkill, Name: "recovery"}, {Sort: NeedsOther, Name: "anna"}, {Sort: NeedsOther, Name: "борис"}} {
		if rapid.Bool().Draw(rt, "needs "+n.Name) {
			n.Until = until(n.Name + " until")
			out = append(out, n)
		}
	}
	return out
}

// drawTeam is a team of three of whom anything may be said, and one who has left.
func drawTeam(rt *rapid.T) *Roster {
	var list []Agent
	for _, id := range []string{"anna", "борис", "chloe", "gone"} {
		a := Agent{ID: id, Role: RoleAgent, Gone: id == "gone"}
		a.Languages = rapid.SampledFrom([][]string{nil, {"en"}, {"es"}, {"en", "es-MX"}}).Draw(rt, id+" speaks")
		a.Skills = rapid.SampledFrom([][]string{nil, {"recovery"}}).Draw(rt, id+" can")
		list = append(list, a)
	}
	return NewRoster(list)
}

func TestRanksRoundTripAndDamageIsNoticed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := drawRank(rt)
		b := AppendRank(nil, want)
		got, err := ParseRank(b, nil)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
		row, model := got.Split()
		if diff := cmp.Diff(want, row.Join(model)); diff != "" {
			rt.Fatalf("taken apart and put together: %s", diff)
		}
		// What a program writes that knows of no needs is a whole rank.
		plain := want
		plain.Needs = nil
		whole := len(AppendRank(nil, plain))
		if cut := rapid.IntRange(0, len(b)-1).Draw(rt, "cut"); cut != whole {
			if _, err := ParseRank(b[:cut], nil); err == nil {
				rt.Fatal("a cut rank was read")
			}
		} else if got, err := ParseRank(b[:cut], nil); err != nil || !cmp.Equal(plain, got) {
			rt.Fatalf("a rank without needs: %+v, %v", got, err)
		}
	})
}

func TestPlacesExplainThemselvesAndAreMonotone(t *testing.T) {
	p := DefaultPolicy("main")
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRank(rt)
		now := t0.Add(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "now")) * time.Minute)
		who := drawTeam(rt).Seat("anna")
		place := r.PlaceFor(p, who, now)
		sum := 0.0
		for _, f := range r.ExplainFor(p, who, now) {
			sum += f.Points
		}
		if math.Abs(sum-place.Points) > 1e-9 {
			rt.Fatalf("factors add up to %f, points are %f", sum, place.Points)
		}
		if place.Ready != (place.Wait == "") {
			rt.Fatalf("ready %v, waits for %q", place.Ready, place.Wait)
		}
		worse := r
		worse.Severity = 1
		if worse.points(p, who, now, nil) < place.Points {
			rt.Fatal("a worse score came later")
		}
		later := r.points(p, who, now.Add(time.Hour), nil)
		if later < place.Points-1e-9 {
			rt.Fatal("waiting made a case less urgent")
		}
		tried := r
		tried.Attempts++
		if tried.points(p, who, now, nil) >= place.Points {
			rt.Fatal("an attempt did not make room for others")
		}
		if place.Ready && !p.AskedTime(r.Zones, now) {
			rt.Fatalf("served outside the legal hours: %v at %s", r.Zones, now)
		}
	})
}

func TestWhyACaseWaits(t *testing.T) {
	p := DefaultPolicy("main")
	monday15 := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	base := Rank{State: New, Kind: KindDetractor, AnsweredAt: t0, Due: t0.Add(80 * time.Hour), Zones: []string{"Europe/Madrid"}, Callable: true}
	with := func(f func(*Rank)) Rank { r := base; f(&r); return r }
	tests := []struct {
		name  string
		rank  Rank
		now   time.Time
		ready bool
		wait  string
	}{
		{"ready", base, monday15, true, ""},
		{"no number", with(func(r *Rank) { r.Callable = false }), monday15, false, "no number to dial"},
		{"night", base, time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC), false, "opens Tue 09:00 in Madrid"},
		{"one zone shut", with(func(r *Rank) { r.Zones = []string{"Europe/Madrid", "Asia/Tokyo"} }), monday15, false, "opens Tue 17:00 in Tokyo"},
		{"held", with(func(r *Rank) { r.Holder, r.Held = "boris", monday15.Add(time.Minute) }), monday15, false, "held by boris"},
		{"held by me", with(func(r *Rank) { r.Holder, r.Held = "anna", monday15.Add(time.Minute) }), monday15, true, ""},
		{"lease over", with(func(r *Rank) { r.Holder, r.Held = "boris", monday15 }), monday15, true, ""},
		{"retry", with(func(r *Rank) { r.State, r.NotBefore = RetryWait, monday15.Add(time.Hour) }), monday15, false, "tried before, next try"},
		{"review", with(func(r *Rank) { r.State = Review }), monday15, false, "a supervisor is to look at it"},
		{
			"callback of another", with(func(r *Rank) { r.State, r.Owner, r.Callback = CallbackScheduled, "boris", monday15 }), monday15, false, "callback of boris",
		},
		{
			"callback of another, overdue", with(func(r *Rank) {
				r.State, r.Owner, r.Callback = CallbackScheduled, "boris", monday15.Add(-31*time.Minute)
			}), monday15, true, "",
		},
		{
			"callback agreed for the evening, outside the window", with(func(r *Rank) {
				r.State, r.Callback = CallbackScheduled, time.Date(2026, 3, 1, 19, 0, 0, 0, time.UTC) // a Sunday, 20:00 in Madrid
			}), time.Date(2026, 3, 1, 19, 0, 0, 0, time.UTC), true, "",
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got := tc.rank.Place(p, "anna", tc.now)
			if got.Ready != tc.ready || got.Wait != tc.wait {
				t.Errorf("ready %v, %q; want %v, %q", got.Ready, got.Wait, tc.ready, tc.wait)
			}
		})
	}
	due := with(func(r *Rank) { r.State, r.Callback = CallbackScheduled, monday15 }).Place(p, "anna", monday15)
	request := with(func(r *Rank) { r.Kind = KindRequest }).Place(p, "anna", monday15)
	late := with(func(r *Rank) { r.Due = t0.Add(time.Hour) }).Place(p, "anna", monday15)
	rest := base.Place(p, "anna", monday15)
	waiting := with(func(r *Rank) { r.State = Review }).Place(p, "anna", monday15)
	order := []Place{due, request, late, rest, waiting}
	for i := range order[1:] {
		if !order[i].Before(order[i+1]) || order[i+1].Before(order[i]) {
			t.Errorf("place %d does not come before the next", i)
		}
	}
}

// Whoever agreed to a time that has come goes before whoever agreed to a later
// one, whatever else their cases weigh; among themselves they go by points.
func TestDueCallsGoBeforeEarlyOnesProperty(t *testing.T) {
	p := DefaultPolicy("north")
	now := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, off time.Duration) Place {
			share := rapid.Float64Range(0, 1)
			r := Rank{
				State: CallbackScheduled, Kind: KindDetractor, Callback: now.Add(off), Callable: true, Zones: []string{"Europe/London"},
				AnsweredAt: now.Add(-time.Duration(rapid.IntRange(1, 500).Draw(t, name+" age")) * time.Hour), Attempts: rapid.IntRange(0, 5).Draw(t, name+" attempts"),
				Severity: share.Draw(t, name+" severity"), Value: share.Draw(t, name+" value"), Role: share.Draw(t, name+" role"),
			}
			r.Due = r.AnsweredAt.Add(time.Duration(rapid.IntRange(1, 500).Draw(t, name+" due")) * time.Hour)
			return r.Place(p, "", now)
		}
		late := draw("late", -time.Duration(rapid.IntRange(0, 300).Draw(t, "late"))*time.Minute)
		early := draw("early", time.Duration(rapid.IntRange(1, int(CallbackLead/time.Minute)).Draw(t, "early"))*time.Minute)
		if !late.Ready || !early.Ready || late.Early || !early.Early {
			t.Fatalf("late %+v, early %+v", late, early)
		}
		if !late.Before(early) || early.Before(late) {
			t.Fatalf("%+v does not go before %+v", late, early)
		}
		other := draw("other", -time.Minute)
		if late.Before(other) != (late.Points > other.Points) {
			t.Fatalf("%+v and %+v are not in the order of their points", late, other)
		}
	})
}
