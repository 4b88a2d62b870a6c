package network

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/store"
)

// clock is a server's time, which a test moves on.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time      { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) add(d time.Duration) { c.ahead.Add(int64(d)) }

// leased is one lease as an agent has seen it: live from since on, and at least until the earlier of
// its end and the moment before it was given back.
type leased struct {
	agent, caseID, number, id string
	since, until              time.Time
	// preview tells that the server takes it back when its agent asks for another case.
	preview bool
}

// book gathers the leases of all agents. A lease that ran out and was renewed is two.
type book struct {
	mu   sync.Mutex
	list []*leased
}

// given notes a lease that was granted. The agent's own lease goes on under its id.
func (b *book) given(l callback.Lease, number string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	preview := l.Purpose == callback.LeasePreview
	if had := b.last(l.ID); had != nil {
		had.until, had.preview = l.Until, preview
		return
	}
	b.list = append(b.list, &leased{l.Agent, l.CaseID, number, l.ID, l.Since, l.Until, preview})
}

// last finds the present entry of a lease. mu is held.
func (b *book) last(id string) *leased {
	for i := len(b.list) - 1; i >= 0; i-- {
		if b.list[i].id == id {
			return b.list[i]
		}
	}
	return nil
}

// renewed notes that a lease goes on, at a moment not before the old end if it had run out.
func (b *book) renewed(l callback.Lease, lasts time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	had := b.last(l.ID)
	if at := l.Until.Add(-lasts); at.After(had.until) {
		b.list = append(b.list, &leased{had.agent, had.caseID, had.number, had.id, at, l.Until, false})
		return
	}
	had.until, had.preview = l.Until, false
}

// ends notes that a lease is about to be given back.
func (b *book) ends(id string, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.last(id); at.Before(l.until) {
		l.until = at
	}
}

// letGo notes that an agent is about to ask for another case.
func (b *book) letGo(agent string, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.list {
		if l.agent == agent && l.preview && at.Before(l.until) {
			l.until = at
		}
	}
}

// overlaps counts pairs of leases of two agents that were live at one moment and cover one number.
func (b *book) overlaps() (n int, first string) {
	for i, a := range b.list {
		for _, c := range b.list[:i] {
			if a.agent != c.agent && (a.number == c.number || a.caseID == c.caseID) && a.since.Before(c.until) && c.since.Before(a.until) {
				if n++; n == 1 {
					first = fmt.Sprintf("%+v and %+v", a, c)
				}
			}
		}
	}
	return n, first
}

// Many agents fight for a few customers, who have fewer numbers than cases, while leases run out: at
// no moment do two of them hold a case or a number.
func TestManyAgentsFewCases(t *testing.T) {
	t.Parallel()
	contest(t, 12, 10, 1500*time.Millisecond)
}

// contest lets agents claim, hold, renew and give back for a while, or longer if the machine is so
// busy that little has happened by then.
func contest(t *testing.T, agents, cases int, lasts time.Duration) {
	r, now := rig.Chance(t), &clock{}
	h := rig.NewHouseAt(t, rig.SQLite(t.TempDir()), now.now, shared(cases))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var b book
	var busy sync.WaitGroup
	var claims, refused, ranOut atomic.Int64
	for n := range agents {
		who := h.Agent(t, fmt.Sprintf("agent-%d", n))
		c := client.New(client.Options{URL: h.URL, Token: who.Token, Device: "desk-" + who.ID})
		r := rand.New(rand.NewPCG(r.Uint64(), uint64(n)))
		busy.Go(func() {
			defer c.Close()
			for ctx.Err() == nil {
				request := callback.ClaimRequest{CaseID: h.Cases[r.IntN(len(h.Cases))]}
				if r.IntN(4) == 0 {
					request = callback.ClaimRequest{Next: true}
				}
				b.letGo(who.ID, now.now())
				reply, err := c.Claim(context.Background(), request)
				if err != nil {
					if code := callback.CodeOf(err); code != callback.CodeConflict {
						t.Errorf("claim: %s %v", code, err)
					}
					refused.Add(1)
					continue
				}
				for _, l := range reply.Leases {
					claims.Add(1)
					hold(t, c, h, l, r, now, &b, &ranOut)
				}
			}
		})
	}
	// Now and then the server's clock passes the end of every lease.
	busy.Go(func() {
		for ctx.Err() == nil {
			rig.Rest(50 * time.Millisecond)
			now.add(11 * time.Minute)
		}
	})
	rig.Rest(lasts)
	enough := rig.Wait(rig.Patience, func() bool { return claims.Load() >= 20 && refused.Load() > 0 && ranOut.Load() > 0 })
	stop()
	busy.Wait()
	n, first := b.overlaps()
	if n > 0 {
		t.Errorf("%d pairs of leases were live at one time, such as %s", n, first)
	}
	if !enough {
		t.Errorf("%d claims, %d refused, %d ran out: the rig does not work", claims.Load(), refused.Load(), ranOut.Load())
	}
	h.Clean(t)
	rig.Figure(t, "%d agents, %d cases of %d numbers: %d leases, %d refused, %d ran out, 0 pairs live at one time", agents, cases, (cases+1)/2, claims.Load(), refused.Load(), ranOut.Load())
}

// hold keeps a lease for a while, renews it perhaps, and gives it back or lets it run out.
func hold(t *testing.T, c *client.Client, h *rig.House, l callback.Lease, r *rand.Rand, now *clock, b *book, ranOut *atomic.Int64) {
	b.given(l, h.Numbers[l.CaseID])
	for range r.IntN(3) {
		rig.Rest(time.Duration(r.IntN(20)) * time.Millisecond)
		renewed, err := c.Renew(context.Background(), l.ID, callback.LeaseInCall)
		if err != nil {
			if code := callback.CodeOf(err); code != callback.CodeConflict && code != callback.CodeNotFound {
				t.Errorf("renew: %s %v", code, err)
			}
			break
		}
		b.renewed(renewed, h.InCall)
	}
	if r.IntN(3) == 0 {
		ranOut.Add(1)
		return
	}
	b.ends(l.ID, now.now())
	if err := c.Release(context.Background(), l.ID); err != nil {
		t.Errorf("release: %v", err)
	}
}

// shared are answers of customers of whom two each have one number.
func shared(n int) callback.IntakeBatch {
	b := rig.Answers("shared", n)
	for i := range b.Rows {
		b.Rows[i].Person.Phone = fmt.Sprintf("+1201555%04d", i/2)
	}
	return b
}

// pair is two desks of two agents.
type pair struct {
	h    *rig.House
	a, b *desk
}

// desk is an agent's desk in this process.
type desk struct {
	*store.Store
	t      testing.TB
	c      *client.Client
	syncer *client.Syncer
	who    callback.UserToken
}

func newDesk(t testing.TB, h *rig.House, id string, now func() time.Time) *desk {
	t.Helper()
	who := h.Agent(t, id)
	s, err := store.Open(store.Options{
		Dir: filepath.Join(t.TempDir(), id), Key: rig.DeskKey, Agent: who.ID, Team: "main", Now: now, NewID: rig.NewID,
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Store: s, t: t, who: who}
	d.c = client.New(client.Options{URL: h.URL, Token: who.Token, Device: s.Device(), Now: now})
	d.syncer = client.NewSyncer(d.c, s, client.SyncOptions{})
	t.Cleanup(func() {
		d.c.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) sync() {
	d.t.Helper()
	if _, err := d.syncer.Once(context.Background()); err != nil {
		d.t.Fatalf("%s: sync: %v", d.who.ID, err)
	}
}

// talk records a talk that settles a case.
func (d *desk) talk(caseID string) string {
	d.t.Helper()
	v, err := d.Case(caseID)
	if err != nil {
		d.t.Fatal(err)
	}
	call := &callback.CallRecorded{
		AttemptID: rig.NewID(), Number: v.Case.Customer.Phone.E164, StartedAt: time.Now().UTC(), Talk: 60,
		Disposition: callback.TalkedResolved, Note: "Settled with " + d.who.ID + ".", Root: &callback.RootCause{Driver: "support"},
	}
	saved, err := d.Record(callback.Fact{CaseID: caseID, Fence: v.Fence, Payload: call})
	if err != nil {
		d.t.Fatal(err)
	}
	return saved.EventID
}

// Two agents settle the same case, and another pair the same number, offline: both calls stand on
// record, one settles the case, and a person is told of the other.
func TestTwoAgentsOffline(t *testing.T) {
	t.Parallel()
	h := rig.NewHouseAt(t, rig.SQLite(t.TempDir()), time.Now, shared(4))
	p := pair{h, newDesk(t, h, "mira", time.Now), newDesk(t, h, "nils", time.Now)}
	p.a.sync()
	p.b.sync()
	same, left, right := h.Cases[0], h.Cases[2], h.Cases[3]
	first, second := p.a.talk(same), p.b.talk(same)
	p.a.talk(left)
	p.b.talk(right)
	p.b.sync() // the one who called later comes first
	p.a.sync()
	p.b.sync()

	c := h.Case(t, same)
	settled, shadowed := 0, 0
	times := map[string]int{}
	rig.Count(c, times)
	for _, a := range c.Attempts {
		if a.Shadowed == "" {
			settled++
		} else {
			shadowed++
		}
	}
	if times[first] != 1 || times[second] != 1 || settled != 1 || shadowed != 1 || c.State != callback.Closed {
		t.Errorf("%d calls settle the case and %d stand beside it; it is %s, events %v", settled, shadowed, c.State, times)
	}
	for _, id := range []string{left, right} {
		if c := h.Case(t, id); len(c.Attempts) != 1 || c.State != callback.Closed {
			t.Errorf("a case of the shared number has %d calls and is %s", len(c.Attempts), c.State)
		}
	}
	for _, d := range []*desk{p.a, p.b} {
		v, err := d.Case(same)
		if err != nil || len(v.Case.Attempts) != 2 {
			t.Errorf("%s sees %d calls: %v", d.who.ID, len(v.Case.Attempts), err)
		}
		if r, err := d.Check(context.Background()); err != nil || !r.OK {
			t.Errorf("%s: check: %v %v", d.who.ID, r.Problems, err)
		}
	}
	if st, err := p.a.Stats(); err != nil || st.Shadowed != 1 {
		t.Errorf("the agent whose call came second is not told: %+v %v", st, err)
	}
	h.Clean(t)
}

// Two agents at one number online: while one has the lease, the other gets neither the case nor the
// other case of that number.
func TestTwoAgentsOnline(t *testing.T) {
	t.Parallel()
	h := rig.NewHouseAt(t, rig.SQLite(t.TempDir()), time.Now, shared(2))
	p := pair{h, newDesk(t, h, "mira", time.Now), newDesk(t, h, "nils", time.Now)}
	ctx := context.Background()
	a, b := client.NewClaims(p.a.c, nil, nil), client.NewClaims(p.b.c, nil, nil)
	lease, err := a.Claim(ctx, h.Cases[0], callback.LeaseInCall)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range h.Cases {
		if _, err := b.Claim(ctx, id, callback.LeasePreview); callback.CodeOf(err) != callback.CodeConflict {
			t.Errorf("a second lease: %v", err)
		}
	}
	if err := a.Release(ctx, lease.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Claim(ctx, h.Cases[1], callback.LeasePreview); err != nil {
		t.Errorf("after the release: %v", err)
	}
}

// holding is what the holder's process is told.
type holding struct{ Dir, URL, Token, Agent, CaseID string }

// holderChild is a desk that takes a case, and records its call when it is told to.
func holderChild(args []string) error {
	var o holding
	if err := json.Unmarshal([]byte(args[0]), &o); err != nil {
		return err
	}
	s, err := store.Open(store.Options{Dir: o.Dir, Key: rig.DeskKey, Agent: o.Agent, Team: "main", Now: time.Now, NewID: rig.NewID})
	if err != nil {
		return err
	}
	ctx := context.Background()
	c := client.New(client.Options{URL: o.URL, Token: o.Token, Device: s.Device()})
	syncer := client.NewSyncer(c, s, client.SyncOptions{})
	if _, err := syncer.Once(ctx); err != nil {
		return err
	}
	claims := client.NewClaims(c, func(time.Duration) (<-chan time.Time, func()) {
		t := time.NewTicker(20 * time.Millisecond)
		return t.C, t.Stop
	}, nil)
	lease, err := claims.Claim(ctx, o.CaseID, callback.LeaseInCall)
	if err != nil {
		return err
	}
	lost := make(chan error, 1)
	go claims.Keep(ctx, lease, func(err error) { lost <- err })
	fmt.Println("holding", lease.Fence)
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	fmt.Println("lost", callback.CodeOf(<-lost))
	_, err = s.Record(callback.Fact{CaseID: o.CaseID, Fence: lease.Fence, Payload: &callback.CallRecorded{
		AttemptID: rig.NewID(), Number: "+12015550000", StartedAt: time.Now().UTC(), Talk: 60, Disposition: callback.TalkedResolved,
		Note: "Settled while asleep.", Root: &callback.RootCause{Driver: "support"},
	}})
	if err != nil {
		return err
	}
	_, err = syncer.Once(ctx)
	stats, statErr := s.Stats()
	fmt.Println("shadowed", stats.Shadowed)
	return errors.Join(err, statErr, s.Close())
}

// A holder who is stopped in the middle of a call, as a laptop is by its lid, loses the case to a
// colleague; waking up it hears so, and its call is kept beside the colleague's.
func TestStoppedHolder(t *testing.T) {
	t.Parallel()
	now := &clock{}
	h := rig.NewHouseAt(t, rig.SQLite(t.TempDir()), now.now, shared(2))
	mira, nils := h.Agent(t, "mira"), newDesk(t, h, "nils", now.now)
	nils.sync()
	raw, err := json.Marshal(holding{filepath.Join(t.TempDir(), "desk"), h.URL, mira.Token, mira.ID, h.Cases[0]})
	if err != nil {
		t.Fatal(err)
	}
	cmd := rig.Child("holder", string(raw))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	says := bufio.NewReader(out)
	var fence uint64
	if _, err := fmt.Fscanf(says, "holding %d\n", &fence); err != nil {
		t.Fatalf("the holder: %v", err)
	}
	claims := client.NewClaims(nils.c, nil, nil)
	ctx := context.Background()
	if _, err := claims.Claim(ctx, h.Cases[0], callback.LeasePreview); callback.CodeOf(err) != callback.CodeConflict {
		t.Fatalf("a second lease: %v", err)
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	now.add(40 * time.Minute)
	lease, err := claims.Claim(ctx, h.Cases[0], callback.LeaseInCall)
	if callback.CodeOf(err) == callback.CodeConflict {
		now.add(40 * time.Minute) // a renewal was on its way when the holder was stopped
		lease, err = claims.Claim(ctx, h.Cases[0], callback.LeaseInCall)
	}
	if err != nil || lease.Fence <= fence {
		t.Fatalf("after the lease ran out: %+v %v", lease, err)
	}
	nils.sync()
	nils.talk(h.Cases[0])
	nils.sync()
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "go on\n"); err != nil {
		t.Fatal(err)
	}
	var code string
	var shadowed int
	if _, err := fmt.Fscanf(says, "lost %s\n", &code); err != nil || code == "" {
		t.Errorf("the holder hears of its loss: %q %v", code, err)
	}
	if _, err := fmt.Fscanf(says, "shadowed %d\n", &shadowed); err != nil || shadowed != 1 {
		t.Errorf("the holder's call: %d beside another, %v", shadowed, err)
	}
	c := h.Case(t, h.Cases[0])
	if len(c.Attempts) != 2 || c.Closing == nil || c.Closing.By != "nils" {
		t.Errorf("%d calls, closed by %+v", len(c.Attempts), c.Closing)
	}
	h.Clean(t)
}

// Desks whose clocks are two days off, or jump back in the middle of a call, record and count like
// the others: the order is the server's, and what they met of its clock corrects theirs.
func TestClocksThatAreWrong(t *testing.T) {
	t.Parallel()
	h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 6)
	flagged := 0
	for i, off := range []time.Duration{-48 * time.Hour, 48 * time.Hour, 0} {
		now := &clock{}
		now.add(off)
		d := newDesk(t, h, fmt.Sprintf("agent-%d", i), now.now)
		d.sync()
		id := h.Cases[i]
		if off == 0 { // in the middle of the call the clock jumps back
			now.add(-26 * time.Hour)
			d.sync()
		}
		event := d.talk(id)
		d.sync()
		c := h.Case(t, id)
		if len(c.Attempts) != 1 || c.Attempts[0].EventID != event || c.State != callback.Closed {
			t.Fatalf("%s: %d calls, %s", off, len(c.Attempts), c.State)
		}
		if skew := d.syncer.Status().Skew; skew.Abs() > time.Hour {
			flagged++
		}
		if wrong := time.Since(c.Closing.At).Abs(); wrong > time.Minute {
			t.Errorf("%s: the call is on record %s off", off, wrong)
		}
		list, err := d.Journal(10)
		if err != nil || len(list) != 1 || list[0].State != callback.Settled {
			t.Errorf("%s: journal %+v %v", off, list, err)
		}
		if r, err := d.Check(context.Background()); err != nil || !r.OK {
			t.Errorf("%s: check: %v %v", off, r.Problems, err)
		}
	}
	if flagged != 3 {
		t.Errorf("%d of 3 wrong clocks were noticed", flagged)
	}
	h.Clean(t)
}
