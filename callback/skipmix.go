package callback

import (
	"math"
	"sort"
)

// SkipBand is what a case is, for comparing what agents pass over.
type SkipBand int

// The bands, the dearest first.
const (
	BandRequest SkipBand = iota
	BandLow
	BandHigh
	BandPassive
	BandPromoter
	skipBands
)

var bandWords = [skipBands]string{"asked for a call", "score 0–3", "score 4–6", "passive", "promoter"}

// Words names a band for a person.
func (b SkipBand) Words() string { return bandWords[b] }

func (c Case) skipBand() SkipBand {
	score := c.Opening().Score
	switch {
	case c.Kind == KindRequest:
		return BandRequest
	case c.Kind == KindPromoter:
		return BandPromoter
	case c.Kind == KindPassive:
		return BandPassive
	case score != nil && *score <= 3:
		return BandLow
	}
	return BandHigh
}

// SkipMix compares what an agent passed over with what the team would have
// passed over of the same cases (indirect standardisation): an agent who gets
// the hard cases is not blamed for them.
type SkipMix struct {
	Agent string `json:"agent"`
	Name  string `json:"name"`
	// Served counts the cases the agent dealt with, dialled or passed over,
	// and Skipped those passed over.
	Served  int `json:"served"`
	Skipped int `json:"skipped"`
	// Expected is how many the team at large would have passed over.
	Expected float64 `json:"expected"`
	// Ratio is Skipped over Expected, with a 95 % interval. All 0 when nothing
	// was expected.
	Ratio float64 `json:"ratio"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Unusual tells that the whole interval lies above 1.
	Unusual bool           `json:"unusual,omitempty"`
	Bands   []SkipsInBand  `json:"bands"`
	Reasons []SkipsForCode `json:"reasons"`
}

// SkipsInBand is one band of a SkipMix.
type SkipsInBand struct {
	Band     string  `json:"band"`
	Served   int     `json:"served"`
	Skipped  int     `json:"skipped"`
	Expected float64 `json:"expected"`
}

// SkipsForCode is how often one reason was given.
type SkipsForCode struct {
	Code  SkipCode `json:"code"`
	Short string   `json:"reason"`
	Count int      `json:"count"`
}

// skipMixes computes the mix of every agent who passed something over, those
// who did so most beyond what was expected first.
func skipMixes(byAgent map[string]*Counts, team Counts, name func(string) string) []SkipMix {
	var share [skipBands]float64
	for b := range skipBands {
		if served := team.Dials[b] + team.SkipsOf[b]; served > 0 {
			share[b] = float64(team.SkipsOf[b]) / float64(served)
		}
	}
	var out []SkipMix
	for agent, c := range byAgent {
		if agent == "" || c.Skips == 0 {
			continue
		}
		m := SkipMix{Agent: agent, Name: agent}
		if name != nil {
			m.Name = name(agent)
		}
		for b := range skipBands {
			served := c.Dials[b] + c.SkipsOf[b]
			in := SkipsInBand{Band: b.Words(), Served: served, Skipped: c.SkipsOf[b], Expected: share[b] * float64(served)}
			m.Served, m.Skipped, m.Expected = m.Served+served, m.Skipped+in.Skipped, m.Expected+in.Expected
			m.Bands = append(m.Bands, in)
		}
		for i, r := range skipRules {
			m.Reasons = append(m.Reasons, SkipsForCode{r.Code, r.Short, c.SkipReasons[i]})
		}
		m.compare()
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Low != b.Low {
			return a.Low > b.Low
		}
		return a.Agent < b.Agent
	})
	return out
}

// compare gives the ratio of observed to expected with Byar's approximation of
// the exact Poisson interval (Breslow and Day, Statistical Methods in Cancer
// Research, vol. II, 1987, p. 69).
func (m *SkipMix) compare() {
	if m.Expected <= 0 {
		return
	}
	o := float64(m.Skipped)
	m.Ratio = o / m.Expected
	if o > 0 {
		m.Low = o * math.Pow(1-1/(9*o)-z95/(3*math.Sqrt(o)), 3) / m.Expected
	}
	m.Low = max(0, m.Low)
	u := o + 1
	m.High = u * math.Pow(1-1/(9*u)+z95/(3*math.Sqrt(u)), 3) / m.Expected
	m.Unusual = m.Low > 1
}
