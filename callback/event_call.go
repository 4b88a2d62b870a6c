package callback

import (
	"fmt"
	"strings"
	"time"
)

// KindCallRecorded is the word of CallRecorded.
const KindCallRecorded EventKind = "call.recorded"

// CallRecorded is one call with everything that was said and agreed in it. It
// is one event, so that a call is saved whole or not at all.
type CallRecorded struct {
	AttemptID string    `json:"attempt_id" erase:"id"`
	Number    string    `json:"number,omitempty" erase:"number"`
	Direction Direction `json:"direction,omitempty"`
	// StartedAt is when the agent dialled, by the desk's clock, UTC.
	StartedAt time.Time `json:"started_at"`
	// Ring, Talk and WrapUp are seconds.
	Ring        int         `json:"ring_s,omitempty"`
	Talk        int         `json:"talk_s,omitempty"`
	WrapUp      int         `json:"wrap_s,omitempty"`
	Disposition Disposition `json:"disposition"`
	// Custom is the team's own code for the disposition.
	Custom   string       `json:"custom,omitempty"`
	Note     string       `json:"note,omitempty" erase:"say"`
	Root     *RootCause   `json:"root_cause,omitempty"`
	Promises []NewPromise `json:"promises,omitempty"`
	// Settled says what became of promises made before this call.
	Settled      []PromiseOutcome `json:"settled,omitempty"`
	Callback     *CallbackWish    `json:"callback,omitempty"`
	Rescore      *Answer          `json:"rescore,omitempty"`
	Story        *Story           `json:"story,omitempty"`
	Guide        string           `json:"guide,omitempty"`
	GuideVersion int              `json:"guide_version,omitempty"`
	// Answers are what the customer said to the guide's questions.
	Answers []GuideAnswer `json:"answers,omitempty"`
	// Language is the one that was heard where nobody understood each other, a
	// BCP 47 tag: whoever speaks it calls next (RoutingRules.Language). Empty if
	// nobody could tell.
	Language string `json:"language,omitempty" erase:"word"`
}

// NewPromise is a promise as it is made on a call.
type NewPromise struct {
	ID    string    `json:"id" erase:"id"`
	Text  string    `json:"text" erase:"say"`
	Owner string    `json:"owner,omitempty" erase:"id"`
	Due   time.Time `json:"due"`
}

// CallbackWish is a time agreed with the customer.
type CallbackWish struct {
	At   time.Time `json:"at"`
	Zone string    `json:"zone,omitempty" erase:"zone"`
	// Anyone may call; otherwise the agent who agreed it owns it.
	Anyone bool `json:"anyone,omitempty"`
}

// Answer is what the customer said when asked for the score again.
type Answer struct {
	Answer  ScoreAnswer `json:"answer"`
	Value   *int        `json:"value,omitempty"`
	Wording string      `json:"wording"`
}

// Validate checks that a score is there exactly when the customer gave one.
func (a Answer) Validate() error {
	switch a.Answer {
	case Answered:
		if a.Value == nil {
			return fmt.Errorf("rescore.value is missing")
		}
	case Declined, NotAsked:
		if a.Value != nil {
			return fmt.Errorf("rescore.value is given, but the answer is %s", a.Answer)
		}
	default:
		return fmt.Errorf("rescore.answer is %q; it is answered, declined or not_asked", a.Answer)
	}
	return validScore("rescore.value", a.Value)
}

// Kind implements Payload.
func (*CallRecorded) Kind() EventKind { return KindCallRecorded }

// Validate implements Payload. It enforces what the disposition's flags
// require: a note, a root cause, a time for a callback, a promise.
func (r *CallRecorded) Validate() error {
	rule, ok := r.Disposition.Rule()
	if !ok {
		return fmt.Errorf("disposition %q is not in the table", string(r.Disposition))
	}
	if r.AttemptID == "" {
		return fmt.Errorf("attempt_id is empty")
	}
	if r.StartedAt.IsZero() {
		return fmt.Errorf("started_at is empty")
	}
	if missing := r.Missing(); len(missing) > 0 {
		return fmt.Errorf("%s needs %s", rule.Code, strings.Join(missing, " and "))
	}
	for _, p := range r.Promises {
		if strings.TrimSpace(p.Text) == "" || p.Due.IsZero() || p.ID == "" {
			return fmt.Errorf("a promise needs an id, a text and a due time")
		}
	}
	for _, s := range r.Settled {
		if err := s.Validate(); err != nil {
			return err
		}
	}
	if r.Rescore != nil {
		if err := r.Rescore.Validate(); err != nil {
			return err
		}
	}
	for _, a := range r.Answers {
		if a.ID == "" || len(a.Question) > maxQuestion || len(a.Answer) > maxQuestion {
			return fmt.Errorf("an answer needs the id of its question, and neither may be over %d bytes", maxQuestion)
		}
	}
	if r.Language != "" && LanguageTag(r.Language) != r.Language && r.Language != ErasedText {
		return fmt.Errorf("language %q is no language tag, such as es or pt-BR", Line(r.Language))
	}
	for name, text := range map[string]string{"note": r.Note, "custom": r.Custom} {
		if len(text) > MaxText {
			return fmt.Errorf("%s of %d bytes is over %d", name, len(text), MaxText)
		}
	}
	return nil
}

// Undialled tells that a call is told of which cannot have been made: nobody
// was reached, and there is no number that could have been dialled.
func (r *CallRecorded) Undialled(c Case) bool {
	rule, ok := r.Disposition.Rule()
	return ok && rule.Group == GroupUnreached && r.Direction != Inbound && r.Number == "" && c.Customer.Phone.E164 == ""
}

// Missing names what the disposition still requires, in words for the agent.
func (r *CallRecorded) Missing() []string {
	rule, _ := r.Disposition.Rule()
	var out []string
	if rule.Note && strings.TrimSpace(r.Note) == "" {
		out = append(out, "a note")
	}
	if rule.Root && (r.Root == nil || r.Root.Driver == "") {
		out = append(out, "a root cause")
	}
	if rule.To == CallbackScheduled && (r.Callback == nil || r.Callback.At.IsZero()) {
		out = append(out, "a time to call back")
	}
	if rule.Code == TalkedPromise && len(r.Promises) == 0 {
		out = append(out, "a promise")
	}
	return out
}

func sampleCallRecorded() Payload {
	nine := 9
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	return &CallRecorded{
		AttemptID: "at-1", Number: "+12015550123", StartedAt: at, Ring: 12, Talk: 340, WrapUp: 40,
		Disposition: TalkedPromise, Note: "Refund was lost between two teams.",
		Root:     &RootCause{Driver: "billing", Cause: "refund late", Control: ControlCompany},
		Promises: []NewPromise{{ID: "pr-1", Text: "Refund on the card", Owner: "anna", Due: at.Add(48 * time.Hour)}},
		Rescore:  &Answer{Answer: Answered, Value: &nine, Wording: "nps-1"},
		Answers:  []GuideAnswer{{ID: "before", Question: "Did it happen before?", Answer: "no"}},
	}
}
