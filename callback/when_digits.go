package callback

import (
	"strings"
	"time"
)

// digits reads a run of digits by its signs: 15:30, 2026-11-24, 24.11.,
// 24/11, 1530, 9.
func (p *whenParser) digits(text string) error {
	body := trimDot(text)
	switch {
	case strings.Contains(body, ":"):
		return p.colon(body)
	case strings.Contains(body, "-"):
		return p.isoDate(body)
	case strings.Contains(body, "/"):
		return p.slashDate(body)
	case strings.Contains(body, ","):
		return p.decimal(body, ",")
	case strings.Contains(body, "."):
		return p.dotted(body, body != text)
	}
	return p.bare(body)
}

func trimDot(s string) string { return strings.TrimSuffix(s, ".") }

func (p *whenParser) colon(body string) error {
	n, ok := numbers(body, ":")
	if !ok || len(n) > 3 || len(body) > 8 || !clockParts(n) {
		return whenError("%q is not a time of day", body)
	}
	return p.setClock(n[0]*60 + n[1])
}

func clockParts(n []int) bool {
	return len(n) >= 2 && n[0] < 24 && n[1] < 60 && (len(n) == 2 || n[2] == 0)
}

func (p *whenParser) isoDate(body string) error {
	n, ok := numbers(body, "-")
	if !ok || len(n) != 3 || n[0] < 1000 {
		return whenError("%q is not a date; one time is needed, not a range", body)
	}
	return p.onDate(n[0], n[1], n[2])
}

// slashDate reads 24/11 and 11/24. When both readings are possible, it asks.
func (p *whenParser) slashDate(body string) error {
	n, ok := numbers(body, "/")
	if !ok || len(n) > 3 {
		return whenError("%q is not a date", body)
	}
	year := 0
	if len(n) == 3 {
		year = fullYear(n[2])
	}
	switch {
	case n[0] <= 12 && n[1] <= 12 && n[0] != n[1]:
		return whenError("%q is two dates, by who reads it; name the month", body)
	case n[1] <= 12:
		return p.onDate(year, n[1], n[0])
	}
	return p.onDate(year, n[0], n[1])
}

// dotted reads 24.11., 24.11.2026 and 1.5 (hours). Without a last dot, 9.10 is
// a time of day if the day is known, and 15.30 if it cannot be a date.
func (p *whenParser) dotted(body string, lastDot bool) error {
	n, ok := numbers(body, ".")
	if !ok || len(n) > 3 {
		return whenError("%q is not a date", body)
	}
	if len(n) == 3 {
		return p.onDate(fullYear(n[2]), n[1], n[0])
	}
	if w, known := p.peek(); known && w.is == whenUnit && !lastDot && !p.hour {
		return p.decimal(body, ".")
	}
	date := n[0] >= 1 && n[0] <= 31 && n[1] >= 1 && n[1] <= 12
	if !lastDot && clockParts(n) && (!date || p.hour || p.dated() || p.days > 0) {
		return p.setClock(n[0]*60 + n[1])
	}
	return p.onDate(0, n[1], n[0])
}

// decimal reads whole and half numbers of a unit: 1.5 hours.
func (p *whenParser) decimal(body, sign string) error {
	n, ok := numbers(body, sign)
	if w, known := p.peek(); !ok || len(n) != 2 || n[1] != 5 || !known || w.is != whenUnit {
		return whenError("%q is not a number of a time", body)
	}
	p.number = n[0]*2 + 1
	return nil
}

func (p *whenParser) bare(body string) error {
	if err := p.flush(); err != nil {
		return err
	}
	n, ok := numbers(body, ".")
	if !ok || len(n) != 1 {
		return whenError("%q is not a number of a time", body)
	}
	if w, known := p.peek(); len(body) >= 3 && (!known || w.is != whenUnit) {
		if hm := []int{n[0] / 100, n[0] % 100}; clockParts(hm) {
			return p.setClock(hm[0]*60 + hm[1])
		}
		return whenError("%q is not a time of day", body)
	}
	p.number = n[0] * 2
	return nil
}

func fullYear(n int) int {
	if n < 100 {
		return 2000 + n
	}
	return n
}

func (p *whenParser) onDate(year, month, day int) error {
	if err := p.flush(); err != nil {
		return err
	}
	if p.month > 0 || p.named {
		return whenError("two days are named")
	}
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return whenError("day %d of month %d is not a date", day, month)
	}
	p.year, p.month, p.monthDay = year, time.Month(month), day
	return nil
}
