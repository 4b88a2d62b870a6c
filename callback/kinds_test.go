package callback

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var t0 = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday

// event wraps a payload as the desk "de-1" of anna records it.
func event(t testing.TB, id string, at time.Time, fence uint64, p Payload) Event {
	t.Helper()
	e, err := NewEvent(id, "ca-1", p)
	if err != nil {
		t.Fatal(err)
	}
	e.Team, e.Agent, e.Device, e.Stream, e.Seq, e.At, e.Fence = "main", "anna", "de-1", "st-1", 1, at, fence
	return e
}

// opened folds the opening of a detractor's case.
func opened(t testing.TB, p Policy, score int) Case {
	t.Helper()
	o := sampleCaseOpened().(*CaseOpened)
	o.Response.Score = &score
	o.Response.AnsweredAt = t0
	d := p.Decide(o.Response)
	o.CaseKind, o.Plan = d.Kind, d.Plan
	e := event(t, "ev-0", t0, 0, o)
	e.Agent, e.Device = "system", "server"
	c, v := Apply(p, Case{}, e)
	if v.Status != Applied {
		t.Fatalf("opening was %v", v)
	}
	return c
}

func TestEveryKindRoundTrips(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(string(k.Kind), func(t *testing.T) {
			want := k.Sample()
			if want.Kind() != k.Kind || k.New().Kind() != k.Kind {
				t.Fatalf("the table says %s, the payload %s", k.Kind, want.Kind())
			}
			e := event(t, "ev-1", t0, 1, want)
			if err := e.Validate(); err != nil {
				t.Fatalf("the sample is not valid: %v", err)
			}
			raw, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			var back Event
			if err := json.Unmarshal(raw, &back); err != nil {
				t.Fatal(err)
			}
			got, err := back.Decode()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("round trip changed it:\n%s", diff)
			}
		})
	}
}

func TestEveryKindFoldsIntoAnOpenCase(t *testing.T) {
	p := DefaultPolicy("main")
	for _, k := range Kinds() {
		if k.Kind == KindCaseOpened {
			continue
		}
		t.Run(string(k.Kind), func(t *testing.T) {
			before := opened(t, p, 3)
			kept, _ := json.Marshal(before)
			after, v := Apply(p, before, event(t, "ev-1", t0.Add(time.Hour), 1, k.Sample()))
			if v.Status == Rejected {
				t.Fatalf("rejected: %v", v)
			}
			if now, _ := json.Marshal(before); string(now) != string(kept) {
				t.Error("folding changed the case it was given")
			}
			if k.Kind != KindUndone && after.Version != before.Version+1 {
				t.Errorf("version went from %d to %d", before.Version, after.Version)
			}
			if !after.State.Stored() {
				t.Errorf("state %q is not one that is stored", after.State)
			}
		})
	}
}

func TestUnknownKindsAreCarried(t *testing.T) {
	e := event(t, "ev-1", t0, 1, &NoteAdded{Text: "x"})
	e.Kind = "from.the.future"
	if err := e.Validate(); err != nil {
		t.Errorf("a desk must carry it: %v", err)
	}
	c := opened(t, DefaultPolicy("main"), 3)
	got, v := Apply(DefaultPolicy("main"), c, e)
	if v != (Verdict{Rejected, ReasonUnknownKind}) {
		t.Errorf("verdict %v", v)
	}
	if diff := cmp.Diff(c, got); diff != "" {
		t.Errorf("it changed the case:\n%s", diff)
	}
}

func TestCallsSayWhatTheyLack(t *testing.T) {
	nine := 9
	for _, r := range Dispositions() {
		call := &CallRecorded{AttemptID: "at-1", StartedAt: t0, Disposition: r.Code}
		missing := strings.Join(call.Missing(), ",")
		if r.Note != strings.Contains(missing, "note") || r.Root != strings.Contains(missing, "root cause") {
			t.Errorf("%s: missing %q, but flags are %+v", r.Code, missing, r.Flags)
		}
		if (call.Validate() == nil) != (missing == "") {
			t.Errorf("%s: Validate %v, missing %q", r.Code, call.Validate(), missing)
		}
		call.Note, call.Root = "a note", &RootCause{Driver: "billing"}
		call.Callback = &CallbackWish{At: t0.Add(48 * time.Hour)}
		call.Promises = []NewPromise{{ID: "p", Text: "refund", Due: t0.Add(48 * time.Hour)}}
		call.Rescore = &Answer{Answer: Answered, Value: &nine, Wording: "w"}
		if err := call.Validate(); err != nil {
			t.Errorf("%s, complete: %v", r.Code, err)
		}
		eleven := 11
		call.Rescore.Value = &eleven
		if call.Validate() == nil {
			t.Errorf("%s takes a score of 11", r.Code)
		}
	}
}
