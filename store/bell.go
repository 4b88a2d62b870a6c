package store

import (
	"sync"
	"time"
)

// bells tells listeners that something changed; they then look for
// themselves.
type bells struct {
	mu     sync.Mutex
	listen map[chan struct{}]bool
	timers map[*time.Timer]bool
	off    bool
}

// Listen gives a bell that rings after every committed change. It holds one
// ring: a listener that is busy misses none and hears several as one.
func (s *Store) Listen() (bell <-chan struct{}, cancel func()) {
	c := make(chan struct{}, 1)
	b := &s.bells
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listen == nil {
		b.listen = map[chan struct{}]bool{}
	}
	b.listen[c] = true
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listen, c)
	}
}

func (b *bells) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.listen {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// ringIn rings after a while: events held back may go out then.
func (b *bells) ringIn(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off {
		return
	}
	if b.timers == nil {
		b.timers = map[*time.Timer]bool{}
	}
	var t *time.Timer
	t = time.AfterFunc(d, func() {
		b.mu.Lock()
		delete(b.timers, t)
		b.mu.Unlock()
		b.ring()
	})
	b.timers[t] = true
}

func (b *bells) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.off = true
	for t := range b.timers {
		t.Stop()
	}
}
