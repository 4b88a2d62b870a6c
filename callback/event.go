package callback

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Event is a fact, recorded once and never changed. Its id is its only
// identity for removing duplicates, for ever; (Stream, Seq) gives order and
// shows gaps.
type Event struct {
	// ID is a UUIDv7 made where the fact was recorded.
	ID     string    `json:"id"`
	Kind   EventKind `json:"kind"`
	CaseID string    `json:"case_id,omitempty"`
	Team   string    `json:"team,omitempty"`
	Agent  string    `json:"agent"`
	Device string    `json:"device"`
	// Stream is one numbering run of one device; Seq counts 1, 2, 3… in it.
	Stream string `json:"stream"`
	Seq    uint64 `json:"seq"`
	// At is the desk's clock, UTC, in milliseconds.
	At time.Time `json:"at"`
	// SkewMS is what the desk knew of its clock's error, in milliseconds to
	// add to At; nil if it had never met the server.
	SkewMS *int64 `json:"skew_ms,omitempty"`
	// Fence is the fence of the case that the desk had last seen from the
	// server, whether or not it held the lease; 0 if it had seen none.
	Fence   uint64          `json:"fence"`
	Schema  int             `json:"schema"`
	Payload json.RawMessage `json:"payload"`
}

// MaxEventBytes bounds an encoded event.
const MaxEventBytes = 16 << 10

// SkewWarning is how far a desk's clock may err before a person is told. Facts
// are never refused for it.
const SkewWarning = 2 * time.Minute

// ClockFlag is how far a desk's clock may err before its supervisors see it: by
// then a callback or a day may be told wrongly to a customer.
const ClockFlag = 10 * time.Minute

// ClockOff is how far the desk's clock was behind the server's when it recorded
// the event: what the desk had measured, or, if it had measured nothing, how far
// in the future of its receipt the event claims to be. 0 if neither tells.
func (e Event) ClockOff(received time.Time) time.Duration {
	if e.SkewMS != nil {
		return time.Duration(*e.SkewMS) * time.Millisecond
	}
	return min(0, received.Sub(e.At))
}

// MaxText bounds one free text inside an event, in bytes.
const MaxText = 4 << 10

// EffectiveAt is the event's time by the server's clock, as far as the desk
// knew it.
func (e Event) EffectiveAt() time.Time {
	if e.SkewMS == nil {
		return e.At
	}
	return e.At.Add(time.Duration(*e.SkewMS) * time.Millisecond)
}

// EventKind names what sort of fact an event is.
type EventKind string

// Payload is the content of one kind of event. Each kind is one file: a
// struct, its word, Validate, apply and a sample.
type Payload interface {
	// Kind is the word that stands in the envelope.
	Kind() EventKind
	// Validate tells what is wrong with the content, naming the field.
	Validate() error
	// apply folds the content into the case.
	apply(*fold)
}

// KindSpec is one row of the table of event kinds.
type KindSpec struct {
	Kind EventKind
	// Desk tells that a desk may record the kind; the others are the
	// server's.
	Desk bool
	// New gives an empty payload to decode into.
	New func() Payload
	// Sample gives a valid payload, for tests that walk the table.
	Sample func() Payload
}

// Kinds is the one list of event kinds.
func Kinds() []KindSpec {
	return []KindSpec{
		{KindCaseOpened, false, func() Payload { return &CaseOpened{} }, sampleCaseOpened},
		{KindAdHocOpened, true, func() Payload { return &AdHocOpened{} }, sampleAdHocOpened},
		{KindAdHocJoined, false, func() Payload { return &AdHocJoined{} }, sampleAdHocJoined},
		{KindResponseAdded, false, func() Payload { return &ResponseAdded{} }, sampleResponseAdded},
		{KindCaseJoined, false, func() Payload { return &CaseJoined{} }, sampleCaseJoined},
		{KindCaseTookOver, false, func() Payload { return &CaseTookOver{} }, sampleCaseTookOver},
		{KindAgreementCarried, false, func() Payload { return &AgreementCarried{} }, sampleAgreementCarried},
		{KindReopenBarred, false, func() Payload { return &ReopenBarred{} }, sampleReopenBarred},
		{KindCaseClaimed, false, func() Payload { return &CaseClaimed{} }, sampleCaseClaimed},
		{KindCaseReleased, false, func() Payload { return &CaseReleased{} }, sampleCaseReleased},
		{KindCallRecorded, true, func() Payload { return &CallRecorded{} }, sampleCallRecorded},
		{KindScoreRecorded, true, func() Payload { return &ScoreRecorded{} }, sampleScoreRecorded},
		{KindPromiseMade, true, func() Payload { return &PromiseMade{} }, samplePromiseMade},
		{KindPromiseSettled, true, func() Payload { return &PromiseSettled{} }, samplePromiseSettled},
		{KindPromiseOverdue, false, func() Payload { return &PromiseOverdue{} }, samplePromiseOverdue},
		{KindCallbackSet, true, func() Payload { return &CallbackSet{} }, sampleCallbackSet},
		{KindDialsNoted, false, func() Payload { return &DialsNoted{} }, sampleDialsNoted},
		{KindCallbackLapsed, false, func() Payload { return &CallbackLapsed{} }, sampleCallbackLapsed},
		{KindCaseFreed, false, func() Payload { return &CaseFreed{} }, sampleCaseFreed},
		{KindAgentLeft, false, func() Payload { return &AgentLeft{} }, sampleAgentLeft},
		{KindCallbackMissed, false, func() Payload { return &CallbackMissed{} }, sampleCallbackMissed},
		{KindNumberAdded, true, func() Payload { return &NumberAdded{} }, sampleNumberAdded},
		{KindNumberBarred, false, func() Payload { return &NumberBarred{} }, sampleNumberBarred},
		{KindNoteAdded, true, func() Payload { return &NoteAdded{} }, sampleNoteAdded},
		{KindCaseSkipped, true, func() Payload { return &CaseSkipped{} }, sampleCaseSkipped},
		{KindSuppressed, true, func() Payload { return &SuppressRequested{} }, sampleSuppressRequested},
		{KindCaseAssigned, true, func() Payload { return &CaseAssigned{} }, sampleCaseAssigned},
		{KindCaseHeld, false, func() Payload { return &CaseHeld{} }, sampleCaseHeld},
		{KindReviewSettled, true, func() Payload { return &ReviewSettled{} }, sampleReviewSettled},
		{KindCaseEscalated, true, func() Payload { return &CaseEscalated{} }, sampleCaseEscalated},
		{KindEscalationTaken, true, func() Payload { return &EscalationTaken{} }, sampleEscalationTaken},
		{KindEscalationReturned, true, func() Payload { return &EscalationReturned{} }, sampleEscalationReturned},
		{KindEscalationResolved, true, func() Payload { return &EscalationResolved{} }, sampleEscalationResolved},
		{KindCaseClosed, true, func() Payload { return &CaseClosed{} }, sampleCaseClosed},
		{KindCaseReopened, true, func() Payload { return &CaseReopened{} }, sampleCaseReopened},
		{KindEventAmended, true, func() Payload { return &EventAmended{} }, sampleEventAmended},
		{KindCaseErased, false, func() Payload { return &CaseErased{} }, sampleCaseErased},
		{KindUndone, true, func() Payload { return &Undone{} }, sampleUndone},
	}
}

var kindTable = func() map[EventKind]KindSpec {
	m := make(map[EventKind]KindSpec)
	for _, k := range Kinds() {
		m[k.Kind] = k
	}
	return m
}()

// Spec finds a kind's row; ok is false for a kind this build does not know.
func (k EventKind) Spec() (spec KindSpec, ok bool) {
	spec, ok = kindTable[k]
	return spec, ok
}

// NewEvent wraps a payload in an envelope that lacks only what the journal
// adds: device, stream, number and time.
func NewEvent(id, caseID string, p Payload) (Event, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return Event{}, fmt.Errorf("encode %s: %w", p.Kind(), err)
	}
	return Event{ID: id, Kind: p.Kind(), CaseID: caseID, Schema: SchemaVersion, Payload: raw}, nil
}

// Decode reads and validates an event's payload. A kind that this build does
// not know gives ErrUnknownKind.
func (e Event) Decode() (Payload, error) {
	spec, ok := e.Kind.Spec()
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrUnknownKind, Line(string(e.Kind)))
	}
	p := spec.New()
	dec := json.NewDecoder(bytes.NewReader(e.Payload))
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("read %s: %w", e.Kind, err)
	}
	if dec.More() {
		return nil, fmt.Errorf("read %s: more than one value", e.Kind)
	}
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", e.Kind, err)
	}
	return p, nil
}

// Validate checks the envelope and its payload. Unknown kinds pass: they are
// carried, not judged.
func (e Event) Validate() error {
	switch {
	case e.ID == "":
		return fmt.Errorf("event has no id")
	case e.Kind == "":
		return fmt.Errorf("event %s has no kind", e.ID)
	case e.At.IsZero():
		return fmt.Errorf("event %s has no time", e.ID)
	case len(e.Payload) > MaxEventBytes:
		return fmt.Errorf("event %s: payload of %d bytes is over %d", e.ID, len(e.Payload), MaxEventBytes)
	}
	if _, ok := e.Kind.Spec(); !ok {
		return nil
	}
	_, err := e.Decode()
	return err
}

// ErrUnknownKind is returned for events of kinds that this build does not
// know.
var ErrUnknownKind = fmt.Errorf("unknown kind of event")
