package callback_test

import (
	"slices"
	"strings"
	"testing"

	"ringback/callback"
)

const branching = `---
id: branch-en
version: 1
title: Branches
for: detractor
language: en
product: Router, Modem
---

## Open
@ask before: Did it happen before? | first time | told us before
Say who you are.

## Told before
@when answer.before: Told us before
@ask who: Whom did they tell?
Say sorry twice.

## Money
@when reason: billing, price
@unless score: 0-2
Look at the invoice together.

## Close
Thank them.
`

func titles(g callback.Guide, call callback.GuideCall) (out []string) {
	for _, s := range g.Steps {
		if call.Shows(s) {
			out = append(out, s.Title)
		}
	}
	return out
}

func TestGuideBranches(t *testing.T) {
	t.Parallel()
	g, problems := callback.CheckGuide(branching)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if strings.Contains(g.Steps[0].Body, "@") || len(g.Steps[0].Ask) != 1 || len(g.Steps[0].Ask[0].Options) != 2 {
		t.Fatalf("the question was not taken out of the words: %+v", g.Steps[0])
	}
	one, five := 1, 5
	for name, row := range map[string]struct {
		call callback.GuideCall
		want []string
	}{
		"nothing known": {callback.GuideCall{}, []string{"Open", "Close"}},
		"answered":      {callback.GuideCall{Answers: map[string]string{"before": "told us before"}}, []string{"Open", "Told before", "Close"}},
		"other answer":  {callback.GuideCall{Answers: map[string]string{"before": "first time"}}, []string{"Open", "Close"}},
		"money":         {callback.GuideCall{Reason: "Billing", Score: &five}, []string{"Open", "Money", "Close"}},
		"unless":        {callback.GuideCall{Reason: "billing", Score: &one}, []string{"Open", "Close"}},
		"no score":      {callback.GuideCall{Reason: "price"}, []string{"Open", "Money", "Close"}},
	} {
		if got := titles(g, row.call); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}

// The guide that fits a call most exactly is taken; one whose conditions are
// not met never is.
func TestChooseByProductAndReason(t *testing.T) {
	t.Parallel()
	parse := func(id, fields string) callback.Guide {
		g, err := callback.ParseGuide("---\nid: " + id + "\ntitle: T\nversion: 1\n" + fields + "---\n\n## Open\nHello.\n")
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	guides := []callback.Guide{
		parse("all", "for: detractor\nlanguage: en\n"),
		parse("de", "for: detractor\nlanguage: de\n"),
		parse("router", "for: detractor\nlanguage: en\nproduct: Router\n"),
		parse("router-money", "for: detractor\nlanguage: en\nproduct: router\nreason: billing\n"),
		parse("promoters", "for: promoter\ncategory: promoter\n"),
	}
	nine := 9
	for want, call := range map[string]callback.GuideCall{
		"all":          {Kind: callback.KindDetractor, Product: "Cloud", Language: "fr"},
		"de":           {Kind: callback.KindDetractor, Language: "de-AT"},
		"router":       {Kind: callback.KindDetractor, Product: "ROUTER", Language: "de"},
		"router-money": {Kind: callback.KindDetractor, Product: "Router", Reason: "billing"},
		"promoters":    {Kind: callback.KindPromoter, Score: &nine},
	} {
		if got, _ := callback.Choose(guides, call); got.ID != want {
			t.Errorf("%+v gets %s, want %s", call, got.ID, want)
		}
	}
	if g, ok := callback.Choose(guides[2:], callback.GuideCall{Kind: callback.KindDetractor, Product: "Cloud"}); ok {
		t.Errorf("%s was chosen for another product", g.ID)
	}
}

func TestCheckGuideBranches(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		from, to string
		line     int
		what     string
	}{
		"unknown order":   {"@when answer", "@if answer", 15, "@if is not known"},
		"unknown field":   {"@when reason", "@when weather", 20, `unknown field "weather"`},
		"no values":       {"reason: billing, price", "reason:", 20, "field: value"},
		"score":           {"0-2", "2-11", 21, "from 0 to 10"},
		"product field":   {"product: Router, Modem", "product:", 7, "field: value"},
		"later question":  {"answer.before", "answer.after", 15, "question after is not asked in an earlier step"},
		"own question":    {"answer.before", "answer.who", 15, "question who is not asked in an earlier step"},
		"no such answer":  {"Told us before", "never", 15, "is no answer to question before"},
		"one answer":      {" | told us before", "", 11, "one answer only"},
		"empty answer":    {"first time |", " |", 11, "between bars"},
		"no words":        {"Did it happen before?", "", 11, "asks nothing"},
		"asked twice":     {"@ask who", "@ask before", 16, "asked in another step"},
		"never this kind": {"@when reason: billing, price", "@when kind: promoter", 20, "not for promoter"},
		"kind":            {"@when reason: billing, price", "@when kind: vip", 20, `kind is "vip"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got := callback.CheckGuide(strings.Replace(branching, row.from, row.to, 1))
			if !slices.ContainsFunc(got, func(p callback.GuideProblem) bool { return p.Line == row.line && strings.Contains(p.What, row.what) }) {
				t.Errorf("found %+v, want line %d: %s", got, row.line, row.what)
			}
		})
	}
	conditional := strings.ReplaceAll(strings.ReplaceAll(branching, "Say who", "@when kind: detractor\nSay who"), "Thank", "@when kind: detractor\nThank")
	if _, got := callback.CheckGuide(conditional); len(got) != 1 || !strings.Contains(got[0].What, "every step has a condition") {
		t.Errorf("a guide that can come up empty: %+v", got)
	}
}
