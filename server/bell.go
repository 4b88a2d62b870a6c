package server

import (
	"sync"

	"ringback/callback"
)

// belfry tells live streams that a team's feed has moved. A bell is a hint,
// never the truth: many bells become one for a listener that is slow.
type belfry struct {
	mu    sync.Mutex
	teams map[string]map[*listener]struct{}
	count int
}

// listener is one live stream.
type listener struct {
	who Caller
	// gone is closed when the caller was signed out.
	gone chan struct{}
	// wake has room for one bell.
	wake chan struct{}
	mu   sync.Mutex
	pos  uint64
}

func newBelfry() *belfry { return &belfry{teams: map[string]map[*listener]struct{}{}} }

// listen adds a listener; ok is false when there are most of them already.
func (b *belfry) listen(who Caller, most int) (l *listener, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.count >= most {
		return nil, false
	}
	l = &listener{who: who, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	if b.teams[who.Team] == nil {
		b.teams[who.Team] = map[*listener]struct{}{}
	}
	b.teams[who.Team][l] = struct{}{}
	b.count++
	return l, true
}

func (b *belfry) leave(l *listener) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.teams[l.who.Team][l]; !ok {
		return
	}
	delete(b.teams[l.who.Team], l)
	if len(b.teams[l.who.Team]) == 0 {
		delete(b.teams, l.who.Team)
	}
	b.count--
}

// dismiss ends the live streams of a user: all of them, or those of one device.
func (b *belfry) dismiss(user, device string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, team := range b.teams {
		for l := range team {
			if l.who.ID != user || device != "" && l.who.Device != device {
				continue
			}
			select {
			case <-l.gone:
			default:
				close(l.gone)
			}
		}
	}
}

// ring never waits for a listener.
func (b *belfry) ring(bell callback.Bell) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.teams[bell.Team] {
		l.mu.Lock()
		l.pos = max(l.pos, bell.Pos)
		l.mu.Unlock()
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

// heard gives the latest position that was rung.
func (l *listener) heard() callback.Bell {
	l.mu.Lock()
	defer l.mu.Unlock()
	return callback.Bell{Team: l.who.Team, Pos: l.pos}
}
