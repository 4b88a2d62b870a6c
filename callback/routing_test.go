package callback_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringback/callback"
)

// team is anna, who speaks Spanish, boris, who speaks English and recovers,
// and chloe, of whom nothing is said.
func team() *callback.Roster {
	return callback.NewRoster([]callback.Agent{
		{ID: "anna", Role: callback.RoleAgent, Languages: []string{"es-MX", "en"}},
		{ID: "boris", Role: callback.RoleAgent, Languages: []string{"en"}, Skills: []string{"recovery"}},
		{ID: "chloe", Role: callback.RoleAgent},
		{ID: "dora", Role: callback.RoleAgent, Languages: []string{"pt"}, Skills: []string{"legal"}, Gone: true},
		{ID: "tina", Role: callback.RoleTrainer, Languages: []string{"it"}},
	})
}

// aMonday is a Monday at nine in UTC, when the default hours begin.
var aMonday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func spoken(language string, score int) callback.Case {
	c := openCase("c", score, aMonday, "")
	c.Customer.Language = language
	return c
}

// A case of a language is for those who speak it, for a while; then anyone's.
// What nobody on the team speaks is anyone's at once, and so is everything to
// somebody of whom nothing is said.
func TestALanguageIsForThoseWhoSpeakIt(t *testing.T) {
	p := callback.DefaultPolicy("north")
	at := aMonday.Add(time.Minute)
	for name, tc := range map[string]struct {
		language string
		agent    string
		ready    bool
	}{
		"speaks it":              {"es", "anna", true},
		"speaks another form":    {"es-AR", "anna", true},
		"does not":               {"ES", "boris", false},
		"nothing is said":        {"es", "chloe", true},
		"a stranger to the team": {"es", "zoe", true},
		"who spoke it has left":  {"pt", "boris", true},
		"a trainer calls nobody": {"it", "boris", true},
		"not known":              {"", "boris", true},
		"no language at all":     {"@#!", "boris", true},
	} {
		r, _ := callback.RankOf(p, spoken(tc.language, 5))
		got := r.PlaceFor(p, team().Seat(tc.agent), at)
		if got.Ready != tc.ready {
			t.Errorf("%s: %+v", name, got)
		}
		if !tc.ready && (got.Cause != callback.WaitsLanguage || got.Of != "es" || !strings.Contains(got.Wait, "Spanish")) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	r, _ := callback.RankOf(p, spoken("es", 5))
	got := r.PlaceFor(p, team().Seat("boris"), at)
	if want := aMonday.Add(4 * time.Hour); !got.At.Equal(want) {
		t.Errorf("anyone's from %s, want %s", got.At, want)
	}
	if after := r.PlaceFor(p, team().Seat("boris"), got.At); !after.Ready {
		t.Errorf("at that time: %+v", after)
	}
}

// Half of the time to the deadline is the most that a case waits for anybody.
func TestNoDeadlineIsLostToALanguage(t *testing.T) {
	p := callback.DefaultPolicy("north")
	c := spoken("es", 2) // due eight business hours after the answer
	c.Plan.FirstDue = aMonday.Add(2 * time.Hour)
	r, _ := callback.RankOf(p, c)
	if got := r.PlaceFor(p, team().Seat("boris"), aMonday); !got.At.Equal(aMonday.Add(time.Hour)) {
		t.Errorf("%+v", got)
	}
	c.Plan.FirstDue = aMonday.Add(-time.Hour)
	if r, _ = callback.RankOf(p, c); !r.PlaceFor(p, team().Seat("boris"), aMonday).Ready {
		t.Error("it is late already, and still waits")
	}
}

// Whoever agreed to call does, whatever is spoken; a call that anyone may make
// is for speakers until its time, and then for all.
func TestAnAgreedCallIsMadeInAnyLanguage(t *testing.T) {
	p := callback.DefaultPolicy("north")
	c := spoken("es", 5)
	c.State = callback.CallbackScheduled
	c.Plan.Callback = &callback.Callback{At: aMonday.Add(time.Hour), Owner: "boris", SetBy: "boris"}
	c.Plan.Owner, c.Plan.NotBefore = "boris", aMonday.Add(time.Hour)
	early := aMonday.Add(50 * time.Minute)
	r, _ := callback.RankOf(p, c)
	if got := r.PlaceFor(p, team().Seat("boris"), early); !got.Ready {
		t.Errorf("boris's own: %+v", got)
	}
	c.Plan.Callback.Owner, c.Plan.Owner = "", ""
	r, _ = callback.RankOf(p, c)
	if got := r.PlaceFor(p, team().Seat("boris"), early); got.Ready || !got.At.Equal(aMonday.Add(time.Hour)) {
		t.Errorf("anyone's, early: %+v", got)
	}
	if got := r.PlaceFor(p, team().Seat("boris"), aMonday.Add(time.Hour)); !got.Ready {
		t.Errorf("anyone's, at its time: %+v", got)
	}
}

// The factor match puts a case before those whom it needs, and behind for the
// others; what all can do counts for nothing.
func TestMatchIsAFactor(t *testing.T) {
	p := callback.DefaultPolicy("north")
	points := func(c callback.Case, agent string) float64 {
		r, _ := callback.RankOf(p, c)
		for _, f := range r.ExplainFor(p, team().Seat(agent), aMonday) {
			if f.Name == "match" {
				return f.Points
			}
		}
		return 0
	}
	for name, tc := range map[string]struct {
		c     callback.Case
		agent string
		want  float64
	}{
		"speaks it":             {spoken("es", 5), "anna", 10},
		"does not":              {spoken("es", 5), "boris", -10},
		"nobody does":           {spoken("pt", 5), "anna", 0},
		"recovers":              {spoken("", 2), "boris", 10},
		"does not recover":      {spoken("", 2), "anna", -10},
		"speaks, not recovers":  {spoken("es", 2), "anna", -10},
		"a score that does not": {spoken("", 5), "boris", 0},
	} {
		if got := points(tc.c, tc.agent); got != tc.want {
			t.Errorf("%s: %+.0f, want %+.0f", name, got, tc.want)
		}
	}
}

// A skill after a refusal keeps others away, and the conditions of a rule hold
// together.
func TestSkillsByRule(t *testing.T) {
	p := callback.DefaultPolicy("north")
	c := spoken("", 5)
	c.State, c.Round = callback.RetryWait, 1
	c.Attempts = []callback.Attempt{{Disposition: callback.SoftRefusal, Round: 1, At: aMonday.AddDate(0, 0, -7)}}
	c.Plan.CloseDue = aMonday.AddDate(0, 0, 7)
	r, _ := callback.RankOf(p, c)
	if got := r.PlaceFor(p, team().Seat("anna"), aMonday); got.Ready || got.Cause != callback.WaitsSkill || got.Of != "recovery" {
		t.Errorf("%+v", got)
	}
	if got := r.PlaceFor(p, team().Seat("boris"), aMonday); !got.Ready {
		t.Errorf("%+v", got)
	}
	p.Routing.Skills = []callback.SkillRule{{
		Skill: "recovery", ValueFrom: 0.9, Kinds: []callback.Kind{callback.KindRequest}, RouteRule: callback.RouteRule{Match: callback.MatchPrefer},
	}}
	for value, want := range map[float64]int{-1: 0, 0.5: 0, 0.95: 1} {
		c := spoken("", 5)
		c.Kind, c.Customer.Value = callback.KindRequest, value
		if r, _ := callback.RankOf(p, c); len(r.Needs) != want {
			t.Errorf("value %v: %+v", value, r.Needs)
		}
		c.Kind = callback.KindDetractor
		if r, _ := callback.RankOf(p, c); len(r.Needs) != 0 {
			t.Errorf("another kind: %+v", r.Needs)
		}
	}
}

// Nothing starves: whatever a policy asks for and whatever is said of a team,
// a case that could be called is ready for somebody at once, and for everybody
// at a time that is told and kept; and what is told does not depend on the
// order of anything.
func TestRoutingStarvesNobody(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := callback.DefaultPolicy("north")
		match := rapid.SampledFrom([]callback.Match{"", callback.MatchPrefer, callback.MatchMust})
		rule := func(name string) callback.RouteRule {
			r := callback.RouteRule{Match: match.Draw(rt, name)}
			if r.Match == callback.MatchMust {
				r.OpenToAnyone = rapid.IntRange(1, 3000).Draw(rt, name+" opens")
			}
			return r
		}
		p.Routing.Language = rule("language")
		p.Routing.Skills = []callback.SkillRule{{Skill: "recovery", RouteRule: rule("recovery")}, {Skill: "legal", RouteRule: rule("legal")}}
		for i, s := range slices.Backward(p.Routing.Skills) {
			if s.Match == "" {
				p.Routing.Skills = slices.Delete(p.Routing.Skills, i, i+1)
			}
		}
		if bad := p.Problems(); len(bad) > 0 {
			rt.Fatal(bad)
		}
		var list []callback.Agent
		for _, id := range []string{"anna", "boris", "chloe"} {
			list = append(list, callback.Agent{
				ID: id, Role: callback.RoleAgent,
				Languages: rapid.SampledFrom([][]string{nil, {"en"}, {"es"}, {"pt-BR"}}).Draw(rt, id+" speaks"),
				Skills:    rapid.SampledFrom([][]string{nil, {"recovery"}, {"legal", "recovery"}}).Draw(rt, id+" can"),
			})
		}
		roster := callback.NewRoster(list)
		slices.Reverse(list)
		mirrored := callback.NewRoster(list)
		c := spoken(rapid.SampledFrom([]string{"", "es", "pt", "de"}).Draw(rt, "language"), rapid.IntRange(0, 6).Draw(rt, "score"))
		c.Customer.Phone.Zones = []string{rapid.SampledFrom([]string{"UTC", "Europe/Madrid", "Australia/Lord_Howe"}).Draw(rt, "zone")}
		c.Plan.FirstDue = aMonday.Add(time.Duration(rapid.IntRange(-500, 5000).Draw(rt, "due")) * time.Minute)
		r, _ := callback.RankOf(p, c)
		now := aMonday.Add(time.Duration(rapid.IntRange(0, 9000).Draw(rt, "now")) * time.Minute)
		for _, a := range list {
			place := r.PlaceFor(p, roster.Seat(a.ID), now)
			if other := r.PlaceFor(p, mirrored.Seat(a.ID), now); other.Wait != place.Wait || other.Points != place.Points {
				rt.Fatalf("the order of colleagues matters: %+v, %+v", place, other)
			}
			for range 20 { // hours may close before a case opens to anyone
				if place.Ready {
					break
				}
				if !place.At.After(now) || place.At.Sub(now) > 21*24*time.Hour {
					rt.Fatalf("%s waits at %s: %+v", a.ID, now, place)
				}
				place = r.PlaceFor(p, roster.Seat(a.ID), place.At)
			}
			if !place.Ready {
				rt.Fatalf("%s is never served: %+v", a.ID, place)
			}
		}
	})
}

// What the open cases ask for in vain is told when a policy is tried, unless
// nothing is said of the team at all.
func TestTrialTellsWhatNobodySpeaks(t *testing.T) {
	p := callback.DefaultPolicy("north")
	trial := func(r *callback.Roster) []callback.Unmet {
		tr := p.Trial(p, r.Seat("anna"), aMonday)
		for _, l := range []string{"es", "pt", "pt-BR", "it", ""} {
			tr.Add(spoken(l, 2))
		}
		return tr.Unmet()
	}
	want := []callback.Unmet{{Language: "pt", Cases: 2}, {Language: "it", Cases: 1}}
	if got := trial(team()); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if got := trial(callback.NewRoster([]callback.Agent{{ID: "anna", Role: callback.RoleAgent}})); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// A policy that asks for a skill which nobody on the team has says so, once;
// of a team of which nothing is said, nothing.
func TestPolicyTellsWhatNobodyCan(t *testing.T) {
	p := callback.DefaultPolicy("north")
	p.Routing.Skills = append(p.Routing.Skills,
		callback.SkillRule{Skill: "legal", RouteRule: callback.RouteRule{Match: callback.MatchPrefer}},
		callback.SkillRule{Skill: "legal", AfterRefusal: true, RouteRule: callback.RouteRule{Match: callback.MatchPrefer}})
	if got := p.Unmanned(team()); !slices.Equal(got, []callback.Unmet{{Skill: "legal"}}) || !strings.Contains(got[0].Words(), "Skill legal: nobody") {
		t.Errorf("%+v", got)
	}
	if got := p.Unmanned(callback.NewRoster([]callback.Agent{{ID: "anna", Role: callback.RoleAgent}})); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// What was heard at a language barrier is for those who speak it next, whatever
// the customer's record and their next answer say.
func TestWhatWasHeardIsForThoseWhoSpeakIt(t *testing.T) {
	p := callback.DefaultPolicy("north")
	for heard, wants := range map[string]map[string]bool{
		"es":    {"anna": true, "boris": false},
		"pt-BR": {"anna": true, "boris": true}, // nobody speaks it
		"":      {"anna": true, "boris": true},
	} {
		c := spoken("en", 5)
		c.Version = 1
		call := &callback.CallRecorded{AttemptID: "at-1", StartedAt: aMonday, Disposition: callback.LanguageBarrier, Language: heard}
		if err := call.Validate(); err != nil {
			t.Fatal(err)
		}
		e, err := callback.NewEvent("ev-1", c.ID, call)
		if err != nil {
			t.Fatal(err)
		}
		e.Agent, e.At = "boris", aMonday
		c, v := callback.Apply(p, c, e)
		if v.Status != callback.Applied || c.State != callback.RetryWait || heard != "" && c.Language() != heard {
			t.Fatalf("%+v, %s, %q", v, c.State, c.Language())
		}
		r, _ := callback.RankOf(p, c)
		for agent, ready := range wants {
			if got := r.PlaceFor(p, team().Seat(agent), c.Plan.NotBefore.Add(time.Minute)); got.Ready != ready {
				t.Errorf("%q heard, %s: %+v", heard, agent, got)
			}
		}
	}
	bad := &callback.CallRecorded{AttemptID: "at-1", StartedAt: aMonday, Disposition: callback.LanguageBarrier, Language: "Spanish"}
	if err := bad.Validate(); err == nil {
		t.Error("what is no tag was taken")
	}
}

func TestReadLanguage(t *testing.T) {
	for in, want := range map[string]string{
		"Spanish": "es", " span ": "es", "es": "es", "ES-mx": "es-MX", "Norwegian": "no", "nor": "no", "Ukr": "uk", "yue": "yue", "german": "de",
		"": "", "s": "", "sl": "sl", "Klingonish": "", "en-\x1b": "", "e": "", "xx": "",
	} {
		got, ok := callback.ReadLanguage(in)
		if got != want || ok != (want != "") {
			t.Errorf("ReadLanguage(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestLanguageTagsAndSkillNames(t *testing.T) {
	for in, want := range map[string]string{
		"EN": "en", "pt_br": "pt-BR", "zh-Hant-tw": "zh-Hant-TW", "": "", "x": "", "english": "", "en-\x1b[0m": "", "e1": "", "en-": "",
	} {
		if got := callback.LanguageTag(in); got != want {
			t.Errorf("LanguageTag(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"Recovery": "recovery", "level-2": "level-2", "": "", "two words": "", strings.Repeat("a", 33): ""} {
		if got := callback.SkillName(in); got != want {
			t.Errorf("SkillName(%q) = %q, want %q", in, got, want)
		}
	}
}
