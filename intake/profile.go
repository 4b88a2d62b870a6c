package intake

import (
	"hash/maphash"
	"strings"
)

// profileCells is how many filled cells of a column are looked at closely;
// what decides (other scales, date order) is counted over the whole file.
const profileCells = 2000

// profile is what a column holds. Its size does not grow with the file.
type profile struct {
	filled int
	// The cells as a score: readable, numbers of another scale.
	scores, others int
	seen           [11]int // readable scores by value
	labels         int     // scores written with the scale's labels
	// Among the first profileCells filled cells:
	looked                                                   int
	dates, emails, phones, yesno, roles, regions, zones, pct int
	numbers, letters                                         int // wholly digits; total of letters and signs
	distinct                                                 map[uint64]struct{}
	order                                                    evidence
	example                                                  string // first cell that is no score
}

var seed = maphash.MakeSeed()

// see takes in one cell of a row; cell is tidy.
func (p *profile) see(row int, cell string) {
	if missing(Comment, cell) {
		return
	}
	p.filled++
	p.order.see(row, cell)
	p.seeScore(cell)
	if p.looked == profileCells {
		return
	}
	p.looked++
	p.letters += len([]rune(cell))
	if p.distinct == nil {
		p.distinct = map[uint64]struct{}{}
	}
	p.distinct[maphash.String(seed, cell)] = struct{}{}
	p.numbers += one(isNumber(cell))
	if _, ok := ParseAsked(cell); ok {
		p.yesno++
	}
	p.roles += one(parseRole(cell) != "")
	p.regions += one(validRegion(cell))
	p.emails += one(looksEmail(cell))
	p.phones += one(looksPhone(cell))
	if _, ok := parsePercentile(cell); ok {
		p.pct++
	}
	if len(cell) <= 64 {
		p.zones += one(strings.Contains(cell, "/") && validZone(cell))
		p.dates += one(looksDate(cell))
	}
}

func (p *profile) seeScore(cell string) {
	if len(cell) <= 48 {
		if n, ok := readScore(asciiDigits(cell)); ok {
			p.scores++
			p.seen[n]++
			p.labels += one(strings.ContainsAny(cell, "-–—(:=") && len(cell) > 5)
			return
		}
	}
	p.others += one(offScale(cell))
	if p.example == "" {
		p.example = strings.Clone(cell)
	}
}

// offScale tells numbers that an answer on a 0–10 scale cannot be, such as
// 57 or 4.37, from mishaps in a score column such as a phone number.
func offScale(cell string) bool {
	s := strings.TrimSuffix(strings.TrimLeft(cell, "+-"), "%")
	return len(s) <= 6 && isNumber(s)
}

// isNumber tells digits with at most one point or comma.
func isNumber(s string) bool {
	s = asciiDigits(s)
	marks := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case (c == '.' || c == ',') && i > 0 && i < len(s)-1:
			marks++
		default:
			return false
		}
	}
	return s != "" && marks <= 1
}

func looksEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && len(s) <= 254 && strings.Contains(domain, ".") &&
		!strings.ContainsAny(s, " \t\r\n,;") && !strings.Contains(domain, "@")
}

// looksPhone tells 6–20 digits with nothing between but what people write
// between them, and an extension after.
func looksPhone(s string) bool {
	if len(s) > 60 {
		return false
	}
	s = strings.ToLower(asciiDigits(s))
	s = strings.TrimPrefix(s, "tel:")
	for _, ext := range []string{";ext=", "ext", "доб", "x"} {
		if at := strings.Index(s, ext); at > 5 {
			s = s[:at]
			break
		}
	}
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune(" +-().,/–‑", r):
		default:
			return false
		}
	}
	return digits >= 6 && digits <= 20
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// most tells whether at least the given share of the cells looked at are n.
func (p *profile) most(n int, share float64) bool {
	return p.looked > 0 && float64(n) >= share*float64(p.looked)
}

// oneToFive tells a column of answers that all lie within 1–5.
func (p *profile) oneToFive() bool {
	within := 0
	for _, n := range p.seen[1:6] {
		within += n
	}
	return p.scores > 0 && within == p.scores
}
