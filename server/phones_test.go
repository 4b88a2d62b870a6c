package server

import (
	"slices"
	"strings"
	"testing"

	"ringback/callback"
)

// Cells with several numbers, as people write them, and with one that looks
// like several.
func TestSplitPhones(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		cell, region string
		want         []string
		kinds        []callback.PhoneKind
		doubt        bool
	}{
		{"+7 916 123-45-67; 8 495 123-45-67", "RU", []string{"+79161234567", "+74951234567"}, nil, false},
		{"8 (916) 123-45-67, 8 (495) 123-45-67", "RU", []string{"+79161234567", "+74951234567"}, nil, false},
		{"моб. 8 916 123-45-67, раб.: 8 495 123-45-67", "RU", []string{"+79161234567", "+74951234567"}, []callback.PhoneKind{"mobile", "work"}, false},
		{"030/1234567", "DE", []string{"+49301234567"}, nil, false},
		{"0171/1234567, 030/7654321", "DE", []string{"+491711234567", "+49307654321"}, nil, false},
		{"0171 1234567 / 030 7654321", "DE", []string{"+491711234567", "+49307654321"}, nil, false},
		{"030 1234567/8", "DE", []string{"+49301234567"}, nil, true},
		{"+44 20 7946 0018 (home)|+44 7700 900123 (mobile)", "", []string{"+442079460018", "+447700900123"}, []callback.PhoneKind{"home", "mobile"}, false},
		{"+1 201 555 0123;ext=77", "", []string{"+12015550123"}, nil, false},
		{"(201) 555-0123 x77", "US", []string{"+12015550123"}, nil, false},
		{"600 000 001 / 600 000 002", "ES", []string{"+34600000001", "+34600000002"}, nil, false},
		{"ask Anna; +12015550123", "US", []string{"", "+12015550123"}, nil, false},
	} {
		parts, doubt := splitPhones(row.cell, row.region)
		var got []string
		for i, p := range parts {
			read, _ := readPhone(p.text, row.region)
			got = append(got, read.E164)
			if row.kinds != nil && p.kind != row.kinds[i] {
				t.Errorf("%q: number %d is %q", row.cell, i, p.kind)
			}
		}
		if !slices.Equal(got, row.want) || (doubt != "") != row.doubt {
			t.Errorf("%q in %q: %v %q", row.cell, row.region, got, doubt)
		}
	}
}

// A row with several numbers opens a case with all of them; what is wrong with
// one is told with its column, and costs nothing else.
func TestARowBringsSeveralNumbers(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		r := with("1", "C-1", "soon", 0)
		r.Person.Phones = []callback.PersonPhone{
			{Number: "+1 212 555 0147; 12", Kind: callback.PhoneWork, Column: "Рабочий"}, {Number: "201 555 0123", Kind: callback.PhoneMobile}, {Number: york},
		}
		res := w.intake("north", r).Results[0]
		c := w.caseOf("north", res.CaseID)
		if !slices.Equal(dialable(c), []string{queens, york}) || c.Customer.Phone.Kind != callback.PhoneWork || c.Customer.Others[0].Kind != callback.PhoneMobile {
			t.Errorf("dials %+v", c.Customer.All())
		}
		if !strings.Contains(res.Warning, "phone: not a phone number") || !strings.Contains(res.Warning, "Рабочий: an emergency") {
			t.Errorf("told: %q", res.Warning)
		}
		if all := c.Customer.All(); len(all) != 4 || all[2].Raw != "soon" {
			t.Errorf("kept: %+v", all)
		}
		for i, number := range []string{york, queens} {
			if got := w.intake("north", with([]string{"7", "8"}[i], "", number, 1+i)).Results[0]; got.CaseID != res.CaseID {
				t.Errorf("%s is another customer: %+v", number, got)
			}
		}
		w.check()
	})
}
