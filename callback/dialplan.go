package callback

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// dialPlan is how telephone numbers are written in all countries, and the time
// zones they lie in: the part of libphonenumber's metadata (Apache License 2.0)
// that reading a number takes. The library itself stays out of the desk: it
// prepares everything at each start, which would cost more than the start has
// (docs/benchmarks.md, B1 and B8). A test makes the file from the library and
// holds what is read here to what the library reads.
//
//go:embed dialplan.txt
var dialPlan string

// plans is the decoded table; nothing is decoded before the first number.
type plans struct {
	regions map[string]*plan
	// codes lists a country code's regions, the one that counts first.
	codes map[string][]*plan
	zones map[string][]string
	// longest is the length of the longest key of zones.
	longest int
}

// plan is one region's row.
type plan struct {
	region, code string
	lengths      []int
	// The patterns of RE2: exit leaves the country, trunk goes before a
	// national number, transform rewrites what it matched, general is every
	// number, own those of this region where it shares its code.
	exit, trunk, transform, general, own string
	compiled                             sync.Map
}

var dialPlans = sync.OnceValue(func() *plans {
	t := &plans{regions: map[string]*plan{}, codes: map[string][]*plan{}, zones: map[string][]string{}}
	for line := range strings.SplitSeq(dialPlan, "\n") {
		f := strings.Split(line, "\t")
		switch {
		case len(f) == 9 && f[0] == "R":
			p := &plan{region: f[1], code: f[2], exit: f[4], trunk: f[5], transform: f[6], general: f[7], own: f[8]}
			for n := range strings.SplitSeq(f[3], ",") {
				if i, err := strconv.Atoi(n); err == nil {
					p.lengths = append(p.lengths, i)
				}
			}
			if p.region != nowhere {
				t.regions[p.region] = p
			}
			t.codes[p.code] = append(t.codes[p.code], p)
		case len(f) == 3 && f[0] == "Z":
			t.zones[f[1]] = strings.Split(f[2], ",")
			t.longest = max(t.longest, len(f[1]))
		}
	}
	return t
})

// nowhere is the region of numbers that belong to no country, such as +800.
const nowhere = "001"

// at finds the pattern at the beginning of a number; from and to bound what
// its first group took, −1 if it took nothing.
func (p *plan) at(pattern, number string) (end, from, to int) {
	if pattern == "" {
		return -1, -1, -1
	}
	m := p.compile("^(?:" + pattern + ")").FindStringSubmatchIndex(number)
	switch {
	case m == nil:
		return -1, -1, -1
	case len(m) > 3:
		// Of several groups the last one says whether the rule applies.
		return m[1], m[len(m)-2], m[len(m)-1]
	}
	return m[1], -1, -1
}

// is tells whether a pattern takes a whole number.
func (p *plan) is(pattern, number string) bool {
	return pattern != "" && p.compile("^(?:"+pattern+")$").MatchString(number)
}

func (p *plan) compile(pattern string) *regexp.Regexp {
	if re, ok := p.compiled.Load(pattern); ok {
		return re.(*regexp.Regexp)
	}
	re := regexp.MustCompile(pattern)
	p.compiled.Store(pattern, re)
	return re
}

// stripTrunk takes off what is dialled before a number in its own country
// only. A number that is right as it stands stays as it is.
func (p *plan) stripTrunk(number string) string {
	end, from, to := p.at(p.trunk, number)
	if end <= 0 {
		return number
	}
	bare := number[end:]
	if p.transform != "" && from >= 0 && to > from {
		bare = p.compile("^(?:"+p.trunk+")").ReplaceAllString(number, p.transform)
	}
	if p.is(p.general, number) && !p.is(p.general, bare) {
		return number
	}
	return bare
}

// home finds the region of a number among those that share its code, or "".
func (t *plans) home(code, number string) string {
	list := t.codes[code]
	if len(list) == 1 {
		return list[0].region
	}
	for _, p := range list {
		if p.is(p.own, number) {
			return p.region
		}
	}
	return ""
}

// zonesOf gives the time zones in which a number, without its plus, may be.
func (t *plans) zonesOf(digits string) []string {
	for n := min(len(digits), t.longest); n > 0; n-- {
		if zones, ok := t.zones[digits[:n]]; ok {
			return zones
		}
	}
	return nil
}
