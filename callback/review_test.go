package callback

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func skip(code SkipCode) *CaseSkipped { return &CaseSkipped{Code: code, Reason: "because"} }

func TestSkipsGoToReview(t *testing.T) {
	p := DefaultPolicy("main")
	for _, tc := range []struct {
		name  string
		steps []step
		state State
		cause HoldCause
	}{
		{"once", []step{{"anna", 2, skip(SkipKnown), ""}}, New, ""},
		{"three times", []step{{"anna", 2, skip(SkipKnown), ""}, {"boris", 3, skip(SkipOther), ""}, {"anna", 4, skip(SkipFacts), ""}}, Review, HeldSkips},
		{"abusive", []step{{"anna", 2, skip(SkipAbusive), ""}}, Review, HeldAbusive},
		{"a number of many", []step{{"anna", 2, skip(SkipNumber), ""}}, Review, HeldNumber},
		{"with a supervisor", []step{{"anna", 2, &CaseEscalated{Reason: "Help."}, ""}, {"boris", 3, skip(SkipAbusive), ""}}, Escalated, ""},
		{"closed", []step{{"anna", 2, complete(TalkedResolved), ""}, {"boris", 3, skip(SkipAbusive), ReasonCaseClosed}}, Closed, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := walk(t, p, opened(t, p, 2), tc.steps...)
			var cause HoldCause
			if c.Hold != nil {
				cause = c.Hold.Cause
			}
			if c.State != tc.state || cause != tc.cause {
				t.Errorf("%s, held for %q", c.State, cause)
			}
		})
	}
}

func TestASupervisorClearsAReview(t *testing.T) {
	p := DefaultPolicy("main")
	abusive := step{"anna", 3, skip(SkipAbusive), ""}
	for _, tc := range []struct {
		name   string
		before []step
		word   *ReviewSettled
		state  State
		owner  string
	}{
		{"back to the queue", []step{abusive}, &ReviewSettled{}, New, ""},
		{"to somebody", []step{abusive}, &ReviewSettled{To: "boris"}, New, "boris"},
		{"after a call", []step{{"anna", 2, complete(NoAnswer), ""}, abusive}, &ReviewSettled{}, RetryWait, ""},
		{"with a promise", []step{{"anna", 2, complete(TalkedPromise), ""}, abusive}, &ReviewSettled{To: "anna"}, InProgress, "anna"},
		{"with a callback", []step{{"anna", 2, complete(CallbackMine), ""}, abusive}, &ReviewSettled{To: "boris"}, CallbackScheduled, "boris"},
		{"closed", []step{abusive}, &ReviewSettled{Resolution: Refused}, Closed, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := walk(t, p, opened(t, p, 2), tc.before...)
			agreed := c.Plan.Callback
			c = walk(t, p, c, step{sofia, 5, tc.word, ""})
			if c.State != tc.state || c.Plan.Owner != tc.owner || c.Hold != nil {
				t.Fatalf("%s, %+v, %+v", c.State, c.Plan, c.Hold)
			}
			if c.State == CallbackScheduled && !c.Plan.NotBefore.Equal(agreed.At) {
				t.Errorf("the agreed time is lost: %+v", c.Plan)
			}
			if c.State.Open() && c.Plan.NotBefore.IsZero() {
				t.Error("it has no next time")
			}
			walk(t, p, c, step{sofia, 6, tc.word, ReasonNotHeld})
		})
	}
	for name, bad := range map[string]*ReviewSettled{
		"both": {To: "boris", Resolution: Refused}, "unknown": {Resolution: "GONE"}, "do-not-call": {Resolution: ResolvedSuppressed},
	} {
		if bad.Validate() == nil {
			t.Errorf("%s is not refused", name)
		}
	}
}

// A case that is held waits for everybody, whatever its hours.
func TestAHeldCaseIsServedToNobody(t *testing.T) {
	p := DefaultPolicy("main")
	c := walk(t, p, opened(t, p, 2), step{"anna", 2, skip(SkipAbusive), ""})
	r, ok := RankOf(p, c)
	if !ok {
		t.Fatal("it is in no queue")
	}
	for _, agent := range []string{"anna", sofia} {
		if got := r.Place(p, agent, t0.Add(6*time.Hour)); got.Ready || got.Cause != WaitsReview {
			t.Errorf("%s: %+v", agent, got)
		}
	}
}

// mixDays gives the days of agents who dialled and skipped so often in a band.
func mixDays(band SkipBand, dials, skips map[string]int) []Day {
	var out []Day
	for agent := range dials {
		d := Day{Agent: agent, Date: "2026-03-02"}
		d.Dials[band], d.SkipsOf[band], d.Skips = dials[agent], skips[agent], skips[agent]
		d.SkipReasons[0] = skips[agent]
		out = append(out, d)
	}
	return out
}

// Who passes over the hard cases stands out; who only gets them does not.
func TestSkipMixComparesLikeWithLike(t *testing.T) {
	days := mixDays(BandLow, map[string]int{"anna": 90, "boris": 60, "clara": 90}, map[string]int{"anna": 10, "boris": 40, "clara": 10})
	days = append(days, mixDays(BandHigh, map[string]int{"dora": 100, "emil": 100}, map[string]int{"dora": 1, "emil": 1})...)
	b := BoardOf("", "", days, func(id string) string { return "Name of " + id })
	if len(b.Skips) != 5 || b.Skips[0].Agent != "boris" || b.Skips[0].Name != "Name of boris" {
		t.Fatalf("%+v", b.Skips)
	}
	byAgent := map[string]SkipMix{}
	expected := 0.0
	for _, m := range b.Skips {
		byAgent[m.Agent] = m
		expected += m.Expected
		if m.Unusual != (m.Agent == "boris") {
			t.Errorf("%s: %+v", m.Agent, m)
		}
	}
	if m := byAgent["boris"]; m.Served != 100 || m.Skipped != 40 || math.Abs(m.Expected-20) > 1e-9 || math.Abs(m.Ratio-2) > 1e-9 || m.Low < 1.4 || m.High > 2.8 {
		t.Errorf("boris: %+v", m)
	}
	if m := byAgent["dora"]; math.Abs(m.Ratio-1) > 1e-9 {
		t.Errorf("dora passes over as little as emil: %+v", m)
	}
	if math.Abs(expected-62) > 1e-9 {
		t.Errorf("%.2f were expected of the team that skipped 62", expected)
	}
	if r := byAgent["anna"].Reasons; len(r) != len(SkipRules()) || r[0].Count != 10 {
		t.Errorf("reasons: %+v", r)
	}
}

// What is expected of all together is what they did, and intervals hold their
// ratio.
func TestSkipMixAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var days []Day
		skips := 0
		for i := range rapid.IntRange(1, 8).Draw(rt, "agents") {
			d := Day{Agent: fmt.Sprint("a", i), Date: "2026-03-02"}
			for b := range skipBands {
				d.Dials[b], d.SkipsOf[b] = rapid.IntRange(0, 50).Draw(rt, "dials"), rapid.IntRange(0, 20).Draw(rt, "skips")
				d.Skips += d.SkipsOf[b]
			}
			skips += d.Skips
			days = append(days, d)
		}
		expected, left := 0.0, 0.0
		listed := map[string]bool{}
		for _, m := range BoardOf("", "", days, nil).Skips {
			listed[m.Agent] = true
			expected += m.Expected
			if m.Low > m.Ratio || m.High < m.Ratio || m.Low < 0 {
				rt.Fatalf("%+v", m)
			}
		}
		for _, d := range days {
			if !listed[d.Agent] {
				left++
			}
		}
		if left == 0 && math.Abs(expected-float64(skips)) > 1e-6 {
			rt.Fatalf("%.3f expected of %d", expected, skips)
		}
	})
}

func TestSkipTable(t *testing.T) {
	if len(skipRules) != skipCodes {
		t.Fatalf("%d rows, %d counters", len(skipRules), skipCodes)
	}
	for _, r := range SkipRules() {
		if got, ok := r.Code.Rule(); !ok || got != r {
			t.Errorf("%q: %+v", r.Code, got)
		}
		if SkipCodeOf(r.Words) != r.Code {
			t.Errorf("%q is read as %q", r.Words, SkipCodeOf(r.Words))
		}
	}
	if SkipCodeOf("They moved.") != SkipOther {
		t.Error("own words are another reason")
	}
	if (&CaseSkipped{Code: "whim", Reason: "x"}).Validate() == nil {
		t.Error("an unknown code is not refused")
	}
}
