package sample

import "fmt"

// line is a run of phone numbers that no real person will ever have.
//
// North America: 555-0100 to 555-0199 in every area code (NANPA, 555 line
// number guidelines). Britain: 01632 960xxx, 07700 900xxx and 496 0xxx in the
// big cities (Ofcom, numbers for drama). Australia: 5550 xxxx and 7010 xxxx in
// each area (ACMA, numbers for creative works).
type line struct {
	// prefix is E.164 without its last digits, of which there are digits,
	// counted from first up to count of them.
	prefix       string
	digits       int
	first, count int
	region       string
	zone         string
}

// number writes the i-th number of the line in E.164.
func (l line) number(i int) string {
	return fmt.Sprintf("%s%0*d", l.prefix, l.digits, l.first+i%l.count)
}

func nanp(region, zone string, areas ...string) []line {
	var out []line
	for _, a := range areas {
		out = append(out, line{prefix: "+1" + a + "555", digits: 4, first: 100, count: 100, region: region, zone: zone})
	}
	return out
}

func concat(lists ...[]line) []line {
	var out []line
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

var (
	america = concat(east, west)
	east    = concat(
		nanp("US", "America/New_York", "212", "718", "617", "215", "305", "404", "202", "412", "585", "704", "919", "603", "401", "860", "908"),
		nanp("US", "America/Chicago", "312", "612", "713", "504", "414", "816", "512", "901"),
	)
	west = concat(
		nanp("US", "America/Los_Angeles", "213", "415", "503", "206", "619", "310", "510", "702", "408", "916", "831", "707", "541", "805"),
		nanp("US", "America/Denver", "303", "505", "801", "406"),
		nanp("US", "America/Phoenix", "602", "520"),
		nanp("US", "Pacific/Honolulu", "808"),
	)
	canada = concat(
		nanp("CA", "America/Toronto", "416", "613", "514"), nanp("CA", "America/Vancouver", "604", "250"),
		nanp("CA", "America/Edmonton", "403", "780"), nanp("CA", "America/Halifax", "902"),
	)
	britain = func() []line {
		var out []line
		for _, area := range []string{"113", "114", "115", "116", "117", "118", "121", "131", "141", "151", "161"} {
			out = append(out, line{prefix: "+44" + area + "4960", digits: 3, count: 1000, region: "GB"})
		}
		return append(out,
			line{prefix: "+441632960", digits: 3, count: 1000, region: "GB"},
			line{prefix: "+447700900", digits: 3, count: 1000, region: "GB"})
	}()
	australia = concat(
		acma("Australia/Sydney", "+612"), acma("Australia/Melbourne", "+613"), acma("Australia/Brisbane", "+617"),
		acma("Australia/Perth", "+618"),
	)
	anywhere = concat(
		nanp("US", "", "209", "217", "219", "225", "228", "231", "234", "239", "240", "251", "252", "254", "256", "260", "262", "267", "269", "270"),
		acma("", "+613"), acma("", "+617"),
	)
)

func acma(zone, area string) []line {
	return []line{
		{prefix: area + "5550", digits: 4, count: 10000, region: "AU", zone: zone},
		{prefix: area + "7010", digits: 4, count: 10000, region: "AU", zone: zone},
	}
}

// exchange gives each customer a number of their own while there are any.
type exchange struct {
	d    dice
	used map[string]bool
	// full are the lines, by prefix, on which no number is free.
	full map[string]bool
}

// give finds a free number on one of the lines. When all are used up, in
// years of far more than 100,000 responses, numbers repeat.
func (x *exchange) give(lines []line) (line, string) {
	for try := 0; ; try++ {
		l := of(x.d, lines)
		if n, ok := x.free(l); ok || try > 4*len(lines) {
			return l, n
		}
	}
}

// free finds a free number on a line, beginning at any.
func (x *exchange) free(l line) (string, bool) {
	start := x.d.IntN(l.count)
	if x.full[l.prefix] {
		return l.number(start), false
	}
	for i := range l.count {
		if n := l.number((start + i) % l.count); !x.used[n] {
			x.used[n] = true
			return n, true
		}
	}
	x.full[l.prefix] = true
	return l.number(start), false
}

// written gives a number as people type it into a form.
func written(d dice, e164, region string) string {
	n := e164[1:]
	switch {
	case region == "US" || region == "CA":
		a, b, c := n[1:4], n[4:7], n[7:]
		return of(d, []string{
			"(" + a + ") " + b + "-" + c, a + "-" + b + "-" + c, "+1 " + a + " " + b + " " + c, a + "." + b + "." + c, e164,
		})
	case region == "GB":
		cut := 5 // a city's code has three digits, the others four
		if n[2:6] == "1632" || n[2] == '7' {
			cut = 6
		}
		return of(d, []string{"0" + n[2:cut] + " " + n[cut:], "+44 " + n[2:cut] + " " + n[cut:], "0" + n[2:], e164, "+44 (0)" + n[2:cut] + " " + n[cut:]})
	}
	return of(d, []string{"(0" + n[2:3] + ") " + n[3:7] + " " + n[7:], "+61 " + n[2:3] + " " + n[3:7] + " " + n[7:], "0" + n[2:], e164})
}
