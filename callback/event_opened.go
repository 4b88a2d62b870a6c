package callback

import (
	"fmt"
	"slices"
	"time"
)

// KindCaseOpened is the word of CaseOpened.
const KindCaseOpened EventKind = "case.opened"

// CaseOpened begins a case: the policy decided that a response owes its
// customer a call. Only the server records it.
type CaseOpened struct {
	CaseKind Kind     `json:"case_kind"`
	Customer Customer `json:"customer"`
	Response Response `json:"response"`
	// Plan holds the deadlines the policy gave.
	Plan Plan `json:"plan"`
	// Dials are those of the last 7 days to the person for other cases.
	Dials []time.Time `json:"dials_elsewhere,omitempty"`
}

// Kind implements Payload.
func (*CaseOpened) Kind() EventKind { return KindCaseOpened }

// Validate implements Payload.
func (o *CaseOpened) Validate() error {
	switch {
	case o.CaseKind == "":
		return fmt.Errorf("case_kind is empty")
	case o.Customer.ID == "":
		return fmt.Errorf("customer.id is empty")
	}
	return validScore("response.score", o.Response.Score)
}

func (o *CaseOpened) apply(f *fold) {
	c := f.c
	if c.Version > 0 {
		f.shadow(ReasonAlreadyOpen)
		return
	}
	*c = Case{
		Schema: SchemaVersion, ID: f.e.CaseID, Team: f.e.Team, Kind: o.CaseKind, Round: 1,
		Fence: 1, FenceBy: f.e.Device, OpenedAt: f.e.EffectiveAt(), Customer: o.Customer,
		Responses: []Response{o.Response}, Plan: o.Plan, Elsewhere: o.Dials,
	}
	c.Customer.Others = slices.Clone(o.Customer.Others)
	if more := c.Customer.Numbers(); !c.Customer.Phone.Known() && len(more) > 0 {
		c.Customer.turnTo(more[0].E164)
	}
	f.move(OnOpen, New)
	if o.Response.Score != nil {
		c.Scores = []Score{o.Response.score(Baseline, f.e.ID)}
	}
	f.asked(o.Response)
	if c.State == New {
		f.callable()
	}
}

// asked keeps the time at which a customer asked to be called, like one that
// was agreed with them; anyone may call. A time that has passed is just late.
func (f *fold) asked(r Response) {
	c := f.c
	if r.AskedFor == nil {
		return
	}
	if !r.AskedFor.After(f.e.EffectiveAt()) {
		c.Plan.NotBefore = time.Time{}
		return
	}
	switch c.State {
	case New, RetryWait, CallbackScheduled:
		c.Plan.Callback = nil // the customer's latest word holds
		if f.schedule(CallbackWish{At: r.AskedFor.UTC(), Anyone: true}) && c.Plan.Callback.At.Equal(*r.AskedFor) {
			c.Plan.Reason = "The customer asked for this time."
		}
	}
}

// score turns a response into a score of the given role.
func (r Response) score(role ScoreRole, id string) Score {
	return Score{
		ID: id, Value: r.Score, Answer: Answered, Role: role, CollectedBy: "self",
		Mode: r.Channel, At: r.AnsweredAt, Comment: r.Comment,
	}
}

func validScore(field string, v *int) error {
	if v != nil && (*v < 0 || *v > 10) {
		return fmt.Errorf("%s is %d, outside 0–10", field, *v)
	}
	return nil
}

func sampleCaseOpened() Payload {
	three := 3
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	return &CaseOpened{
		CaseKind: KindDetractor,
		Customer: Customer{ID: "cu-1", Name: "Ana Ruiz", Value: -1, Phone: Phone{E164: "+12015550123", Zones: []string{"America/New_York"}}},
		Response: Response{ID: "re-1", Source: "web", ExternalID: "1", Score: &three, Comment: "Nobody answers.", AnsweredAt: at},
		Plan:     Plan{FirstDue: at.Add(8 * time.Hour), CloseDue: at.Add(72 * time.Hour), WallDue: at.Add(24 * time.Hour)},
	}
}
