package server

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ringback/callback"

	"pgregory.net/rapid"
)

// Whatever desks send, however often and in whatever order, each event counts
// once, and a recount finds every case and counter right.
func TestRandomPushesCountOnce(t *testing.T) {
	t.Parallel()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		w := &world{t: t, now: monday, users: map[string]callback.UserToken{}}
		w.s = w.open("sqlite:" + filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", run)))
		w.must(w.s.AddTeam(t.Context(), "north", ""))
		for _, id := range []string{"anna", "boris"} {
			w.must(w.s.AddUser(t.Context(), "test", callback.NewUser{ID: id, Role: callback.RoleAgent, Team: "north"}))
		}
		r := &randomDay{w: w, rt: rt, desks: []*desk{w.desk("anna"), w.desk("boris")}, sent: map[string]callback.Status{}}
		r.open()
		rt.Repeat(map[string]func(*rapid.T){
			"push":    r.push,
			"again":   r.again,
			"restart": r.restart,
			"claim":   r.claim,
			"respond": r.respond,
			"wait":    r.wait,
		})
		r.settle(rt)
	})
}

// randomDay is one history of a small team.
type randomDay struct {
	w     *world
	rt    *rapid.T
	desks []*desk
	cases []string
	// journal holds all events by desk, as a desk's journal does.
	journal [2][]callback.Event
	// sent has the verdict on each event that a reply named.
	sent map[string]callback.Status
	n    int
}

func (r *randomDay) open() {
	for i := range 4 {
		r.respondAs(fmt.Sprintf("c%d", i), 2)
	}
}

func (r *randomDay) respondAs(person string, score int) {
	r.n++
	in := row(fmt.Sprintf("%s-%d", person, r.n), score, "words")
	in.Person.Ref = person
	in.AnsweredAt = r.w.now
	for _, res := range r.w.intake("north", in).Results {
		if res.Opened {
			r.cases = append(r.cases, res.CaseID)
		}
	}
}

func (r *randomDay) respond(rt *rapid.T) {
	r.respondAs(rapid.SampledFrom([]string{"c0", "c1", "c2", "c3", "new"}).Draw(rt, "person"), rapid.IntRange(0, 10).Draw(rt, "score"))
}

func (r *randomDay) wait(rt *rapid.T) {
	r.w.now = r.w.now.Add(time.Duration(rapid.IntRange(1, 4000).Draw(rt, "minutes")) * time.Minute)
	r.w.tick(r.w.now)
}

func (r *randomDay) claim(rt *rapid.T) {
	d := rapid.SampledFrom(r.desks).Draw(rt, "desk")
	_, err := r.w.s.Claim(r.w.t.Context(), d.who, callback.ClaimRequest{CaseID: rapid.SampledFrom(r.cases).Draw(rt, "case")})
	if err != nil && callback.CodeOf(err) != callback.CodeConflict {
		rt.Fatal(err)
	}
}

// push records a few facts and sends them; the reply may be lost.
func (r *randomDay) push(rt *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(rt, "desk")
	d := r.desks[i]
	for range rapid.IntRange(1, 4).Draw(rt, "events") {
		r.n++
		id := rapid.SampledFrom(r.cases).Draw(rt, "case")
		fence := rapid.Uint64Range(0, 6).Draw(rt, "fence")
		r.journal[i] = append(r.journal[i], d.event(fmt.Sprintf("e%d", r.n), id, fence, r.fact(rt)))
	}
	r.send(rt, i, rapid.Bool().Draw(rt, "reply lost"))
}

// fact draws something that an agent may state.
func (r *randomDay) fact(rt *rapid.T) callback.Payload {
	w := r.w
	later := w.now.Add(time.Duration(rapid.IntRange(1, 100).Draw(rt, "hours")) * time.Hour)
	rule := rapid.SampledFrom(callback.Dispositions()).Draw(rt, "disposition")
	call := ended(w, fmt.Sprintf("at%d", r.n), rule.Code)
	if rule.Root {
		call.Root = &callback.RootCause{Driver: "billing"}
	}
	if rule.To == callback.CallbackScheduled {
		call.Callback = &callback.CallbackWish{At: later}
	}
	if rule.Code == callback.TalkedPromise {
		call.Promises = []callback.NewPromise{{ID: fmt.Sprintf("p%d", r.n), Text: "x", Due: later}}
	}
	score := rapid.IntRange(0, 10).Draw(rt, "rescore")
	if rule.Right {
		call.Rescore = &callback.Answer{Answer: callback.Answered, Value: &score, Wording: "nps-1-en"}
	}
	return rapid.SampledFrom([]callback.Payload{
		call, call, call,
		&callback.NoteAdded{Text: "note"},
		&callback.CaseEscalated{Reason: "help"},
		&callback.EscalationReturned{Words: "call them"},
		&callback.CaseSkipped{Reason: "busy"},
		&callback.CallbackSet{Callback: callback.CallbackWish{At: later}},
		&callback.PromiseMade{Promise: callback.NewPromise{ID: fmt.Sprintf("q%d", r.n), Text: "x", Due: later}},
		&callback.PromiseSettled{PromiseID: fmt.Sprintf("p%d", rapid.IntRange(1, r.n).Draw(rt, "promise")), Status: callback.PromiseDone},
		&callback.CaseClosed{Resolution: callback.Listened},
		&callback.CaseReopened{Reason: "rang again"},
		&callback.CaseAssigned{To: ""},
		&callback.Undone{Was: callback.KindNoteAdded},
	}).Draw(rt, "fact")
}

// send pushes what the desk does not know to be acknowledged.
func (r *randomDay) send(rt *rapid.T, i int, lost bool) {
	d := r.desks[i]
	for {
		var batch []callback.Event
		for _, e := range r.journal[i] {
			if e.Stream == d.stream && e.Seq > d.ack.Seq && len(batch) < callback.MaxPushEvents {
				batch = append(batch, e)
			}
		}
		if len(batch) == 0 {
			return
		}
		reply, err := d.try(batch...)
		if err != nil {
			rt.Fatal(err)
		}
		for k, receipt := range reply.Receipts {
			r.verdict(rt, batch[k].ID, receipt)
		}
		if lost {
			return
		}
		last := batch[len(batch)-1]
		d.ack = callback.Acked{Seq: last.Seq, EventID: last.ID}
	}
}

// again sends a piece of the journal a second time.
func (r *randomDay) again(rt *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(rt, "desk")
	d := r.desks[i]
	var old []callback.Event
	for _, e := range r.journal[i] {
		if e.Stream == d.stream && r.sent[e.ID] != "" {
			old = append(old, e)
		}
	}
	if len(old) == 0 {
		return
	}
	from := rapid.IntRange(0, len(old)-1).Draw(rt, "from")
	piece := slices.Clone(old[from:min(len(old), from+callback.MaxPushEvents)])
	slices.Reverse(piece) // known events may come in any order
	reply, err := d.w.s.Record(d.w.t.Context(), d.who, callback.Push{Stream: d.stream, Events: piece})
	if err != nil {
		rt.Fatal(err)
	}
	for _, receipt := range reply.Receipts {
		r.verdict(rt, receipt.EventID, receipt)
	}
}

// verdict holds a receipt against what was said of the event before: known
// ones count once and keep their first verdict; one that was refused is judged
// anew, since what stood against it (a case with a supervisor, say) may have
// passed.
func (r *randomDay) verdict(rt *rapid.T, id string, receipt callback.Receipt) {
	before, known := r.sent[id]
	now := receipt.Final().Status
	switch again := receipt.Status == callback.DuplicateEvent; {
	case !known && again:
		rt.Fatalf("event %s was not sent before: %+v", id, receipt)
	case known && again && now != before:
		rt.Fatalf("event %s was %s before: %+v", id, before, receipt)
	case known && !again && before != callback.Rejected:
		rt.Fatalf("event %s counted twice, %s before: %+v", id, before, receipt)
	}
	r.sent[id] = now
}

// restart begins a new stream with everything the desk ever recorded, as after
// a refused acknowledgement.
func (r *randomDay) restart(rt *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(rt, "desk")
	d := r.desks[i]
	r.n++
	d.stream, d.seq, d.ack = fmt.Sprintf("stream-%d", r.n), 0, callback.Acked{}
	for k := range r.journal[i] {
		d.seq++
		r.journal[i][k].Stream, r.journal[i][k].Seq = d.stream, d.seq
	}
	r.send(rt, i, false)
}

// settle sends what is left and counts everything again.
func (r *randomDay) settle(rt *rapid.T) {
	for i := range r.desks {
		r.send(rt, i, false)
	}
	for i := range r.desks {
		for _, e := range r.journal[i] {
			if r.sent[e.ID] == "" {
				rt.Fatalf("event %s was never acknowledged", e.ID)
			}
		}
	}
	report, err := r.w.s.Check(r.w.t.Context())
	if err != nil || !report.OK {
		rt.Fatalf("check: %v %+v", err, report.Problems)
	}
}
