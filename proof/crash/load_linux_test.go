package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
)

// load is a team at work on a real server process that is ended and started again meanwhile: desks
// that push, an importer, and agents who claim and release.
type load struct {
	t     testing.TB
	srv   *rig.Process
	admin *client.Client
	cases []string
	desks []*pusher
	// imported are the rows that the server said it took in.
	imported atomic.Int64
	stop     context.CancelFunc
	busy     sync.WaitGroup
	mu       sync.Mutex
	y        *tally
}

// note writes down a finding of one of the goroutines.
func (l *load) note(counter *int, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.y.note(counter, format, args...)
}

// found counts what is wrong so far.
func (l *load) found() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.y.lost + l.y.corrupt
}

// patience lets what no test can do without take long: a soak may get little of a busy machine.
const patience = 8

// newLoad starts the server and puts desks before it.
func newLoad(t testing.TB, srv *rig.Process, y *tally, desks int, seed uint64) *load {
	t.Helper()
	srv.MustStart(t)
	return newLoadAt(t, srv, srv.URL, y, desks, seed)
}

// newLoadAt is newLoad for a server that runs, reached by way of url.
func newLoadAt(t testing.TB, srv *rig.Process, url string, y *tally, desks int, seed uint64) *load {
	t.Helper()
	l := &load{t: t, srv: srv, y: y, admin: client.New(client.Options{URL: url, Token: srv.Admin, Device: "importer", Patience: patience})}
	ctx, stop := context.WithCancel(context.Background())
	l.stop = stop
	t.Cleanup(l.end)
	// A token belongs to one desk.
	agent := func(id string) *client.Client {
		made, err := l.admin.AddUser(ctx, callback.NewUser{ID: id, Name: id, Role: callback.RoleAgent, Team: "main"})
		if err != nil {
			t.Fatal(err)
		}
		return client.New(client.Options{URL: url, Token: made.Token, Device: id})
	}
	report, err := l.admin.Intake(ctx, rig.Answers("start", 40))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		l.cases = append(l.cases, r.CaseID)
	}
	for n := range desks {
		device := fmt.Sprintf("desk-%d", n)
		p := &pusher{
			l: l, c: agent(device), device: device, stream: rig.NewID(),
			r: rand.New(rand.NewPCG(seed, uint64(n))),
		}
		l.desks = append(l.desks, p)
		l.busy.Go(func() { p.run(ctx) })
	}
	l.busy.Go(func() { l.importRows(ctx) })
	claimer := agent("claimer")
	l.busy.Go(func() { l.claim(ctx, claimer) })
	return l
}

func (l *load) end() {
	l.stop()
	l.busy.Wait()
}

// acks counts the events that the server has acknowledged.
func (l *load) acks() (n int) {
	for _, p := range l.desks {
		n += int(p.acked.Load())
	}
	return n
}

// breath is how long a desk of the load waits before it tries again.
const breath = 5 * time.Millisecond

// importRows takes answers in, a few at a time, each batch until the server says that it has it.
func (l *load) importRows(ctx context.Context) {
	for n := 0; ctx.Err() == nil; {
		b := rig.Answers(fmt.Sprintf("load-%d", n), 3)
		report, err := l.admin.Intake(ctx, b)
		if err != nil {
			rig.Rest(breath)
			continue
		}
		if report.Rejected > 0 {
			l.note(&l.y.corrupt, "intake: %+v", report)
		}
		l.imported.Add(int64(report.Accepted + report.Duplicates))
		n++
		rig.Rest(10 * breath)
	}
}

// claim takes the next case and gives it back.
func (l *load) claim(ctx context.Context, c *client.Client) {
	for ctx.Err() == nil {
		reply, err := c.Claim(ctx, callback.ClaimRequest{Next: true})
		for _, lease := range reply.Leases {
			err = c.Release(ctx, lease.ID)
		}
		if err != nil {
			rig.Rest(breath)
		}
		rig.Rest(4 * breath)
	}
}

// pusher is one desk of the load. It keeps its events until they have receipts, and pushes some
// batches again that have them already, as a desk does that lost the answer.
type pusher struct {
	l              *load
	c              *client.Client
	device, stream string
	r              *rand.Rand
	epoch          string
	ack            callback.Acked
	seq            uint64
	waiting, old   []callback.Event
	sure           []string
	acked          atomic.Int64
}

func (p *pusher) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := p.push(ctx); err != nil {
			rig.Rest(breath)
		}
	}
}

func (p *pusher) push(ctx context.Context) error {
	if len(p.waiting) == 0 {
		p.fill()
	}
	batch := callback.Push{Epoch: p.epoch, Stream: p.stream, Ack: p.ack, Events: p.waiting}
	if len(p.old) > 0 && p.r.IntN(5) == 0 {
		batch.Events = append(slices.Clone(p.old), p.waiting...)
	}
	reply, err := p.c.Push(ctx, batch)
	switch callback.CodeOf(err) {
	case "":
		return p.settle(batch, reply)
	case callback.CodeEpoch, callback.CodeAckUnknown, callback.CodeGap, callback.CodeForked:
		p.l.note(&p.l.y.lost, "%s: the server forgot what it had acknowledged: %v", p.device, err)
	case callback.CodeInvalid, callback.CodeTooLarge, callback.CodeNotFound, callback.CodeUnauthorized, callback.CodeForbidden:
		p.l.note(&p.l.y.corrupt, "%s: %v", p.device, err)
	}
	return err
}

func (p *pusher) fill() {
	for range 1 + p.r.IntN(10) {
		var what callback.Payload = &callback.NoteAdded{Text: "Note " + strings.Repeat("long ", p.r.IntN(50)) + "."}
		if p.r.IntN(4) == 0 {
			what = noAnswer()
		}
		e, err := callback.NewEvent(rig.NewID(), p.l.cases[p.r.IntN(len(p.l.cases))], what)
		if err != nil {
			panic(err)
		}
		p.seq++
		e.Team, e.Agent, e.Device, e.Stream, e.Seq, e.At = "main", p.device, p.device, p.stream, p.seq, time.Now().UTC().Truncate(time.Millisecond)
		p.waiting = append(p.waiting, e)
	}
}

// settle takes receipts: each event sent has exactly one.
func (p *pusher) settle(batch callback.Push, reply callback.PushReply) error {
	if len(reply.Receipts) != len(batch.Events) {
		p.l.note(&p.l.y.corrupt, "%s: %d receipts for %d events", p.device, len(reply.Receipts), len(batch.Events))
	}
	for i, r := range reply.Receipts {
		switch {
		case i >= len(batch.Events) || r.EventID != batch.Events[i].ID:
			p.l.note(&p.l.y.corrupt, "%s: receipt %d is for %s", p.device, i, r.EventID)
		case r.Final().Status != callback.Applied && r.Final().Status != callback.Shadowed:
			p.l.note(&p.l.y.corrupt, "%s: event %s is %s (%s)", p.device, r.EventID, r.Status, r.Reason)
		}
	}
	for _, e := range p.waiting {
		p.sure = append(p.sure, e.ID)
	}
	last := p.waiting[len(p.waiting)-1]
	p.epoch, p.ack = reply.Epoch, callback.Acked{Seq: last.Seq, EventID: last.ID}
	p.old, p.waiting = p.waiting, nil
	p.acked.Store(int64(len(p.sure)))
	return nil
}

// finish ends the work with the server up, and compares what it counts with what it acknowledged.
func (l *load) finish() {
	l.t.Helper()
	l.end()
	for _, p := range l.desks {
		var err error
		if !rig.Wait(10*time.Second, func() bool {
			if len(p.waiting) > 0 {
				err = p.push(context.Background())
			}
			return err == nil
		}) {
			l.t.Fatalf("the last push of %s: %v; the server says: %s", p.device, err, l.srv.Said())
		}
	}
	l.compare()
	l.y.rows += int(l.imported.Load())
	l.repeatImports()
}

// compare looks for what was acknowledged, while nobody works.
func (l *load) compare() {
	l.t.Helper()
	times := map[string]int{}
	for _, id := range l.cases {
		c, err := l.admin.Case(context.Background(), id)
		if err != nil {
			l.y.note(&l.y.lost, "case %s: %v", id, err)
			continue
		}
		rig.Count(c, times)
	}
	sure := map[string]bool{}
	for _, p := range l.desks {
		l.y.acked += len(p.sure)
		for _, id := range p.sure {
			sure[id] = true
			if times[id] == 0 {
				l.y.note(&l.y.lost, "%s: event %s was acknowledged and is gone", p.device, id)
			}
		}
	}
	for id, n := range times {
		if n > 1 {
			l.y.note(&l.y.double, "event %s counts %d times", id, n)
		}
		if !sure[id] {
			l.y.note(&l.y.double, "the server has event %s, which nobody sent", id)
		}
	}
}

// repeatImports takes everything in once more: all of it must be known.
func (l *load) repeatImports() {
	l.t.Helper()
	for n := range l.imported.Load() / 3 {
		report, err := l.admin.Intake(context.Background(), rig.Answers(fmt.Sprintf("load-%d", n), 3))
		if err != nil {
			l.t.Fatal(err)
		}
		if report.Duplicates != 3 {
			l.y.note(&l.y.lost, "rows %d were taken in and %d of 3 are known", n, report.Duplicates)
		}
	}
}
