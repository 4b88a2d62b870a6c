package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringback/callback"
	"ringback/client"
	"ringback/server"
	"ringback/store"
)

// AgentID is the one agent of most proofs.
const AgentID = "anna"

// DeskKey seals her desk.
var DeskKey = bytes.Repeat([]byte{7}, store.KeySize)

// NewID makes an id that is used nowhere else.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// House is a server in this process, with cases to work on.
type House struct {
	Server *server.Server
	URL    string
	Token  string
	Cases  []string
	// Numbers are the cases' phone numbers.
	Numbers map[string]string
	// InCall is how long a lease in a call lasts.
	InCall time.Duration
}

// NewHouse starts a server on a database of its own.
func NewHouse(t testing.TB, dsn string, cases int) *House {
	t.Helper()
	h := NewHouseAt(t, dsn, time.Now, Answers("start", cases))
	h.Token = h.Agent(t, AgentID).Token
	return h
}

// NewHouseAt starts a server with a clock of its own and the cases of some answers. It knows no
// agent yet.
func NewHouseAt(t testing.TB, dsn string, now func() time.Time, with callback.IntakeBatch) *House {
	t.Helper()
	ctx := context.Background()
	s, err := server.Open(ctx, server.Config{DSN: dsn, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	h := &House{Server: s, Numbers: map[string]string{}}
	if _, err := s.AddTeam(ctx, "main", "Main"); err != nil {
		t.Fatal(err)
	}
	if err := callAnytime(ctx, s); err != nil {
		t.Fatal(err)
	}
	policy, err := s.Policy(ctx, "main")
	if err != nil {
		t.Fatal(err)
	}
	h.InCall = policy.Leases.Lasts(callback.LeaseInCall)
	report, err := s.Intake(ctx, "main", with)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range report.Results {
		if r.CaseID == "" {
			t.Fatalf("an answer opened no case: %+v", r)
		}
		h.Cases = append(h.Cases, r.CaseID)
		h.Numbers[r.CaseID] = with.Rows[i].Person.Phone
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.URL = "http://" + l.Addr().String()
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

// Agent makes an account of the team.
func (h *House) Agent(t testing.TB, id string) callback.UserToken {
	t.Helper()
	made, err := h.Server.AddUser(context.Background(), "proof", callback.NewUser{ID: id, Name: id, Role: callback.RoleAgent, Team: "main"})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Case is a case as the server has it.
func (h *House) Case(t testing.TB, id string) callback.Case {
	t.Helper()
	ctx := context.Background()
	who, err := h.Server.As(ctx, h.someone(t), "proof")
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Server.Case(ctx, who, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// someone is any account of the team that may see cases.
func (h *House) someone(t testing.TB) string {
	t.Helper()
	list, err := h.Server.Users(context.Background(), "main")
	if err != nil || len(list) == 0 {
		t.Fatalf("the team has %d accounts: %v", len(list), err)
	}
	return list[0].ID
}

// callAnytime lets the team call at any hour, so that the proofs run at any hour.
func callAnytime(ctx context.Context, s *server.Server) error {
	p, err := s.Policy(ctx, "main")
	if err != nil {
		return err
	}
	_, err = s.SetPolicy(ctx, "proof", "main", Anytime(p))
	return err
}

// Anytime gives a policy by which everybody may be called at any hour.
func Anytime(p callback.Policy) callback.Policy {
	day := callback.Span{From: 0, To: 24 * 60}
	week := [7][]callback.Span{}
	for i := range week {
		week[i] = []callback.Span{day}
	}
	p.Legal, p.Windows = day, []callback.Window{{Hours: week, Source: "proof"}}
	return p
}

// SQLite is the address of a database in a folder.
func SQLite(dir string) string { return "sqlite:" + filepath.Join(dir, "server.db") }

// Answers are survey answers of unhappy customers, each with a number of their own.
func Answers(from string, n int) callback.IntakeBatch {
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

// Counted tells how often the server has each event of the desks: as a note or an attempt of a case.
func (h *House) Counted(t testing.TB) map[string]int {
	t.Helper()
	times := map[string]int{}
	for _, id := range h.Cases {
		Count(h.Case(t, id), times)
	}
	return times
}

// Count adds the notes and attempts of a case to times, by their events.
func Count(c callback.Case, times map[string]int) {
	for _, n := range c.Notes {
		times[n.EventID]++
	}
	for _, a := range c.Attempts {
		times[a.EventID]++
	}
}

// Clean fails the test unless the server's recount agrees.
func (h *House) Clean(t testing.TB) {
	t.Helper()
	r, err := h.Server.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !r.OK {
		t.Errorf("the server's check: %+v", r.Problems)
	}
}

// Sit opens the desk in a folder.
func Sit(dir string) (*store.Store, error) { return SitAs(dir, AgentID) }

// SitAs opens the desk of an agent in a folder.
func SitAs(dir, agent string) (*store.Store, error) {
	return store.Open(store.Options{
		Dir: dir, Key: DeskKey, Agent: agent, Team: "main", Now: time.Now, NewID: NewID, HoldBack: holdBack,
	})
}

// holdBack gives the desk of the proofs a moment to undo what it recorded.
const holdBack = 30 * time.Millisecond

// Client gives a desk its way to the server.
func (h *House) Client(s *store.Store) *client.Client {
	return client.New(client.Options{URL: h.URL, Token: h.Token, Device: s.Device()})
}

// Sync brings a desk and the server into step.
func (h *House) Sync(t testing.TB, s *store.Store) {
	t.Helper()
	if err := h.TrySync(s); err != nil {
		t.Fatalf("sync: %v", err)
	}
}

// TrySync brings a desk and the server into step, or tells why it cannot.
func (h *House) TrySync(s *store.Store) error {
	c := h.Client(s)
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
