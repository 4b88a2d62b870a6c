package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Guess finds the column of every field by name and content. Overrides are
// taken as they are. It fails only on overrides that name no field or column;
// what the file leaves open becomes a question in the mapping.
func Guess(f *File, o Overrides) (*Mapping, error) {
	m := &Mapping{DateOrders: map[Field]DateOrder{}}
	if err := m.override(o, f.Columns); err != nil {
		return nil, within(f.Source, err)
	}
	if !m.given(Score) {
		m.guessScore(f.Columns)
	}
	m.guessNames(f.Columns)
	if m.given(Score) {
		m.guessScore(f.Columns) // it looks at what else was found
	}
	m.settleDates(f)
	m.tell(f)
	m.arrange(f.Columns)
	for _, q := range m.Questions {
		q.Message = fmt.Sprintf("%q: %s", f.Source, q.Message)
	}
	return m, nil
}

// candidate is a column that may feed a field.
type candidate struct {
	field  Field
	column int
	weight float64 // 0–1
	exact  bool
	why    string
}

// guessNames gives the fields besides the score their columns, the
// weightiest claims first.
func (m *Mapping) guessNames(columns []Column) {
	var all []candidate
	order := map[Field]int{}
	for n, f := range Fields() {
		order[f] = n
		if f == Score || m.given(f) {
			continue
		}
		for i := range columns {
			if c, ok := match(f, columns[i]); ok && !m.used(i) {
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(order[a.field], order[b.field]), cmp.Compare(a.column, b.column))
	})
	for _, c := range all {
		if m.used(c.column) || m.Has(c.field) {
			continue
		}
		col := &columns[c.column]
		fits, content := fit(c, col)
		if !fits {
			m.note("column %s sounds like %s, but %s; it is not used (--map %s=NAME takes it)", col.title(), c.field, content, c.field)
			continue
		}
		sure := Likely
		if c.exact && col.stats.filled > 0 {
			sure = Certain
		}
		why := c.why
		if content != "" {
			why += "; " + content
		}
		m.add(Choice{Field: c.field, Columns: []int{c.column}, Sureness: sure, Why: why})
	}
	m.morePhones(columns)
	m.guessEmail(columns)
	m.joinName(columns)
}

// match looks for a column's name and label in the field's names.
func match(f Field, c Column) (candidate, bool) {
	if ignored(c) {
		return candidate{}, false
	}
	best := candidate{field: f, column: c.Index}
	rule := nameRules[f]
	for n, text := range []string{c.Name, c.Label} {
		k := key(text)
		if k == "" || f == Asked && holds(k, notAsked()) || f == Comment && holds(k, []string{"topics", "topic", "sentiment", "tags", "id", "date"}) {
			continue
		}
		weight, exact := 0.0, false
		if at := position(k, rule.exact.all()); at >= 0 {
			weight, exact = 0.95-0.001*float64(at), true
		} else if holds(k, rule.phrase.all()) {
			weight = 0.6
		}
		if n > 0 { // the question's text counts for a little less
			weight -= 0.02
		}
		if weight > best.weight {
			best.weight, best.exact, best.why = weight, exact, fmt.Sprintf("named as %s", f)
		}
	}
	return best, best.weight > 0
}

// ignored tells the columns that a reject file adds.
func ignored(c Column) bool { return slices.Contains(rejectColumns, fold(c.Name)) }

// fit tells whether a column's content suits a field. An exact name needs
// only one cell to bear it out, since broken cells shall become visible
// rejects; a phrase needs most of them.
func fit(c candidate, col *Column) (bool, string) {
	p := &col.stats
	if p.filled == 0 {
		return c.exact, ""
	}
	check := func(n int, share float64, what string) (bool, string) {
		if c.exact && share <= 0.5 && n > 0 || p.most(n, share) {
			return true, fmt.Sprintf("%d of %d cells are %s", n, p.looked, what)
		}
		return false, fmt.Sprintf("only %d of %d cells are %s", n, p.looked, what)
	}
	switch c.field {
	case Phone:
		if key(col.Name) == ambiguousNumber && !numbersToDial(p) {
			return false, "its cells are too short for phone numbers"
		}
		if p.phones == 0 && c.exact && p.numbers == 0 {
			return true, "" // the server judges phone numbers
		}
		return check(p.phones, 0.5, "phone numbers")
	case Email:
		return check(p.emails, 0.5, "e-mail addresses")
	case AnsweredAt, AskedFor:
		return check(p.dates, 0.5, "dates")
	case Asked:
		return check(p.yesno, 0.5, "yes or no")
	case Role:
		return check(p.roles, 0.9, "roles")
	case Region:
		return check(p.regions, 0.9, "two-letter country codes")
	case Zone:
		return check(p.zones, 0.9, "time zones such as Europe/Berlin")
	case Value:
		return check(p.pct, 0.9, "percentiles 0–1")
	case ID:
		if key(col.Name) == ambiguousNumber && numbersToDial(p) {
			return false, "its cells are phone numbers"
		}
		// A few repeats are late comments; many are customers who answered
		// again, whose answers one id must not merge.
		if key(col.Name) == "id" && p.looked >= fewAnswers && !p.most(len(p.distinct), 0.5) {
			return false, fmt.Sprintf("only %d of %d cells differ", len(p.distinct), p.looked)
		}
		return true, ""
	case Comment, Name, Account:
		if p.most(p.numbers+p.emails, 0.5) {
			return false, "it holds numbers or addresses"
		}
		return true, ""
	case Language:
		if p.letters > 20*p.looked {
			return false, "its cells are longer than a language's name"
		}
	}
	return true, ""
}

// guessEmail takes the only column full of e-mail addresses, whatever its
// name.
func (m *Mapping) guessEmail(columns []Column) {
	if m.Has(Email) || m.given(Email) {
		return
	}
	var found []int
	for i := range columns {
		if p := &columns[i].stats; !m.used(i) && p.most(p.emails, 0.8) {
			found = append(found, i)
		}
	}
	if len(found) == 1 {
		m.add(Choice{Field: Email, Columns: found, Sureness: Likely, Why: "its cells are e-mail addresses"})
	}
}

// joinName puts first and last name together where the file parts them.
func (m *Mapping) joinName(columns []Column) {
	if m.given(Name) {
		return
	}
	first, last := -1, -1
	for i := range columns {
		if m.used(i) && !slices.Contains(m.Of(Name), i) {
			continue
		}
		k := key(columns[i].Name)
		switch {
		case first < 0 && firstNames()[k]:
			first = i
		case last < 0 && lastNames()[k]:
			last = i
		}
	}
	if first < 0 && last < 0 {
		return
	}
	if first < 0 || last < 0 {
		if !m.Has(Name) {
			m.add(Choice{Field: Name, Columns: []int{max(first, last)}, Sureness: Likely, Why: "named as part of a name"})
		}
		return
	}
	joined := Choice{Field: Name, Columns: []int{first, last}, Sureness: Certain, Why: "first and last name"}
	for i := range m.Choices {
		if c := &m.Choices[i]; c.Field == Name {
			if slices.Contains(c.Columns, first) || slices.Contains(c.Columns, last) {
				*c = joined
			}
			return
		}
	}
	m.add(joined)
}

// tell notes what a person should know about the file.
func (m *Mapping) tell(f *File) {
	zone := f.opts.Zone.String()
	switch {
	case m.Has(AnsweredAt):
		m.note("times without a zone are read in %s (--zone changes that)", zone)
	default:
		m.note("no column says when customers answered; their deadlines run from now, %s", f.opts.Now.Format("2006-01-02 15:04 UTC"))
	}
	if !m.Has(ID) {
		m.note("no column names the response; each row is known by a hash of its cells: identical rows count once, a row changed later is a new response")
	}
	if !m.Has(Phone) && !m.given(Phone) {
		m.note("no column holds a phone number; cases can only be called if the customer is known")
	}
	if f.Short > 0 {
		m.note("%d rows have fewer cells than the header; the missing cells are read as empty", f.Short)
	}
	if f.charset.stray > 0 && f.opts.Encoding == "" {
		m.note("%d bytes are not UTF-8 and are read as Windows-1252", f.charset.stray)
	}
	if strings.HasPrefix(f.Encoding, "Windows-") && f.opts.Encoding == "" {
		m.note("the encoding was found by its letters to be %s; look at the preview before you go on", f.Encoding)
	}
}
