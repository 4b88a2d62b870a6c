package intake

import (
	"fmt"
	"strings"
	"unicode"

	"ringback/callback"
)

// Column is one column of the file.
type Column struct {
	// Index counts from 0.
	Index int
	// Name is unique within the file: the header's text, or "column 3" where
	// that is blank, with " (2)" and so on where it repeats.
	Name string
	// Label is the question's text where the file has a row for it.
	Label string

	stats profile
}

// header is the top of a file, as found in its first records.
type header struct {
	skip    int // records before the header: blank lines and "sep=;"
	rows    [][]string
	columns []Column
}

// height is the number of records before the first answer.
func (h header) height() int { return h.skip + len(h.rows) }

// headerLook is how many records decide what the header is: blank ones, a
// "sep=" line, and up to three header rows.
const headerLook = 12

// readHeader finds the header in the first records; want overrides how many
// rows it has, 0 finds out. With bare it may have none.
func readHeader(records [][]string, want int, bare bool) (header, error) {
	h := header{}
	for h.skip < len(records) && preamble(records[h.skip]) {
		h.skip++
	}
	rest := records[h.skip:]
	if len(rest) == 0 {
		return h, callback.Errorf(callback.CodeInvalid, "the file has no rows").
			WithHint("export the survey again with a header row")
	}
	if bare && holdsNumber(rest[0]) {
		h.columns = nameColumns([][]string{make([]string, widest(rest))})
		return h, nil
	}
	n := want
	if n == 0 {
		n = headerRows(rest)
	}
	if n < 1 || n > 3 || n > len(rest) {
		return h, callback.Errorf(callback.CodeInvalid, "the file cannot have %d header rows", want).
			WithHint("a header has one to three rows")
	}
	h.rows = rest[:n]
	if n == 1 && want == 0 && looksLikeAnswer(rest[0]) {
		return h, callback.Errorf(callback.CodeInvalid, "row %d looks like an answer, not like column names", h.skip+1).
			WithHint("put a header row on top of the file, such as score,comment,phone")
	}
	h.columns = nameColumns(h.rows)
	return h, nil
}

// preamble tells records that may stand before a header.
func preamble(cells []string) bool {
	if blank(cells) {
		return true
	}
	// "sep=;" is cut in two by its own delimiter.
	return len(cells) == 2 && cells[1] == "" && strings.EqualFold(cells[0], "sep=")
}

// headerRows counts the header's rows by the marks of the tools that write
// more than one: Qualtrics' JSON with ImportId in the third (or second) row,
// legacy Qualtrics' V1, V2, … above the names, SurveyMonkey's "Response" below.
func headerRows(rows [][]string) int {
	for i := 1; i < len(rows) && i < 3; i++ {
		for _, c := range rows[i] {
			if strings.HasPrefix(strings.TrimSpace(c), "{") && strings.Contains(c, "ImportId") {
				return i + 1
			}
		}
	}
	if len(rows) >= 2 && (legacyQualtrics(rows[0], rows[1]) || surveyMonkey(rows[0], rows[1])) {
		return 2
	}
	return 1
}

var legacyName = pattern(`^V\d+$`)

func legacyQualtrics(first, second []string) bool {
	if len(first) < 3 || len(second) < 3 {
		return false
	}
	for _, c := range first[:3] {
		if !legacyName().MatchString(strings.TrimSpace(c)) {
			return false
		}
	}
	for _, c := range second {
		if key(c) == "response id" {
			return true
		}
	}
	return false
}

// responseWords stand in SurveyMonkey's second header row below a question
// with one answer, by the language of the account.
var responseWords = words("response", "open ended response", "réponse", "réponse ouverte",
	"antwort", "offene antwort", "beantwortung", "respuesta", "respuesta abierta",
	"resposta", "ответ", "ответ в свободной форме", "risposta", "antwoord")

// surveyMonkey tells a first row that names everything from a second that
// names options only: blank below the respondent's own columns.
func surveyMonkey(first, second []string) bool {
	if strings.TrimSpace(first[0]) == "" || strings.TrimSpace(second[0]) != "" {
		return false
	}
	found := false
	for _, c := range second {
		found = found || responseWords()[key(c)]
	}
	return found
}

// looksLikeAnswer tells a row of data in the header's place: an e-mail
// address, a date with a time, or numbers only.
func looksLikeAnswer(cells []string) bool {
	numbers, filled := 0, 0
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		filled++
		if looksEmail(c) || looksMoment(c) {
			return true
		}
		if _, err := ParseScore(c); err == nil && unicode.IsDigit([]rune(c)[0]) {
			numbers++
		}
	}
	return filled > 0 && numbers == filled
}

// nameColumns gives every column a name of its own.
func nameColumns(rows [][]string) []Column {
	columns, taken, over := make([]Column, widest(rows)), map[string]bool{}, ""
	options := len(rows) == 2 && surveyMonkey(rows[0], rows[1])
	for i := range columns {
		name, label := cellAt(rows[0], i), ""
		if len(rows) > 1 {
			label = cellAt(rows[1], i)
		}
		switch {
		case name != "":
			over = name
			if len(rows) == 2 && legacyName().MatchString(name) && label != "" {
				name, label = label, ""
			}
			if options && label != "" && !responseWords()[key(label)] {
				name += " - " + label
			}
		case options && label != "" && over != "":
			name = over + " - " + label // an option of the question to the left
		default:
			name = fmt.Sprintf("column %d", i+1)
		}
		columns[i] = Column{Index: i, Name: unique(name, taken), Label: label}
	}
	return columns
}

func widest(rows [][]string) (cells int) {
	for _, r := range rows {
		cells = max(cells, len(r))
	}
	return cells
}

func unique(name string, taken map[string]bool) string {
	try := name
	for n := 2; taken[fold(try)]; n++ {
		try = fmt.Sprintf("%s (%d)", name, n)
	}
	taken[fold(try)] = true
	return try
}

// cellAt is a header cell as a name: one line, single spaces, nothing
// invisible.
func cellAt(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, cells[i])
	return strings.Join(strings.Fields(visible), " ")
}
