package server

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ringback/callback"
)

// Whoever leads a team is told that refused events wait, and since when; nobody else is.
func TestLeadersAreToldOfTheQuarantine(t *testing.T) {
	t.Parallel()
	id := caseIDOf(t, row("1", 2, "Bad."))
	everywhere(t, func(t *testing.T, w *world) {
		told := func(who string) []callback.Notice {
			return must(w.s.Feed(t.Context(), w.as(who), callback.Position{}, 0))(t).Notices
		}
		if n := told("sue"); len(n) != 0 {
			t.Fatalf("told of nothing: %+v", n)
		}
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, ended(w, "at1", callback.NoAnswer)))
		w.now = w.now.Add(25 * time.Hour)
		anna.push(anna.event("e2", id, 1, ended(w, "at2", callback.NoAnswer)))
		for _, who := range []string{"sue", "adam"} {
			n := told(who)
			if len(n) != 1 || n[0].Count != 2 || !n[0].At.Equal(monday) {
				t.Fatalf("%s is told %+v", who, n)
			}
			if got := n[0].Words(); got != "2 events that were refused wait for a supervisor of your team, the oldest since 2 March 15:00 UTC: ringback quarantine list" {
				t.Errorf("in words: %s", got)
			}
		}
		for _, who := range []string{"anna", "boris", "tina", "olga"} {
			if n := told(who); len(n) != 0 {
				t.Errorf("%s is told %+v", who, n)
			}
		}
		w.must(nil, w.s.DismissQuarantined(t.Context(), w.as("sue"), "e1", "twice"))
		if n := told("sue"); len(n) != 1 || n[0].Count != 1 || !strings.HasPrefix(n[0].Words(), "1 event that was refused waits") {
			t.Errorf("after one was settled: %+v", n)
		}
		w.must(nil, w.s.DismissQuarantined(t.Context(), w.as("sue"), "e2", "twice"))
		if n := told("sue"); len(n) != 0 {
			t.Errorf("after all were settled: %+v", n)
		}
	})
}

func TestVitals(t *testing.T) {
	t.Parallel()
	in := row("1", 2, "Bad.")
	id := caseIDOf(t, in)
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", in)
		anna := w.desk("anna")
		lost := anna.event("e1", "case-of-nobody", 1, ended(w, "at1", callback.NoAnswer))
		anna.push(lost)
		must(w.s.Claim(t.Context(), w.as("boris"), callback.ClaimRequest{CaseID: id}))(t)
		see := func() TeamVitals {
			v := must(w.s.Vitals(t.Context()))(t)
			if len(v.Teams) != 2 || v.Teams[1] != (TeamVitals{Team: "south", Position: v.Teams[1].Position}) {
				t.Fatalf("%+v", v)
			}
			return v.Teams[0]
		}
		v := see()
		if v.Team != "north" || v.Leases != 1 || v.Quarantined != 1 || !v.Oldest.Equal(monday) || v.Position == 0 {
			t.Fatalf("%+v", v)
		}
		before := v.Position
		w.now = w.now.Add(24 * time.Hour) // the lease has run out
		anna.push(anna.event("e2", id, 1, &callback.NoteAdded{Text: "x"}))
		if v = see(); v.Leases != 0 || v.Position <= before || v.Quarantined != 1 {
			t.Fatalf("%+v", v)
		}
	})
}

// counter is a meter that remembers.
type counter struct {
	mu       sync.Mutex
	requests map[string]map[int]int
	receipts map[callback.Status]int
}

func (c *counter) Request(route string, status int, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.requests[route] == nil {
		c.requests[route] = map[int]int{}
	}
	c.requests[route][status]++
}

func (c *counter) Receipts(byStatus map[callback.Status]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s, n := range byStatus {
		c.receipts[s] += n
	}
}

// The meter is told of every request by its route, never by its path, and of every verdict; of live streams it hears
// nothing.
func TestMeter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+t.TempDir()+"/server.db")
	c := &counter{requests: map[string]map[int]int{}, receipts: map[callback.Status]int{}}
	w.s.cfg.Meter = c
	w.s.handler = must(w.s.routes())(t)
	w.intake("north", row("1", 2, "Bad."))
	id := caseIDOf(t, row("1", 2, "Bad."))
	w.call("anna", "GET", "/v1/cases/"+id, "")
	w.call("anna", "GET", "/v1/cases/"+id, "")
	w.call("anna", "GET", "/v1/cases/secret-of-a-customer", "")
	w.call("", "GET", "/v1/me", "")
	w.call("anna", "GET", "/nothing/here", "")
	w.call("anna", "POST", "/v1/events", `{"stream":"s","events":[]}`)
	anna := w.desk("anna")
	note := anna.event("e1", id, 1, &callback.NoteAdded{Text: "x"})
	w.call("anna", "POST", "/v1/events", callback.Push{Stream: anna.stream, Events: []callback.Event{note}})
	want := map[string]map[int]int{
		"GET /v1/cases/{id}": {200: 2, 404: 1}, "GET /v1/me": {401: 1}, "": {404: 1}, "POST /v1/events": {200: 2},
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for route, statuses := range want {
		for status, n := range statuses {
			if c.requests[route][status] != n {
				t.Errorf("%s with %d: %d, not %d", route, status, c.requests[route][status], n)
			}
		}
	}
	if len(c.requests) != len(want) || c.receipts[callback.Applied] != 1 || len(c.receipts) != 1 {
		t.Errorf("%v %v", c.requests, c.receipts)
	}
}
