package crash

import (
	"context"
	"database/sql"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
)

// lineTo is the address that desks know of a pair of servers. It leads to one of them, and cuts
// every connection when it is led to the other, as an address that moves between machines does.
type lineTo struct {
	ln net.Listener
	mu sync.Mutex
	to string
	on []net.Conn
}

func newLineTo(t *testing.T) *lineTo {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &lineTo{ln: ln}
	t.Cleanup(func() {
		_ = ln.Close()
		l.lead("")
	})
	go func() {
		for {
			desk, err := ln.Accept()
			if err != nil {
				return
			}
			go l.join(desk)
		}
	}()
	return l
}

func (l *lineTo) url() string { return "http://" + l.ln.Addr().String() }

// lead leads the address to a server.
func (l *lineTo) lead(url string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.to = strings.TrimPrefix(url, "http://")
	for _, c := range l.on {
		_ = c.Close()
	}
	l.on = nil
}

func (l *lineTo) join(desk net.Conn) {
	defer func() { _ = desk.Close() }()
	l.mu.Lock()
	to := l.to
	l.mu.Unlock()
	if to == "" {
		return
	}
	srv, err := net.DialTimeout("tcp", to, time.Second)
	if err != nil {
		return
	}
	defer func() { _ = srv.Close() }()
	l.mu.Lock()
	if l.to != to {
		l.mu.Unlock()
		return
	}
	l.on = append(l.on, desk, srv)
	l.mu.Unlock()
	go func() {
		_, _ = io.Copy(srv, desk)
		_ = srv.Close()
	}()
	_, _ = io.Copy(desk, srv)
}

// witness is a desk that only watches: the feed goes on where it was, bells ring, a case's fence only rises.
type witness struct {
	l      *load
	c      *client.Client
	bells  atomic.Int64
	pages  atomic.Int64
	claims atomic.Int64
	// refused is why the last claim that failed did.
	refused atomic.Value
}

// follow pulls the feed from where it is: after the first snapshot it goes on, and its positions rise.
func (w *witness) follow(ctx context.Context) {
	at, begun := callback.Position{}, false
	for ctx.Err() == nil {
		page, err := w.c.Feed(ctx, at, 200)
		if err != nil {
			rig.Rest(breath)
			continue
		}
		switch {
		case begun && page.Epoch != at.Epoch:
			w.l.note(&w.l.y.corrupt, "the feed's epoch was %s and is %s", at.Epoch, page.Epoch)
		case begun && page.Snapshot:
			w.l.note(&w.l.y.corrupt, "the feed began anew: %s", page.Cause)
		case page.High < at.High:
			w.l.note(&w.l.y.corrupt, "the head of the feed went from %d back to %d", at.High, page.High)
		}
		at, begun = callback.Position{Epoch: page.Epoch, Cursor: page.Next, High: page.High}, true
		w.pages.Add(1)
		rig.Rest(breath)
	}
}

// listen counts bells, and comes back when the line is cut.
func (w *witness) listen(ctx context.Context) {
	for ctx.Err() == nil {
		_ = w.c.Stream(ctx, func() {}, func(callback.Bell) { w.bells.Add(1) })
		rig.Rest(breath)
	}
}

// grab takes cases in turn and gives them back; each right to a case is worth more than the one before. A lease whose
// answer was lost on the way keeps its case from everybody until it runs out, so it is not always the same one.
func (w *witness) grab(ctx context.Context, cases []string) {
	fences := map[string]uint64{}
	for n := 0; ctx.Err() == nil; n++ {
		reply, err := w.c.Claim(ctx, callback.ClaimRequest{CaseID: cases[n%len(cases)]})
		for _, lease := range reply.Leases {
			if lease.Fence <= fences[lease.CaseID] {
				w.l.note(&w.l.y.corrupt, "a lease of %s has the fence %d after one with %d", lease.CaseID, lease.Fence, fences[lease.CaseID])
			}
			if w.c.Release(ctx, lease.ID) != nil {
				continue // it may be given to us once more as it is
			}
			fences[lease.CaseID] = lease.Fence
			w.claims.Add(1)
		}
		if err != nil {
			w.refused.Store(err.Error())
			rig.Rest(breath)
		}
		rig.Rest(breath)
	}
}

// Two servers for one database, the second on stand-by: it is refused as long as the first serves, and takes over when
// the first is killed, or stopped and cut off from the database. Desks that were told one address go on as if nothing
// had happened: nothing lost, nothing twice, the same epoch, the feed without a new beginning, fences that only rise.
// The one that was cut off wakes, can write nothing, and ends.
func standBy(t *testing.T, rounds *rig.Rounds) *tally {
	t.Helper()
	y := &tally{}
	first := rig.NewServer(t, pgNamed(t, pgFresh(t), "standby-1"))
	first.MustStart(t)
	second := first.Standby(t, pgNamed(t, first.DSN(), "standby-2"))
	line := newLineTo(t)
	line.lead(first.URL)
	l := newLoadAt(t, first, line.url(), y, 6, rig.Chance(t).Uint64())
	made, err := l.admin.AddUser(t.Context(), callback.NewUser{ID: "witness", Name: "witness", Role: callback.RoleAgent, Team: "main"})
	if err != nil {
		t.Fatal(err)
	}
	policy, err := l.admin.Policy(t.Context(), 0)
	if err == nil {
		_, err = l.admin.SetPolicy(t.Context(), rig.Anytime(policy))
	}
	if err != nil {
		t.Fatal(err)
	}
	report, err := l.admin.Intake(t.Context(), rig.Answers("witness", 20))
	if err != nil {
		t.Fatal(err)
	}
	var own []string
	for _, r := range report.Results {
		own = append(own, r.CaseID)
	}
	w := &witness{l: l, c: client.New(client.Options{URL: line.url(), Token: made.Token, Device: "witness"})}
	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	end := func() { stop(); busy.Wait() }
	t.Cleanup(end)
	busy.Go(func() { w.follow(ctx) })
	busy.Go(func() { w.listen(ctx) })
	busy.Go(func() { w.grab(ctx, own) })
	for rounds.Next() {
		y.cycles++
		if rounds.Done() == 1 {
			if err := second.Start(); err == nil || !strings.Contains(err.Error(), "another ringback-server serves this database (process ") {
				t.Fatalf("a second server beside the first: %v", err)
			}
		}
		moves := func(what string, n func() int64) {
			before := n()
			if !rig.Wait(rig.Patience, func() bool { return n() > before }) {
				t.Fatalf("waited %s in vain for %s; the last claim that failed: %v; the server said: %s", rig.Patience, what, w.refused.Load(), second.Said())
			}
		}
		cut := rounds.Done()%2 == 0
		if cut {
			if err := first.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			cutOff(t, first.DSN())
		} else {
			first.Kill()
		}
		if err := second.Start(); err != nil {
			t.Fatalf("the second server does not take over: %v", err)
		}
		line.lead(second.URL)
		moves("an acknowledgement of the second server", func() int64 { return int64(l.acks()) })
		moves("a bell of the second server", w.bells.Load)
		moves("a page of the second server", w.pages.Load)
		moves("a lease of the second server", w.claims.Load)
		if cut {
			if err := first.Signal(syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			if code := first.Ended(t); code != 6 || !strings.Contains(first.Said(), "another one serves it now (process ") {
				t.Fatalf("the server that was cut off ended with %d and said %s", code, first.Said())
			}
			moves("an acknowledgement after the first was gone", func() int64 { return int64(l.acks()) })
		}
		first, second = second, first
		l.srv = first
	}
	end()
	l.finish()
	if report, err := first.Check(); err != nil || !report.OK {
		y.note(&y.corrupt, "check: %v %+v", err, report.Problems)
	}
	t.Logf("the witness saw %d pages, %d bells, %d leases; the last refusal: %v", w.pages.Load(), w.bells.Load(), w.claims.Load(), w.refused.Load())
	return y
}

func TestStandByServers(t *testing.T) {
	t.Parallel()
	needPostgreSQL(t)
	y := standBy(t, rig.Short(2))
	y.sound(t)
	rig.Figure(t, "two servers, one PostgreSQL: %s", y)
}

// On SQLite the second server is refused as well, and may begin when the first was killed.
func TestASecondServerOnSQLite(t *testing.T) {
	t.Parallel()
	first := rig.NewServer(t, sqliteFresh(t))
	first.MustStart(t)
	second := first.Standby(t, first.DSN())
	if err := second.Start(); err == nil || !strings.Contains(err.Error(), "another ringback-server serves this database (process ") {
		t.Fatalf("a second server beside the first: %v", err)
	}
	first.Kill()
	second.MustStart(t)
	if report, err := second.Check(); err != nil || !report.OK {
		t.Fatalf("check beside the server: %v %+v", err, report.Problems)
	}
}

// pgNamed gives an address whose connections bear a name.
func pgNamed(t *testing.T, dsn, name string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("application_name", q.Get("search_path")+name)
	u.RawQuery = q.Encode()
	return u.String()
}

// cutOff ends a server's connections to PostgreSQL.
func cutOff(t *testing.T, dsn string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := u.Query().Get("application_name")
	db, err := sql.Open("pgx", pgNamed(t, dsn, "cutter"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var n int
	err = db.QueryRow("SELECT count(*) FROM (SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = $1) AS cut", name).Scan(&n)
	if err != nil || n == 0 {
		t.Fatalf("%d connections were cut: %v", n, err)
	}
}
