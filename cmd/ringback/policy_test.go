package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"ringback/callback"
)

// housePolicy is a default policy, version 3, whose lists a test may change.
func housePolicy(t testing.TB) (p callback.Policy) {
	t.Helper()
	raw, err := json.Marshal(callback.DefaultPolicy("north"))
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.Version = 3
	return p
}

func yamlOf(t testing.TB, p callback.Policy) string {
	t.Helper()
	text, err := policyYAML(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPolicyYAMLReadsWell(t *testing.T) {
	text := yamlOf(t, housePolicy(t))
	for _, words := range []string{
		"first: 8h", "wall: 24h", "close: 72h", "BZ: 30m", `monday: ["09:00-20:30"]`, "legal: 08:00-21:00", "days: [saturday]",
		`friday: ["10:00-13:00", "14:00-20:00"]`, "region: ES", "hours: 17:00-20:30", "# Which scores open cases.", "version: 3",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("%q is not in\n%s", words, text)
		}
	}
}

// What is written and read again is the same policy, whatever it says.
func TestPolicyYAMLRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPolicy(t)
		text, err := policyYAML(p)
		if err != nil {
			t.Fatal(err)
		}
		got, flaws := readPolicyYAML(text)
		if len(flaws) > 0 {
			t.Fatalf("%+v in\n%s", flaws, text)
		}
		if diff := cmp.Diff(p, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s in\n%s", diff, text)
		}
	})
}

// drawPolicy draws a policy without problems, different from the default in
// everything that can differ.
func drawPolicy(t *rapid.T) callback.Policy {
	text := rapid.StringMatching(`[a-zA-Zж日é#:'"\-\[\]{}>|*&!%@,? ]{0,12}[a-zé]`)
	mins := rapid.IntRange(1, 20000)
	p := callback.DefaultPolicy("north")
	p.Team, p.Version, p.Requests = text.Draw(t, "team"), rapid.IntRange(1, 99).Draw(t, "version"), rapid.Bool().Draw(t, "requests")
	p.Zone = rapid.SampledFrom([]string{"UTC", "Europe/Madrid", "America/St_Johns"}).Draw(t, "zone")
	p.Company = text.Draw(t, "company")
	deadline := func() callback.Deadline {
		first := mins.Draw(t, "first")
		return callback.Deadline{First: first, Close: first + mins.Draw(t, "close"), Wall: mins.Draw(t, "wall")}
	}
	cut := rapid.IntRange(0, 9).Draw(t, "cut")
	d := deadline()
	p.Stages = []callback.Stage{
		{Name: "low " + text.Draw(t, "low"), From: 0, To: cut, Percent: rapid.IntRange(0, 100).Draw(t, "percent"), Active: true, Deadline: &d},
		{Name: "high", From: cut + 1, To: 10, Active: rapid.Bool().Draw(t, "active")},
	}
	days := rapid.IntRange(0, 400)
	p.CoolOff = callback.CoolOffRules{
		Talk: days.Draw(t, "talk"), Refusal: days.Draw(t, "refusal"), Unreached: 1, Survey: days.Draw(t, "survey"), Resurvey: 7,
		Spare: []string{"high", p.Stages[0].Name},
	}
	p.Deadlines = map[callback.Kind]callback.Deadline{}
	for _, k := range []callback.Kind{callback.KindRequest, callback.KindDetractor, callback.KindPassive, callback.KindPromoter} {
		p.Deadlines[k] = deadline()
	}
	week := func(name string) (out [7][]callback.Span) {
		for day := range out {
			from := 480
			for i := range rapid.IntRange(0, 2).Draw(t, fmt.Sprint(name, day)) {
				to := rapid.IntRange(from+1, 800+200*i).Draw(t, "to")
				out[day] = append(out[day], callback.Span{From: from, To: to})
				from = to
			}
		}
		out[3] = []callback.Span{{From: 500, To: 1440}}
		return out
	}
	p.Legal = callback.Span{From: rapid.IntRange(0, 480).Draw(t, "legal"), To: 1440}
	p.Business = callback.Business{Hours: week("business"), Holidays: rapid.SampledFrom([][]string{nil, {"2026-12-25", "2027-01-01"}}).Draw(t, "holidays")}
	p.Windows = []callback.Window{{Hours: week("window"), Source: text.Draw(t, "source")}, {Region: "NO", Hours: week("norway"), Holidays: []string{"2026-05-17"}}}
	p.Retry.Delays = map[callback.Disposition]int{callback.NoAnswer: mins.Draw(t, "delay"), callback.Busy: 0}
	p.Retry.Backoff = rapid.SliceOfN(rapid.IntRange(1, 9), 0, 5).Draw(t, "backoff")
	p.Retry.MaxAttempts = rapid.IntRange(0, 50).Draw(t, "attempts")
	p.Bands = []callback.Band{{Name: text.Draw(t, "band"), Days: []time.Weekday{0, 6, 3}, Span: callback.Span{From: 1, To: rapid.IntRange(2, 1440).Draw(t, "band to")}}}
	p.Callbacks.Remind, p.Leases.PackFor, p.Goals.WithinMin = rapid.IntRange(0, 60).Draw(t, "remind"), mins.Draw(t, "pack"), mins.Draw(t, "within")
	p.Weights.SLA, p.Weights.Value = rapid.Float64Range(0, 1e6).Draw(t, "sla"), rapid.Float64Range(0, 1).Draw(t, "value")
	p.Signals = rapid.SliceOfNDistinct(text, 0, 4, func(s string) string { return strings.ToLower(strings.TrimSpace(s)) }).Draw(t, "signals")
	p.Wordings = []callback.Wording{{ID: text.Draw(t, "id"), Language: "no", Text: text.Draw(t, "text") + "\n“two lines”\n"}}
	p.Causes = []callback.Driver{{Name: text.Draw(t, "driver"), Causes: []string{"true", "12", "null"}}}
	p.Custom = []callback.CustomDisposition{{Code: "Q1", Name: text.Draw(t, "custom"), Standard: callback.NoAnswer}}
	return p
}

// Whatever is wrong is said with its line, all of it at once.
func TestPolicyFlaws(t *testing.T) {
	whole := yamlOf(t, housePolicy(t))
	lineWith := func(words string) int {
		before, _, found := strings.Cut(whole, words)
		if !found {
			t.Fatalf("%q is not in the text", words)
		}
		return strings.Count(before, "\n") + 1
	}
	for name, row := range map[string]struct {
		from, to string
		line     int
		says     string
	}{
		"sound":          {"", "", 0, ""},
		"zone":           {"zone: UTC", "zone: Mars", lineWith("zone: UTC"), "zone: time zone"},
		"unknown field":  {"requests: true", "requests: true\nrequest: true", lineWith("requests: true") + 1, `no field "request"`},
		"twice":          {"requests: true", "requests: true\nrequests: true", lineWith("requests: true") + 1, "already"},
		"not a number":   {"max_attempts: 6", "max_attempts: six", lineWith("max_attempts"), `"six" is not a whole number`},
		"not a duration": {"BZ: 30m", "BZ: 30", lineWith("BZ: 30m"), "not a duration"},
		"not a span":     {"legal: 08:00-21:00", "legal: 8-21", lineWith("legal:"), "not a part of a day"},
		"span order":     {"legal: 08:00-21:00", "legal: 21:00-08:00", lineWith("legal:"), "in order"},
		"not a weekday":  {"days: [saturday]", "days: [caturday]", lineWith("days: [saturday]"), "not a weekday"},
		"a delay":        {"BZ: 30m", "BZ: -5m", lineWith("BZ: 30m"), "retry.delay.BZ: -5 is below 0"},
		"hours":          {`saturday: ["10:00-17:00"]`, `saturday: ["17:00-10:00"]`, lineWith(`saturday: ["10:00-17:00"]`), "windows[0].hours.saturday[0]"},
		"missing number": {"  max_attempts: 6\n", "", lineWith("retry:") + 1, "retry.max_attempts: this is missing"},
		"empty number":   {"max_attempts: 6", "max_attempts:", lineWith("max_attempts"), "retry.max_attempts: this is missing"},
		"missing part":   {"legal: 08:00-21:00\n", "", lineWith("schema:"), "legal: this is missing"},
		"version":        {"version: 3", "version: 0", lineWith("version: 3"), "no such version"},
		"not YAML":       {"stages:", "stages: [", 0, ""},
		"two documents":  {"schema: 1\n", "schema: 1\n---\nschema: 1\n", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, flaws := readPolicyYAML(strings.Replace(whole, row.from, row.to, 1))
			if name == "sound" {
				if len(flaws) > 0 {
					t.Fatalf("%+v", flaws)
				}
				return
			}
			if row.line == 0 {
				if len(flaws) == 0 {
					t.Fatal("it passes")
				}
				return
			}
			if len(flaws) != 1 || flaws[0].Line != row.line || !strings.Contains(flawText(flaws[0]), row.says) {
				t.Fatalf("got %+v, want line %d: %s", flaws, row.line, row.says)
			}
		})
	}
	_, flaws := readPolicyYAML(strings.NewReplacer("BZ: 30m", "BZ: x", "saturday]", "x]", "max_attempts: 6", "max_attempts: x").Replace(whole))
	if len(flaws) != 3 {
		t.Fatalf("of three flaws: %+v", flaws)
	}
	for _, text := range []string{"", "\n", "# nothing\n", "[]", "3", "a: &a [*a]", "\x00", strings.Repeat("a", maxPolicyBytes+1), "<<: 3"} {
		if _, flaws := readPolicyYAML(text); len(flaws) == 0 || flaws[0].Line < 1 {
			t.Errorf("%.20q: %+v", text, flaws)
		}
	}
}

// Any text is either refused with lines, or is a policy without problems.
func FuzzReadPolicyYAML(f *testing.F) {
	f.Add(yamlOf(f, housePolicy(f)))
	f.Add("stages: [{from: 1}]\nlegal: 08:00-21:00")
	f.Fuzz(func(t *testing.T, text string) {
		p, flaws := readPolicyYAML(text)
		if len(flaws) == 0 && len(p.Problems()) > 0 {
			t.Fatalf("%+v", p.Problems())
		}
		for _, flaw := range flaws {
			if flaw.Line < 1 || callback.Line(flawText(flaw)).Altered() {
				t.Fatalf("%+v", flaw)
			}
		}
	})
}

func TestPolicyChanges(t *testing.T) {
	was, is := housePolicy(t), housePolicy(t)
	is.Version = 9
	is.Stages[1].Percent = 50
	is.Stages = append(is.Stages[2:], is.Stages[:2]...)
	is.Deadlines[callback.KindRequest] = callback.Deadline{First: 90, Close: 72 * 60, Wall: 24 * 60}
	is.Signals = append(is.Signals[1:], "kettle")
	is.Windows[0].Hours[6] = nil
	is.Callbacks.Remind = 15
	got, err := policyChanges(was, is)
	want := []policyChange{
		{"stages[4–6].percent", "100", "50"},
		{"deadlines.request.first", "4h", "1h30m"},
		{"windows[other regions].hours.saturday", "10:00-17:00", ""},
		{"callbacks.remind", "10m", "15m"},
		{"signals", "cancel", ""},
		{"signals", "", "kettle"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if same, err := policyChanges(was, was); err != nil || len(same) != 0 {
		t.Errorf("a policy differs from itself: %+v %v", same, err)
	}
}
