package server

import (
	"context"
	"net/http"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Meter counts what passes through a server, for whoever watches it. Its methods
// are called from many goroutines and never wait.
type Meter interface {
	// Request is told of each answered request but live streams: the pattern of
	// its route, such as "POST /v1/events", or "" for an address where nothing is;
	// the status; and how long it took.
	Request(route string, status int, took time.Duration)
	// Receipts is told of each push that was judged how many of its events had
	// which verdict.
	Receipts(byStatus map[callback.Status]int)
}

// Vitals are what a monitor should see of a server: counts and ages, nothing that
// tells of a person.
type Vitals struct {
	Teams []TeamVitals
	// Listeners is how many desks are on the live line now.
	Listeners int
}

// TeamVitals are those of one team.
type TeamVitals struct {
	Team string
	// Position is the head of the team's feed: it rises with each change.
	Position uint64
	// Leases are those that run now.
	Leases int
	// Quarantined counts the refused events that wait for a supervisor; Oldest is
	// when the first of them came, zero if there is none.
	Quarantined int
	Oldest      time.Time
}

// Vitals reads them from one state of the database.
func (s *Server) Vitals(ctx context.Context) (Vitals, error) {
	v := Vitals{Listeners: s.bells.listening()}
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		teams, err := q.Teams(ctx)
		if err != nil {
			return err
		}
		for _, t := range teams {
			waits, err := q.QuarantineWaits(ctx, t.Team)
			if err != nil {
				return err
			}
			leases, err := q.CountLiveLeases(ctx, t.Team, micros(s.now()))
			if err != nil {
				return err
			}
			v.Teams = append(v.Teams, TeamVitals{
				Team: t.Team, Position: uint64(t.Pos), Leases: int(leases), Quarantined: int(waits.N), Oldest: fromMicros(waits.Oldest),
			})
		}
		return nil
	})
	return v, s.db.failure("read the server's vitals", err)
}

// listening counts the live streams.
func (b *belfry) listening() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count
}

// metered tells the meter of what passes through a handler.
func (s *Server) metered(mux *patternMux, h http.Handler) http.Handler {
	if s.cfg.Meter == nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == streamPath {
			h.ServeHTTP(w, r) // it lasts as long as a shift
			return
		}
		began, kept := time.Now(), &statusKeeper{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			_, pattern := mux.Handler(r)
			s.cfg.Meter.Request(pattern, kept.status, time.Since(began))
		}()
		h.ServeHTTP(kept, r)
	})
}

// statusKeeper remembers the status of an answer.
type statusKeeper struct {
	http.ResponseWriter
	status int
	told   bool
}

func (k *statusKeeper) WriteHeader(status int) {
	if !k.told && status >= http.StatusOK { // those below 200 come before the answer
		k.status, k.told = status, true
	}
	k.ResponseWriter.WriteHeader(status)
}

func (k *statusKeeper) Write(b []byte) (int, error) {
	k.told = true
	return k.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find what lies below.
func (k *statusKeeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// count tells the meter of a push's receipts.
func (s *Server) count(reply callback.PushReply) {
	if s.cfg.Meter == nil {
		return
	}
	byStatus := map[callback.Status]int{}
	for _, r := range reply.Receipts {
		byStatus[r.Status]++
	}
	s.cfg.Meter.Receipts(byStatus)
}
