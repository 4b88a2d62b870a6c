package callback

import (
	"fmt"
	"slices"
	"strings"
)

// checkBranches finds conditions that can never be met, questions asked twice,
// and a guide that could come up empty.
func (g Guide) checkBranches(lines []string, say func(line int, what string)) {
	asked := map[string]Question{}
	step, always := -1, false
	for i, l := range lines {
		if strings.HasPrefix(l, "## ") {
			step++
			always = always || len(g.Steps[step].When) == 0
			continue
		}
		order, ok := strings.CutPrefix(l, "@")
		if step < 0 || !ok {
			continue
		}
		word, rest, _ := strings.Cut(strings.TrimSpace(order), " ")
		if word == "ask" {
			q, _ := parseQuestion(rest) // read before, without an error
			if _, twice := asked[q.ID]; twice {
				say(i+1, fmt.Sprintf("question %s is asked in another step already", q.ID))
			}
			asked[q.ID] = q
			continue
		}
		c, _ := parseCondition(rest, word == "unless")
		if what := g.neverMet(c, asked, step); what != "" {
			say(i+1, what)
		}
	}
	if !always {
		say(1, "every step has a condition, so that some calls would have no guide; leave at least one without")
	}
}

// neverMet says why a condition of a step cannot be met, or "".
func (g Guide) neverMet(c Condition, asked map[string]Question, step int) string {
	if c.Field == "kind" && len(g.For) > 0 {
		for _, v := range c.Values {
			if !slices.Contains(g.For, Kind(strings.ToLower(v))) {
				return fmt.Sprintf("the guide is not for %s, so that this never comes", v)
			}
		}
	}
	id, ok := strings.CutPrefix(c.Field, answerField)
	if !ok {
		return ""
	}
	q, known := asked[id]
	if !known || slices.ContainsFunc(g.Steps[step].Ask, func(own Question) bool { return own.ID == id }) {
		return fmt.Sprintf("question %s is not asked in an earlier step", id)
	}
	for _, v := range c.Values {
		if len(q.Options) > 0 && !slices.ContainsFunc(q.Options, func(o string) bool { return strings.EqualFold(o, v) }) {
			return fmt.Sprintf("%q is no answer to question %s; they are %s", v, id, strings.Join(q.Options, ", "))
		}
	}
	return ""
}
