// Package crash breaks the desk and the server in the ways in which machines fail: killed at any
// moment, robbed of their power, with disks that are full, read-only, failing or damaged.
package crash

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/server"
	"ringback/store"
)

func TestMain(m *testing.M) {
	rig.Main(m, map[string]func([]string) error{"desk": deskChild, "server": serverChild, rig.LyingChild: rig.RunLying})
}

// The one agent of these proofs, and the key that seals her desk.
const agentID = "anna"

var deskKey = bytes.Repeat([]byte{7}, store.KeySize)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// house is a server in this process, with cases to work on.
type house struct {
	s     *server.Server
	url   string
	token string
	cases []string
}

// newHouse starts a server on a database of its own.
func newHouse(t testing.TB, dsn string, cases int) *house {
	t.Helper()
	ctx := context.Background()
	s, err := server.Open(ctx, server.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{s: s}
	if _, err := s.AddTeam(ctx, "main", "Main"); err != nil {
		t.Fatal(err)
	}
	anna, err := s.AddUser(ctx, "proof", callback.NewUser{ID: agentID, Name: "Anna", Role: callback.RoleAgent, Team: "main"})
	if err != nil {
		t.Fatal(err)
	}
	h.token = anna.Token
	if err := callAnytime(ctx, s); err != nil {
		t.Fatal(err)
	}
	report, err := s.Intake(ctx, "main", answers("start", cases))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Results {
		if r.CaseID == "" {
			t.Fatalf("an answer opened no case: %+v", r)
		}
		h.cases = append(h.cases, r.CaseID)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + l.Addr().String()
	web := s.HTTPServer()
	served := make(chan struct{})
	go func() { defer close(served); _ = web.Serve(l) }()
	t.Cleanup(func() {
		s.Stop()
		_ = web.Close()
		<-served
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// callAnytime lets the team call at any hour, so that the proofs run at any hour.
func callAnytime(ctx context.Context, s *server.Server) error {
	p, err := s.Policy(ctx, "main")
	if err != nil {
		return err
	}
	day := callback.Span{From: 0, To: 24 * 60}
	week := [7][]callback.Span{}
	for i := range week {
		week[i] = []callback.Span{day}
	}
	p.Legal, p.Windows = day, []callback.Window{{Hours: week, Source: "proof"}}
	_, err = s.SetPolicy(ctx, "proof", "main", p)
	return err
}

func sqliteIn(dir string) string { return "sqlite:" + filepath.Join(dir, "server.db") }

// answers are survey answers of unhappy customers, each with a number of their own.
func answers(from string, n int) callback.IntakeBatch {
	b := callback.IntakeBatch{Rows: make([]callback.Intake, n)}
	worst := 0
	for i := range b.Rows {
		b.Rows[i] = callback.Intake{
			Source: from, ExternalID: fmt.Sprintf("%d", i), Score: &worst, Comment: "Nobody answered my letter.", AnsweredAt: time.Now().UTC().Add(-time.Hour),
			Person: callback.Person{Ref: fmt.Sprintf("%s-%d", from, i), Name: fmt.Sprintf("Customer %d", i), Phone: fmt.Sprintf("+1201555%04d", i%10000)},
		}
	}
	return b
}

// counted tells how often the server has each event of the desks: as a note or an attempt of a case.
func (h *house) counted(t testing.TB) map[string]int {
	t.Helper()
	ctx := context.Background()
	who, err := h.s.As(ctx, agentID, "proof")
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, id := range h.cases {
		c, err := h.s.Case(ctx, who, id)
		if err != nil {
			t.Fatal(err)
		}
		count(c, times)
	}
	return times
}

func count(c callback.Case, times map[string]int) {
	for _, n := range c.Notes {
		times[n.EventID]++
	}
	for _, a := range c.Attempts {
		times[a.EventID]++
	}
}

// clean fails the test unless the server's recount agrees.
func (h *house) clean(t testing.TB) {
	t.Helper()
	r, err := h.s.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK {
		t.Errorf("the server's check: %+v", r.Problems)
	}
}

// sit opens the desk in a folder.
func sit(dir string) (*store.Store, error) {
	return store.Open(store.Options{
		Dir: dir, Key: deskKey, Agent: agentID, Team: "main", Now: time.Now, NewID: newID, HoldBack: holdBack,
	})
}

// holdBack gives the desk of the proofs a moment to undo what it recorded.
const holdBack = 30 * time.Millisecond

func (h *house) client(s *store.Store) *client.Client {
	return client.New(client.Options{URL: h.url, Token: h.token, Device: s.Device()})
}

// sync brings a desk and the server into step.
func (h *house) sync(t testing.TB, s *store.Store) {
	t.Helper()
	if err := h.trySync(s); err != nil {
		t.Fatalf("sync: %v", err)
	}
}

func (h *house) trySync(s *store.Store) error {
	c := h.client(s)
	defer c.Close()
	s.Flush()
	for range 3 {
		report, err := client.NewSyncer(c, s, client.SyncOptions{}).Once(context.Background())
		if err != nil || report.Pending == 0 {
			return err
		}
	}
	return errors.New("events still wait to be sent after three syncs")
}

// fileSums tells one state of a folder's files from another.
func fileSums(t testing.TB, dir string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sums[f.Name()] = sha256.Sum256(raw)
	}
	return sums
}

// fresh makes an empty folder below dir.
func fresh(t testing.TB, dir, name string) string {
	t.Helper()
	path, err := os.MkdirTemp(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
