package export

import (
	"strings"
	"unicode/utf8"

	"ringback/callback"
)

// formulaStarts begin a cell that a spreadsheet would compute instead of show: OWASP's list for CSV injection, with
// the full-width forms that some programs fold to them.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// Words makes a cell of foreign text: without characters that could act on a terminal or turn the reading round, and
// with a quote before what a spreadsheet would take for a formula. Blanks before the sign do not hide it.
func Words(text string) string {
	s := callback.Clean(text).String()
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000"))
	if s != "" && strings.ContainsRune(formulaStarts, first) {
		return "'" + s
	}
	return s
}

// digits leaves a phone number its digits: written with its plus sign, a spreadsheet would compute it.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}
