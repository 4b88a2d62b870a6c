package sample

import (
	"fmt"
	"math"
	"sort"
	"time"

	"ringback/callback"
)

// Source is the source that all responses of the year name.
const Source = "synthetic"

// answer is a response and what the year knows of the one who gave it.
type answer struct {
	callback.Intake
	customer *customer
	root     callback.RootCause
	// easy tells that the customer usually picks up.
	easy bool
	part part
}

// opens tells whether the response owes its customer a call.
func (a *answer) opens() bool {
	return a.Asked || callback.CategoryOf(a.Score) == callback.Detractor
}

// press prints a year's responses.
type press struct {
	d         dice
	w         *writer
	now       time.Time
	customers []customer
	// last is when each customer answered, to keep the answers of one person
	// apart.
	last map[*customer][]time.Time
}

// sheet is what is known of a response before its words: when, and of which
// sort.
type sheet struct {
	at   time.Time
	mood mood
	part part
}

// mood is the sort of a response.
type mood int

const (
	aPromoter mood = iota
	aPassive
	aDetractor
	aRequest
)

// minApart is how far apart the answers of one person lie.
const minApart = 25 * 24 * time.Hour

// sheets plans n responses: the parts that today's queue needs, and the others
// over the year. A tenth are detractors; a twentieth more asked for a call.
func (p *press) sheets(n int, cast []sheet) []sheet {
	want := map[mood]int{aDetractor: round(n, 0.10), aRequest: round(n, 0.05), aPromoter: round(n, 0.50)}
	want[aPassive] = n - want[aDetractor] - want[aRequest] - want[aPromoter]
	out := make([]sheet, 0, n)
	for _, s := range cast {
		if want[s.mood] > 0 && len(out) < n/2 {
			want[s.mood]--
			out = append(out, s)
		}
	}
	for _, s := range []mood{aDetractor, aRequest, aPromoter, aPassive} {
		for range want[s] {
			out = append(out, sheet{at: p.when(s), mood: s})
		}
	}
	return out
}

func round(n int, share float64) int { return int(math.Round(float64(n) * share)) }

// when chooses a moment of the year: more in spring and before Christmas,
// more in the evening, fewer at night. Cases of the last fortnight are mostly
// those of the cast.
func (p *press) when(s mood) time.Time {
	for {
		at := p.now.Add(-time.Duration((0.0002 + 0.9998*p.d.Float64()) * float64(365*24*time.Hour)))
		if s >= aDetractor && p.now.Sub(at) < 14*24*time.Hour && p.d.chance(0.65) {
			continue
		}
		season := 0.72 + 0.28*math.Cos(2*math.Pi*float64(at.YearDay()-130)/365)
		hour := []float64{0.35, 0.25, 0.2, 0.2, 0.25, 0.4, 0.6, 0.8, 0.9, 1, 1, 0.95, 0.9, 0.9, 0.9, 0.85, 0.9, 0.95, 1, 1, 1, 0.9, 0.7, 0.5}[at.Hour()]
		if p.d.chance(season * hour) {
			return at.Truncate(time.Second)
		}
	}
}

// print makes the responses of all sheets, in order of time.
func (p *press) print(sheets []sheet) []answer {
	sort.SliceStable(sheets, func(i, j int) bool { return sheets[i].at.Before(sheets[j].at) })
	owners := p.owners(sheets)
	out := make([]answer, len(sheets))
	hostileAt := map[int]string{}
	for i, text := range hostile {
		hostileAt[(2*i+1)*len(sheets)/(2*len(hostile))] = text
	}
	for i, s := range sheets {
		a := &out[i]
		*a = p.answer(s, owners[i])
		a.ExternalID = fmt.Sprintf("S-%06d", 100001+i)
		if text, ok := hostileAt[i]; ok {
			a.Comment = text
		}
	}
	return out
}

// owners deals customers to sheets. One customer opens at most one case in
// the year, so that a loader may send all responses before any call; others
// answer again at other times.
func (p *press) owners(sheets []sheet) []*customer {
	out := make([]*customer, len(sheets))
	free := p.d.Perm(len(p.customers))
	take := func(i int, s sheet) {
		k := 0
		for n, f := range free {
			if s.part.suits(&p.customers[f], p.now) {
				k = n
				break
			}
		}
		out[i] = &p.customers[free[k]]
		free[k] = free[len(free)-1]
		free = free[:len(free)-1]
		p.last[out[i]] = append(p.last[out[i]], s.at)
	}
	for pass, wanted := range []func(sheet) bool{
		func(s sheet) bool { return s.part.role != "" },
		func(s sheet) bool { return s.part.role == "" && s.mood >= aDetractor },
		func(s sheet) bool { return s.mood < aDetractor },
	} {
		for i, s := range sheets {
			switch {
			case !wanted(s):
			case len(free) > 0 && (pass < 2 || p.d.chance(0.58)):
				take(i, s)
			default:
				out[i] = p.again(s.at)
			}
		}
	}
	return out
}

// again finds a customer who has not answered around an instant, nor lately
// opened a case.
func (p *press) again(at time.Time) *customer {
	for try := 0; ; try++ {
		c := &p.customers[p.d.IntN(len(p.customers))]
		near := false
		for _, t := range p.last[c] {
			near = near || at.Sub(t).Abs() < minApart
		}
		if !near || try > 20 {
			p.last[c] = append(p.last[c], at)
			return c
		}
	}
}
