package intake

import (
	"fmt"
	"strings"

	"ringback/callback"
)

// Sureness is how sure a guess is.
type Sureness string

// The degrees of sureness, for a person to look at twice or not.
const (
	Given   Sureness = "given"   // the person said so
	Certain Sureness = "certain" // name and content agree
	Likely  Sureness = "likely"  // name or content suggest it
)

// Choice is a field and what feeds it.
type Choice struct {
	Field Field
	// Columns are indexes; more than one for a name or comment in parts, none
	// if a person said that the file has no such column.
	Columns  []int
	Sureness Sureness
	// Why says how the choice was made, for a person.
	Why string
}

// Mapping says which columns feed which fields. It is shown to a person
// before anything is written.
type Mapping struct {
	Choices []Choice
	// DateOrders are the orders in which numeric dates are read, by field.
	DateOrders map[Field]DateOrder
	// Questions are what the file cannot answer; a person must, by option,
	// before rows can be read.
	Questions []*callback.Error
	// Notes are what a person should know before going on.
	Notes []string
	// Unused are the columns that feed nothing.
	Unused []int
}

// Ready is nil if rows can be read, else the first open question.
func (m *Mapping) Ready() error {
	if len(m.Questions) > 0 {
		return m.Questions[0]
	}
	return nil
}

// Of gives the columns of a field; none if it has none.
func (m *Mapping) Of(f Field) []int {
	for _, c := range m.Choices {
		if c.Field == f {
			return c.Columns
		}
	}
	return nil
}

// Has tells whether a column feeds the field.
func (m *Mapping) Has(f Field) bool { return len(m.Of(f)) > 0 }

// given tells whether a person settled the field, with a column or with none.
func (m *Mapping) given(f Field) bool {
	for _, c := range m.Choices {
		if c.Field == f {
			return c.Sureness == Given
		}
	}
	return false
}

func (m *Mapping) add(c Choice) { m.Choices = append(m.Choices, c) }

func (m *Mapping) ask(q *callback.Error) { m.Questions = append(m.Questions, q) }

func (m *Mapping) note(format string, args ...any) {
	m.Notes = append(m.Notes, fmt.Sprintf(format, args...))
}

// used tells whether a column feeds a field.
func (m *Mapping) used(column int) bool {
	for _, c := range m.Choices {
		for _, i := range c.Columns {
			if i == column {
				return true
			}
		}
	}
	return false
}

// arrange puts the choices into the order of Fields and lists what is unused.
func (m *Mapping) arrange(columns []Column) {
	var sorted []Choice
	for _, f := range Fields() {
		for _, c := range m.Choices {
			if c.Field == f {
				sorted = append(sorted, c)
			}
		}
	}
	m.Choices = sorted
	for i := range columns {
		if !m.used(i) {
			m.Unused = append(m.Unused, i)
		}
	}
}

// override takes a person's choices into the mapping.
func (m *Mapping) override(o Overrides, columns []Column) error {
	owner := map[int]Field{}
	for _, f := range Fields() {
		name, ok := o[f]
		if !ok {
			continue
		}
		if name == "-" {
			m.add(Choice{Field: f, Sureness: Given, Why: "you said there is none"})
			continue
		}
		at, err := resolve(f, name, columns)
		if err != nil {
			return err
		}
		for _, i := range at {
			if other, taken := owner[i]; taken {
				return callback.Errorf(callback.CodeInvalid, "the column map gives column %s to both %s and %s", columns[i].title(), other, f).
					WithHint("give each field a column of its own")
			}
			owner[i] = f
		}
		m.add(Choice{Field: f, Columns: at, Sureness: Given, Why: "you said so"})
	}
	for f := range o {
		if !isField(string(f)) {
			return callback.Errorf(callback.CodeInvalid, "unknown field %q in the column map", f).
				WithHint("fields are %s", fieldNames())
		}
	}
	return nil
}

// titles joins the names of columns for a message.
func titles(columns []Column, at []int) string {
	var names []string
	for _, i := range at {
		names = append(names, columns[i].title())
	}
	return strings.Join(names, ", ")
}
