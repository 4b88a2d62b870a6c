package intake

import (
	"fmt"
	"strings"

	"ringback/callback"
)

// fewAnswers is how many answers a column of 1–5 needs before they count as
// a scale of their own and not as a small or unhappy 0–10 file.
const fewAnswers = 20

// guessScore finds the column with the 0–10 answer, or asks for it.
func (m *Mapping) guessScore(columns []Column) {
	if m.given(Score) {
		m.checkGivenScore(columns)
		return
	}
	var best []Choice
	rank := 0
	for i := range columns {
		r, why := scoreRank(columns, i)
		if r == 0 || r < rank || m.used(i) || !scaleFits(&columns[i].stats, r) {
			continue
		}
		if r > rank {
			best, rank = nil, r
		}
		sure := Certain
		if r <= rankMiddling || columns[i].stats.scores == 0 {
			sure = Likely
		}
		best = append(best, Choice{
			Field: Score, Columns: []int{i}, Sureness: sure,
			Why: fmt.Sprintf("%s; %s", why, columns[i].stats.scoreContent()),
		})
	}
	switch len(best) {
	case 1:
		m.add(best[0])
	case 0:
		m.ask(callback.Errorf(callback.CodeInvalid, "which column holds the 0–10 answer? No column says so by name and content").
			WithHint("columns are: %s; use --map score=NAME, or --map score=- if the file has only call requests", scoreHints(columns)))
	default:
		var at []int
		for _, c := range best {
			at = append(at, c.Columns...)
		}
		m.ask(callback.Errorf(callback.CodeInvalid, "which column holds the 0–10 answer? %d columns could: %s", len(at), titles(columns, at)).
			WithHint("use --map score=NAME for one of them"))
	}
}

// checkGivenScore refuses a column whose numbers are of another scale even
// where a person named it: 57 out of 100 must not lose its larger half.
func (m *Mapping) checkGivenScore(columns []Column) {
	at := m.Of(Score)
	if len(at) == 0 {
		if !m.Has(Asked) && !m.Has(AskedFor) {
			m.ask(callback.Errorf(callback.CodeInvalid, "which column says that the customer asked for a call? Without a score, only call requests can be imported").
				WithHint("columns are: %s; use --map asked=NAME", columnNames(columns)))
		}
		return
	}
	c := &columns[at[0]]
	if c.stats.filled > 0 && (c.stats.scores == 0 || c.stats.otherScale()) {
		m.ask(callback.Errorf(callback.CodeInvalid, "column %s does not hold a 0–10 answer: %s", c.title(), c.stats.scoreContent()).
			WithHint("columns are: %s; use --map score=NAME for another", scoreHints(columns)))
	}
}

// How strongly a column claims to be the score.
const (
	rankFaint    = 1
	rankMiddling = 2
	rankLabelled = 3 // its cells or its name carry the scale
	rankStrong   = 4
	rankExact    = 5
)

// scoreRank judges column i by its names; 0 says never.
func scoreRank(columns []Column, i int) (int, string) {
	c := columns[i]
	if ignored(c) {
		return 0, ""
	}
	names := []string{key(c.Name)}
	if c.Label != "" {
		names = append(names, key(c.Label))
	}
	rank, why := 0, ""
	for _, k := range names {
		r := rankOf(k)
		if r < 0 {
			return 0, ""
		}
		if r > rank {
			rank, why = r, "named as the 0–10 question"
		}
	}
	if rank < rankStrong && hasGroupColumn(columns, i) {
		rank, why = rankStrong, "the tool's NPS group stands beside it"
	}
	if rank < rankLabelled && c.stats.labels > 0 {
		rank, why = rankLabelled, "its cells carry the labels of the 0–10 scale"
	}
	return rank, why
}

// rankOf judges one name; −1 says that the column is something else.
func rankOf(k string) int {
	short := strings.Count(k, " ") < 4
	if short && holds(k, derivedScore()) && !strongScore()[k] {
		return -1
	}
	strong := holds(k, strongScorePhrase())
	switch {
	case strongScore()[k]:
		return rankExact
	case holds(k, otherMeasure()) && !strong:
		return -1
	case strong && !holds(k, []string{"why", "почему", "warum", "pourquoi", "por qué", "reason", "причина", "grund", "raison", "razón", "text"}):
		return rankStrong
	case holds(k, scalePhrase()):
		return rankLabelled
	case middlingScore()[k]:
		return rankMiddling
	case faintScore()[k]:
		return rankFaint
	}
	return 0
}

// hasGroupColumn tells Qualtrics' pair of columns Q1 and Q1_NPS_GROUP.
func hasGroupColumn(columns []Column, i int) bool {
	for _, c := range columns {
		if base, ok := strings.CutSuffix(strings.ToLower(c.Name), "_nps_group"); ok && base == strings.ToLower(columns[i].Name) {
			return true
		}
	}
	return false
}

// scaleFits tells whether the content can be 0–10 answers.
func scaleFits(p *profile, rank int) bool {
	switch {
	case p.filled == 0:
		return rank >= rankMiddling
	case p.scores == 0, p.otherScale():
		return false
	case rank == rankFaint:
		return !p.oneToFive()
	case rank == rankMiddling:
		return !p.oneToFive() || p.scores < fewAnswers
	default:
		return true
	}
}

// otherScale tells a column whose numbers speak for another scale. In a short
// file a few slips such as 11 and 7.5 are not a scale yet.
func (p *profile) otherScale() bool {
	if p.others < fewAnswers {
		return p.others > 2*p.scores
	}
	return p.others > p.scores
}

// scoreContent says what a column holds, as far as a score goes.
func (p *profile) scoreContent() string {
	switch {
	case p.filled == 0:
		return "it is empty"
	case p.scores == p.filled && p.oneToFive() && p.scores >= fewAnswers:
		return fmt.Sprintf("%d answers, all within 1–5", p.scores)
	case p.scores == p.filled:
		return fmt.Sprintf("%d answers within 0–10", p.scores)
	default:
		return fmt.Sprintf("%d of %d cells are 0–10, others are like %s", p.scores, p.filled, excerptSafe(p.example))
	}
}

// scoreHints lists the columns with what speaks against those that look
// numeric.
func scoreHints(columns []Column) string {
	return listColumns(columns, func(c Column) string {
		p := &c.stats
		switch {
		case p.scores > 0 && p.oneToFive() && p.others == 0:
			return c.title() + " (1–5 only)"
		case p.scores > 0 && p.scores >= p.others && p.scores*2 >= p.filled:
			return c.title() + " (holds 0–10)"
		}
		return c.title()
	})
}
