package client

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"ringback/callback"
)

// link is what the desk knows about its line to the server.
type link struct {
	mu   sync.Mutex
	st   callback.LinkStatus
	live bool
	// denied stays until the token has been accepted again, through whatever
	// states the link goes meanwhile.
	denied bool
	now    func() time.Time
	// changed is called, without the lock, after every change.
	changed func()
}

func (l *link) status() callback.LinkStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.st
}

// update changes the status and rings if it is another one afterwards.
func (l *link) update(f func(st *callback.LinkStatus)) {
	l.mu.Lock()
	before := l.st
	f(&l.st)
	if l.st.State != before.State {
		l.st.Since = l.now().UTC()
	}
	moved := l.st != before
	l.mu.Unlock()
	if moved && l.changed != nil {
		l.changed()
	}
}

// begin says where a desk stands that has not tried yet.
func (l *link) begin(url string, met bool) {
	state := callback.LinkNever
	if met {
		state = callback.LinkOffline
	}
	l.update(func(st *callback.LinkStatus) { st.URL, st.State = url, state })
}

// contact notes an answer of the server. A link that was down is up from then
// on, whatever comes of the rest of the sync.
func (l *link) contact(behind, unsure time.Duration) {
	l.update(func(st *callback.LinkStatus) {
		st.LastContact, st.Skew, st.Unsure = l.now().UTC(), behind, unsure
		if !l.denied && (st.State == callback.LinkOffline || st.State == callback.LinkNever) {
			st.State = l.up()
		}
	})
}

// copied notes that another desk writes under this one's name.
func (l *link) copied() {
	l.update(func(st *callback.LinkStatus) { st.Copied = l.now().UTC() })
}

// busy says what a running sync does; "" ends it.
func (l *link) busy(what string, done, of int) {
	l.update(func(st *callback.LinkStatus) { st.Busy, st.Done, st.Of = what, done, of })
}

// alive tells whether the live line stands.
func (l *link) alive(live bool) {
	l.update(func(st *callback.LinkStatus) {
		l.live = live
		if st.State == callback.LinkLive || st.State == callback.LinkPolling {
			st.State = l.up()
		}
	})
}

// silent notes that a server which had told its heartbeat does not answer any
// more. The sync that follows finds out whether it does.
func (l *link) silent(host string) {
	l.update(func(st *callback.LinkStatus) {
		if st.State == callback.LinkLive || st.State == callback.LinkPolling {
			l.live = false
			st.State, st.Problem, st.Hint = callback.LinkOffline, "the server "+host+" does not answer", keptHint
		}
	})
}

// isUp tells whether the server answered the last time it was asked.
func (l *link) isUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.st.State == callback.LinkLive || l.st.State == callback.LinkPolling
}

func (l *link) isLive() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.live
}

// up is the state of a link that works; the lock is held.
func (l *link) up() callback.LinkState {
	if l.live {
		return callback.LinkLive
	}
	return callback.LinkPolling
}

// result notes how a sync ended.
func (l *link) result(err error) {
	l.update(func(st *callback.LinkStatus) {
		st.Busy, st.Done, st.Of = "", 0, 0
		if errors.Is(err, context.Canceled) {
			return
		}
		st.Problem, st.Hint = spell(err)
		var ours *cacheError
		switch code := callback.CodeOf(err); {
		case errors.As(err, &ours):
		case code.Denies():
			l.denied, st.State = true, callback.LinkDenied
		case code == callback.CodeUnreachable && st.State == callback.LinkNever:
		case code == callback.CodeUnreachable:
			st.State = callback.LinkOffline
		case err == nil, errors.Is(err, errTold), code == callback.CodeBusy:
			l.denied, st.State = false, l.up()
		}
	})
}

func (l *link) isDenied() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.denied
}

// told notes what the server has to say beside the documents.
func (l *link) told(list []callback.Notice) {
	words, more := "", 0
	for _, n := range list {
		switch said := n.Words(); {
		case said == "":
		case words == "":
			words = said
		default:
			more++
		}
	}
	if more > 0 {
		words += " (and " + strconv.Itoa(more) + " more)"
	}
	l.update(func(st *callback.LinkStatus) { st.Notice = words })
}

// spell gives an error's words for a person.
func spell(err error) (problem, hint string) {
	var e *callback.Error
	switch {
	case err == nil:
		return "", ""
	case errors.As(err, &e):
		return e.Message, e.Hint
	}
	return callback.Line(err.Error()).String(), ""
}
