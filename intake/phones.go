package intake

import (
	"fmt"
	"slices"

	"ringback/callback"
)

// ambiguousNumber is Russian for a number of any sort: a telephone's or an
// answer's. Only what stands in the column tells.
const ambiguousNumber = "номер"

// numbersToDial tells a column of telephone numbers from one of other numbers:
// with their area, they have ten digits or more.
func numbersToDial(p *profile) bool { return p.most(p.phones, 0.5) && p.letters >= 10*p.looked }

// holdsNumber tells a row in which a telephone number stands. Bare digits are
// one, though they may be read as a moment in seconds, too.
func holdsNumber(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool {
		c = tidy(c)
		return looksPhone(c) && (isNumber(c) || !looksDate(c))
	})
}

// Numbers are the columns most of whose cells are telephone numbers, and not
// dates, whatever they are called.
func (f *File) Numbers() []int {
	var out []int
	for i := range f.Columns {
		if p := &f.Columns[i].stats; p.most(p.phones, 0.5) && (p.most(p.numbers, 0.5) || !p.most(p.dates, 0.5)) {
			out = append(out, i)
		}
	}
	return out
}

// kindFields are the columns that say by their field where a number rings.
var kindFields = map[Field]callback.PhoneKind{Mobile: callback.PhoneMobile, Work: callback.PhoneWork, Home: callback.PhoneHome}

// kindNames are the words by which a column's name says it.
var kindNames = map[Field]keys{
	Mobile: list("mobile", "cell", "cellphone", "мобильный", "сотовый", "моб", "handy", "mobil", "mobilnummer", "handynummer", "portable", "móvil", "celular"),
	Work:   list("work", "office", "business", "company phone", "рабочий", "раб", "офис", "geschäftlich", "büro", "dienstlich", "bureau", "travail", "trabajo", "oficina"),
	Home:   list("home", "private", "домашний", "дом", "privat", "domicile", "casa"),
}

// kindOf is the field that a column's name makes of its numbers, or Phone.
func kindOf(c Column) Field {
	for _, f := range []Field{Mobile, Work, Home} {
		if holds(key(c.Name), kindNames[f].all()) {
			return f
		}
	}
	return Phone
}

// morePhones takes the other columns of telephone numbers, in the file's order,
// once one has been found.
func (m *Mapping) morePhones(columns []Column) {
	if !m.Has(Phone) {
		return
	}
	for i := range columns {
		c, ok := match(Phone, columns[i])
		if kind := kindOf(columns[i]); !ok && kind != Phone && !ignored(columns[i]) {
			c, ok = candidate{field: Phone, column: i, why: "named as " + string(kind)}, true
		}
		if !ok || m.used(i) {
			continue
		}
		fits, content := fit(c, &columns[i])
		if !fits || columns[i].stats.phones == 0 {
			continue
		}
		for _, f := range []Field{kindOf(columns[i]), Phone2, Phone3} {
			if f == Phone2 && m.given(f) && !m.Has(f) {
				break // no more were wanted
			}
			if f == Phone || m.settled(f) {
				continue
			}
			m.add(Choice{Field: f, Columns: []int{i}, Sureness: Likely, Why: fmt.Sprintf("another phone number; %s", content)})
			break
		}
		if !m.used(i) {
			m.note("column %s has phone numbers too; it is not used (--map phone3=NAME takes it)", columns[i].title())
		}
	}
}

// settled tells whether a field has a column, or is to have none.
func (m *Mapping) settled(f Field) bool { return m.Has(f) || m.given(f) }

// phones gives a row's numbers with what their columns say of them.
func (r *row) phones() []callback.PersonPhone {
	var out []callback.PersonPhone
	for _, f := range []Field{Phone, Phone2, Phone3, Mobile, Work, Home} {
		for _, i := range r.at[f] {
			text := r.cell(f, i)
			if text == "" {
				continue
			}
			kind := kindFields[f]
			if kind == callback.PhoneOther {
				kind = kindFields[kindOf(r.columns[i])]
			}
			out = append(out, callback.PersonPhone{Number: text, Kind: kind, Column: columnWord(r.columns[i].Name)})
		}
	}
	return out
}

// columnWord is a column's name, short enough to stand in a warning.
func columnWord(name string) string {
	const most = 60
	if r := []rune(name); len(r) > most {
		return string(r[:most]) + "…"
	}
	return name
}
