package sample

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// season is a team's history, with the cases folded as a server folds them.
type season struct {
	team     Team
	events   []callback.Event
	cases    map[string]callback.Case
	verdicts []callback.Verdict
}

// openAll opens the cases of a team as a server would, each under an id of the
// server's own.
func openAll(t testing.TB, y Year, team Team) (map[string]string, map[string]callback.Case) {
	t.Helper()
	opened, cases := map[string]string{}, map[string]callback.Case{}
	for _, r := range y.Responses(team.ID) {
		resp := callback.Response{
			ID: "re-" + r.ExternalID, Source: r.Source, ExternalID: r.ExternalID, Score: r.Score, Comment: r.Comment,
			Asked: r.Asked, AskedFor: r.AskedFor, AnsweredAt: r.AnsweredAt,
		}
		d := team.Policy.Decide(resp)
		if !d.Open {
			continue
		}
		id := "case-" + r.ExternalID
		opened[r.ExternalID] = id
		e, err := callback.NewEvent("open-"+id, id, &callback.CaseOpened{
			CaseKind: d.Kind, Response: resp, Plan: d.Plan,
			Customer: callback.Customer{ID: r.Person.Ref, Value: -1, Phone: callback.Phone{
				E164: national(r), Region: r.Person.Region, Zones: []string{r.Person.Zone},
			}, Others: othersOf(r)},
		})
		if err != nil {
			t.Fatal(err)
		}
		e.Team, e.Device, e.At = team.ID, "the server's own", r.AnsweredAt
		c, v := callback.Apply(team.Policy, callback.Case{}, e)
		if v.Status != callback.Applied {
			t.Fatalf("open %s: %v", id, v)
		}
		cases[id] = c
	}
	return opened, cases
}

// othersOf reads the further numbers of a response as a server does.
func othersOf(r callback.Intake) []callback.Phone {
	var out []callback.Phone
	for _, p := range r.Person.Phones {
		number, region := nationalAt(p.Number, r.Person.Region), r.Person.Region
		switch {
		case strings.HasPrefix(number, "+61"):
			region = "AU"
		case strings.HasPrefix(number, "+44"):
			region = "GB"
		case region != "CA":
			region = "US"
		}
		out = append(out, callback.Phone{E164: number, Raw: p.Number, Region: region, Zones: []string{r.Person.Zone}, Kind: p.Kind})
	}
	return out
}

func playAll(t testing.TB, y Year) []season {
	t.Helper()
	var out []season
	for _, team := range y.Teams {
		opened, cases := openAll(t, y, team)
		s := season{team: team, cases: cases, events: y.History(team.ID, opened)}
		for _, e := range s.events {
			c, v := callback.Apply(team.Policy, s.cases[e.CaseID], e)
			s.cases[e.CaseID] = c
			s.verdicts = append(s.verdicts, v)
		}
		out = append(out, s)
	}
	return out
}

var seasons []season

func testSeasons(t testing.TB) []season {
	t.Helper()
	if seasons == nil {
		seasons = playAll(t, testYear)
	}
	return seasons
}

func TestHistoryFoldsAtTheServer(t *testing.T) {
	for _, s := range testSeasons(t) {
		if len(s.events) < 2500 {
			t.Errorf("%s has only %d events", s.team.ID, len(s.events))
		}
		odd := map[callback.Verdict]int{}
		for _, v := range s.verdicts {
			if v.Status != callback.Applied {
				odd[v]++
			}
		}
		want := callback.Verdict{Status: callback.Shadowed, Reason: callback.ReasonAlreadyResolved}
		if len(odd) != 1 || odd[want] != Shadowed {
			t.Errorf("%s: verdicts other than applied: %v, want %d of %v", s.team.ID, odd, Shadowed, want)
		}
	}
}

func TestHistoryIsWellFormed(t *testing.T) {
	for _, s := range testSeasons(t) {
		seq, agent, ids := map[string]uint64{}, map[string]string{}, map[string]bool{}
		var last time.Time
		for _, e := range s.events {
			if err := e.Validate(); err != nil {
				t.Fatal(err)
			}
			spec, ok := e.Kind.Spec()
			if clock := e.Device == "server" && e.Agent == ""; !ok || spec.Desk == clock {
				t.Fatalf("%s is not a desk's to record", e.Kind)
			}
			if seq[e.Stream]++; e.Seq != seq[e.Stream] {
				t.Fatalf("stream %s: number %d after %d", e.Stream, e.Seq, seq[e.Stream]-1)
			}
			if a := agent[e.Device+e.Stream]; a != "" && a != e.Agent {
				t.Fatalf("stream %s is both %s's and %s's", e.Stream, a, e.Agent)
			}
			agent[e.Device+e.Stream] = e.Agent
			if ids[e.ID] || !uuidV7.MatchString(e.ID) {
				t.Fatalf("event id %q is used twice or is no UUIDv7", e.ID)
			}
			ids[e.ID] = true
			at := e.EffectiveAt()
			if at.Before(last) || at.After(testYear.Now) || e.Team != s.team.ID {
				t.Fatalf("event %s at %v follows one at %v", e.ID, at, last)
			}
			last = at
		}
	}
}

func TestHistoryIsDeterministic(t *testing.T) {
	small := func(seed uint64) []season {
		return playAll(t, Make(Options{Seed: seed, Now: testNow, Responses: 2500}))
	}
	first, again, other := small(1), small(1), small(7)
	for i, s := range first {
		want := digest(t, s.events)
		if digest(t, again[i].events) != want {
			t.Errorf("%s: the same seed gave another history", s.team.ID)
		}
		if digest(t, other[i].events) == want {
			t.Errorf("%s: another seed gave the same history", s.team.ID)
		}
	}
}

func TestHistoryOfSomeCasesOnly(t *testing.T) {
	team := testYear.Teams[0]
	opened, _ := openAll(t, testYear, team)
	few := map[string]string{"S-000000": "a case of no response of ours"}
	for ext, id := range opened {
		if ext[len(ext)-1]%2 == 0 {
			few[ext] = id
		}
	}
	outside := map[string]bool{}
	for _, e := range testYear.History(team.ID, few) {
		if e.Kind == callback.KindAdHocOpened {
			outside[e.CaseID] = true
		}
		if outside[e.CaseID] {
			continue
		}
		if ext := e.CaseID[len("case-"):]; few[ext] != e.CaseID {
			t.Fatalf("an event on %s, which was not opened", e.CaseID)
		}
	}
	if got := testYear.History("nobody", opened); got != nil {
		t.Errorf("a team that does not exist has %d events", len(got))
	}
}

// calls reads all calls of a season in order.
func (s season) calls(t *testing.T, each func(e callback.Event, r *callback.CallRecorded, start time.Time)) {
	t.Helper()
	for _, e := range s.events {
		if e.Kind != callback.KindCallRecorded {
			continue
		}
		p, err := e.Decode()
		if err != nil {
			t.Fatal(err)
		}
		r := p.(*callback.CallRecorded)
		each(e, r, r.StartedAt.Add(time.Duration(*e.SkewMS)*time.Millisecond))
	}
}

func TestCallsAreMadeWhenTheyMayBe(t *testing.T) {
	for _, s := range testSeasons(t) {
		k := newClock(s.team.Policy)
		s.calls(t, func(e callback.Event, r *callback.CallRecorded, start time.Time) {
			c := s.cases[e.CaseID]
			phone := c.Customer.Phone
			for _, p := range c.Customer.All() {
				if p.E164 == r.Number {
					phone = p // it may be another one's turn by now
				}
			}
			local := start.In(location(phone.Zones[0]))
			if h := local.Hour(); h < 8 || h >= 21 {
				t.Errorf("%s called a customer in %s at %s", e.Agent, phone.Zones[0], local)
			}
			asked := agreed(c, r.AttemptID)
			if o := s.team.Policy.Window(phone.Region, phone.Zones, start); !o.Open && !asked {
				t.Errorf("%s called %s outside the window, at %s", e.Agent, e.CaseID, local)
			}
			if at := k.open(start); at.After(start) {
				t.Errorf("%s worked at %s, when the team does not", e.Agent, start.In(k.loc))
			}
		})
	}
}

// agreed tells whether the customer had agreed to a call.
func agreed(c callback.Case, attempt string) bool {
	for _, a := range c.Attempts {
		if a.ID == attempt {
			return a.Agreed
		}
	}
	return false
}

func TestBarriersTellWhichLanguageWasHeard(t *testing.T) {
	heard := map[string]int{}
	for _, s := range testSeasons(t) {
		s.calls(t, func(e callback.Event, r *callback.CallRecorded, _ time.Time) {
			if r.Disposition != callback.LanguageBarrier {
				return
			}
			heard[r.Language]++
			if c := s.cases[e.CaseID]; r.Language != "" && c.Language() == "" {
				t.Errorf("%s forgets that %s was heard", e.CaseID, r.Language)
			}
		})
	}
	if len(heard) < 3 || heard["en"] > 0 {
		t.Errorf("heard were %v", heard)
	}
}

func TestNobodyIsOnTwoCalls(t *testing.T) {
	for _, s := range testSeasons(t) {
		busy := map[string]time.Time{}
		s.calls(t, func(e callback.Event, r *callback.CallRecorded, start time.Time) {
			if start.Before(busy[e.Agent].Add(-time.Second)) {
				t.Errorf("%s rang %s at %v while on the line until %v", e.Agent, e.CaseID, start, busy[e.Agent])
			}
			busy[e.Agent] = start.Add(time.Duration(r.Ring+r.Talk+r.WrapUp) * time.Second)
		})
	}
}

func TestRetryRulesAreKept(t *testing.T) {
	for _, s := range testSeasons(t) {
		rules := s.team.Policy.Retry
		for id, c := range s.cases {
			days := map[string]int{}
			voicemails := 0
			for _, a := range c.Attempts {
				if rule, _ := a.Disposition.Rule(); rule.Counts && !a.Agreed {
					days[a.At.In(location(c.Customer.Phone.Zones[0])).Format(time.DateOnly)]++
				}
				voicemails += count(a.Disposition == callback.VoicemailLeft)
			}
			for day, n := range days {
				if n > rules.PerDay {
					t.Errorf("%s was tried %d times on %s", id, n, day)
				}
			}
			if c.Counted() > rules.MaxAttempts || voicemails > rules.MaxVoicemails*c.Round {
				t.Errorf("%s: %d attempts, %d messages", id, c.Counted(), voicemails)
			}
		}
	}
}

func TestEveryKindOfEventAndEnding(t *testing.T) {
	kinds, ends, resolutions := map[callback.EventKind]int{}, map[callback.Disposition]int{}, map[callback.Resolution]int{}
	for _, s := range testSeasons(t) {
		for _, e := range s.events {
			kinds[e.Kind]++
		}
		for _, c := range s.cases {
			for _, a := range c.Attempts {
				ends[a.Disposition]++
			}
			if c.Closing != nil {
				resolutions[c.Closing.Resolution]++
			}
		}
	}
	for _, k := range callback.Kinds() {
		if k.Desk && kinds[k.Kind] == 0 {
			t.Errorf("nobody recorded %s", k.Kind)
		}
	}
	for _, d := range callback.Dispositions() {
		if d.Code != callback.Thanked && ends[d.Code] == 0 {
			t.Errorf("no call ended with %s, %s", d.Code, d.Meaning)
		}
	}
	for _, r := range []callback.Resolution{
		callback.Resolved, callback.PromiseKept, callback.PromiseBrokenClosed, callback.Listened, callback.EscalatedClosed,
		callback.Lost, callback.Refused, callback.ResolvedSuppressed, callback.Exhausted, callback.AgedOut,
		callback.UnreachData, callback.StaleContact,
	} {
		if resolutions[r] == 0 {
			t.Errorf("no case ended as %s", r)
		}
	}
}

// TestConversionIsTheSources: a quarter of the detractors who were called to
// promoter and a third to passive, where "called" lies between those who were
// reached and those who gave a second score. For every seed each of the two
// shares is within 6 points of the source's, on its own side of it.
func TestConversionIsTheSources(t *testing.T) {
	var pooled []callback.Day
	for seed := uint64(1); seed <= 3; seed++ {
		list := testSeasons(t)
		if seed > 1 {
			list = playAll(t, Make(Options{Seed: seed, Now: testNow}))
		}
		days := daysOf(list)
		pooled = append(pooled, days...)
		b := callback.BoardOf("", "", days, nil)
		for _, c := range []struct {
			name      string
			p         float64
			low, high float64
		}{
			{"re-scored to promoter", b.ToPromoter.Rescored.P, 0.25, 0.30},
			{"contacted to promoter", b.ToPromoter.Contacted.P, 0.205, 0.25},
			{"re-scored to passive", b.Recovery.Rescored.P - b.ToPromoter.Rescored.P, 0.33, 0.39},
			{"contacted to passive", b.Recovery.Contacted.P - b.ToPromoter.Contacted.P, 0.27, 0.33},
			{"contacted at all", b.Contact.P, 0.5, 0.66},
			{"promises kept", b.Promises.P, 0.78, 0.92},
			{"first attempt in time", b.InTime.P, 0.65, 0.92},
			{"coverage", b.Coverage.P, 0.92, 0.99},
		} {
			if c.p < c.low || c.p > c.high {
				t.Errorf("seed %d: %s %.3f, want %.3f–%.3f", seed, c.name, c.p, c.low, c.high)
			}
		}
	}
	agentsDiffer(t, callback.BoardOf("", "", pooled, nil))
}

func daysOf(list []season) []callback.Day {
	var days []callback.Day
	for _, s := range list {
		for _, c := range s.cases {
			days = append(days, callback.Tally(c, s.team.Policy.Location())...)
		}
	}
	return days
}

// agentsDiffer checks, over several years, that two agents are better than
// their colleagues, one is worse, and one is new.
func agentsDiffer(t *testing.T, b callback.Board) {
	t.Helper()
	share, calls := map[string]float64{}, map[string]int{}
	for _, s := range b.Standings {
		share[s.Agent], calls[s.Agent] = s.Raw.P, s.Counts.Attempts
	}
	for better, others := range map[string][]string{
		"maya": {"tomasz", "callum"}, "aroha": {"daniel", "priya", "lucas"}, "tomasz": {"callum"},
	} {
		for _, o := range others {
			if share[better] <= share[o] {
				t.Errorf("%s recovers %.3f, %s %.3f", better, share[better], o, share[o])
			}
		}
	}
	if calls["ines"] == 0 || calls["ines"]*8 > calls["maya"] {
		t.Errorf("the newcomer made %d calls, maya %d", calls["ines"], calls["maya"])
	}
}

func BenchmarkHistory(b *testing.B) {
	team := testYear.Teams[0]
	opened, _ := openAll(b, testYear, team)
	for b.Loop() {
		if len(testYear.History(team.ID, opened)) == 0 {
			b.Fatal("nothing happened")
		}
	}
}

func ExampleYear_History() {
	y := Make(Options{Seed: 1, Now: testNow})
	opened := map[string]string{}
	for _, r := range y.Responses("north") {
		if r.Asked || callback.CategoryOf(r.Score) == callback.Detractor {
			opened[r.ExternalID] = "the server's id of " + r.ExternalID
		}
	}
	fmt.Println(len(y.History("north", opened)) > 0)
	// Output: true
}
