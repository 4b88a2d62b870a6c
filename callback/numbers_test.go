package callback

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	newYork = "+12015550123"
	london  = "+447700900123"
)

func londonPhone() Phone {
	return Phone{E164: london, Raw: "07700 900123", Region: "GB", Zones: []string{"Europe/London"}, ZoneFrom: "number", Kind: PhoneMobile}
}

// adding folds a number that anna enters an hour after the case was opened.
func adding(t *testing.T, p Policy, c Case, a NumberAdded) Case {
	t.Helper()
	at := t0.Add(time.Hour)
	for _, k := range c.Attempts {
		at = k.At.Add(time.Minute)
	}
	c, v := Apply(p, c, event(t, fmt.Sprint("nr-", len(c.Renumbered)), at, c.Fence, &a))
	if v.Status != Applied {
		t.Fatalf("adding %s was %v", a.Phone.E164, v)
	}
	return c
}

func numbersOf(list []Phone) (out []string) {
	for _, p := range list {
		out = append(out, p.E164)
	}
	return out
}

// A number that is entered stands beside the others, goes first if it is the
// one to dial next, and takes the place of one that was wrong.
func TestANumberIsEntered(t *testing.T) {
	p := DefaultPolicy("main")
	for _, row := range []struct {
		name    string
		a       NumberAdded
		all, is []string
	}{
		{"beside", NumberAdded{Phone: londonPhone()}, []string{newYork, london}, []string{newYork, london}},
		{"next", NumberAdded{Phone: londonPhone(), Next: true}, []string{london, newYork}, []string{london, newYork}},
		{"in place of", NumberAdded{Phone: londonPhone(), Replaces: newYork}, []string{london, newYork}, []string{london}},
		{"the same", NumberAdded{Phone: Phone{E164: newYork, Kind: PhoneWork}}, []string{newYork}, []string{newYork}},
	} {
		c := adding(t, p, opened(t, p, 2), row.a)
		if all, is := numbersOf(c.Customer.All()), numbersOf(c.Customer.Numbers()); !slices.Equal(all, row.all) || !slices.Equal(is, row.is) {
			t.Errorf("%s: has %v, may dial %v", row.name, all, is)
		}
		if n := len(c.Renumbered); n == 0 || c.Renumbered[0].By != "anna" || c.Renumbered[0].Number != row.a.Phone.E164 {
			t.Errorf("%s: on record %+v", row.name, c.Renumbered)
		}
	}
}

// A case without a number waits for a person, under a cause of its own; a
// number takes it back to the queue, at an hour that the number allows.
func TestANumberBringsACaseBack(t *testing.T) {
	p := DefaultPolicy("main")
	bare := func(asked *time.Time) Case {
		o := sampleCaseOpened().(*CaseOpened)
		o.Customer.Phone, o.Response.AnsweredAt, o.Response.AskedFor, o.Response.Asked = Phone{Raw: "ask at the desk"}, t0, asked, asked != nil
		c, _ := Apply(p, Case{}, event(t, "ev-0", t0, 0, o))
		return c
	}
	c := bare(nil)
	if c.State != Review || c.Hold == nil || c.Hold.Cause != HeldNoNumber || c.Hold.Cause.OfNumber() {
		t.Fatalf("without a number: %s %+v", c.State, c.Hold)
	}
	back := adding(t, p, c, NumberAdded{Phone: londonPhone()})
	if back.State != New || back.Hold != nil || back.Customer.Phone.E164 != london || back.Plan.NotBefore.Before(t0) {
		t.Errorf("with a number: %s %+v", back.State, back.Plan)
	}
	if raw := back.Customer.Others; len(raw) != 1 || raw[0].Raw != "ask at the desk" {
		t.Errorf("what was written before is lost: %+v", raw)
	}
	wish := t0.Add(26 * time.Hour)
	if asked := adding(t, p, bare(&wish), NumberAdded{Phone: londonPhone()}); asked.State != CallbackScheduled || !asked.Plan.Callback.At.Equal(wish) {
		t.Errorf("the time that was asked for: %s %+v", asked.State, asked.Plan)
	}
	// A supervisor who clears it finds it there again: nobody could be served it.
	again, _ := Apply(p, c, event(t, "ev-2", t0.Add(time.Hour), c.Fence, &ReviewSettled{}))
	if again.State != Review || again.Hold.Cause != HeldNoNumber {
		t.Errorf("cleared without a number: %s %+v", again.State, again.Hold)
	}
	given, _ := Apply(p, c, event(t, "ev-2", t0.Add(time.Hour), c.Fence, &ReviewSettled{To: "boris"}))
	if given.State != New || given.Plan.Owner != "boris" {
		t.Errorf("given to somebody who is to find one: %s %+v", given.State, given.Plan)
	}
}

// A case that ended because no number led to its customer goes on when one is
// entered; one that ended otherwise does not.
func TestANumberReopensAnUnreachableCase(t *testing.T) {
	p := DefaultPolicy("main")
	gone := calls(t, p, opened(t, p, 2), WrongNumber)
	if gone.State != Closed || gone.Closing.Resolution != UnreachData || gone.Renumbered[0].What != NumberRetired {
		t.Fatalf("%s %+v", gone.State, gone.Renumbered)
	}
	if c := adding(t, p, gone, NumberAdded{Phone: londonPhone()}); c.State != New || c.Closing != nil || c.Customer.Phone.E164 != london {
		t.Errorf("with a number: %s %+v", c.State, c.Customer)
	}
	again := adding(t, p, gone, NumberAdded{Phone: Phone{E164: newYork}})
	if again.State != New || !again.Customer.Phone.Known() {
		t.Errorf("a person says that the number is right after all: %s", again.State)
	}
	file := adding(t, p, gone, NumberAdded{Phone: Phone{E164: newYork}, Response: "re-2"})
	if file.State != Closed || file.Customer.Phone.Known() {
		t.Errorf("a file repeats what was wrong: %s", file.State)
	}
	refused := calls(t, p, opened(t, p, 2), HardRefusal)
	if c := adding(t, p, refused, NumberAdded{Phone: londonPhone()}); c.State != Closed || len(c.Customer.Numbers()) != 2 {
		t.Errorf("after a refusal: %s", c.State)
	}
}

// A number on the do-not-call list is kept and never dialled, whatever is said
// of it later.
func TestABarredNumberStaysBarred(t *testing.T) {
	p := DefaultPolicy("main")
	bar := func(c Case, number string) Case {
		e := event(t, "ba-"+number, t0.Add(2*time.Hour), c.Fence, &NumberBarred{Number: number})
		e.Agent, e.Device = "", "server"
		c, _ = Apply(p, c, e)
		return c
	}
	c := bar(adding(t, p, opened(t, p, 2), NumberAdded{Phone: londonPhone(), Next: true}), london)
	if c.Customer.Phone.E164 != newYork || len(c.Customer.All()) != 2 || !c.State.Open() {
		t.Errorf("dials %s", c.Customer.Phone.E164)
	}
	c = adding(t, p, c, NumberAdded{Phone: londonPhone(), Next: true})
	if c.Customer.Phone.E164 != newYork {
		t.Errorf("entered again, dials %s", c.Customer.Phone.E164)
	}
	if c = bar(c, newYork); c.State != Review || c.Hold.Cause != HeldNoNumber {
		t.Errorf("with every number on the list: %s %+v", c.State, c.Hold)
	}
}

// What the rules say of a call to another number is said of its zones.
func TestRulesOfTheNumberThatIsDialled(t *testing.T) {
	p := DefaultPolicy("main")
	c := adding(t, p, opened(t, p, 2), NumberAdded{Phone: londonPhone()})
	at := time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC) // 06:00 in New York
	other, ok := c.Dialling(london)
	if stop := p.MayDial(c, at); !ok || !stop.Stops() || p.MayDial(other, at).Stops() {
		t.Errorf("New York: %q, London: %q", stop.Words, p.MayDial(other, at).Words)
	}
	if _, ok := c.Dialling("+999"); ok || len(other.Customer.All()) != 2 || c.Customer.Phone.E164 != newYork {
		t.Error("another number was dialled, or the case was changed")
	}
}

// Whatever happens to a case, no number that it had is lost, none that was
// found wrong or is on the list is dialled unless a person entered it since,
// and plans keep to the hours of the number whose turn it is.
func TestNumbersAreNeverLost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLife(rt)
		var ever []string
		dead := map[string]bool{}
		note := func() {
			for _, n := range l.c.Customer.All() {
				if !slices.Contains(ever, n.E164) {
					ever = append(ever, n.E164)
				}
			}
		}
		note()
		l.run(map[string]func(*rapid.T){
			"enter": func(rt *rapid.T) {
				number := fmt.Sprint("+", rapid.IntRange(1, 5).Draw(rt, "number"))
				a := NumberAdded{Phone: drawPhone(rt, number), Next: rapid.Bool().Draw(rt, "next")}
				if rapid.Bool().Draw(rt, "from a response") {
					a.Response = "re-2"
				}
				if len(ever) > 0 && rapid.Bool().Draw(rt, "replaces") {
					a.Replaces = rapid.SampledFrom(ever).Draw(rt, "replaced")
				}
				if v := l.happens("de-1", &a); v.Status == Applied {
					if a.Response == "" {
						delete(dead, number)
					}
					if a.Replaces != "" && a.Replaces != number {
						dead[a.Replaces] = true
					}
				}
				note()
			},
			"bar": func(rt *rapid.T) {
				if len(ever) == 0 {
					return
				}
				number := rapid.SampledFrom(ever).Draw(rt, "barred")
				l.happens("server", &NumberBarred{Number: number})
			},
			"wrong": func(rt *rapid.T) {
				if l.c.State != New && l.c.State != RetryWait || l.p.MayDial(l.c, l.now).Stops() {
					return
				}
				number := l.c.Customer.Phone.E164
				if dead[number] {
					rt.Fatalf("%s was found wrong, and is dialled", number)
				}
				l.happens("de-1", &CallRecorded{AttemptID: fmt.Sprint("at-w", l.n), Number: number, StartedAt: l.now, Disposition: WrongNumber})
				dead[number] = true
			},
			"": func(rt *rapid.T) {
				have := numbersOf(l.c.Customer.All())
				for _, n := range ever {
					if !slices.Contains(have, n) {
						rt.Fatalf("%s is gone: %v", n, have)
					}
				}
				for _, n := range l.c.Customer.Numbers() {
					if dead[n.E164] || n.Barred {
						rt.Fatalf("%s may be dialled, though it leads nowhere: %+v", n.E164, n)
					}
				}
				phone, next := l.c.Customer.Phone, l.c.Plan.NotBefore
				if l.c.State == RetryWait && !next.IsZero() && !allowed(l.p, phone.Region, phone.Zones, next) {
					rt.Fatalf("next at %s in %v", next, phone.Zones)
				}
				if cb := l.c.Plan.Callback; l.c.State == CallbackScheduled && !legal(l.p, phone.Zones, cb.At) {
					rt.Fatalf("a callback at %s in %v", cb.At, phone.Zones)
				}
			},
		})
	})
}

// Where the source says that a customer is, every number of theirs is called by
// the clock there; what a number alone suggests never takes its place.
func TestAStatedZoneHoldsForEveryNumber(t *testing.T) {
	p := DefaultPolicy("main")
	c := opened(t, p, 2)
	c.Customer.Phone.Zones, c.Customer.Phone.ZoneFrom = []string{"Europe/Moscow"}, "record"
	c = adding(t, p, c, NumberAdded{Phone: londonPhone(), Next: true})
	if got := c.Customer.Phone; got.E164 != london || !slices.Equal(got.Zones, []string{"Europe/Moscow"}) {
		t.Errorf("entered: %+v", got)
	}
	c.Customer.Learn([]Phone{londonPhone()})
	if got := c.Customer.Phone.Zones; !slices.Equal(got, []string{"Europe/Moscow"}) {
		t.Errorf("said again by the number alone: %v", got)
	}
}

// A new case that got its number while nobody may be called waits for the
// hours, not for a wish that nobody uttered.
func TestANumberIsNoWish(t *testing.T) {
	p := DefaultPolicy("main")
	night := in(t, "Europe/Moscow", "2026-03-01 16:00") // a Sunday
	o := sampleCaseOpened().(*CaseOpened)
	o.Customer.Phone, o.Response.AnsweredAt, o.Response.AskedFor, o.Response.Asked = Phone{Raw: "ask at the desk"}, night.Add(-time.Hour), nil, false
	c, _ := Apply(p, Case{}, event(t, "ev-0", night.Add(-time.Hour), 0, o))
	for i, number := range []Phone{
		{E164: "+74951234567", Region: "RU", Zones: []string{"Europe/Moscow"}},
		{E164: "+74951234568", Region: "RU", Zones: []string{"Europe/Moscow"}},
	} {
		c, _ = Apply(p, c, event(t, fmt.Sprint("nr-", i), night, c.Fence, &NumberAdded{Phone: number}))
		r, ok := RankOf(p, c)
		place := r.Place(p, "anna", night)
		if !ok || c.State != New || place.Ready || place.Cause != WaitsHours {
			t.Errorf("number %d: %s waits for %q (%s)", i, c.State, place.Cause, place.Wait)
		}
		if open := in(t, "Europe/Moscow", "2026-03-02 10:00"); !r.Place(p, "anna", open).Ready {
			t.Errorf("number %d: on Monday it is not ready", i)
		}
	}
}
