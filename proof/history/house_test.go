// Package history shows what becomes of a server's past: it is set back and healed, and what must vanish
// from it vanishes everywhere.
package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/server"
	"ringback/store"

	"github.com/google/go-cmp/cmp"
)

// monday is a Monday in working hours.
var monday = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

const team = "north"

// house is a server on a real database and the desks of its team, with real stores, clients and HTTP between
// them; only the clock is the test's.
type house struct {
	t    *testing.T
	now  atomic.Int64
	ids  atomic.Int64
	dir  string
	s    *server.Server
	web  *httptest.Server
	door atomic.Pointer[http.Handler]
	// cases are those that the team began with.
	cases  []string
	tokens map[string]string
	desks  []*desk
}

func newHouse(t *testing.T, people ...string) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), tokens: map[string]string{}}
	h.now.Store(monday.UnixNano())
	h.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*h.door.Load()).ServeHTTP(w, r) }))
	t.Cleanup(h.web.Close)
	h.open(server.HistoryStop)
	t.Cleanup(func() { _ = h.s.Close() })
	h.must(h.s.AddTeam(h.ctx(), team, "North"))
	for _, name := range people {
		role := callback.RoleAgent
		switch name {
		case "adam":
			role = callback.RoleAdmin
		case "tina":
			role = callback.RoleTrainer
		}
		u, err := h.s.AddUser(h.ctx(), "proof", callback.NewUser{ID: name, Name: name, Role: role, Team: team})
		h.must(u, err)
		h.tokens[name] = u.Token
	}
	return h
}

func (h *house) ctx() context.Context { return context.Background() }
func (h *house) clock() time.Time     { return time.Unix(0, h.now.Load()).UTC() }
func (h *house) wait(d time.Duration) { h.now.Add(int64(d)) }
func (h *house) id() string           { return fmt.Sprintf("id-%08d", h.ids.Add(1)) }
func (h *house) database() string     { return filepath.Join(h.dir, "server.db") }

func (h *house) must(_ any, err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) config(rule server.HistoryRule) server.Config {
	return server.Config{DSN: "sqlite:" + h.database(), Now: h.clock, NewID: h.id, History: rule}
}

func (h *house) open(rule server.HistoryRule) {
	h.t.Helper()
	s, err := server.Open(h.ctx(), h.config(rule))
	if err != nil {
		h.t.Fatal(err)
	}
	h.s = s
	door := s.Handler()
	h.door.Store(&door)
}

func (h *house) close() {
	h.t.Helper()
	h.must(0, h.s.Close())
}

// intake takes answers of unhappy customers in; each opens a case.
func (h *house) intake(rows ...callback.Intake) []string {
	h.t.Helper()
	report, err := h.s.Intake(h.ctx(), team, callback.IntakeBatch{Rows: rows})
	h.must(report, err)
	var opened []string
	for _, r := range report.Results {
		if r.Status != callback.IntakeAccepted {
			h.t.Fatalf("an answer was not taken: %+v", r)
		}
		if r.Opened {
			opened = append(opened, r.CaseID)
		}
	}
	h.cases = append(h.cases, opened...)
	return opened
}

func (h *house) answer(n int) callback.Intake {
	worst := 1
	return callback.Intake{
		Source: "web", ExternalID: fmt.Sprint(n), Score: &worst, Comment: "Nobody answers my letters.", AnsweredAt: h.clock().Add(-time.Hour),
		Person: callback.Person{Ref: fmt.Sprintf("ref-%d", n), Name: fmt.Sprintf("Customer %d", n), Phone: fmt.Sprintf("+1201555%04d", n)},
	}
}

// desk is an agent's desk.
type desk struct {
	*store.Store
	h    *house
	dir  string
	who  string
	sync *client.Syncer
	c    *client.Client
}

func (h *house) desk(who string) *desk {
	h.t.Helper()
	d := &desk{h: h, who: who, dir: filepath.Join(h.dir, "desk-"+who)}
	d.open()
	h.desks = append(h.desks, d)
	h.t.Cleanup(func() { _ = d.Close() })
	return d
}

func (d *desk) open() {
	d.h.t.Helper()
	s, err := store.Open(store.Options{Dir: d.dir, Key: deskKey(), Agent: d.who, Team: team, Now: d.h.clock, NewID: d.h.id})
	d.h.must(s, err)
	d.Store = s
	d.c = client.New(client.Options{URL: d.h.web.URL, Token: d.h.tokens[d.who], Device: s.Device(), Now: d.h.clock})
	d.sync = client.NewSyncer(d.c, s, client.SyncOptions{PageDocs: 7, Held: s})
}

func deskKey() []byte {
	key := make([]byte, store.KeySize)
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

func (d *desk) reopen() {
	d.h.t.Helper()
	d.h.must(0, d.Close())
	d.open()
}

// once syncs; a refusal is tried again as the desk's loop would.
func (d *desk) once() {
	d.h.t.Helper()
	var err error
	for range 5 {
		if _, err = d.sync.Once(d.h.ctx()); err == nil {
			return
		}
	}
	d.h.t.Fatalf("%s syncs: %v", d.who, err)
}

func (h *house) syncAll() {
	h.t.Helper()
	for range 3 {
		for _, d := range h.desks {
			d.once()
		}
	}
}

// record states a fact about a case as the desk sees it.
func (d *desk) record(caseID string, p callback.Payload) string {
	d.h.t.Helper()
	d.h.wait(time.Second)
	v, err := d.Case(caseID)
	d.h.must(v, err)
	saved, err := d.Record(callback.Fact{CaseID: v.Case.ID, Fence: v.Fence, Payload: p})
	d.h.must(saved, err)
	return saved.EventID
}

func (h *house) call(code callback.Disposition) *callback.CallRecorded {
	eight := 8
	r := &callback.CallRecorded{AttemptID: h.id(), StartedAt: h.clock(), Ring: 8, Talk: 100, Disposition: code, Note: "A note."}
	if rule, _ := code.Rule(); rule.Right {
		r.Root = &callback.RootCause{Driver: "billing"}
		r.Rescore = &callback.Answer{Answer: callback.Answered, Value: &eight, Wording: "nps-1"}
	}
	return r
}

// counted tells how often each event shows in the server's cases, as an attempt or a note.
func (h *house) counted() map[string]int {
	h.t.Helper()
	out := map[string]int{}
	for _, id := range h.cases {
		c, ok := h.caseOf(id)
		if !ok {
			continue
		}
		for _, a := range c.Attempts {
			out[a.EventID]++
		}
		for _, n := range c.Notes {
			out[n.EventID]++
		}
	}
	return out
}

func (h *house) caseOf(id string) (callback.Case, bool) {
	h.t.Helper()
	c, err := h.s.Case(h.ctx(), server.Caller{Team: team, Role: callback.RoleAdmin}, id)
	if callback.CodeOf(err) == callback.CodeNotFound {
		return c, false
	}
	h.must(c, err)
	return c, true
}

// sound checks both sides, and that each desk sees what the server holds.
func (h *house) sound() {
	h.t.Helper()
	report, err := h.s.Check(h.ctx())
	h.must(report, err)
	if !report.OK {
		h.t.Fatalf("the server: %+v", report.Problems)
	}
	for _, d := range h.desks {
		report, err := d.Check(h.ctx())
		h.must(report, err)
		if !report.OK {
			h.t.Fatalf("the desk of %s: %+v", d.who, report.Problems)
		}
		stats, err := d.Stats()
		h.must(stats, err)
		if stats.Pending != 0 || stats.Quarantined != 0 {
			h.t.Fatalf("the desk of %s: %+v", d.who, stats)
		}
		for _, id := range h.cases {
			want, ok := h.caseOf(id)
			v, err := d.Case(id)
			if !ok || d.who == "tina" { // trainers see no cases
				if callback.CodeOf(err) != callback.CodeNotFound {
					h.t.Fatalf("%s holds case %s, the server does not: %v", d.who, id, err)
				}
				continue
			}
			h.must(v, err)
			if diff := cmp.Diff(asJSON(h.t, want), asJSON(h.t, v.Case)); diff != "" {
				h.t.Fatalf("case %s at %s: %s", id, d.who, diff)
			}
		}
	}
}

// asJSON writes a case as it is stored. A desk counts on its own lease for less than the server does.
func asJSON(t *testing.T, c callback.Case) (v any) {
	t.Helper()
	if c.Lease != nil {
		l := *c.Lease
		l.Until, c.Lease = time.Time{}, &l
	}
	raw, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// put copies a database file over another, and leaves nothing beside it.
func put(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(to + ending); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, in.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
}
