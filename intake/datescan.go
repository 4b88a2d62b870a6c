package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner reads the parts of a written date one after the other.
type scanner struct {
	s string
	i int
}

type ymd struct{ year, month, day int }

type clock struct{ hour, minute, second, nanos int }

func (sc *scanner) done() bool {
	sc.skip(" ")
	return sc.i == len(sc.s)
}

func (sc *scanner) skip(set string) {
	for sc.i < len(sc.s) && strings.IndexByte(set, sc.s[sc.i]) >= 0 {
		sc.i++
	}
}

func (sc *scanner) at() byte {
	if sc.i < len(sc.s) {
		return sc.s[sc.i]
	}
	return 0
}

// number reads digits; n is how many there were.
func (sc *scanner) number() (v, n int) {
	for sc.i < len(sc.s) && sc.s[sc.i] >= '0' && sc.s[sc.i] <= '9' && n < 10 {
		v = v*10 + int(sc.s[sc.i]-'0')
		sc.i++
		n++
	}
	return v, n
}

// word reads letters, in lower case.
func (sc *scanner) word() string {
	from := sc.i
	for sc.i < len(sc.s) {
		r, size := utf8.DecodeRuneInString(sc.s[sc.i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		sc.i += size
	}
	return strings.ToLower(sc.s[from:sc.i])
}

// day reads the date part, with or without a weekday before it.
func (sc *scanner) day(order DateOrder) (ymd, error) {
	if w := sc.word(); w != "" {
		if m := months()[w]; m > 0 {
			return sc.monthFirst(m)
		}
		if !weekdays()[w] {
			return ymd{}, errNotADate
		}
		sc.skip(" ,.")
		if m := sc.month(); m > 0 {
			return sc.monthFirst(m)
		}
	}
	a, an := sc.number()
	if an == 0 {
		return ymd{}, errNotADate
	}
	sep := sc.separator()
	if m := sc.month(); m > 0 {
		return sc.monthSecond(a, an, m)
	}
	b, bn := sc.number()
	if sep == 0 || bn == 0 || bn > 2 || sc.separator() != sep {
		return ymd{}, errNotADate
	}
	c, cn := sc.number()
	if cn == 0 || sep == ' ' {
		return ymd{}, errNotADate
	}
	return inOrder(parts{a, b, c, an, cn, sep}, order)
}

// separator reads what stands between the parts of a date.
func (sc *scanner) separator() byte {
	c := sc.at()
	switch c {
	case '/', '-', '.':
		sc.i++
		sc.skip(" ")
		return c
	case ' ':
		sc.skip(" ")
		return ' '
	}
	return 0
}

// month reads the name of a month, with Spanish "de" before it; 0 and no
// step if there is none.
func (sc *scanner) month() int {
	from := sc.i
	sc.skipWords("de")
	if m := months()[sc.word()]; m > 0 {
		return m
	}
	sc.i = from
	return 0
}

// skipWords passes over one of the given words and the spaces after it.
func (sc *scanner) skipWords(list ...string) {
	from := sc.i
	sc.skip(" ")
	w := sc.word()
	for _, skip := range list {
		if w == skip {
			sc.skip(" .")
			return
		}
	}
	sc.i = from
}

// monthFirst goes on after the month in "April 19, 2026".
func (sc *scanner) monthFirst(month int) (ymd, error) {
	sc.skip(" .-")
	day, dn := sc.number()
	sc.skipWords("st", "nd", "rd", "th")
	sc.skip(" ,-")
	year, yn := sc.number()
	if dn == 0 || dn > 2 {
		return ymd{}, errNotADate
	}
	return fullYear(ymd{year, month, day}, yn)
}

// monthSecond goes on after the month in "21-Feb-2026" and "2026-Feb-21".
func (sc *scanner) monthSecond(a, an, month int) (ymd, error) {
	sc.skip(" .,-/")
	sc.skipWords("de")
	b, bn := sc.number()
	if an == 4 && bn > 0 && bn <= 2 {
		return ymd{a, month, b}, nil
	}
	if an > 2 {
		return ymd{}, errNotADate
	}
	sc.skipWords("г", "года")
	return fullYear(ymd{b, month, a}, bn)
}

// fullYear accepts years of four digits, and of two as 2000–2099: there were
// no surveys to import before.
func fullYear(d ymd, digits int) (ymd, error) {
	switch digits {
	case 4:
		return d, nil
	case 2:
		d.year += 2000
		return d, nil
	}
	return ymd{}, errNotADate
}

// parts are the three numbers of a numeric date, and how long the outer are.
type parts struct {
	a, b, c int
	an, cn  int
	sep     byte
}

// inOrder makes a date of three numbers. A year of four digits in front
// settles the order; points mean day first, as everywhere they are used.
func inOrder(p parts, order DateOrder) (ymd, error) {
	if p.an == 4 && p.cn <= 2 {
		return ymd{p.a, p.b, p.c}, nil
	}
	if p.an > 2 {
		return ymd{}, errNotADate
	}
	if order == AnyOrder {
		switch {
		case p.sep == '.', p.a > 12:
			order = DMY
		case p.b > 12, p.a == p.b:
			order = MDY
		default:
			return ymd{}, errDateOrder
		}
	}
	switch {
	case order == DMY:
		return fullYear(ymd{p.c, p.b, p.a}, p.cn)
	case order == MDY:
		return fullYear(ymd{p.c, p.a, p.b}, p.cn)
	case p.cn <= 2:
		return ymd{2000 + p.a, p.b, p.c}, nil
	}
	return ymd{}, errNotADate
}

// clock reads the time of day, if there is one.
func (sc *scanner) clock() (clock, error) {
	from := sc.i
	sc.skip(" ,")
	if sc.at() == 'T' || sc.at() == 't' {
		sc.i++
	}
	var c clock
	var hn, mn, sn int
	if c.hour, hn = sc.number(); hn == 0 {
		sc.i = from
		return clock{}, nil
	}
	if sc.at() == ':' {
		sc.i++
		if c.minute, mn = sc.number(); mn != 2 {
			return clock{}, errNotADate
		}
		if sc.at() == ':' {
			sc.i++
			if c.second, sn = sc.number(); sn != 2 {
				return clock{}, errNotADate
			}
			c.nanos = sc.fraction()
		}
	}
	half := sc.half()
	switch {
	case hn > 2, mn == 0 && half == 0, c.hour > 23, c.minute > 59, c.second > 59,
		half != 0 && (c.hour < 1 || c.hour > 12):
		return clock{}, errNotADate
	case half == 'p' && c.hour < 12:
		c.hour += 12
	case half == 'a' && c.hour == 12:
		c.hour = 0
	}
	return c, nil
}

// fraction reads ".123" as nanoseconds.
func (sc *scanner) fraction() int {
	if sc.at() != '.' && sc.at() != ',' {
		return 0
	}
	sc.i++
	nanos, unit := 0, 100_000_000
	for sc.i < len(sc.s) && sc.s[sc.i] >= '0' && sc.s[sc.i] <= '9' {
		nanos += int(sc.s[sc.i]-'0') * unit
		unit /= 10
		sc.i++
	}
	return nanos
}

// half reads AM or PM; 0 if there is neither.
func (sc *scanner) half() byte {
	from := sc.i
	sc.skip(" ")
	rest := strings.ToLower(sc.s[sc.i:])
	for _, h := range []string{"a.m.", "p.m.", "am", "pm", "uhr"} {
		if strings.HasPrefix(rest, h) {
			sc.i += len(h)
			if h == "uhr" {
				return 0
			}
			return h[0]
		}
	}
	sc.i = from
	return 0
}

// offset reads a zone: Z, UTC, GMT+1, +01:00. Other abbreviations name more
// than one zone each and are refused.
func (sc *scanner) offset() (seconds int, ok bool, err error) {
	sc.skip(" ")
	switch w := sc.word(); w {
	case "z", "utc", "gmt":
		ok = true
	case "":
	default:
		return 0, false, errNotADate
	}
	sign := 1
	switch sc.at() {
	case '+':
	case '-':
		sign = -1
	default:
		return 0, ok, nil
	}
	sc.i++
	hours, n := sc.number()
	minutes := 0
	switch {
	case n == 4:
		hours, minutes = hours/100, hours%100
	case n == 0 || n > 2:
		return 0, false, errNotADate
	case sc.at() == ':':
		sc.i++
		if minutes, n = sc.number(); n != 2 {
			return 0, false, errNotADate
		}
	}
	if hours > 14 || minutes > 59 {
		return 0, false, errNotADate
	}
	return sign * (hours*3600 + minutes*60), true, nil
}
