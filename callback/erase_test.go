package callback

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// marker is a text that must be gone wherever it stood.
const marker = "Zylberstein wept, 14 Elm Road"

// markAll writes the marker into every text of a value: what the tag keeps as an id gets a proper one.
func markAll(v reflect.Value, tag string, depth int) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && tag != "id" && tag != "zone" && tag != "number" {
			v.SetString(marker)
		}
	case reflect.Pointer:
		if v.Type().Elem() == timeType || depth > 5 {
			return
		}
		if v.IsNil() && v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.New(v.Type().Elem()))
		}
		if !v.IsNil() {
			markAll(v.Elem(), tag, depth+1)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return
		}
		for i := range v.NumField() {
			markAll(v.Field(i), v.Type().Field(i).Tag.Get("erase"), depth+1)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String && v.Len() == 0 && tag == "" {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			markAll(v.Index(i), tag, depth+1)
		}
	}
}

// marked gives a sample with the marker in its texts, as far as it stays valid.
func marked(spec KindSpec) Payload {
	p := spec.Sample()
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		kept := reflect.New(v.Field(i).Type()).Elem()
		kept.Set(v.Field(i))
		markAll(v.Field(i), v.Type().Field(i).Tag.Get("erase"), 0)
		if p.Validate() != nil {
			// A field that was made up is not valid; the sample's own is marked.
			v.Field(i).Set(kept)
			if !kept.IsZero() {
				markAll(v.Field(i), v.Type().Field(i).Tag.Get("erase"), 6)
			}
		}
	}
	return p
}

// Of every kind of event, texts go and what the figures are made of stays. A kind that is added later need not
// think of it: what has no tag is erased, and this test says when something must stay.
func TestEveryKindIsErased(t *testing.T) {
	for _, spec := range Kinds() {
		p := marked(spec)
		if err := p.Validate(); err != nil {
			t.Fatalf("%s: the marked sample is not valid: %v", spec.Kind, err)
		}
		e := event(t, "ev-1", t0, 1, p)
		stub := e.Stub()
		raw, err := json.Marshal(stub)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "Zylberstein") || strings.Contains(string(raw), "Elm") {
			t.Errorf("%s: %s", spec.Kind, raw)
		}
		if _, err := stub.Decode(); err != nil {
			t.Errorf("%s: what is left is not valid: %v; give the field the tag erase", spec.Kind, err)
		}
		if diff := cmp.Diff(string(raw), string(must(json.Marshal(stub.Stub())))); diff != "" {
			t.Errorf("%s: erasing twice changes it: %s", spec.Kind, diff)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A case whose events were erased got the same verdicts, stands in the same state and counts the same.
func TestErasedHistoriesCountTheSame(t *testing.T) {
	policy := DefaultPolicy("main")
	rapid.Check(t, func(t *rapid.T) {
		var whole, erased Case
		at := t0
		var texts int
		for i := range rapid.IntRange(1, 12).Draw(t, "events") {
			spec := Kinds()[0]
			if i > 0 {
				spec = rapid.SampledFrom(Kinds()).Draw(t, "kind")
			}
			p := marked(spec)
			if call, ok := p.(*CallRecorded); ok {
				disposed(t, call)
			}
			e, err := NewEvent(fmt.Sprintf("ev-%d", i), "ca-1", p)
			if err != nil {
				t.Fatal(err)
			}
			at = at.Add(time.Duration(rapid.IntRange(1, 3000).Draw(t, "minutes")) * time.Minute)
			device := rapid.SampledFrom([]string{"de-1", "de-2", "server"}).Draw(t, "device")
			e.Team, e.Agent, e.Device, e.Stream, e.At = "main", "agent-of-"+device, device, "st-"+device, at
			e.Fence = uint64(rapid.IntRange(0, int(whole.Fence)).Draw(t, "fence"))
			var was, is Verdict
			whole, was = Apply(policy, whole, e)
			if was.Status == Rejected {
				continue
			}
			texts += strings.Count(string(e.Payload), "Zylberstein")
			erased, is = Apply(policy, erased, e.StubAs(otherNumber))
			if was != is {
				t.Fatalf("%s: %v was %v", e.Kind, is, was)
			}
		}
		if diff := cmp.Diff(Tally(whole, time.UTC), Tally(erased, time.UTC)); diff != "" {
			t.Fatalf("it counts otherwise: %s", diff)
		}
		if whole.State != erased.State || whole.Fence != erased.Fence || whole.Version != erased.Version || whole.Round != erased.Round {
			t.Fatalf("%s, fence %d, version %d became %s, %d, %d", whole.State, whole.Fence, whole.Version, erased.State, erased.Fence, erased.Version)
		}
		if raw := must(json.Marshal(erased)); strings.Contains(string(raw), "Zylberstein") || texts == 0 {
			t.Fatalf("of %d texts some are left: %s", texts, raw)
		}
	})
}

// otherNumber names a number otherwise.
func otherNumber(number string) string { return "x" + number[len(number)-3:] }

// disposed gives a call any disposition, with what it requires.
func disposed(t *rapid.T, call *CallRecorded) {
	rule := rapid.SampledFrom(Dispositions()).Draw(t, "disposition")
	call.Disposition = rule.Code
	call.Root = &RootCause{Driver: marker}
	call.Callback = &CallbackWish{At: t0.Add(90 * time.Hour), Zone: "Europe/Madrid"}
	call.Promises = []NewPromise{{ID: "pr-1", Text: marker, Due: t0.Add(48 * time.Hour), Owner: "anna"}}
}

// What comes for an erased case leaves the time and outcome of a call and no text; a wish never to be called
// counts all the same.
func TestFactsAfterErasure(t *testing.T) {
	policy := DefaultPolicy("main")
	c := opened(t, policy, 2)
	promise := event(t, "ev-1", t0.Add(time.Hour), 1, samplePromiseMade())
	c, _ = Apply(policy, c, promise)
	gone := event(t, "ev-2", t0.Add(2*time.Hour), c.Fence, &CaseErased{})
	gone.Agent, gone.Device = "adam", "server"
	before := len(Tally(c, time.UTC))
	c, v := Apply(policy, c, gone)
	if v.Status != Applied || c.Erased == nil || c.State != Closed || c.Closing.Resolution != ResolvedErased || c.openPromises() != 0 || before == 0 {
		t.Fatalf("%v: %+v", v, c)
	}
	if again, v := Apply(policy, c, gone); v.Status != Applied || again.Version != c.Version {
		t.Fatalf("twice: %v", v)
	}
	for _, spec := range Kinds() {
		if !spec.Desk {
			continue
		}
		after, v := Apply(policy, c, event(t, "ev-9", t0.Add(3*time.Hour), c.Fence+5, marked(spec)))
		if raw := must(json.Marshal(after)); strings.Contains(string(raw), "Zylberstein") {
			t.Errorf("%s: a text came back: %s", spec.Kind, raw)
		}
		switch spec.Kind {
		case KindSuppressed:
			if v.Status != Applied || after.State != Suppressed {
				t.Errorf("never to be called: %v, %s", v, after.State)
			}
		case KindCallRecorded:
			if v != (Verdict{Shadowed, ReasonErased}) || len(after.Attempts) != 1 || len(after.Scores) != len(c.Scores) || len(after.Disputes) != 0 {
				t.Errorf("a call: %v, %+v", v, after.Attempts)
			}
		default:
			if v != (Verdict{Shadowed, ReasonErased}) || after.Version != c.Version {
				t.Errorf("%s: %v, version %d", spec.Kind, v, after.Version)
			}
		}
	}
}
