// Package store is the desk's truth on disk: the journal of what its agent
// recorded, the drafts, and the team's documents as the server sent them.
//
// Two bbolt files share a folder. outbox.db is small and irreplaceable; beside
// it outbox.log holds every event once more, in a form that can be read when
// the database cannot. cache.db is disposable: a broken one is moved aside and
// fetched again, never repaired.
//
// What a screen sees is the server's document with this desk's pending events
// folded in; pending data is never written into documents. Values are sealed,
// and keys hold no personal data.
package store

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"ringback/callback"
)

// Options say whose desk to open, and where.
type Options struct {
	// Dir is the desk's own folder; one for each server, team and agent.
	Dir string
	// Key seals the values; KeySize bytes. Next is the key that was to take its
	// place when the desk stopped, or nil. Keys keeps them; without it the key
	// never changes.
	Key, Next []byte
	Keys      Keys
	// Agent and Team stand in every event. Empty ones are taken from the
	// folder.
	Agent, Team string
	// Device names the desk to the server, if that is known from before; a new
	// desk takes it on, an old one keeps its own.
	Device string
	// Instant tells a moment by all the clocks of the machine; nil leaves it
	// to Now alone.
	Instant func() callback.Instant
	// Now gives the desk's time, NewID an id that is used nowhere else.
	Now   func() time.Time
	NewID func() string
	// HoldBack is how long an event waits before it is sent, so that it can
	// be undone. Those that suppress do not wait.
	HoldBack time.Duration
}

// Store is an open desk. Its methods may be called from any goroutine.
type Store struct {
	o    Options
	seal sealer

	// writing serialises changes of the outbox, feeding those of the cache.
	// Each is taken before mu, and feeding before writing.
	writing sync.Mutex
	feeding sync.Mutex

	outbox *bbolt.DB
	// rekey is a change of the key on its way; writing guards it. unkeyed is
	// the last erasure after which the key could not be changed; feeding
	// guards it.
	rekey   rekeying
	unkeyed shredded
	// outboxGuard is held to read from outbox without writing, and to put
	// another file in its place.
	outboxGuard sync.RWMutex
	log         *salvage
	cache       cache

	// behind is how far the desk's clock is behind the server's, in
	// nanoseconds, as state has it.
	behind atomic.Int64

	// mu guards what follows.
	mu     sync.RWMutex
	state  deskState
	book   *book
	drafts map[string]callback.Draft
	leases map[string]held
	bans   bans
	// bansTurn counts when bans may have changed; they are those of the turn
	// bansOfTurn, and to be worked out anew when it is another one.
	bansTurn, bansOfTurn uint64
	// policy is the team's policy once it was read; policyTurn counts when
	// another one may have come.
	policy     *callback.Policy
	policyTurn uint64
	// team is who is on the team, in the same way.
	team     *callback.Roster
	teamTurn uint64
	// flushed is the last number that must not be held back.
	flushed uint64
	// resting counts the rows of restBucket.
	resting int
	// unsaved tells that state holds news not worth a write of its own.
	unsaved bool
	// wounded is why nothing can be written any more, or nil.
	wounded error
	opened  []callback.Problem
	// stable is the last position known to be backed up, forgotten how many
	// rows left the journal since the log was written anew. writing guards
	// both.
	stable    uint64
	forgotten int

	queue queue
	bells bells
	room  room

	closed chan struct{}
	quit   context.CancelFunc
	busy   sync.WaitGroup
}

// Open opens the desk in a folder and makes what is missing. Another ringback
// in the folder is CodeLocked, a key that does not fit CodeKey, a newer layout
// CodeNewer; none of these changes anything. Broken files are moved aside:
// Opened says what was found and done.
func Open(o Options) (*Store, error) {
	if o.Now == nil || o.NewID == nil {
		return nil, callback.Errorf(callback.CodeInternal, "open the desk: Now and NewID are required")
	}
	seal, err := newSealer(o.Key)
	if err != nil {
		return nil, err
	}
	if err := prepareFolder(o.Dir); err != nil {
		return nil, err
	}
	s := &Store{
		o: o, seal: seal, book: newBook(), drafts: map[string]callback.Draft{}, leases: map[string]held{},
		closed: make(chan struct{}),
	}
	if err := s.resumeRekey(); err != nil {
		return nil, err
	}
	for _, name := range []string{outboxName, cacheName, shadowName} {
		if err := removeLeft(filepath.Join(o.Dir, name+compactEnding)); err != nil {
			return nil, writeError("the desk", o.Dir, err)
		}
	}
	if err := s.openOutbox(); err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	if err := s.openCache(); err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	if err := s.followEpoch(); err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	// The note only informs, so a full disk may do without.
	if err := writeLockNote(o.Dir, o.Now()); err != nil && !isFull(err) {
		return nil, errors.Join(writeError("the note of who has the folder open", filepath.Join(o.Dir, lockName), err), s.closeFiles())
	}
	s.room.open(o.Dir, o.Now())
	ctx, quit := context.WithCancel(context.Background())
	s.quit = quit
	s.startQueue(ctx)
	// On a full disk it waits, and damaged documents are fetched anew first; calls
	// can be recorded all the same.
	if err := s.followErasures(0, false); err != nil && callback.CodeOf(err) != callback.CodeFull && !s.cacheBroken() {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Opened tells what Open found broken or unfinished, and what it did about it.
func (s *Store) Opened() []callback.Problem {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]callback.Problem(nil), s.opened...)
}

func (s *Store) found(where, what string) {
	s.opened = append(s.opened, callback.Problem{Where: where, What: what})
}

// Close writes down what is not worth a write of its own and releases the
// files. Closing twice does nothing.
func (s *Store) Close() error {
	s.feeding.Lock()
	defer s.feeding.Unlock()
	s.writing.Lock()
	defer s.writing.Unlock()
	select {
	case <-s.closed:
		return nil
	default:
		close(s.closed)
	}
	s.quit()
	s.busy.Wait()
	s.bells.stop()
	return errors.Join(s.saveQuietly(), s.saveFront(), s.closeFiles())
}

func (s *Store) closeFiles() error {
	var errs []error
	errs = append(errs, s.cache.close())
	if s.log != nil {
		errs = append(errs, s.log.file.Close())
	}
	if s.outbox != nil {
		errs = append(errs, guarded(s.outbox.Close))
	}
	return errors.Join(errs...)
}

// isClosed tells whether Close has begun.
func (s *Store) isClosed() bool {
	select {
	case <-s.closed:
		return true
	default:
		return false
	}
}

func errClosed() error {
	return callback.Errorf(callback.CodeInternal, "the desk is closed")
}

// Device names this desk to the server.
func (s *Store) Device() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Device
}

// clock is the desk's time corrected by what is known of its error: by it, who
// may be called now is judged, and whether a colleague's lease has ended.
func (s *Store) clock() time.Time { return s.o.Now().Add(time.Duration(s.behind.Load())) }

// now is the desk's time as events carry it: UTC, whole milliseconds.
func (s *Store) now() time.Time { return s.o.Now().UTC().Truncate(time.Millisecond) }
