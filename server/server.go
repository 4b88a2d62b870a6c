package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
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
	// Side is the beginning of the paths of the files beside the database:
	// what must not be part of a backup. Empty means the database's own path
	// for SQLite, and no such files for PostgreSQL; then a restored database
	// is noticed by its desks only.
	Side string
	// Key signs cursors; empty means the key in the file beside the database,
	// made if it is missing.
	Key []byte
	// Serve takes the database for this process: another one that serves it is
	// refused with CodeLocked, or this one is. Without it the server works beside
	// whoever serves, as commands do.
	Serve bool
	// Existing refuses what is no database of ringback's yet, with CodeNotFound,
	// instead of making one there: for all but whoever serves.
	Existing bool
	// History says what to do with a database that is not the one that was
	// served last.
	History HistoryRule
	// bare leaves the files beside the database alone; after names epochs that
	// a new one follows; ended is the end of the audit of the database before,
	// if it is known. A restore sets them.
	bare  bool
	after []string
	ended callback.AuditHead
	// ledger is where the erasures are that a restore repeats; empty means
	// beside the database.
	ledger string
	// Version is the build, as told to desks.
	Version string
	// BehindProxy believes what the proxy in front says of a request: the
	// address it came from, and that it came by TLS.
	BehindProxy bool
	// TokenLife is how long a desk may stay away before it must sign in again;
	// one that comes regularly takes a new token by itself. 0 means for ever.
	TokenLife time.Duration
	// Meter is told what passes through the server; nil for nobody.
	Meter  Meter
	Limits Limits
}

// Server is the central endpoint. Its methods may be called from several
// goroutines.
type Server struct {
	cfg Config
	db  *database
	// reign is the right to serve the database; nil if it was not asked for.
	reign *reign
	era   era
	keys  keyring
	side  side
	// key signs cursors.
	key []byte
	// broken tells, for HistoryLook, why the database is not the one that was
	// served last.
	broken string
	// was is the epoch before the one that began at the start, voided how many
	// leases ended with it.
	was    string
	voided int
	// erased counts the erasures that were repeated at the start.
	erased int
	// noted is where the history stood when that was last written beside the
	// database. noting guards it.
	noting sync.Mutex
	// forgot is when old dials were last removed, in microseconds.
	forgot   atomic.Int64
	noted    callback.Stood
	shreds   shredBook
	bells    *belfry
	policies policyShelf
	handler  http.Handler
	// bouncer counts wrong tokens, starts the desks that ask to be let in, and
	// guesses the wrong codes.
	bouncer, starts, guesses *bouncer
	// done is closed when the server stops, which ends the live streams.
	done          chan struct{}
	once, closing sync.Once
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
	db, r, err := cfg.open(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, db: db, reign: r, bells: newBelfry(), done: make(chan struct{}), side: side{sideOf(cfg)}, key: cfg.Key}
	s.bouncer = newBouncer(cfg.Limits.BadTokens, bouncerBurst, "wrong tokens", cfg.Now)
	s.starts = newBouncer(cfg.Limits.Pairings, pairingBurst, "desks that ask to be let in", cfg.Now)
	s.guesses = newBouncer(cfg.Limits.BadCodes, guessBurst, "wrong codes", cfg.Now)
	if err := s.wake(ctx); err != nil {
		return nil, fmt.Errorf("start server: %w", r.joinEnd(joinClose(err, db)))
	}
	if s.handler, err = s.routes(); err != nil {
		return nil, fmt.Errorf("start server: %w", r.joinEnd(joinClose(err, db)))
	}
	return s, nil
}

// open opens the database, and takes the right to serve it if that is asked for.
func (cfg Config) open(ctx context.Context) (*database, *reign, error) {
	if cfg.Existing {
		if err := cfg.there(ctx); err != nil {
			return nil, nil, err
		}
	}
	if !cfg.Serve {
		db, err := openDatabase(ctx, cfg.DSN)
		return db, nil, err
	}
	r, err := newReign()
	if err != nil {
		return nil, nil, err
	}
	db, err := reignOver(ctx, cfg.DSN, r)
	if err != nil {
		return nil, nil, r.joinEnd(err)
	}
	return db, r, nil
}

// sideOf gives where the files beside the database are.
func sideOf(cfg Config) string {
	if cfg.bare {
		return ""
	}
	if cfg.Side != "" {
		return cfg.Side
	}
	path, _ := strings.CutPrefix(cfg.DSN, "sqlite:")
	if path == cfg.DSN {
		return ""
	}
	return path
}

// wake takes up the history, and the key that signs for it.
func (s *Server) wake(ctx context.Context) error {
	if err := s.boot(ctx); err != nil {
		return err
	}
	if err := s.replayErasures(ctx); err != nil {
		return err
	}
	if len(s.key) > 0 || s.cfg.History == HistoryLook {
		return nil
	}
	var err error
	s.key, err = s.side.key()
	return err
}

// Handler serves the HTTP interface.
func (s *Server) Handler() http.Handler { return s.handler }

// tickEvery is how often the clock's work is looked for.
const tickEvery = 20 * time.Second

// Run does the clock's work (see Tick) until ctx ends. It returns nil then, and
// CodeLocked at once when another process has taken the right to serve the
// database: then this one must not go on.
func (s *Server) Run(ctx context.Context) error {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	if _, err := s.followUpgrade(ctx); err != nil && ctx.Err() == nil {
		s.cfg.Log.Error("the quarantine was not judged anew after an upgrade; it is tried again at the next start", "error", err)
	}
	if _, err := s.rankAnew(ctx); err != nil && ctx.Err() == nil {
		s.cfg.Log.Error("the open cases were not ranked anew after an upgrade; it is tried again at the next start", "error", err)
	}
	for {
		if err := s.Tick(ctx, s.cfg.Now()); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("the clock's work failed; it will be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.reign.lost():
			return s.reign.why
		case <-ticker.C:
		}
	}
}

// Stop ends the live streams, so that a graceful shutdown need not wait for
// them. It may be called more than once.
func (s *Server) Stop() { s.once.Do(func() { close(s.done) }) }

// Close ends the live streams, notes where the history stands and closes the
// database. It may be called more than once.
func (s *Server) Close() error {
	s.Stop()
	var err error
	s.closing.Do(func() {
		if !s.reign.gone() { // else the place is another's to note
			err = s.noteStood(context.Background())
		}
		if closed := s.db.close(); closed != nil {
			err = errors.Join(err, fmt.Errorf("close database: %w", closed))
		}
		if ended := s.reign.end(); ended != nil {
			err = errors.Join(err, fmt.Errorf("give back the right to serve: %w", ended))
		}
	})
	return err
}

// Ready tells whether the database answers.
func (s *Server) Ready(ctx context.Context) error {
	if err := s.db.read.PingContext(ctx); err != nil {
		return callback.Errorf(callback.CodeBusy, "the database does not answer: %w", err)
	}
	return nil
}

func (s *Server) now() time.Time { return s.cfg.Now().UTC() }
