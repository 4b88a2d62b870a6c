package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

// ringers puts people on the server whose names and numbers are easily
// mistaken for one another.
func ringers(c *centre) {
	for n, p := range []struct{ name, account, phone string }{
		{"Ana Ruiz", "Café Sol", "+34600000001"},
		{"Ana Ruiz", "", "+34600000001"},
		{"John Smith", "Smith <& Sons>", "+442079460001"},
		{"Жанна Ёлкина", "", "+74950000013"},
		{"Smithson, Joan", "", "+12015550113"},
	} {
		c.open(n+1, func(o *callback.CaseOpened) {
			o.Customer.Name, o.Customer.Account, o.Customer.Phone.E164 = p.name, p.account, p.phone
			if n == 2 {
				o.Customer.Others = []callback.Phone{{E164: "+447700900124"}}
			}
			o.Response.Comment = "Ask for Ana Ruiz on 600000001, or Smith."
		})
	}
}

func (d *desk) find(t fatal, text string) []string {
	t.Helper()
	rows, err := d.Find(context.Background(), text, 10)
	if err != nil {
		t.Fatalf("find %q: %v", text, err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Customer+" "+string(r.State))
	}
	return out
}

// People are found by how their number ends, however it is dialled, and by
// words of their name or account in any order; what they wrote does not count.
func TestFindCallers(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	ringers(c)
	d.pull(t, c, 2)
	for text, want := range map[string][]string{
		"600 000 001":       {"Ana Ruiz new", "Ana Ruiz new"},
		"+34 600-000-001":   {"Ana Ruiz new", "Ana Ruiz new"},
		"0034600000001":     {"Ana Ruiz new", "Ana Ruiz new"},
		"020 7946 0001":     {"John Smith new"},
		"07700 900124":      {"John Smith new"}, // their second number
		"0113":              {"Smithson, Joan new"},
		"013":               {"Жанна Ёлкина new"},
		"113":               {"Smithson, Joan new"},
		"9013":              nil,
		"ruiz ana":          {"Ana Ruiz new", "Ana Ruiz new"},
		"ana sol":           {"Ana Ruiz new"},
		"smith":             {"John Smith new", "Smithson, Joan new"},
		"<& sons":           {"John Smith new"},
		"жанна ёлк":         {"Жанна Ёлкина new"},
		"ask for":           nil,
		"600000001 or ruiz": nil,
	} {
		got := d.find(t, text)
		if len(got) == 2 && got[0] > got[1] {
			got[0], got[1] = got[1], got[0]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("find %q: %s", text, diff)
		}
	}
}

// Closed cases are found too, behind open ones, whether the server closed them
// or this desk did a moment ago.
// Whoever is found by another number of theirs is shown with that one.
func TestFindTellsTheNumber(t *testing.T) {
	d, c := withCases(t, 0)
	ringers(c)
	d.pull(t, c, 100)
	for text, want := range map[string]string{"900124": "+447700900124", "9460001": "", "Smith John": ""} {
		rows, err := d.Find(context.Background(), text, 10)
		if err != nil || len(rows) != 1 || rows[0].Found != want || rows[0].Phone != "+442079460001" {
			t.Errorf("%s: %+v %v; it was to be found by %q", text, rows, err, want)
		}
	}
}

func TestFindClosedCases(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	ringers(c)
	d.pull(t, c, 100)
	d.record(t, caseID(1), d.call(callback.TalkedResolved))
	if diff := cmp.Diff([]string{"Ana Ruiz new", "Ana Ruiz closed"}, d.find(t, "ruiz")); diff != "" {
		t.Errorf("closed here: %s", diff)
	}
	d.push(t, c)
	d.pull(t, c, 100)
	d.record(t, caseID(2), d.call(callback.TalkedResolved))
	if diff := cmp.Diff([]string{"Ana Ruiz closed", "Ana Ruiz closed"}, d.find(t, "ruiz")); diff != "" {
		t.Errorf("all closed: %s", diff)
	}
	rows, err := d.Find(context.Background(), "ruiz", 1)
	if err != nil || len(rows) != 1 {
		t.Errorf("with a limit of one: %d rows, %v", len(rows), err)
	}
}

func TestFindRefusals(t *testing.T) {
	d := newDesk(t)
	for _, text := range []string{"", " ", "a", "12", "+", "00 0000 00"} {
		if _, err := d.Find(context.Background(), text, 5); callback.CodeOf(err) != callback.CodeInvalid {
			t.Errorf("find %q: %v", text, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := d.Find(ctx, "smith", 5); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

// A number that was typed at this desk finds its case before the server has
// heard of it, as long as it was not taken back.
func TestFindANumberTypedHere(t *testing.T) {
	d := newDesk(t)
	c := newCentre(d.clock.now)
	id := c.open(1)
	d.pull(t, c, 1)
	if got := d.find(t, "555 0177"); got != nil {
		t.Fatalf("found %v before it was typed", got)
	}
	saved, err := d.Record(callback.Fact{EventID: "typed", CaseID: id, Payload: &callback.NumberAdded{Phone: callback.Phone{E164: "+12025550177"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.find(t, "555 0177"); len(got) != 1 || got[0] != "Customer 1 new" {
		t.Errorf("found %v", got)
	}
	if _, err := d.Undo(saved.EventID); err != nil {
		t.Fatal(err)
	}
	if got := d.find(t, "555 0177"); got != nil {
		t.Errorf("found %v after it was taken back", got)
	}
}
