package server

import (
	"strings"
	"testing"

	"ringback/callback"
)

// A new policy reaches the feed; what depends on it is counted and ranked
// anew, and old events stay judged by the policy of their time.
func TestPolicyChange(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 1, "The kettle is broken.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, ended(w, "at1", callback.NoAnswer)))
		before := w.caseOf("north", id).Plan.NotBefore
		p := must(w.s.Policy(t.Context(), "north"))(t)
		p.Zone = "Pacific/Auckland"
		p.Signals = []string{"kettle"}
		p.Retry.Delays = map[callback.Disposition]int{callback.NoAnswer: 9999}
		p.Stages = []callback.Stage{{Name: "all", From: 0, To: 10, Percent: 100, Active: true}}
		p.CoolOff.Spare = []string{}
		next := must(w.s.SetPolicy(t.Context(), "sue", "north", p))(t)
		if next.Version != p.Version+1 {
			t.Fatalf("version %d", next.Version)
		}
		if got := w.caseOf("north", id).Plan.NotBefore; !got.Equal(before) {
			t.Fatal("the past was judged again")
		}
		row10 := row("2", 10, "Good.")
		if r := w.intake("north", row10); r.CasesOpened != 1 {
			t.Fatalf("under the new stages: %+v", r)
		}
		for _, d := range must(w.s.db.ask.OpenRanks(t.Context(), "north"))(t) {
			if r := must(callback.ParseRank(d.Rank, nil))(t); d.ID == id && r.Signal != 1 {
				t.Fatal("the rank does not know the new word")
			}
		}
		if _, err := w.s.SetPolicy(t.Context(), "sue", "north", p); callback.CodeOf(err) != callback.CodeConflict {
			t.Fatalf("the old version again: %v", err)
		}
		w.check()
	})
}

func TestPolicyThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(*callback.Policy){
		"zone":     func(p *callback.Policy) { p.Zone = "Mars/Olympus" },
		"stage":    func(p *callback.Policy) { p.Stages[0].To = 11 },
		"deadline": func(p *callback.Policy) { delete(p.Deadlines, callback.KindRequest) },
		"windows":  func(p *callback.Policy) { p.Windows = nil },
		"from and": func(p *callback.Policy) { p.Windows[0].Hours[1] = []callback.Span{{From: 600, To: 300}} },
		"holiday":  func(p *callback.Policy) { p.Business.Holidays = []string{"Christmas"} },
		"legal":    func(p *callback.Policy) { p.Legal.To = 5000 },
		"leases":   func(p *callback.Policy) { p.Leases.Preview = 0 },
		"retry":    func(p *callback.Policy) { p.Retry.MaxAgeDays = -1 },
		"wordings": func(p *callback.Policy) { p.Wordings = nil },
	} {
		p := callback.DefaultPolicy("north")
		breakIt(&p)
		if err := checkPolicy(p); callback.CodeOf(err) != callback.CodeInvalid || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := checkPolicy(callback.DefaultPolicy("north")); err != nil {
		t.Errorf("the default policy: %v", err)
	}
}

// The guides that a new team gets can be read, cover every kind of call in
// two languages, and leave the question for the score to the app.
func TestDefaultGuides(t *testing.T) {
	t.Parallel()
	list := must(defaultGuides())(t)
	var guides []callback.Guide
	for _, g := range list {
		guides = append(guides, g.Guide)
		if _, problems := callback.CheckGuide(g.source); len(problems) > 0 {
			t.Errorf("%s would be refused if it were published: %+v", g.ID, problems)
		}
		for _, word := range []string{"0 to 10", "от 0 до 10", "recommend", "порекоменд", "9 or 10", "detractor"} {
			for _, s := range g.Steps {
				if strings.Contains(strings.ToLower(s.Title+s.Body), word) {
					t.Errorf("%s, step %q says %q", g.ID, s.Title, word)
				}
			}
		}
	}
	for _, kind := range []callback.Kind{callback.KindRequest, callback.KindDetractor, callback.KindPassive, callback.KindPromoter, callback.KindAdHoc} {
		for _, lang := range []string{"en", "ru"} {
			g, ok := callback.Choose(guides, callback.GuideCall{Kind: kind, Language: lang})
			if !ok || g.Language != lang || len(g.For) != 1 || g.For[0] != kind || len(g.Steps) < 4 {
				t.Errorf("%s in %s: %+v", kind, lang, g.ID)
			}
		}
	}
}
