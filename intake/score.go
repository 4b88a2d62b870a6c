package intake

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// errNoScore is for a cell without an answer.
var errNoScore = errors.New("no score")

// ParseScore reads the answer to the 0–10 question. It accepts
//
//   - an integer: 7, also ７ or ٧
//   - an integer with a zero fraction: 9.0
//   - an integer out of ten: 7/10
//   - an end of the scale with its label: Not at all likely - 0,
//     Extremely likely - 10, 10 - Extremely likely
//
// and nothing else. "9,0" is refused since it may be two numbers. The error
// says what is wrong in words for the person who repairs the cell.
func ParseScore(cell string) (int, error) {
	s := strings.TrimSpace(asciiDigits(cell))
	if missing(Score, s) {
		return 0, errNoScore
	}
	if n, ok := readScore(s); ok {
		return n, nil
	}
	return 0, errors.New(whyNoScore(s))
}

// readScore is ParseScore for a trimmed cell, without a reason.
func readScore(s string) (int, bool) {
	n, ok := plainScore(s)
	if !ok {
		n, ok = labelledScore(s)
	}
	return n, ok && n <= 10
}

// plainScore reads the forms made of digits.
func plainScore(s string) (int, bool) {
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits == 0 || digits > 2 {
		return 0, false
	}
	n := 0
	for _, d := range []byte(s[:digits]) {
		n = n*10 + int(d-'0')
	}
	rest := s[digits:]
	if fraction, ok := strings.CutPrefix(rest, "."); ok {
		return n, fraction != "" && strings.Trim(fraction, "0") == ""
	}
	if tail, ok := strings.CutPrefix(strings.TrimSpace(rest), "/"); ok {
		return n, strings.TrimSpace(tail) == "10"
	}
	return n, rest == ""
}

// The labels that survey tools put on the ends of the 0–10 scale. A label on
// the wrong number, as on a 1–10 scale, is not believed.
var (
	lowEnd = words("not at all likely", "not likely at all", "not likely", "very unlikely", "extremely unlikely",
		"überhaupt nicht wahrscheinlich", "sehr unwahrscheinlich", "äußerst unwahrscheinlich", "unwahrscheinlich",
		"pas du tout probable", "très peu probable", "peu probable",
		"nada probable", "muy improbable", "poco probable",
		"совсем не вероятно", "маловероятно", "крайне маловероятно", "очень маловероятно")
	highEnd = words("extremely likely", "very likely",
		"äußerst wahrscheinlich", "sehr wahrscheinlich",
		"extrêmement probable", "très probable",
		"extremadamente probable", "muy probable",
		"крайне вероятно", "очень вероятно", "весьма вероятно")
)

// labelledScore reads "Extremely likely - 10" and "10 - Extremely likely".
func labelledScore(s string) (int, bool) {
	if !strings.Contains(s, "0") || strings.ContainsAny(s, ",/.;") {
		return 0, false
	}
	fields := strings.FieldsFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Dash, r) || r == ':' || r == '=' || r == '(' || r == ')'
	})
	if len(fields) != 2 {
		return 0, false
	}
	label, number := strings.TrimSpace(fields[0]), strings.TrimSpace(fields[1])
	if label != "" && label[0] >= '0' && label[0] <= '9' {
		label, number = number, label
	}
	switch {
	case number == "0" && lowEnd()[key(label)]:
		return 0, true
	case number == "10" && highEnd()[key(label)]:
		return 10, true
	}
	return 0, false
}

// whyNoScore names the trap that the cell fell into.
func whyNoScore(s string) string {
	if private(s) {
		return "the cell holds what looks like a phone number"
	}
	numbers, letters, inNumber := 0, 0, false
	for _, r := range s {
		isDigit := r >= '0' && r <= '9'
		if isDigit && !inNumber {
			numbers++
		}
		inNumber = isDigit
		if unicode.IsLetter(r) {
			letters++
		}
	}
	switch {
	case numbers == 2 && letters == 0 && fractional(s):
		return excerpt(s) + " is a fraction; a score is a whole number"
	case tooHigh(s):
		return excerpt(s) + " is not within 0–10"
	case numbers >= 2:
		return excerpt(s) + " holds more than one number"
	case numbers == 1 && letters == 0 && strings.Trim(s, "+-0123456789") == "":
		return excerpt(s) + " is not within 0–10"
	default:
		return excerpt(s) + " is not a number 0–10"
	}
}

// tooHigh tells a number in one of the accepted forms that is above 10.
func tooHigh(s string) bool {
	n, ok := plainScore(s)
	return ok && n > 10
}

// fractional tells 7.5 from "7, 5" and from dates.
func fractional(s string) bool {
	whole, part, ok := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	return ok && whole != "" && strings.Trim(whole+part, "0123456789") == ""
}

// private tells whether a cell may hold somebody's phone number: personal
// data, which stays in the cell and is not repeated in reasons and logs.
func private(s string) bool {
	sc := scanner{s: asciiDigits(s)}
	_, a := sc.number()
	first := sc.separator()
	_, b := sc.number()
	second := sc.separator()
	_, c := sc.number()
	if a > 0 && a <= 4 && b > 0 && b <= 2 && c > 0 && c <= 4 && first == second && first != 0 && first != ' ' {
		return false // a date, if a wrong one
	}
	digits := 0
	for _, r := range asciiDigits(s) {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return digits >= 7
}

// excerptSafe quotes a cell unless it is private.
func excerptSafe(cell string) string {
	if private(cell) {
		return "what looks like a phone number"
	}
	return excerpt(cell)
}

// excerpt quotes the beginning of foreign text so that nothing in it can act.
func excerpt(s string) string {
	const most = 60
	runes := []rune(s)
	if len(runes) > most {
		return fmt.Sprintf("%q…", string(runes[:most]))
	}
	return fmt.Sprintf("%q", s)
}
