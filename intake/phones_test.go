package intake_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/intake"
)

// Columns of numbers are found by name and content, and say where they ring.
func TestSeveralColumnsOfNumbers(t *testing.T) {
	phones := func(list ...callback.PersonPhone) []callback.PersonPhone { return list }
	for _, row := range []struct {
		name, file, overrides string
		want                  callback.Person
	}{
		{
			"kinds", "score;ФИО;Телефон;Рабочий телефон;Мобильный\n3;Анна;+7 495 123-45-67;8 495 765-43-21;+7 916 123-45-67\n", "",
			callback.Person{Name: "Анна", Phones: phones(
				callback.PersonPhone{Number: "+7 495 123-45-67", Column: "Телефон"},
				callback.PersonPhone{Number: "+7 916 123-45-67", Kind: callback.PhoneMobile, Column: "Мобильный"},
				callback.PersonPhone{Number: "8 495 765-43-21", Kind: callback.PhoneWork, Column: "Рабочий телефон"},
			)},
		},
		{
			"named twice", "score,a,b\n3,+12015550123,+12125550147\n", "phone=a,phone=b",
			callback.Person{Phones: phones(
				callback.PersonPhone{Number: "+12015550123", Column: "a"}, callback.PersonPhone{Number: "+12125550147", Column: "b"},
			)},
		},
		{
			"by field", "score,a,b\n3,+12015550123,+12125550147\n", "work=a,phone2=b",
			callback.Person{Phones: phones(
				callback.PersonPhone{Number: "+12125550147", Column: "b"}, callback.PersonPhone{Number: "+12015550123", Kind: callback.PhoneWork, Column: "a"},
			)},
		},
		{"one", "score,phone\n3,+12015550123\n", "", callback.Person{Phone: "+12015550123"}},
		{"not wanted", "score,phone,phone 2\n3,+12015550123,+12125550147\n", "phone2=-", callback.Person{Phone: "+12015550123"}},
		{"a number of both sorts, to dial", "score,Номер\n3,8 916 123-45-67\n4,89161234568\n", "", callback.Person{Phone: "8 916 123-45-67"}},
		{"a number of both sorts, of the answer", "score,Номер\n3,1001\n4,1002\n", "", callback.Person{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			overrides, err := intake.ParseMap(row.overrides)
			if err != nil {
				t.Fatal(err)
			}
			f := open(t, row.file, intake.Options{})
			m := guess(t, f, overrides)
			rows, err := f.Rows(m)
			if err != nil {
				t.Fatal(err)
			}
			for in, reject := range rows.All() {
				if reject != nil {
					t.Fatalf("rejected: %+v", reject)
				}
				if diff := cmp.Diff(row.want, in.Person); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				if id := m.Of(intake.ID); strings.Contains(row.name, "of the answer") != (len(id) > 0) {
					t.Errorf("the answer's number is in %v", id)
				}
				break
			}
		})
	}
}
