package sample

import (
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"ringback/callback"
)

var testNow = time.Date(2026, 11, 19, 14, 37, 21, 5, time.UTC)

// testYear is shared by tests that only read.
var testYear = Make(Options{Seed: 1, Now: testNow})

func rows(y Year) []callback.Intake {
	var out []callback.Intake
	for _, t := range y.Teams {
		out = append(out, y.Responses(t.ID)...)
	}
	return out
}

func digest(t *testing.T, v any) [32]byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(raw)
}

func TestMakeIsDeterministic(t *testing.T) {
	first := digest(t, rows(testYear))
	sameMinute := Make(Options{Seed: 1, Now: testNow.Add(30 * time.Second)})
	if digest(t, rows(sameMinute)) != first {
		t.Error("the same seed in the same minute gave another year")
	}
	for name, o := range map[string]Options{
		"seed":   {Seed: 2, Now: testNow},
		"minute": {Seed: 1, Now: testNow.Add(time.Minute)},
		"size":   {Seed: 1, Now: testNow, Responses: 13999},
	} {
		if digest(t, rows(Make(o))) == first {
			t.Errorf("another %s gave the same year", name)
		}
	}
}

func TestCountsAreThoseOfTheStory(t *testing.T) {
	all := rows(testYear)
	if len(all) != 14000 {
		t.Fatalf("%d responses", len(all))
	}
	var detractors, asked, promoters, comments int
	people := map[string]bool{}
	ids := map[string]bool{}
	for _, r := range all {
		c := callback.CategoryOf(r.Score)
		detractors += count(c == callback.Detractor)
		promoters += count(c == callback.Promoter)
		asked += count(r.Asked && c != callback.Detractor)
		comments += count(r.Comment != "")
		people[r.Person.Ref], ids[r.ExternalID] = true, true
		if r.Source != "synthetic" {
			t.Fatalf("source %q does not say that it is synthetic", r.Source)
		}
		if r.AnsweredAt.After(testYear.Now) || testYear.Now.Sub(r.AnsweredAt) > 365*24*time.Hour {
			t.Fatalf("%s answered at %v, outside the year", r.ExternalID, r.AnsweredAt)
		}
	}
	share := func(name string, k int, low, high float64) {
		t.Helper()
		if p := 100 * float64(k) / float64(len(all)); p < low || p > high {
			t.Errorf("%s are %.2f %%, want %v–%v", name, p, low, high)
		}
	}
	share("detractors", detractors, 9.5, 10.5)
	share("further people who asked for a call", asked, 4.5, 5.5)
	share("promoters", promoters, 48, 53)
	share("comments", comments, 45, 55)
	if len(people) < 8000 || len(people) > 9000 {
		t.Errorf("%d customers, want about 9,000", len(people))
	}
	if len(ids) != len(all) {
		t.Errorf("%d external ids for %d responses", len(ids), len(all))
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestResponsesAreInOrderOfTime(t *testing.T) {
	for _, team := range testYear.Teams {
		list := testYear.Responses(team.ID)
		if !sort.SliceIsSorted(list, func(i, j int) bool { return list[i].AnsweredAt.Before(list[j].AnsweredAt) }) {
			t.Errorf("%s is not in order of time", team.ID)
		}
		if len(list) < 5000 {
			t.Errorf("%s has only %d responses", team.ID, len(list))
		}
	}
}

// fiction is the ranges that numbering authorities keep free for fiction.
var fiction = regexp.MustCompile(`^(\+1[2-9]\d{2}55501\d{2}|\+441632960\d{3}|\+447700900\d{3}|` +
	`\+441(13|14|15|16|17|18|21|31|41|51|61)4960\d{3}|\+61[2378](5550|7010)\d{4})$`)

var notDigits = regexp.MustCompile(`\D`)

// national reads the digits of a number as the year writes it.
func national(r callback.Intake) string { return nationalAt(r.Person.Phone, r.Person.Region) }

func nationalAt(text, region string) string {
	digits := notDigits.ReplaceAllString(strings.ReplaceAll(text, "(0)", ""), "")
	switch {
	case strings.HasPrefix(text, "+"):
		return "+" + digits
	case region == "GB":
		return "+44" + strings.TrimPrefix(digits, "0")
	case region == "AU":
		return "+61" + strings.TrimPrefix(digits, "0")
	case len(digits) == 11:
		return "+" + digits
	}
	return "+1" + digits
}

func TestOnlyNumbersKeptForFiction(t *testing.T) {
	owner := map[string]string{}
	for _, r := range rows(testYear) {
		n := national(r)
		if !fiction.MatchString(n) {
			t.Fatalf("%s has %q (%s), which may be somebody's number", r.ExternalID, r.Person.Phone, n)
		}
		if o := owner[n]; o != "" && o != r.Person.Ref {
			t.Fatalf("%s and %s share %s", o, r.Person.Ref, n)
		}
		owner[n] = r.Person.Ref
		who := testYear.byID[r.ExternalID].customer
		if want := who.phone.E164; n != want {
			t.Fatalf("%q reads as %s, want %s", r.Person.Phone, n, want)
		}
		for i, p := range r.Person.Phones {
			n := nationalAt(p.Number, r.Person.Region)
			if !fiction.MatchString(n) || n != who.others[i].E164 || p.Kind != who.others[i].Kind || p.Kind == callback.PhoneOther {
				t.Fatalf("%s also has %q (%s)", r.ExternalID, p.Number, n)
			}
			if o := owner[n]; o != "" && o != r.Person.Ref {
				t.Fatalf("%s and %s share %s", o, r.Person.Ref, n)
			}
			owner[n] = r.Person.Ref
		}
	}
}

// Some customers have more than one number, a few three, in every team.
func TestSomeHaveSeveralNumbers(t *testing.T) {
	for _, team := range testYear.Teams {
		people, several := map[string]int{}, map[int]int{}
		for _, r := range testYear.Responses(team.ID) {
			people[r.Person.Ref] = 1 + len(r.Person.Phones)
		}
		for _, n := range people {
			several[n]++
		}
		share := 100 * float64(several[2]+several[3]) / float64(len(people))
		if share < 8 || share > 20 || several[3] == 0 || several[3] > several[2]/2 || len(several) != 3 {
			t.Errorf("%s: %.1f %% have several numbers: %v", team.ID, share, several)
		}
	}
}

func TestOnlyMailDomainsKeptForExamples(t *testing.T) {
	for _, r := range rows(testYear) {
		if r.Person.Email == "" {
			continue
		}
		_, domain, _ := strings.Cut(r.Person.Email, "@")
		switch domain {
		case "example.com", "example.org", "example.net":
		default:
			t.Fatalf("%s writes from %q", r.ExternalID, r.Person.Email)
		}
	}
}

func TestOneCaseACustomer(t *testing.T) {
	owner := map[string]string{}
	for i := range testYear.answers {
		a := &testYear.answers[i]
		if !a.opens() {
			continue
		}
		if first := owner[a.Person.Ref]; first != "" {
			t.Fatalf("%s and %s of %s both open a case", first, a.ExternalID, a.Person.Ref)
		}
		owner[a.Person.Ref] = a.ExternalID
		if a.root.Driver == "" {
			t.Fatalf("%s has no root cause", a.ExternalID)
		}
	}
}

func TestCommentsAreVaried(t *testing.T) {
	seen, last := map[string]int{}, ""
	n, repeats := 0, 0
	byLanguage := map[string]int{}
	for i := range testYear.answers {
		a := &testYear.answers[i]
		if a.Comment == "" {
			continue
		}
		n++
		seen[a.Comment]++
		byLanguage[a.customer.lang]++
		repeats += count(a.Comment == last)
		last = a.Comment
		if strings.ContainsAny(a.Comment, "{}") && !contains(hostile, a.Comment) {
			t.Errorf("a slot was left open: %q", a.Comment)
		}
	}
	if ratio := float64(len(seen)) / float64(n); ratio < 0.78 {
		t.Errorf("only %.2f of %d comments are distinct", ratio, n)
	}
	if repeats > 0 {
		t.Errorf("%d comments repeat the one before them", repeats)
	}
	for _, lang := range append([]string{"en"}, languages...) {
		if byLanguage[lang] < 10 {
			t.Errorf("only %d comments in %q", byLanguage[lang], lang)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// TestCausesAreThePolicys: every complaint names a cause that the team's
// policy lists, so that boards group them.
func TestCausesAreThePolicys(t *testing.T) {
	known := map[string]bool{}
	for _, d := range testYear.Teams[0].Policy.Causes {
		known[d.Name] = true
		for _, c := range d.Causes {
			known[d.Name+"/"+c] = true
		}
	}
	for lang, b := range library() {
		for _, s := range b.order {
			name, ok := strings.CutPrefix(s, "d.")
			if !ok || strings.HasPrefix(name, "open") || strings.HasPrefix(name, "close") {
				continue
			}
			if !known[name] {
				t.Errorf("%s: section %q is not a cause of the policy", lang, s)
			}
		}
	}
}

func TestHostileCommentsAreThere(t *testing.T) {
	found := map[string]bool{}
	for _, r := range rows(testYear) {
		found[r.Comment] = true
	}
	for _, h := range hostile {
		if !found[h] {
			t.Errorf("no customer wrote %.40q", h)
		}
	}
}

func TestSmallYears(t *testing.T) {
	for _, n := range []int{1, 2, 7, 100, 900} {
		y := Make(Options{Seed: 3, Now: testNow, Responses: n})
		if got := len(rows(y)); got != n {
			t.Errorf("asked for %d responses, got %d", n, got)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	for b.Loop() {
		Make(Options{Seed: 1, Now: testNow})
	}
}
