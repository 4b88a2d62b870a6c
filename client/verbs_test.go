package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"ringback/callback"
)

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// echo answers with a value and notes what was asked.
type echo struct {
	v      any
	status int
	asked  string
	body   string
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	e.asked, e.body = r.Method+" "+r.URL.RequestURI(), string(raw)
	if e.v == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(max(200, e.status))
	_ = json.NewEncoder(w).Encode(e.v)
}

func TestVerbs(t *testing.T) {
	ctx := context.Background()
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		reply any
		call  func(c *Client) (any, error)
		asked string
		body  string
	}{
		"health": {map[string]bool{"ok": true}, func(c *Client) (any, error) { return map[string]bool{"ok": true}, c.Health(ctx) }, "GET /healthz", ""},
		"me":     {callback.Me{ID: "anna", Epoch: "e1"}, func(c *Client) (any, error) { return c.Me(ctx) }, "GET /v1/me", ""},
		"board":  {callback.Board{To: "2026-03-02"}, func(c *Client) (any, error) { return c.Board(ctx, "2026-01-01..2026-03-02") }, "GET /v1/board?period=2026-01-01..2026-03-02", ""},
		"case":   {callback.Case{ID: "ca/1 x"}, func(c *Client) (any, error) { return c.Case(ctx, "ca/1 x") }, "GET /v1/cases/ca%2F1%20x", ""},
		"claim":  {callback.ClaimReply{ServerTime: at}, func(c *Client) (any, error) { return c.Claim(ctx, callback.ClaimRequest{Next: true}) }, "POST /v1/claims", `{"next":true,"device":"de-1"}`},
		"renew": {callback.ClaimReply{Leases: []callback.Lease{{ID: "le-1"}}}, func(c *Client) (any, error) {
			l, err := c.Renew(ctx, "le-1", callback.LeaseInCall)
			return callback.ClaimReply{Leases: []callback.Lease{l}}, err
		}, "POST /v1/claims/le-1/renew", `{"purpose":"in_call"}`},
		"release": {nil, func(c *Client) (any, error) { return nil, c.Release(ctx, "le-1") }, "DELETE /v1/claims/le-1", ""},
		"users":   {[]User{{callback.Agent{ID: "anna"}, "north"}}, func(c *Client) (any, error) { return c.Users(ctx) }, "GET /v1/users", ""},
		"add user": {
			callback.UserToken{ID: "anna", Token: "rb_x"},
			func(c *Client) (any, error) {
				return c.AddUser(ctx, callback.NewUser{Name: "Anna", Role: callback.RoleAgent, Team: "north"})
			},
			"POST /v1/users", `{"name":"Anna","role":"agent","team":"north"}`,
		},
		"close user": {nil, func(c *Client) (any, error) { return nil, c.CloseUser(ctx, "anna", true) }, "DELETE /v1/users/anna?wipe=true", ""},
		"intake": {
			callback.IntakeReport{Accepted: 1, Results: []callback.IntakeResult{{Status: callback.IntakeAccepted}}},
			func(c *Client) (any, error) {
				return c.Intake(ctx, callback.IntakeBatch{DryRun: true, Rows: []callback.Intake{{Source: "a", ExternalID: "1", AnsweredAt: at}}})
			},
			"POST /v1/responses", `{"dry_run":true,"rows":[{"source":"a","external_id":"1","answered_at":"2026-03-02T12:00:00Z","person":{}}]}`,
		},
		"push": {
			callback.PushReply{Epoch: "e1", Receipts: []callback.Receipt{}, ServerTime: at},
			func(c *Client) (any, error) {
				return c.Push(ctx, callback.Push{Stream: "st", Events: []callback.Event{}})
			},
			"POST /v1/events", `{"stream":"st","ack":{"seq":0,"event_id":""},"events":[]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := &echo{v: row.reply}
			c := serve(t, e.ServeHTTP)
			got, err := row.call(c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.reply, got); diff != "" {
				t.Error(diff)
			}
			if e.asked != row.asked || e.body != row.body {
				t.Errorf("asked %s %s", e.asked, e.body)
			}
		})
	}
}

// Replies that are whole but not what was asked for are refused.
func TestRepliesThatDoNotFit(t *testing.T) {
	ctx := context.Background()
	for name, row := range map[string]struct {
		reply any
		call  func(c *Client) error
	}{
		"another case":       {callback.Case{ID: "ca-2"}, func(c *Client) error { _, err := c.Case(ctx, "ca-1"); return err }},
		"push without epoch": {callback.PushReply{}, func(c *Client) error { _, err := c.Push(ctx, callback.Push{}); return err }},
		"intake without rows": {callback.IntakeReport{}, func(c *Client) error {
			_, err := c.Intake(ctx, callback.IntakeBatch{Rows: make([]callback.Intake, 2)})
			return err
		}},
		"user without a token": {callback.UserToken{ID: "a"}, func(c *Client) error { _, err := c.AddUser(ctx, callback.NewUser{}); return err }},
		"renewed nothing":      {callback.ClaimReply{}, func(c *Client) error { _, err := c.Renew(ctx, "le-1", ""); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			if err := row.call(serve(t, (&echo{v: row.reply}).ServeHTTP)); callback.CodeOf(err) != callback.CodeUnreachable {
				t.Errorf("error: %v", err)
			}
		})
	}
	for _, id := range []string{"", ".", ".."} {
		e := &echo{v: callback.Case{}}
		if _, err := serve(t, e.ServeHTTP).Case(ctx, id); callback.CodeOf(err) != callback.CodeInvalid || e.asked != "" {
			t.Errorf("id %q: %v, asked %q", id, err, e.asked)
		}
	}
}

// A large intake is packed, so that it fits the server's limit on the wire.
func TestLargeIntakeIsPacked(t *testing.T) {
	rows := make([]callback.Intake, 3000)
	for i := range rows {
		rows[i] = callback.Intake{Row: i, Source: "web", ExternalID: fmt.Sprint(i), Comment: strings.Repeat("Nobody answers. ", 20)}
	}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if coding := r.Header.Get("Content-Encoding"); coding != "zstd" || len(raw) > 1<<20 {
			t.Errorf("coding %q, %d bytes", coding, len(raw))
		}
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
		if err != nil {
			t.Error(err)
			return
		}
		defer d.Close()
		raw, err = d.DecodeAll(raw, nil)
		var b callback.IntakeBatch
		if err != nil || json.Unmarshal(raw, &b) != nil || len(b.Rows) != len(rows) || b.Rows[2999].ExternalID != "2999" {
			t.Errorf("%v: %d rows", err, len(b.Rows))
		}
		say(w, callback.IntakeReport{Results: make([]callback.IntakeResult, len(b.Rows))})
	})
	if _, err := c.Intake(context.Background(), callback.IntakeBatch{Rows: rows}); err != nil {
		t.Error(err)
	}
}

// A path of the server's own is kept, and no token is needed for health.
func TestServerBelowAPath(t *testing.T) {
	e := &echo{v: map[string]bool{"ok": true}}
	var signed bool
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		signed = r.Header.Get("Authorization") != ""
		e.ServeHTTP(w, r)
	}, func(o *Options) { o.URL += "/ringback/"; o.Token = "" })
	if err := c.Health(context.Background()); err != nil || e.asked != "GET /ringback/healthz" || signed {
		t.Errorf("%v: %s, signed %v", err, e.asked, signed)
	}
}

// manual is a ticker that ticks by hand.
type manual struct {
	every   time.Duration
	ticks   chan time.Time
	stopped chan struct{}
}

func newManual() *manual { return &manual{ticks: make(chan time.Time), stopped: make(chan struct{})} }

func (m *manual) ticker(d time.Duration) (<-chan time.Time, func()) {
	m.every = d
	return m.ticks, func() { close(m.stopped) }
}

func TestClaimsKeepALease(t *testing.T) {
	d := newDesk(t, 2)
	hand := newManual()
	claims := NewClaims(d.client, hand.ticker, nil)
	lease, err := claims.Claim(context.Background(), caseID(1), callback.LeaseInCall)
	if err != nil || lease.Fence != 2 || lease.Device != "de-1" || lease.Purpose != callback.LeaseInCall {
		t.Fatalf("%+v, %v", lease, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	lost := make(chan error, 1)
	go claims.Keep(ctx, lease, func(err error) { lost <- err })
	d.centre.requests()
	hand.ticks <- time.Time{}
	hand.ticks <- time.Time{} // taken only after the first renewal has ended
	if hand.every != 10*time.Minute/3 {
		t.Errorf("renews every %v", hand.every)
	}
	d.centre.mu.Lock()
	clear(d.centre.leases)
	d.centre.mu.Unlock()
	select { // the second renewal may have met it already
	case hand.ticks <- time.Time{}:
		err = <-lost
	case err = <-lost:
	}
	if callback.CodeOf(err) != callback.CodeNotFound {
		t.Errorf("lost: %v", err)
	}
	<-hand.stopped
	if err := claims.Release(ctx, lease.ID); err != nil {
		t.Errorf("release: %v", err)
	}
}

// A network that fails does not end a lease: only the server's word does.
func TestClaimsOutliveTheNetwork(t *testing.T) {
	d := newDesk(t, 1)
	hand := newManual()
	claims := NewClaims(d.client, hand.ticker, nil)
	lease, err := claims.Claim(context.Background(), caseID(0), callback.LeasePreview)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.wire.before = func(*http.Request) error { return errors.New("no network") }
	go claims.Keep(ctx, lease, func(err error) { t.Errorf("lost: %v", err) })
	for range 5 {
		hand.ticks <- time.Time{}
	}
	cancel()
	<-hand.stopped
	if err := claims.Release(ctx, lease.ID); callback.CodeOf(err) != callback.CodeUnreachable {
		t.Errorf("release: %v", err)
	}
}

func TestClaimRefused(t *testing.T) {
	d := newDesk(t, 1)
	d.centre.leases["x"] = callback.Lease{ID: "x", CaseID: caseID(0), Device: "de-2"}
	_, err := NewClaims(d.client, nil, nil).Claim(context.Background(), caseID(0), callback.LeasePreview)
	if callback.CodeOf(err) != callback.CodeConflict || err.Error() != "boris has the case until 15:04; do something" {
		t.Errorf("error: %v", err)
	}
}

// Only what a desk records, or is to fetch, waits there when the server is away: of a claim, a pack or a pairing nothing is kept, and whoever asks
// for something has done nothing. A gateway that answers in the server's place is no different.
func TestOnlyRecordsAreToldToBeKept(t *testing.T) {
	ctx := context.Background()
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	defer gateway.Close()
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	const kept, nothing, maybe, read = keptHint, "nothing was done; ", "the server may have done it or not", "try again when the server answers"
	for name, row := range map[string]struct {
		call        func(*Client) error
		gone, asked string
	}{
		"push":    {func(c *Client) error { _, err := c.Push(ctx, callback.Push{}); return err }, kept, kept},
		"me":      {func(c *Client) error { _, err := c.Me(ctx); return err }, kept, kept},
		"claim":   {func(c *Client) error { _, err := c.Claim(ctx, callback.ClaimRequest{Next: true}); return err }, nothing, maybe},
		"renew":   {func(c *Client) error { _, err := c.Renew(ctx, "le-1", ""); return err }, nothing, maybe},
		"release": {func(c *Client) error { return c.Release(ctx, "le-1") }, nothing, maybe},
		"look":    {func(c *Client) error { _, err := c.LookPairing(ctx, "BCDF-GHJK"); return err }, nothing, maybe},
		"board":   {func(c *Client) error { _, err := c.Board(ctx, "7d"); return err }, read, read},
	} {
		for url, want := range map[string]string{away.URL: row.gone, gateway.URL: row.asked} {
			for _, device := range []string{"de-1", ""} {
				if device == "" && want == kept {
					continue
				}
				err := row.call(New(Options{URL: url, Token: "rb_x", Device: device, PlainHTTP: true}))
				if callback.CodeOf(err) != callback.CodeUnreachable || !strings.Contains(err.Error(), want) || want != kept && strings.Contains(err.Error(), "kept") {
					t.Errorf("%s of %q: %v; want it to say %q", name, device, err, want)
				}
			}
		}
	}
}
