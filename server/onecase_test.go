package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/callback"

	"pgregory.net/rapid"
)

// known is an answer of somebody who says of themselves what is given.
func known(id, ref, name, phone string, score int) callback.Intake {
	in := row(id, score, "Words of "+id)
	in.Person = callback.Person{Ref: ref, Name: name, Phone: phone, Region: "US"}
	return in
}

// Who comes without a number in the source and later with one is one person.
func TestARefThatComesLater(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		first := w.intake("north", known("1", "", "Ana Ruiz", "+1 201 555 0111", 2)).Results[0]
		later := w.intake("north", known("2", "K-1", "Ruiz, Ana", "+1 201 555 0111", 4)).Results[0]
		other := w.intake("north", known("3", "K-2", "Boris", "+1 201 555 0111", 4)).Results[0]
		if later.Opened || later.CaseID != first.CaseID || !other.Opened {
			t.Fatalf("%+v, %+v, %+v", first, later, other)
		}
		c := w.caseOf("north", first.CaseID)
		if c.Customer.Ref != "K-1" || len(c.Responses) != 2 {
			t.Errorf("%+v", c.Customer)
		}
		// Their number in the source is enough from now on, and so is an old
		// telephone number.
		w.intake("north", known("4", "K-1", "", "+1 201 555 0999", 5))
		for _, in := range []callback.Intake{known("5", "K-1", "", "", 5), known("6", "", "Ana", "+1 201 555 0111", 5)} {
			if r := w.intake("north", in).Results[0]; r.CaseID != first.CaseID {
				t.Errorf("answer %s: %+v", in.ExternalID, r)
			}
		}
		// By that number they can be banned.
		got := must(w.s.Suppress(t.Context(), w.as("sue"), callback.SuppressionBatch{Rows: []callback.NewSuppression{{CaseID: first.CaseID, Reason: "x"}}}))(t)
		if got.Added != 1 || w.caseOf("north", first.CaseID).State != callback.Suppressed {
			t.Errorf("%+v", got)
		}
		if r := w.intake("north", known("7", "K-1", "", "", 1)); r.CasesOpened != 0 {
			t.Errorf("after the ban: %+v", r)
		}
		w.check()
	})
}

// Two open cases that turn out to be of one person become one: it has the words
// and the agreed call of both, and the figures count one.
func TestTwoCasesBecomeOne(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		one := w.intake("north", known("1", "K-1", "Ana Ruiz", "", 5)).Results[0].CaseID
		two := w.intake("north", known("2", "", "Ana Ruiz", "+1 201 555 0111", 2)).Results[0].CaseID
		anna := w.desk("anna")
		at := w.now.Add(26 * time.Hour)
		anna.push(anna.event("e1", two, 1, agreed(w, "at1", at)))
		res := w.intake("north", known("3", "K-1", "Ana Ruiz", "+1 201 555 0111", 3)).Results[0]
		if res.Opened || res.CaseID != two {
			t.Fatalf("%+v; the cases are %s and %s", res, one, two)
		}
		gone, goes := w.caseOf("north", one), w.caseOf("north", two)
		if gone.State != callback.Closed || gone.Closing.Resolution != callback.Duplicate || gone.JoinedTo != two {
			t.Errorf("%s %+v into %q", gone.State, gone.Closing, gone.JoinedTo)
		}
		if len(goes.Responses) != 3 || goes.Customer.Ref != "K-1" || goes.State != callback.CallbackScheduled || !goes.Plan.Callback.At.Equal(at) {
			t.Errorf("%s, %+v, %d responses", goes.State, goes.Plan, len(goes.Responses))
		}
		board := must(w.s.Board(t.Context(), "north", "all"))(t)
		if board.Total.Eligible != 1 {
			t.Errorf("%d cases are counted", board.Total.Eligible)
		}
		receipts := anna.push(anna.event("e2", one, 9, &callback.CaseReopened{Reason: "rang again"}))
		if got := statuses(receipts)[0]; got != "shadowed other_case_open" {
			t.Errorf("reopened: %s", got)
		}
		if c := w.caseOf("north", one); c.State != callback.Closed || c.Barred == nil || c.Barred.CaseID != two {
			t.Errorf("%s %+v", c.State, c.Barred)
		}
		w.check()
	})
}

// Of two cases that become one, the one that goes on keeps what was agreed on
// the other, whatever it waits for: a call although it is with a supervisor, a
// supervisor's look although it has a call. Promises stay owed, and are told of.
func TestAJoinedCaseLosesNothingAgreed(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		anna := w.desk("anna")
		upset := func(id string) *callback.CallRecorded {
			c := ended(w, id, callback.TalkedEscalated)
			c.Note, c.Root = "Wants the manager.", &callback.RootCause{Driver: "billing"}
			return c
		}
		for i, name := range []string{"Ana Ruiz", "Eva Ortiz"} {
			ref, phone := fmt.Sprintf("K-%d", i), fmt.Sprintf("+1 201 555 01%d0", i+1)
			one := w.intake("north", known(ref+"a", ref, name, "", 5)).Results[0].CaseID
			two := w.intake("north", known(ref+"b", "", name, phone, 2)).Results[0].CaseID
			at := w.now.Add(26 * time.Hour)
			call := agreed(w, ref+"c", at)
			call.Promises = []callback.NewPromise{{ID: "pr-" + ref, Text: "Refund", Due: w.now.Add(48 * time.Hour)}}
			// The supervisor has the one; with the second pair somebody holds the other, so that one goes on.
			anna.push(anna.event(ref+"e1", one, 1, upset(ref+"d")), anna.event(ref+"e2", two, 1, call))
			if i == 1 {
				must(w.claim("anna", callback.ClaimRequest{CaseID: two, Purpose: callback.LeaseInbound}))(t)
			}
			w.intake("north", known(ref+"f", ref, name, phone, 3))
			goes, gone := w.caseOf("north", one), w.caseOf("north", two)
			if i == 1 {
				goes, gone = gone, goes
			}
			if gone.JoinedTo != goes.ID || goes.State != callback.Escalated || goes.Escalation() == nil || goes.Escalation().Reason != "Wants the manager." || goes.Escalation().By != "anna" {
				t.Fatalf("%s %s into %q; %s: %+v", gone.ID, gone.State, gone.JoinedTo, goes.State, goes.Escalations)
			}
			if cb := goes.Plan.Callback; cb == nil || !cb.At.Equal(at) || cb.SetBy != "anna" {
				t.Errorf("the call that was agreed is %+v", cb)
			}
			if n := len(gone.Promises) + len(goes.Promises); n != 1 || i == 0 && !strings.Contains(goes.Notes[len(goes.Notes)-1].Text, "Owed there: Refund, by Wed 4 Mar 2026 15:00 UTC.") {
				t.Errorf("%d promises, noted %+v", n, goes.Notes)
			}
		}
		w.check()
	})
}

// A closed case is not opened beside another one of its customer; once that one
// is closed, it is.
func TestNoReopeningBesideAnOpenCase(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		first := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", first, 1, ended(w, "at1", callback.NoAnswer)), anna.event("e2", first, 1, &callback.CaseClosed{Resolution: callback.Exhausted}))
		w.now = monday.AddDate(0, 0, 8)
		second := again("2", "1", 1, 8)
		newer := w.intake("north", second).Results[0]
		if !newer.Opened {
			t.Fatalf("%+v", newer)
		}
		// A late talk would open the first one again: it is kept, and what was
		// promised goes on in the second. Where nothing was agreed a person is told.
		talk := ended(w, "at2", callback.TalkedPromise)
		talk.Root = &callback.RootCause{Driver: "billing"}
		talk.Promises = []callback.NewPromise{{ID: "p1", Text: "x", Due: w.now.Add(time.Hour)}}
		got := statuses(anna.push(anna.event("e3", first, 9, &callback.CaseReopened{Reason: "A mistake."}),
			anna.event("e3b", first, 9, talk), anna.event("e4", first, 9, ended(w, "at3", callback.BadMoment))))
		if other := "shadowed other_case_open"; !slices.Equal(got, []string{other, other, other}) {
			t.Fatalf("%v", got)
		}
		c := w.caseOf("north", first)
		if d := c.Disputed(); c.State != callback.Closed || len(c.Attempts) != 3 || len(d) != 1 || d[0].EventID != "e4" || len(c.Promises) != 0 {
			t.Fatalf("%s, %d attempts, %+v, %+v", c.State, len(c.Attempts), d, c.Promises)
		}
		if p := w.caseOf("north", newer.CaseID).Promises; len(p) != 1 || p[0].ID != "p1" || p[0].Owner != "anna" {
			t.Fatalf("promised there: %+v", p)
		}
		sue := w.desk("sue")
		lead := &callback.EventAmended{EventID: "e4", Act: callback.ActLead, Reason: "She was reached."}
		if got := statuses(sue.push(sue.event("e5", first, 99, lead)))[0]; got != "shadowed other_case_open" {
			t.Errorf("a supervisor's swap: %s", got)
		}
		anna.push(anna.event("e6", newer.CaseID, 9, &callback.CaseClosed{Resolution: callback.Listened}))
		if got := statuses(anna.push(anna.event("e7", first, 99, &callback.CaseReopened{Reason: "Now."})))[0]; got != "applied" {
			t.Errorf("afterwards: %s", got)
		}
		w.check()
	})
}

// Whatever comes in whichever order, nobody has two open cases: not by their
// number in the source, not by telephone number and name, not by our own rows.
func TestNobodyHasTwoOpenCases(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		run := 0
		anna, sue := w.desk("anna"), w.desk("sue")
		rapid.Check(t, func(rt *rapid.T) {
			run++
			c := &crowd{w: w, rt: rt, run: run, anna: anna, sue: sue, linked: map[string][2]string{}, promised: map[string]string{}}
			w.now = w.now.Add(time.Minute)
			rt.Repeat(map[string]func(*rapid.T){
				"respond": c.respond, "two": c.two, "close": c.close, "reopen": c.reopen, "talk": c.talk, "wait": c.wait,
				"ring": c.ring, "outside": c.outside, "number": c.number, "amend": c.amend, "": c.judge,
			})
		})
		w.check()
	})
}

// crowd is a few people who answer and are called; ids are of this run only.
type crowd struct {
	w         *world
	rt        *rapid.T
	run, n    int
	anna, sue *desk
	cases     []string
	// linked are numbers in the source with the telephone number and the name
	// that one answer gave for the same person.
	linked map[string][2]string
	// promised are the promises that were made on calls, by event.
	promised map[string]string
}

// answer draws an answer of one of three people, who leave out at will what
// they are; two of them share a telephone.
func (c *crowd) answer(rt *rapid.T) callback.Intake {
	c.n++
	who := rapid.IntRange(0, 2).Draw(rt, "who")
	numbers := []string{fmt.Sprintf("+1201555%04d", c.run*4%9996), fmt.Sprintf("+1201555%04d", c.run*4%9996+who)}
	in := callback.Intake{Source: fmt.Sprint("run ", c.run), ExternalID: fmt.Sprint(c.n), AnsweredAt: c.w.now, Asked: rapid.Bool().Draw(rt, "asked")}
	score := rapid.IntRange(0, 9).Draw(rt, "score")
	in.Score = &score
	if rapid.Bool().Draw(rt, "ref") {
		in.Person.Ref = fmt.Sprintf("%d-%d", c.run, who)
	}
	if rapid.Bool().Draw(rt, "name") {
		in.Person.Name = []string{"Ana Ruiz", "Boris", "Chloe A."}[who]
	}
	if rapid.Bool().Draw(rt, "phone") {
		in.Person.Phone = rapid.SampledFrom(numbers).Draw(rt, "number")
	}
	if rapid.Bool().Draw(rt, "mail") {
		in.Person.Email = fmt.Sprintf("%d-%d@example.com", c.run, who)
	}
	if p := in.Person; p.Ref != "" && p.Name != "" && p.Phone != "" {
		c.linked[p.Ref] = [2]string{p.Phone, p.Name}
	}
	return in
}

func (c *crowd) take(rows ...callback.Intake) {
	for _, r := range c.w.intake("north", rows...).Results {
		if r.Status != callback.IntakeAccepted {
			c.rt.Fatalf("%+v", r)
		}
		if r.Opened {
			c.cases = append(c.cases, r.CaseID)
		}
	}
}

func (c *crowd) respond(rt *rapid.T) { c.take(c.answer(rt)) }

func (c *crowd) two(rt *rapid.T) { c.take(c.answer(rt), c.answer(rt)) }

func (c *crowd) wait(*rapid.T) { c.w.now = c.w.now.Add(15 * 24 * time.Hour) }

func (c *crowd) record(rt *rapid.T, what callback.Payload) {
	if len(c.cases) == 0 {
		rt.Skip("nothing is open yet")
	}
	c.n++
	id := rapid.SampledFrom(c.cases).Draw(rt, "case")
	c.anna.push(c.anna.event(fmt.Sprintf("ev-%d-%d", c.run, c.n), id, 1<<20, what))
}

func (c *crowd) close(rt *rapid.T) {
	c.record(rt, &callback.CaseClosed{Resolution: rapid.SampledFrom([]callback.Resolution{callback.Exhausted, callback.Listened, callback.UnreachData}).Draw(rt, "how")})
}

func (c *crowd) reopen(rt *rapid.T) { c.record(rt, &callback.CaseReopened{Reason: "wrote again"}) }

func (c *crowd) talk(rt *rapid.T) {
	call := ended(c.w, fmt.Sprintf("at-%d-%d", c.run, c.n), rapid.SampledFrom([]callback.Disposition{callback.NoAnswer, callback.BadMoment, callback.TalkedListened}).Draw(rt, "call"))
	call.Root = &callback.RootCause{Driver: "billing"}
	c.record(rt, call)
}

// ring has a customer ring on any case, closed ones too; something may be owed
// from then on.
func (c *crowd) ring(rt *rapid.T) {
	call := ended(c.w, fmt.Sprintf("in-%d-%d", c.run, c.n), rapid.SampledFrom([]callback.Disposition{
		callback.CallbackMine, callback.TalkedPromise, callback.TalkedEscalated, callback.TalkedListened, callback.BadMoment,
	}).Draw(rt, "rang"))
	call.Direction, call.Root = callback.Inbound, &callback.RootCause{Driver: "billing"}
	switch call.Disposition {
	case callback.CallbackMine:
		call.Callback = &callback.CallbackWish{At: c.w.now.Add(24 * time.Hour)}
	case callback.TalkedPromise:
		call.Promises = []callback.NewPromise{{ID: fmt.Sprintf("pr-%d-%d", c.run, c.n), Text: "Refund", Due: c.w.now.Add(48 * time.Hour)}}
	}
	c.record(rt, call)
	for _, p := range call.Promises {
		c.promised[fmt.Sprintf("ev-%d-%d", c.run, c.n)] = p.ID
	}
}

// outside begins a call outside the queue, to a number that customers share.
func (c *crowd) outside(rt *rapid.T) {
	c.n++
	id := fmt.Sprintf("born-%d-%d", c.run, c.n)
	who := rapid.IntRange(0, 2).Draw(rt, "who")
	opened := &callback.AdHocOpened{
		Customer: callback.Customer{ID: "cu-" + id, Name: []string{"Ana Ruiz", "Boris", "Chloe A."}[who], Value: -1, Phone: callback.Phone{E164: fmt.Sprintf("+1201555%04d", c.run*4%9996+who)}},
		Reason:   "Asked for something.", Inbound: rapid.Bool().Draw(rt, "inbound"),
	}
	c.anna.push(c.anna.event(fmt.Sprintf("ev-%d-%d", c.run, c.n), id, 0, opened))
	c.cases = append(c.cases, id)
}

// number enters another number of a customer, which nobody else has: a case
// that had none goes on.
func (c *crowd) number(rt *rapid.T) {
	c.record(rt, &callback.NumberAdded{Phone: callback.Phone{E164: fmt.Sprintf("+1202%03d%04d", 200+c.run%700, c.n)}, Next: true})
}

// amend has a supervisor let a fact lead that did not.
func (c *crowd) amend(rt *rapid.T) {
	for _, id := range c.cases {
		for _, d := range c.w.caseOf("north", id).Disputed() {
			c.n++
			c.sue.push(c.sue.event(fmt.Sprintf("ev-%d-%d", c.run, c.n), id, 1<<20, &callback.EventAmended{EventID: d.EventID, Act: callback.ActLead, Over: d.Over, Reason: "It was so."}))
			return
		}
	}
	rt.Skip("nothing is disputed")
}

// judge looks at the cases as anybody can see them.
func (c *crowd) judge(rt *rapid.T) {
	seen := map[string]callback.Case{}
	for _, id := range c.cases {
		one := c.w.caseOf("north", id)
		if !one.State.Open() {
			continue
		}
		for _, key := range []string{"customer " + one.Customer.ID, "ref " + one.Customer.Ref, one.Customer.Phone.E164 + " " + strings.ToLower(one.Customer.Name)} {
			if key == "ref " || strings.HasPrefix(key, " ") || strings.HasSuffix(key, " ") {
				continue
			}
			before, twice := seen[key]
			if twice && (before.Customer.Ref == one.Customer.Ref || before.Customer.Ref == "" || one.Customer.Ref == "") {
				rt.Fatalf("%q has two open cases: %+v and %+v", key, before.Customer, one.Customer)
			}
			seen[key] = one
		}
	}
	c.judgeLinks(rt)
	c.judgePromises(rt)
	two, err := c.w.s.db.ask.TwoOpenCases(rt.Context(), "north")
	if err != nil || len(two) > 0 {
		rt.Fatalf("two open cases: %v %+v", err, two)
	}
}

// judgePromises looks for what was promised: it is owed on one case, or a person
// is to look at the call.
func (c *crowd) judgePromises(rt *rapid.T) {
	owed, told := map[string]int{}, map[string]bool{}
	for _, id := range c.cases {
		one := c.w.caseOf("north", id)
		for _, p := range one.Promises {
			owed[p.ID]++
		}
		for _, d := range one.Disputes {
			told[d.EventID] = true
		}
	}
	for event, promise := range c.promised {
		if n := owed[promise]; n > 1 || n == 0 && !told[event] {
			rt.Fatalf("the promise of %s is on %d cases, and nobody is told", event, n)
		}
	}
}

// judgeLinks looks for an open case under a number in the source beside one
// under the telephone number and the name that belong to it.
func (c *crowd) judgeLinks(rt *rapid.T) {
	for ref, link := range c.linked {
		var open []callback.Customer
		for _, id := range c.cases {
			one := c.w.caseOf("north", id)
			if who := one.Customer; one.State.Open() && (who.Ref == ref || who.Ref == "" && who.Phone.E164 == link[0] && who.Name == link[1]) {
				open = append(open, who)
			}
		}
		if len(open) > 1 {
			rt.Fatalf("%s has two open cases: %+v", ref, open)
		}
	}
}
