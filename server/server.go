package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"ringback/callback"

	"github.com/google/uuid"
)

// Config says where the server's data lies and what it takes from the world.
// Only DSN is required.
type Config struct {
	// DSN is "sqlite:PATH" or "postgres://…".
	DSN string
	// Now is the server's clock; nil means the system's.
	Now func() time.Time
	// NewID makes ids of events and leases; nil means UUIDv7.
	NewID func() string
	// Log receives what an operator should know: no personal data.
	Log *slog.Logger
	// Version is the build, as told to desks.
	Version string
	Limits  Limits
}

// Server is the central endpoint. Its methods may be called from several
// goroutines.
type Server struct {
	cfg      Config
	db       *database
	epoch    string
	keys     keyring
	bells    *belfry
	policies policyShelf
	handler  http.Handler
	bouncer  *bouncer
	// done is closed when the server stops, which ends the live streams.
	done chan struct{}
	once sync.Once
}

// Open opens the database, brings its schema up to date and makes the
// server's epoch on the first start.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Version == "" {
		cfg.Version = "unknown"
	}
	cfg.Limits = cfg.Limits.orDefault()
	db, err := openDatabase(ctx, cfg.DSN)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, db: db, bells: newBelfry(), bouncer: newBouncer(cfg.Limits, cfg.Now), done: make(chan struct{})}
	if err := s.firstBoot(ctx); err != nil {
		return nil, fmt.Errorf("start server: %w", joinClose(err, db))
	}
	if s.handler, err = s.routes(); err != nil {
		return nil, fmt.Errorf("start server: %w", joinClose(err, db))
	}
	return s, nil
}

// Handler serves the HTTP interface.
func (s *Server) Handler() http.Handler { return s.handler }

// Epoch names the server's history. It changes when history is replaced, as
// by restoring a backup.
func (s *Server) Epoch() string { return s.epoch }

// tickEvery is how often the clock's work is looked for.
const tickEvery = 20 * time.Second

// Run does the clock's work (see Tick) until ctx ends. It returns nil then.
func (s *Server) Run(ctx context.Context) error {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		if err := s.Tick(ctx, s.cfg.Now()); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("the clock's work failed; it will be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Stop ends the live streams, so that a graceful shutdown need not wait for
// them. It may be called more than once.
func (s *Server) Stop() { s.once.Do(func() { close(s.done) }) }

// Close ends the live streams and closes the database.
func (s *Server) Close() error {
	s.Stop()
	if err := s.db.close(); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Ready tells whether the database answers.
func (s *Server) Ready(ctx context.Context) error {
	if err := s.db.read.PingContext(ctx); err != nil {
		return callback.Errorf(callback.CodeBusy, "the database does not answer: %w", err)
	}
	return nil
}

func (s *Server) now() time.Time { return s.cfg.Now().UTC() }
