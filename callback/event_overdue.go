package callback

import "fmt"

// KindPromiseOverdue is the word of PromiseOverdue.
const KindPromiseOverdue EventKind = "promise.overdue"

// PromiseOverdue puts on record that nobody said in time what became of a
// promise, and takes its case to a supervisor. Only the server records it.
//
// The promise stays open: a person must say what became of it. An agreed
// callback is not taken from its hour, nor a case from the supervisor who is
// to look at it; their promise is only marked.
type PromiseOverdue struct {
	PromiseID string `json:"promise_id" erase:"id"`
}

// Kind implements Payload.
func (*PromiseOverdue) Kind() EventKind { return KindPromiseOverdue }

// Validate implements Payload.
func (o *PromiseOverdue) Validate() error {
	if o.PromiseID == "" {
		return fmt.Errorf("promise_id is empty")
	}
	return nil
}

func (o *PromiseOverdue) apply(f *fold) {
	at := f.e.EffectiveAt()
	for i := range f.c.Promises {
		p := &f.c.Promises[i]
		if p.ID != o.PromiseID || p.Status != PromiseOpen || p.OverdueAt != nil {
			continue
		}
		p.OverdueAt = &at
		switch f.c.State {
		case New, RetryWait, InProgress:
			f.escalate(OnPromiseLate, EscalatedOverdue, "", fmt.Sprintf("A promise is overdue: %s", p.Text))
		}
		return
	}
	f.shadow(ReasonUnknownPromise)
}

func samplePromiseOverdue() Payload { return &PromiseOverdue{PromiseID: "pr-1"} }
