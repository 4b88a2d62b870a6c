package month

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"ringback/callback"
	"ringback/client"
	"ringback/proof/rig"
	"ringback/server"
	"ringback/store"
)

// house is the server and the desks of the month, all on one clock that the simulation moves.
type house struct {
	t     testing.TB
	s     *server.Server
	now   time.Time
	ids   int
	desks []*desk
	boss  server.Caller
}

// direct hands requests to the server without a network between.
type direct struct{ h http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r.RemoteAddr = "127.0.0.1:9"
	d.h.ServeHTTP(w, r)
	res := w.Result()
	res.Request = r
	return res, nil
}

func (h *house) id() string {
	h.ids++
	return fmt.Sprintf("%08x-0000-7000-8000-%012x", h.ids, h.ids)
}

func newHouse(t testing.TB, start time.Time) *house {
	t.Helper()
	h := &house{t: t, now: start}
	s, err := server.Open(t.Context(), server.Config{
		DSN: "sqlite:" + filepath.Join(rig.Memory(t), "server.db"), Now: func() time.Time { return h.now }, NewID: h.id,
		Log: slog.New(slog.DiscardHandler),
	})
	h.ok(err)
	h.s = s
	t.Cleanup(func() { s.Stop(); h.ok(s.Close()) })
	_, err = s.AddTeam(t.Context(), "main", "Main")
	h.ok(err)
	_, err = s.AddUser(t.Context(), "proof", callback.NewUser{ID: "sue", Name: "Sue", Role: callback.RoleSupervisor, Team: "main"})
	h.ok(err)
	h.boss, err = s.As(t.Context(), "sue", "proof")
	h.ok(err)
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// desk is an agent with the real store and the real syncer.
type desk struct {
	h       *house
	agent   string
	from    int // first hour of the shift, UTC
	offline bool
	store   *store.Store
	client  *client.Client
	syncer  *client.Syncer
	// free is when the agent can do the next thing, came when the shift began, heard when the desk last heard of the others.
	free, came, heard time.Time
	// cut is from when until when the line is down.
	cut span
	// m is the month that the desk works in, begun the cases outside the queue that the server has not heard of.
	m     *month
	begun []begun
	// talks is the right to the talk in hand, until the agent is free again; hangsUp puts that talk on record.
	talks   callback.Lease
	hangsUp func()
	// passed are cases that somebody else got first.
	passed []string
}

// begun is a case outside the queue, and when it began.
type begun struct {
	id string
	at time.Time
}

// boss is the supervisor's id.
const boss = "olga"

// shiftHours is how long a shift lasts.
const shiftHours = 8

func (h *house) hire(agent string, role callback.UserRole, from int, offline bool) *desk {
	h.t.Helper()
	u, err := h.s.AddUser(h.t.Context(), "proof", callback.NewUser{
		ID: agent, Name: agent, Role: role, Team: "main", Languages: speaks[agent], Skills: skillsOf(agent),
	})
	h.ok(err)
	clock := func() time.Time { return h.now }
	st, err := store.Open(store.Options{
		Dir: rig.Memory(h.t), Key: bytes.Repeat([]byte{3}, store.KeySize), Agent: agent, Team: "main", Now: clock, NewID: h.id,
	})
	h.ok(err)
	h.t.Cleanup(func() { h.ok(st.Close()) })
	c := client.New(client.Options{
		URL: "http://127.0.0.1:1", Token: u.Token, Device: st.Device(), Now: clock, HTTP: &http.Client{Transport: direct{h.s.Handler()}},
	})
	h.t.Cleanup(c.Close)
	d := &desk{h: h, agent: agent, from: from, offline: offline, store: st, client: c, syncer: client.NewSyncer(c, st, client.SyncOptions{})}
	h.desks = append(h.desks, d)
	return d
}

// sync sends what waits and hears what is new, if the line is not down.
func (d *desk) sync() {
	d.h.t.Helper()
	if d.cutOff(d.h.now) {
		return
	}
	arrive := d.m.arriving(d)
	if _, err := d.syncer.Once(d.h.t.Context()); err != nil {
		d.h.t.Fatalf("%s syncs: %v", d.agent, err)
	}
	d.heard = d.h.now
	d.m.a.sent(d.agent, d.h.now)
	arrive()
}

// on tells whether the agent works at an instant: the shift, Monday to Saturday.
func (d *desk) on(t time.Time) bool {
	t = t.UTC()
	hour := (t.Hour() - d.from + 24) % 24
	began := t.Add(-time.Duration(hour) * time.Hour)
	return hour < shiftHours && began.Weekday() != time.Sunday
}

// start is the first instant of a shift that is not before t.
func (d *desk) start(t time.Time) time.Time {
	for !d.on(t) {
		t = t.UTC().Truncate(time.Hour).Add(time.Hour)
	}
	return t
}

// cases gives all cases as the server holds them.
func (h *house) cases() []callback.Case {
	h.t.Helper()
	var out []callback.Case
	for after := ""; ; {
		page, err := h.s.Export(context.Background(), h.boss, "main", after)
		h.ok(err)
		for _, raw := range page.Cases {
			var c callback.Case
			h.ok(json.Unmarshal(raw, &c))
			out = append(out, c)
		}
		if after = page.Next; after == "" {
			return out
		}
	}
}
