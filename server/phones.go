package server

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"ringback/callback"
)

// maxPhones bounds the numbers of one row.
const maxPhones = 10

// phones reads the numbers of a row in their order: those that can be dialled
// first, each once. What is wrong with one costs neither the others nor the
// row; it is kept as it was written, and told with where it stood.
func (j *judged) phones(p callback.Person, region string) []callback.Phone {
	given := p.Phones
	if p.Phone != "" {
		given = append([]callback.PersonPhone{{Number: p.Phone, Column: "phone"}}, given...)
	}
	var good, bad []callback.Phone
	for i, g := range given {
		where := j.line("person.phones", g.Column)
		if where == "" {
			where = fmt.Sprintf("phones[%d]", i)
		}
		if !g.Kind.Known() {
			j.warn(where + ": its kind is mobile, work or home; it was left out")
			g.Kind = callback.PhoneOther
		}
		parts, doubt := splitPhones(j.line("person.phone", g.Number), region)
		if doubt != "" {
			j.warn(where + ": " + doubt)
		}
		for _, part := range parts {
			phone, warning := readPhone(part.text, region)
			phone.Kind = g.Kind
			if part.kind != callback.PhoneOther {
				phone.Kind = part.kind
			}
			if warning != "" {
				j.warn(where + ": " + strings.TrimPrefix(warning, "phone: "))
			}
			switch same := func(have callback.Phone) bool { return have.E164 == phone.E164 }; {
			case phone.E164 == "" && phone.Raw != "":
				bad = append(bad, phone)
			case phone.E164 != "" && !slices.ContainsFunc(good, same):
				good = append(good, phone)
			}
		}
	}
	list := append(good, bad...)
	if len(list) > maxPhones {
		j.warn(fmt.Sprintf("phones: %d numbers are over %d; the last ones were left out", len(list), maxPhones))
		list = list[:maxPhones]
	}
	return list
}

// phonePart is one number of a cell, with what its label says of it.
type phonePart struct {
	text string
	kind callback.PhoneKind
}

// splitPhones parts a cell with several numbers. A semicolon, a bar and a line
// break always part; a comma and a slash only if what stands on both sides of
// them is a whole number, since "030/1234567" is one. doubt says what was left
// out because it can be read in two ways.
func splitPhones(cell, region string) (parts []phonePart, doubt string) {
	pieces := strings.FieldsFunc(strings.ReplaceAll(cell, ";ext=", " ext. "), func(r rune) bool { return strings.ContainsRune(";|\n", r) })
	for _, mark := range []string{",", "/"} {
		var out []string
		for _, piece := range pieces {
			sides := strings.Split(piece, mark)
			switch {
			case len(sides) == 1:
			case !slices.ContainsFunc(sides, func(s string) bool { return !wholePhone(s, region) }):
				out = append(out, sides...)
				continue
			case mark == "/" && len(digitsIn(sides[len(sides)-1])) <= 3 && wholePhone(strings.Join(sides[:len(sides)-1], mark), region):
				doubt = "what follows the last slash is no whole number; it was left out"
				piece = strings.Join(sides[:len(sides)-1], mark)
			}
			out = append(out, piece)
		}
		pieces = out
	}
	for _, piece := range pieces {
		text, kind := unlabelled(strings.TrimSpace(piece))
		if text != "" {
			parts = append(parts, phonePart{text, kind})
		}
	}
	return parts, doubt
}

// wholePhone tells a number that stands by itself: with its country code, or as
// it is dialled in the region.
func wholePhone(text, region string) bool {
	text, _ = unlabelled(strings.TrimSpace(text))
	p, warning := readPhone(text, region)
	if p.E164 == "" || len(digitsIn(text)) < 7 {
		return false
	}
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "00") {
		return true
	}
	return warning == "" && callback.DialledWhole(digitsIn(text), region)
}

func digitsIn(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

// phoneLabels are how people say in a cell where a number rings.
var phoneLabels = map[callback.PhoneKind][]string{
	callback.PhoneMobile: {"mobile", "mob", "cell", "моб", "мобильный", "сот", "сотовый", "handy", "mobil", "portable", "móvil", "celular", "m"},
	callback.PhoneWork:   {"work", "office", "business", "раб", "рабочий", "офис", "büro", "geschäftlich", "dienstlich", "bureau", "trabajo", "oficina", "w"},
	callback.PhoneHome:   {"home", "дом", "домашний", "privat", "zuhause", "domicile", "casa", "h"},
	callback.PhoneOther:  {"tel", "phone", "тел", "телефон", "т", "telefon", "t"},
}

// unlabelled takes a label off a number: "моб. +7 916 …", "+49 171 … (mobile)".
func unlabelled(text string) (string, callback.PhoneKind) {
	digit := strings.IndexFunc(text, func(r rune) bool { return r == '+' || r == '(' || unicode.IsDigit(r) })
	if digit > 0 {
		if kind, ok := labelOf(text[:digit]); ok {
			return strings.TrimSpace(text[digit:]), kind
		}
	}
	if at := strings.LastIndex(text, "("); at > 0 && strings.HasSuffix(text, ")") {
		if kind, ok := labelOf(text[at+1 : len(text)-1]); ok {
			return strings.TrimSpace(text[:at]), kind
		}
	}
	return text, callback.PhoneOther
}

func labelOf(text string) (callback.PhoneKind, bool) {
	word := strings.Trim(strings.ToLower(text), " .:-–—")
	for kind, words := range phoneLabels {
		if slices.Contains(words, word) {
			return kind, true
		}
	}
	return callback.PhoneOther, false
}
