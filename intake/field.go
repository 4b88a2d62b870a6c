package intake

import (
	"strconv"
	"strings"

	"ringback/callback"
)

// Field is something of an Intake that a column can feed.
type Field string

// The fields, in the order in which they are shown.
const (
	Score      Field = "score"
	Comment    Field = "comment"
	ID         Field = "id"
	AnsweredAt Field = "answered_at"
	Asked      Field = "asked"
	AskedFor   Field = "asked_for"
	Name       Field = "name"
	Phone      Field = "phone"
	Phone2     Field = "phone2"
	Phone3     Field = "phone3"
	Mobile     Field = "mobile"
	Work       Field = "work"
	Home       Field = "home"
	Email      Field = "email"
	Ref        Field = "ref"
	Account    Field = "account"
	Role       Field = "role"
	Region     Field = "region"
	Zone       Field = "zone"
	Language   Field = "language"
	Product    Field = "product"
	Channel    Field = "channel"
	Value      Field = "value"
)

// Fields lists all fields in the order in which they are shown.
func Fields() []Field {
	return []Field{
		Score, Comment, ID, AnsweredAt, Asked, AskedFor, Name, Phone, Phone2, Phone3, Mobile, Work, Home, Email,
		Ref, Account, Role, Region, Zone, Language, Product, Channel, Value,
	}
}

func fieldNames() string {
	var names []string
	for _, f := range Fields() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

func isField(name string) bool {
	for _, f := range Fields() {
		if string(f) == name {
			return true
		}
	}
	return false
}

// Overrides says which column feeds a field, by name or as "#3"; "-" says
// that none does. Fields without an entry are guessed.
type Overrides map[Field]string

var pairStart = pattern(`(?:^|,)\s*([A-Za-z_]+[0-9]?)\s*=`)

// ParseMap reads the value of --map: "score=Q1,comment=Why?,role=-". A column
// name may hold commas; one that holds ",word=" is written in double quotes
// or by its number. Names of columns are checked by Guess, which knows them.
func ParseMap(text string) (Overrides, error) {
	m := Overrides{}
	if strings.TrimSpace(text) == "" {
		return m, nil
	}
	found := pairStart().FindAllStringSubmatchIndex(text, -1)
	found = outsideQuotes(text, found)
	if len(found) == 0 || found[0][0] != 0 {
		return nil, callback.Errorf(callback.CodeInvalid, "cannot read the column map %s", excerpt(text)).
			WithHint("write field=COLUMN,field=COLUMN; fields are %s", fieldNames())
	}
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		field := m.another(strings.ToLower(text[at[2]:at[3]]))
		column := strings.TrimSpace(text[at[1]:end])
		if n := len(column); n >= 2 && column[0] == '"' && column[n-1] == '"' {
			column = strings.ReplaceAll(column[1:n-1], `""`, `"`)
		}
		switch {
		case !isField(field):
			return nil, callback.Errorf(callback.CodeInvalid, "unknown field %q in the column map", field).
				WithHint("fields are %s", fieldNames())
		case column == "":
			return nil, callback.Errorf(callback.CodeInvalid, "the column map names no column for %s", field).
				WithHint("write %s=COLUMN, or %s=- for none", field, field)
		case m[Field(field)] != "":
			return nil, callback.Errorf(callback.CodeInvalid, "the column map names %s twice", field).
				WithHint("keep one of them")
		}
		m[Field(field)] = column
	}
	return m, nil
}

// another lets phone be named again, for a second and third column of numbers.
func (o Overrides) another(field string) string {
	for _, next := range []Field{Phone, Phone2, Phone3} {
		if field == string(Phone) && o[next] == "" {
			return string(next)
		}
	}
	return field
}

// outsideQuotes drops the pairs that begin inside a quoted column name.
func outsideQuotes(text string, found [][]int) [][]int {
	var kept [][]int
	for _, at := range found {
		if strings.Count(text[:at[0]], `"`)%2 == 0 {
			kept = append(kept, at)
		}
	}
	return kept
}

// joined fields may be fed by several columns, written A+B: first and last
// name, or the answers to two open questions.
func joined(f Field) bool { return f == Name || f == Comment }

// resolve finds the columns that a person named for a field.
func resolve(f Field, name string, columns []Column) ([]int, error) {
	if i, ok := find(name, columns); ok {
		return []int{i}, nil
	}
	if joined(f) {
		var all []int
		for part := range strings.SplitSeq(name, "+") {
			if i, ok := find(part, columns); ok {
				all = append(all, i)
			}
		}
		if len(all) == strings.Count(name, "+")+1 {
			return all, nil
		}
	}
	return nil, callback.Errorf(callback.CodeInvalid, "no column %s for %s", excerpt(name), f).
		WithHint("columns are: %s", columnNames(columns))
}

func find(name string, columns []Column) (int, bool) {
	if number, ok := strings.CutPrefix(strings.TrimSpace(name), "#"); ok {
		if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(columns) {
			return n - 1, true
		}
	}
	for _, c := range columns {
		if fold(c.Name) == fold(name) {
			return c.Index, true
		}
	}
	for _, c := range columns { // a question's text names its column too
		if c.Label != "" && fold(c.Label) == fold(name) {
			return c.Index, true
		}
	}
	return 0, false
}

func columnNames(columns []Column) string { return listColumns(columns, Column.title) }

// listColumns lists the columns for an error; a thousand would hide it.
func listColumns(columns []Column, title func(Column) string) string {
	const most = 40
	var names []string
	for i, c := range columns {
		if i == most {
			names = append(names, "and "+strconv.Itoa(len(columns)-most)+" more")
			break
		}
		names = append(names, title(c))
	}
	return strings.Join(names, ", ")
}

// title is the column's name, short enough for a line.
func (c Column) title() string {
	const most = 60
	if r := []rune(c.Name); len(r) > most {
		return strconv.Quote(string(r[:most]) + "…")
	}
	return strconv.Quote(c.Name)
}
