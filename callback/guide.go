package callback

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Guide is the steps and words of a call, written by trainers in Markdown.
type Guide struct {
	Schema  int    `json:"schema"`
	ID      string `json:"id"`
	Version int    `json:"version"`
	Title   string `json:"title"`
	// For lists the kinds of cases the guide is for; none means all.
	For      []Kind `json:"for,omitempty"`
	Language string `json:"language,omitempty"`
	// When narrows the guide further; all of it must hold.
	When  []Condition `json:"when,omitempty"`
	Steps []Step      `json:"steps"`
}

// Step is one thing to say or do in a call.
type Step struct {
	Title string `json:"title"`
	// Body is Markdown.
	Body string `json:"body"`
	// When tells for which calls the step is; all of it must hold.
	When []Condition `json:"when,omitempty"`
	// Ask are the questions whose answers are kept with the call.
	Ask []Question `json:"ask,omitempty"`
}

// ParseGuide reads a guide from Markdown: a few "field: value" lines between
// two lines of three dashes, then a second-level heading for each step. The
// fields are id, version, title, for (kinds, separated by commas), language,
// category, product and reason. A line in a step that begins with @ is no text
// but tells when the step is shown, or asks a question (see directive). An
// error names the line.
func ParseGuide(text string) (Guide, error) {
	g, faults := readGuide(text)
	if len(faults) > 0 {
		return Guide{}, fmt.Errorf("line %d: %s", faults[0].Line, faults[0].What)
	}
	if g.ID == "" || len(g.Steps) == 0 {
		return Guide{}, errNoGuide
	}
	return g, nil
}

var (
	errEarly   = errors.New("words before the first step; a step begins with \"## \"")
	errNoGuide = errors.New("a guide needs an id and at least one step")
)

// readGuide reads what can be read, and lists each line that cannot.
func readGuide(text string) (g Guide, faults []GuideProblem) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	early := false
	say := func(i int, err error) {
		again := early && errors.Is(err, errEarly) // what stands above the steps is one fault
		early = early || errors.Is(err, errEarly)
		if err != nil && !again {
			faults = append(faults, GuideProblem{i + 1, err.Error()})
		}
	}
	g = Guide{Schema: SchemaVersion, Version: 1}
	if strings.TrimSpace(lines[0]) != "---" {
		say(0, errors.New("a guide begins with a line of three dashes"))
		return g, faults
	}
	i := 1
	for ; i < len(lines) && strings.TrimSpace(lines[i]) != "---"; i++ {
		if line := strings.TrimSpace(lines[i]); line != "" {
			say(i, g.field(line))
		}
	}
	if i == len(lines) {
		// Without their end all lines were taken for fields.
		return g, []GuideProblem{{i, "the fields do not end with a line of three dashes"}}
	}
	for i++; i < len(lines); i++ {
		say(i, g.line(lines[i]))
	}
	for i := range g.Steps {
		g.Steps[i].Body = strings.TrimSpace(g.Steps[i].Body)
	}
	return g, faults
}

// line reads a line after the fields.
func (g *Guide) line(line string) error {
	if title, ok := strings.CutPrefix(line, "## "); ok {
		g.Steps = append(g.Steps, Step{Title: strings.TrimSpace(title)})
		return nil
	}
	if len(g.Steps) == 0 {
		if strings.TrimSpace(line) != "" {
			return errEarly
		}
		return nil
	}
	s := &g.Steps[len(g.Steps)-1]
	if order, ok := strings.CutPrefix(line, "@"); ok {
		return s.directive(order)
	}
	s.Body += line + "\n"
	return nil
}

func (g *Guide) field(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		return fmt.Errorf("%q is not \"field: value\"", line)
	}
	value = strings.TrimSpace(value)
	switch strings.TrimSpace(name) {
	case "id":
		g.ID = value
	case "title":
		g.Title = value
	case "language":
		g.Language = value
	case "version":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return fmt.Errorf("version is %q; it is a number from 1", value)
		}
		g.Version = n
	case "for":
		for _, k := range strings.Split(value, ",") {
			kind := Kind(strings.TrimSpace(k))
			switch kind {
			case KindRequest, KindDetractor, KindPassive, KindPromoter, KindAdHoc:
				g.For = append(g.For, kind)
			default:
				return fmt.Errorf("for: %q is not request, detractor, passive, promoter or adhoc", kind)
			}
		}
	case "category", "product", "reason":
		c, err := parseCondition(line, false)
		if err != nil {
			return err
		}
		g.When = append(g.When, c)
	default:
		return fmt.Errorf("unknown field %q; fields are id, version, title, for, language, category, product and reason", strings.TrimSpace(name))
	}
	return nil
}

// Choose picks the guide for a call: of the right kind and with all its
// conditions met, the most exact first; then in the customer's language, else
// in English, else any.
func Choose(guides []Guide, call GuideCall) (Guide, bool) {
	best, bestScore := -1, -1
	for i, g := range guides {
		score := 0
		if g.isFor(call.Kind) {
			score += 4
		} else if len(g.For) > 0 {
			continue
		}
		if !call.meets(g.When) {
			continue
		}
		score += 8 * len(g.When)
		switch {
		case call.Language != "" && baseLanguage(g.Language) == baseLanguage(call.Language):
			score += 2
		case baseLanguage(g.Language) == "en":
			score++
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if best < 0 {
		return Guide{}, false
	}
	return guides[best], true
}

func (g Guide) isFor(kind Kind) bool {
	for _, k := range g.For {
		if k == kind {
			return true
		}
	}
	return false
}
