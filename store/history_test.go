package store_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ringback/callback"
)

// history is one random life of a desk and the centre it speaks to.
type history struct {
	t    *rapid.T
	root string
	n    int
	*desk
	centre *centre
	backup *centre
	epochs int
	next   int
	// recorded are the events shown as saved; undone those taken back.
	recorded []string
	undone   map[string]bool
}

func TestRandomHistories(t *testing.T) {
	root := quickDir(t)
	lives := 0
	rapid.Check(t, func(rt *rapid.T) {
		lives++
		h := newHistory(rt, filepath.Join(root, fmt.Sprint(lives)))
		defer func() {
			_ = h.Close()
			_ = os.RemoveAll(h.root)
		}()
		steps := []struct {
			name string
			do   func()
		}{
			{"record", h.recordSomething},
			{"record", h.recordSomething},
			{"undo", h.undoSomething},
			{"push", func() { h.push(h.t, h.centre) }},
			{"lost request", h.loseRequest},
			{"lost reply", h.loseReply},
			{"put off", h.putOff},
			{"pull", h.pullSome},
			{"pull", h.pullSome},
			{"colleague", h.colleague},
			{"colleague", h.colleague},
			{"new case", func() { h.next++; h.centre.open(h.next) }},
			{"tombstone", h.tombstone},
			{"crash", h.crash},
			{"crash while saving", h.crashWhileSaving},
			{"restart", func() { h.reopen(h.t) }},
			{"time", func() { h.clock.add(time.Duration(rapid.IntRange(1, 600).Draw(h.t, "minutes")) * time.Minute) }},
			{"backed up", h.backUp},
			{"restore", h.restoreCentre},
			{"requeue", h.requeue},
			{"claim", h.claimOne},
		}
		for range rapid.IntRange(1, 24).Draw(rt, "steps") {
			step := rapid.SampledFrom(steps).Draw(rt, "step")
			rt.Logf("%s", step.name)
			step.do()
			h.ordered()
		}
		h.settleDown()
		h.converged()
	})
}

// quickDir gives a folder in memory where there is one: these tests are about
// order, not about disks.
func quickDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "ringback-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func newHistory(t *rapid.T, root string) *history {
	h := &history{t: t, root: root, undone: map[string]bool{}, next: 6, epochs: 1}
	c := newClock()
	h.desk = &desk{options: options(filepath.Join(root, "0"), c), clock: c}
	h.centre = newCentre(c.now)
	for n := 1; n <= h.next; n++ {
		h.centre.open(n, func(o *callback.CaseOpened) {
			// Pairs of cases belong to the same person.
			o.Customer.ID = fmt.Sprintf("cu-%d", n/2)
		})
	}
	h.backup = h.centre.backup()
	h.open(t)
	if rapid.Bool().Draw(t, "begins with cases") {
		h.pull(t, h.centre, 100)
	}
	return h
}

func (h *history) anyCase() string {
	return caseID(rapid.IntRange(1, h.next).Draw(h.t, "case"))
}

func (h *history) recordSomething() {
	id := h.anyCase()
	h.clock.add(time.Second)
	payload := rapid.SampledFrom([]func() callback.Payload{
		func() callback.Payload { return h.call(callback.NoAnswer) },
		func() callback.Payload { return h.call(callback.TalkedResolved) },
		func() callback.Payload { return h.call(callback.TalkedPromise) },
		func() callback.Payload { return h.call(callback.CallbackMine) },
		func() callback.Payload { return h.call(callback.DoNotCall) },
		func() callback.Payload { return &callback.NoteAdded{Text: "A note."} },
		func() callback.Payload { return &callback.CaseSkipped{Reason: "I know them."} },
		func() callback.Payload { return &callback.CaseAssigned{To: "boris"} },
		func() callback.Payload { return &callback.CaseClosed{Resolution: callback.Duplicate} },
		func() callback.Payload { return &callback.CaseReopened{Reason: "They wrote again."} },
		func() callback.Payload { return &callback.SuppressRequested{Reason: "In writing."} },
	}).Draw(h.t, "payload")()
	if _, again := payload.(*callback.CaseReopened); again && h.besideOpen(id) {
		if _, err := h.Record(callback.Fact{CaseID: id, Payload: payload}); callback.CodeOf(err) != callback.CodeConflict {
			h.t.Fatalf("case %s was opened again beside another of its customer: %v", id, err)
		}
		return
	}
	h.recorded = append(h.recorded, h.record(h.t, id, payload).EventID)
}

// besideOpen tells whether a case is closed while another one of its customer
// is open, as the desk sees both.
func (h *history) besideOpen(id string) bool {
	of, err := h.Case(id)
	if err != nil || of.Case.State.Open() || of.Case.Customer.ID == "" {
		return false
	}
	for n := 1; n <= h.next; n++ {
		v, err := h.Case(caseID(n))
		if err == nil && caseID(n) != id && v.Case.State.Open() && v.Case.Customer.ID == of.Case.Customer.ID {
			return true
		}
	}
	return false
}

func (h *history) undoSomething() {
	if len(h.recorded) == 0 {
		return
	}
	id := rapid.SampledFrom(h.recorded).Draw(h.t, "undo")
	if _, err := h.Undo(id); err == nil {
		h.undone[id] = true
	} else if c := callback.CodeOf(err); c != callback.CodeConflict && c != callback.CodeNotFound {
		h.t.Fatalf("undo: %v", err)
	}
}

func (h *history) nextPush() callback.Push {
	p, err := h.NextPush(rapid.IntRange(1, 4).Draw(h.t, "batch"))
	if err != nil {
		h.t.Fatalf("next push: %v", err)
	}
	return p
}

func (h *history) loseRequest() { h.nextPush() }

func (h *history) loseReply() {
	if p := h.nextPush(); len(p.Events) > 0 {
		_, _ = h.centre.push(p)
	}
}

func (h *history) putOff() {
	p := h.nextPush()
	if len(p.Events) == 0 {
		return
	}
	n := rapid.IntRange(0, len(p.Events)-1).Draw(h.t, "looked at")
	rest := p.Events[n:]
	p.Events = p.Events[:n]
	reply, err := h.centre.push(p)
	if err != nil {
		return
	}
	for _, e := range rest {
		reply.Receipts = append(reply.Receipts, callback.Receipt{EventID: e.ID, Status: callback.Retry})
	}
	if err := h.Settle(reply); err != nil {
		h.t.Fatalf("settle: %v", err)
	}
}

// pullSome applies a few small pages; a snapshot may stop half-way.
func (h *history) pullSome() {
	for range rapid.IntRange(1, 3).Draw(h.t, "pages") {
		at, err := h.Position()
		if err != nil {
			h.t.Fatalf("position: %v", err)
		}
		if err := h.ApplyPage(h.centre.page(at, rapid.IntRange(1, 4).Draw(h.t, "page"))); err != nil {
			h.t.Fatalf("apply: %v", err)
		}
	}
}

// colleague does something on another desk.
func (h *history) colleague() {
	id := h.anyCase()
	h.clock.add(time.Second)
	if rapid.Bool().Draw(h.t, "claims") {
		h.centre.claim(id, "boris", "other")
		return
	}
	payload := rapid.SampledFrom([]callback.Payload{h.call(callback.TalkedResolved), h.call(callback.NoAnswer), &callback.NoteAdded{Text: "Theirs."}}).Draw(h.t, "theirs")
	e, err := callback.NewEvent(h.options.NewID(), id, payload)
	if err != nil {
		h.t.Fatalf("event: %v", err)
	}
	e.Agent, e.Device, e.At, e.Fence = "boris", "other", h.clock.now(), h.centre.cases[id].Fence
	h.centre.apply(e)
}

func (h *history) tombstone() {
	id := h.anyCase()
	h.centre.add(callback.DocCase, id, nil)
}

func (h *history) claimOne() {
	id := h.anyCase()
	if h.centre.cases[id].Version == 0 || !h.centre.cases[id].State.Open() {
		return
	}
	if err := h.SaveLeases(h.granted(h.centre.claim(id, "anna", h.Device()))); err != nil {
		h.t.Fatalf("lease: %v", err)
	}
}

func (h *history) requeue() {
	list, err := h.Journal(0)
	if err != nil {
		h.t.Fatalf("journal: %v", err)
	}
	for _, e := range list {
		if e.State == callback.Quarantined {
			if err := h.Requeue(e.Event.ID); err != nil {
				h.t.Fatalf("requeue: %v", err)
			}
			return
		}
	}
}

func (h *history) backUp() {
	h.centre.stable = h.centre.pos
	h.backup = h.centre.backup()
}

func (h *history) restoreCentre() {
	h.epochs++
	h.centre.restore(h.backup, fmt.Sprintf("epoch-%d", h.epochs))
}

// crash goes on in a copy of the folder as it is at this moment.
func (h *history) crash() {
	h.n++
	to := filepath.Join(h.root, fmt.Sprint(h.n))
	copyFolder(h.t, h.options.Dir, to)
	_ = h.Close()
	h.options.Dir = to
	h.open(h.t)
	h.check(h.t)
}

// crashWhileSaving stops after the log has an event and before the database
// has it.
func (h *history) crashWhileSaving() {
	h.n++
	to := filepath.Join(h.root, fmt.Sprint(h.n))
	copyFolder(h.t, h.options.Dir, to)
	h.recordSomething()
	copyFile(h.t, filepath.Join(h.options.Dir, "outbox.log"), filepath.Join(to, "outbox.log"))
	_ = h.Close()
	h.options.Dir = to
	h.open(h.t)
	h.check(h.t)
}

func copyFolder(t fatal, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatalf("%v", err)
	}
	list, err := os.ReadDir(from)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, e := range list {
		if e.Name() != "ballast" {
			copyFile(t, filepath.Join(from, e.Name()), filepath.Join(to, e.Name()))
		}
	}
}

func copyFile(t fatal, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, raw, 0o600)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// ordered checks that the queue is every open case of the desk, in serving
// order.
func (h *history) ordered() {
	page, err := h.Queue(callback.QueueQuery{Limit: 1000})
	if err != nil {
		h.t.Fatalf("queue: %v", err)
	}
	policy, err := h.Policy()
	if err != nil {
		h.t.Fatalf("policy: %v", err)
	}
	var want, got []string
	places := map[string]callback.Place{}
	views := map[string]callback.Case{}
	for n := 1; n <= h.next; n++ {
		v, err := h.Case(caseID(n))
		if err != nil {
			continue
		}
		if rank, ok := callback.RankOf(policy, v.Case); ok && v.Place.Wait != callback.WaitConfirmed {
			rank, err = callback.ParseRank(callback.AppendRank(nil, rank), nil)
			if err != nil {
				h.t.Fatalf("rank: %v", err)
			}
			want = append(want, v.Case.ID)
			places[v.Case.ID], views[v.Case.ID] = rank.Place(policy, "anna", h.clock.now()), v.Case
		}
	}
	sort.Slice(want, func(i, j int) bool {
		a, b := places[want[i]], places[want[j]]
		if a.Before(b) || b.Before(a) {
			return a.Before(b)
		}
		x, y := views[want[i]].Response().AnsweredAt, views[want[j]].Response().AnsweredAt
		return x.Before(y) || x.Equal(y) && want[i] < want[j]
	})
	for _, r := range page.Rows {
		got = append(got, r.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" || page.Total != len(want) {
		h.t.Fatalf("queue of %d (-want +got):\n%s", page.Total, diff)
	}
}

// settleDown lets the desk and the centre say all they have to say.
func (h *history) settleDown() {
	for range 2 {
		h.push(h.t, h.centre)
		h.pull(h.t, h.centre, 3)
	}
	h.reopen(h.t)
	h.check(h.t)
}

// converged checks that nothing is lost or counted twice, and that the desk
// sees what the centre sees.
func (h *history) converged() {
	stats, err := h.Stats()
	if err != nil || stats.Pending != 0 {
		h.t.Fatalf("after syncing %d events wait (%v)", stats.Pending, err)
	}
	list, err := h.Journal(1000)
	if err != nil {
		h.t.Fatalf("journal: %v", err)
	}
	refused := map[string]bool{}
	for _, e := range list {
		refused[e.Event.ID] = e.State == callback.Quarantined
	}
	for _, id := range h.recorded {
		if _, ok := h.centre.judged[id]; !ok && !refused[id] {
			h.t.Fatalf("event %s was shown as saved, and the centre does not have it", id)
		}
	}
	for id, want := range h.centre.cases {
		if h.centre.docs["case/"+id].Body == nil {
			continue
		}
		v, err := h.Case(id)
		if err != nil {
			h.t.Fatalf("case: %v", err)
		}
		got := v.Case
		want.Lease, got.Lease = nil, nil
		if diff := cmp.Diff(asJSON(h.t, want), asJSON(h.t, got)); diff != "" {
			h.t.Fatalf("case %s (-centre +desk):\n%s", id, diff)
		}
		seen := map[string]bool{}
		for _, a := range got.Attempts {
			if seen[a.EventID] || h.undone[a.EventID] {
				h.t.Fatalf("attempt of %s counts twice, or was undone", a.EventID)
			}
			seen[a.EventID] = true
		}
	}
}

func asJSON(t fatal, v any) string {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(raw)
}
