package client

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"ringback/callback"
)

// SyncOptions sets up a Syncer; all of it may be left out.
type SyncOptions struct {
	// OnChange is called, from the syncer's goroutines, after the status or
	// the cache has changed. It must not wait.
	OnChange func()
	// OnFault is told of faults inside ringback that a sync survived, for a
	// log; the text holds no customer's data.
	OnFault func(error)
	// OnSignedOut is told, from the syncer's goroutines, that this desk was
	// signed out or is to forget everything.
	OnSignedOut func(error)
	// Held is what the desk keeps of cases that it does not see; nil asks the
	// server nothing about them.
	Held Holder
	// Renew takes the desk's next token, when the server wants it to; nil keeps
	// the one in use. That it fails is no harm: it is tried again.
	Renew func(context.Context) error
	// PageDocs is how many documents to ask for at once; 0 means 1000.
	PageDocs int
}

// Syncer keeps a desk's cache and the server in step.
type Syncer struct {
	client *Client
	cache  Cache
	opt    SyncOptions
	link   *link
	skew   skew      // belongs to the running sync
	met    bool      // belongs to the running sync: the server answered in it
	asked  time.Time // belongs to the running sync: when held cases were asked about
	// batch is how many events the line carries at once, page how many
	// documents.
	batch, page pacer
	// turn holds the running sync: there is one at a time.
	turn chan struct{}
	// nudge, bell and wake ask the loop for a sync: the desk has something to
	// send, the server has something new, the line changed. online asks the
	// listener to open the live line.
	nudge, bell, wake, online chan struct{}
	// rung is the last bell's position, high the head of the feed as the desk
	// has it.
	rung, high atomic.Uint64
}

// NewSyncer makes a syncer; it rests until Once or Run.
func NewSyncer(c *Client, cache Cache, o SyncOptions) *Syncer {
	if o.PageDocs <= 0 {
		o.PageDocs = 1000
	}
	s := &Syncer{
		client: c, cache: cache, opt: o, link: &link{now: c.now}, turn: make(chan struct{}, 1),
		nudge: make(chan struct{}, 1), bell: make(chan struct{}, 1), wake: make(chan struct{}, 1), online: make(chan struct{}, 1),
	}
	s.link.changed = s.ring
	pos, err := cache.Position()
	s.link.begin(c.URL(), err == nil && pos.Epoch != "")
	return s
}

// Status tells how the desk is connected.
func (s *Syncer) Status() callback.LinkStatus { return s.link.status() }

// Nudge tells a running loop that something was recorded: it is sent at once,
// unless the server has just asked to wait.
func (s *Syncer) Nudge() { offer(s.nudge) }

// Once pushes all that waits and pulls all that is new. The report tells what
// was done, also when an error ended it early. Whatever the server answers,
// what was recorded stays in the journal until its receipt has come.
func (s *Syncer) Once(ctx context.Context) (callback.SyncReport, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return callback.SyncReport{}, ctx.Err()
	}
	defer func() { <-s.turn }()
	report, err := s.guarded(ctx)
	if err == nil && s.opt.Renew != nil && s.client.ripe.Load() {
		if failed := s.opt.Renew(ctx); failed != nil && s.opt.OnFault != nil && callback.CodeOf(failed) != callback.CodeUnreachable {
			s.opt.OnFault(failed)
		}
	}
	s.link.result(err)
	if code := callback.CodeOf(err); s.opt.OnSignedOut != nil && (code == callback.CodeRevoked || code == callback.CodeWipe) {
		s.opt.OnSignedOut(err)
	}
	return report, err
}

// guarded makes an error of a panic, so that the loop lives on.
func (s *Syncer) guarded(ctx context.Context) (report callback.SyncReport, err error) {
	defer s.recovered(&err)
	return s.sync(ctx)
}

// recovered turns a panic into an error and reports it. Of the panic's value
// only what Go itself says is kept, since it may hold a customer's words.
func (s *Syncer) recovered(err *error) {
	v := recover()
	if v == nil {
		return
	}
	what := fmt.Sprintf("panic of %T", v)
	if fault, ok := v.(runtime.Error); ok {
		what = fault.Error()
	}
	e := callback.Errorf(callback.CodeInternal, "the sync met a fault inside ringback").
		WithHint("what you recorded is kept; ringback tries again by itself")
	e.Err = fmt.Errorf("%s\n%s", what, debug.Stack())
	*err = e
	if s.opt.OnFault != nil {
		s.opt.OnFault(e.Err)
	}
}

func (s *Syncer) sync(ctx context.Context) (report callback.SyncReport, err error) {
	if err := s.client.Valid(); err != nil {
		return report, err
	}
	defer func() { err = s.close(&report, err) }()
	s.met = false
	if ask, err := s.mustAsk(); err != nil {
		return report, err
	} else if ask {
		me, at, err := s.client.me(ctx)
		if err != nil {
			return report, err
		}
		s.contact(me.ServerTime, at)
	}
	snapshot := false
	for range 2 {
		again, fresh, err := s.round(ctx, &report)
		if err != nil {
			return report, err
		}
		snapshot = snapshot || fresh
		if !again {
			break
		}
	}
	return report, s.askHeld(ctx, snapshot)
}

// mustAsk tells whether the server is to be met before anything is taken from
// the journal. Nothing of the customers' goes to a server that does not know
// us; and an event that was taken to be sent can no longer be undone, so while
// nobody answers none is taken.
func (s *Syncer) mustAsk() (bool, error) {
	if s.link.isDenied() {
		return true, nil
	}
	if s.link.isUp() {
		return false, nil
	}
	stats, err := s.cache.Stats()
	return stats.Pending > 0, local("count journal", err)
}

// round pushes and pulls once. again tells that the pull met another history
// of the server, so that the journal was renumbered and must be sent anew;
// snapshot that the documents were replaced by a snapshot.
func (s *Syncer) round(ctx context.Context, report *callback.SyncReport) (again, snapshot bool, err error) {
	p := &pusher{s: s, size: s.batch.of(callback.MaxPushEvents)}
	held := p.run(ctx)
	report.Pushed += p.done
	report.Copied = report.Copied || p.copied
	if held != nil && !pullsOn(held) {
		return false, false, held
	}
	l := &puller{s: s, epoch: p.epoch, has: p.has}
	err = l.run(ctx)
	report.Pulled += l.done
	if held != nil && (err == nil || pullsOn(err)) {
		err = held
	}
	return l.replaced, l.snapshot, err
}

// close counts the journal and notes the contact when a sync ends.
func (s *Syncer) close(report *callback.SyncReport, err error) error {
	if s.met {
		if noted := s.cache.NoteContact(s.skew.behind, s.client.now().UTC()); err == nil {
			err = local("note contact", noted)
		}
	}
	stats, counted := s.cache.Stats()
	if err == nil {
		err = local("count journal", counted)
	}
	report.Pending, report.Quarantined = stats.Pending, stats.Quarantined
	return err
}

// contact notes an answer that carried the server's time.
func (s *Syncer) contact(server time.Time, at timing) {
	s.skew.note(server, at)
	s.met = true
	s.link.contact(s.skew.behind, s.skew.unsure)
}

// pullsOn tells whether pulling still makes sense after a push failed: the
// server spoke, and of the events only.
func pullsOn(err error) bool {
	var ours *cacheError
	if errors.As(err, &ours) || errors.Is(err, context.Canceled) {
		return false
	}
	switch callback.CodeOf(err) {
	case callback.CodeUnreachable:
		return false
	case callback.CodeBusy:
		return errors.Is(err, errPostponed)
	}
	return !callback.CodeOf(err).Denies()
}

// ring tells the screens that something changed. What goes wrong there is no
// reason for the sync to end.
func (s *Syncer) ring() {
	if s.opt.OnChange == nil {
		return
	}
	var fault error
	defer s.recovered(&fault)
	s.opt.OnChange()
}

// offer leaves a token if there is none yet.
func offer(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
