package callback

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Condition tells for which calls a guide or one of its steps is.
type Condition struct {
	// Field is kind, category, product, reason, language, score, words, or "answer."
	// and the id of a question asked in an earlier step.
	Field string `json:"field"`
	// Values are the values of which one must fit; letters' case does not
	// matter. A score may be a range, "0-3".
	Values []string `json:"values"`
	// Not turns the condition round.
	Not bool `json:"not,omitempty"`
}

// answerField begins the field of a condition on an answer.
const answerField = "answer."

// String says the condition as a guide's author wrote it.
func (c Condition) String() string {
	word := "when"
	if c.Not {
		word = "unless"
	}
	return word + " " + c.Field + ": " + strings.Join(c.Values, ", ")
}

// What a condition on the customer's words compares with.
const (
	wordsYes = "yes"
	wordsNo  = "no"
)

// What a condition on who rang whom compares with.
const (
	theyRing = "inbound"
	weCall   = "outbound"
)

// GuideCall is what a guide's conditions look at.
type GuideCall struct {
	Kind     Kind
	Language string
	Product  string
	// Reason is the first level of the root cause, as far as it is known.
	Reason string
	// Score is the baseline, or nil.
	Score *int
	// Words tells that the customer wrote something.
	Words bool
	// Inbound tells that the customer rang us.
	Inbound bool
	// Answers are what the customer answered in this call, by question.
	Answers map[string]string
}

// NewGuideCall takes from a case what guides look at. An earlier call may have
// found the reason already.
func NewGuideCall(c Case) GuideCall {
	r := c.Response()
	call := GuideCall{Kind: c.Kind, Language: c.Language(), Product: r.Product, Score: r.Score}
	call.Words = slices.ContainsFunc(c.Responses, func(r Response) bool { return strings.TrimSpace(r.Comment) != "" })
	if c.Root != nil {
		call.Reason = c.Root.Driver
	}
	return call
}

// Shows tells whether a step is for this call.
func (g GuideCall) Shows(s Step) bool { return g.meets(s.When) }

func (g GuideCall) meets(when []Condition) bool {
	return !slices.ContainsFunc(when, func(c Condition) bool { return g.fits(c) == c.Not })
}

func (g GuideCall) fits(c Condition) bool {
	if c.Field == "score" {
		return g.Score != nil && slices.ContainsFunc(c.Values, func(v string) bool {
			from, to, err := scoreRange(v)
			return err == nil && from <= *g.Score && *g.Score <= to
		})
	}
	has := g.value(c.Field)
	return has != "" && slices.ContainsFunc(c.Values, func(v string) bool {
		if c.Field == "language" {
			return baseLanguage(strings.ToLower(v)) == baseLanguage(strings.ToLower(has))
		}
		return strings.EqualFold(v, has)
	})
}

func (g GuideCall) value(field string) string {
	if id, ok := strings.CutPrefix(field, answerField); ok {
		return strings.TrimSpace(g.Answers[id])
	}
	switch field {
	case "kind":
		return string(g.Kind)
	case "language":
		return g.Language
	case "product":
		return strings.TrimSpace(g.Product)
	case "reason":
		return g.Reason
	case "words":
		if g.Words {
			return wordsYes
		}
		return wordsNo
	case "direction":
		if g.Inbound {
			return theyRing
		}
		return weCall
	case "category":
		return string(CategoryOf(g.Score))
	}
	return ""
}

// Question is one whose answer is kept with the call.
type Question struct {
	// ID names the answer in conditions and exports.
	ID   string `json:"id"`
	Text string `json:"text"`
	// Options are the answers to choose from; without any the answer is typed.
	Options []string `json:"options,omitempty"`
}

// GuideAnswer is what a customer said to a guide's question.
type GuideAnswer struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// maxQuestion bounds a question and an answer, in bytes.
const maxQuestion = 400

// directive reads a line of a step that began with @:
//
//	@when product: Router, Mobile
//	@unless answer.visit: yes
//	@ask visit: Did the technician come? | yes | no
//
// Several conditions must all hold; of several values one must fit.
func (s *Step) directive(line string) error {
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch word {
	case "when", "unless":
		c, err := parseCondition(rest, word == "unless")
		s.When = append(s.When, c)
		return err
	case "ask":
		q, err := parseQuestion(rest)
		s.Ask = append(s.Ask, q)
		return err
	}
	return fmt.Errorf("@%s is not known; there are @when, @unless and @ask (write \\@ for the sign itself)", word)
}

func parseCondition(text string, not bool) (Condition, error) {
	field, values, ok := strings.Cut(text, ":")
	c := Condition{Field: strings.ToLower(strings.TrimSpace(field)), Not: not}
	for _, v := range strings.Split(values, ",") {
		if v = strings.TrimSpace(v); v != "" {
			c.Values = append(c.Values, v)
		}
	}
	if !ok || len(c.Values) == 0 {
		return c, fmt.Errorf("a condition is \"field: value, value\", such as \"reason: billing\"")
	}
	return c, c.validate()
}

func (c Condition) validate() error {
	for _, v := range c.Values {
		switch {
		case c.Field == "score":
			if _, _, err := scoreRange(v); err != nil {
				return err
			}
		case c.Field == "category" && !slices.Contains(Categories(), Category(strings.ToLower(v))):
			return fmt.Errorf("category is %q; it is detractor, passive, promoter or unscored", v)
		case c.Field == "words" && !strings.EqualFold(v, wordsYes) && !strings.EqualFold(v, wordsNo):
			return fmt.Errorf("words is %q; it is yes or no: whether they wrote something", v)
		case c.Field == "direction" && !strings.EqualFold(v, theyRing) && !strings.EqualFold(v, weCall):
			return fmt.Errorf("direction is %q; it is inbound or outbound: whether they ring us or we call them", v)
		case c.Field == "kind" && !slices.Contains(rankKinds, Kind(strings.ToLower(v))):
			return fmt.Errorf("kind is %q; it is request, detractor, passive, promoter or adhoc", v)
		}
	}
	switch {
	case strings.HasPrefix(c.Field, answerField), slices.Contains(conditionFields, c.Field):
		return nil
	}
	return fmt.Errorf("unknown field %q; a condition looks at %s or answer.QUESTION", c.Field, strings.Join(conditionFields, ", "))
}

var conditionFields = []string{"category", "direction", "kind", "language", "product", "reason", "score", "words"}

// scoreRange reads "7" or "0-3", both ends included.
func scoreRange(text string) (from, to int, err error) {
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	from, err1 := strconv.Atoi(strings.TrimSpace(low))
	to, err2 := strconv.Atoi(strings.TrimSpace(high))
	if err1 != nil || err2 != nil || from < 0 || to > 10 || from > to {
		return 0, 0, fmt.Errorf("score is %q; it is a number or a range from 0 to 10, such as 0-3", text)
	}
	return from, to, nil
}

func parseQuestion(text string) (Question, error) {
	id, rest, ok := strings.Cut(text, ":")
	q := Question{ID: strings.TrimSpace(id)}
	if !ok || !guideID().MatchString(q.ID) {
		return q, fmt.Errorf("a question is \"@ask ID: words\" or \"@ask ID: words | answer | answer\", the ID of letters, digits and dashes")
	}
	parts := strings.Split(rest, "|")
	q.Text = strings.TrimSpace(parts[0])
	for _, o := range parts[1:] {
		if o = strings.TrimSpace(o); o == "" || len(q.Options) == 9 {
			return q, fmt.Errorf("the answers of question %s are 2 to 9 words or sentences between bars", q.ID)
		}
		q.Options = append(q.Options, o)
	}
	switch {
	case q.Text == "":
		return q, fmt.Errorf("question %s asks nothing", q.ID)
	case len(rest) > maxQuestion:
		return q, fmt.Errorf("question %s is over %d bytes", q.ID, maxQuestion)
	case len(q.Options) == 1:
		return q, fmt.Errorf("question %s has one answer only", q.ID)
	}
	return q, nil
}
