package callback

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SameName tells whether two ways of writing a name can be of one person: one
// may leave out parts of the other, write them in another order or as initials,
// or say nothing at all. Capitals do not matter. It is no proof; it only keeps
// two people on one telephone apart.
func SameName(a, b string) bool {
	few, many := nameParts(a), nameParts(b)
	if len(few) > len(many) {
		few, many = many, few
	}
	used := make([]bool, len(many))
	for _, part := range few {
		i := fitting(part, many, used)
		if i < 0 {
			return false
		}
		used[i] = true
	}
	return true
}

// fitting finds a part that is the same, else one of which one is the initial.
func fitting(part string, list []string, used []bool) int {
	for i, other := range list {
		if !used[i] && other == part {
			return i
		}
	}
	for i, other := range list {
		if !used[i] && (initial(part, other) || initial(other, part)) {
			return i
		}
	}
	return -1
}

func initial(short, long string) bool {
	return utf8.RuneCountInString(short) == 1 && strings.HasPrefix(long, short)
}

func nameParts(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
}

// KnownBy is what two records of a customer share.
type KnownBy string

// What a customer is known by: their number in the source, a telephone number,
// an e-mail address.
const (
	ByRef     KnownBy = "ref"
	ByNumber  KnownBy = "tel"
	ByAddress KnownBy = "mail"
)

// SamePerson tells whether a response of the customer now comes from the one
// who is known, with whom they share something, even if it was long ago. Their
// numbers in the source decide where both have one. Else their names must fit;
// and if all they share is the address, while their telephone numbers differ,
// the names must both be there: a company has one address for many.
func SamePerson(known, now Customer, share KnownBy) bool {
	switch {
	case known.Ref != "" && now.Ref != "":
		return known.Ref == now.Ref
	case !SameName(known.Name, now.Name):
		return false
	case share != ByAddress, len(known.KnownBy()) == 0, len(now.KnownBy()) == 0:
		return true
	}
	for _, number := range now.KnownBy() {
		if _, ok := known.Number(number); ok {
			return true
		}
	}
	return len(nameParts(known.Name)) > 0 && len(nameParts(now.Name)) > 0
}

// GoesOn tells which of two open cases of one customer goes on when they turn
// out to be one person's: one of the queue, then the one that somebody works
// on, then the one with the more human work in it, else the older one.
func GoesOn(a, b Case) Case {
	for _, pair := range [][2]int{
		{one(!a.Outside()), one(!b.Outside())},
		{one(a.Lease != nil), one(b.Lease != nil)},
		{one(a.State == Escalated), one(b.State == Escalated)},
		{a.openPromises(), b.openPromises()},
		{one(a.Plan.Callback != nil), one(b.Plan.Callback != nil)},
		{len(a.Attempts), len(b.Attempts)},
	} {
		if pair[0] > pair[1] {
			return a
		}
		if pair[1] > pair[0] {
			return b
		}
	}
	if b.OpenedAt.Before(a.OpenedAt) || b.OpenedAt.Equal(a.OpenedAt) && b.ID < a.ID {
		return b
	}
	return a
}
