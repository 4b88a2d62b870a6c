package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"ringback/callback"
)

// reign is the right of one process to serve a database. What a server keeps in
// memory (its epoch, who listens for bells) holds only while no other process
// serves the same people, so a second one is refused. Commands that work beside
// the server (backup, check, user) need no reign. A nil reign ends in nothing.
type reign struct {
	me reigning
	// release gives the right back.
	release func() error
	// over is closed when another process has taken the right, why says so.
	over chan struct{}
	once sync.Once
	why  error
}

// reigning says which process serves, for whoever is refused. It names nobody.
type reigning struct {
	ID    string    `json:"id"`
	Host  string    `json:"host,omitempty"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// metaReign is the name under which meta keeps who serves.
const metaReign = "serves"

const (
	// reignWait is how long a start waits for a process that is ending; the
	// system takes locks from one that was killed, but not within the instant.
	reignWait = 3 * time.Second
	// reignLook is how often it looks meanwhile.
	reignLook = 50 * time.Millisecond
)

func newReign() (*reign, error) {
	id, err := randomHex()
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // a name is a help to people, no more
	return &reign{me: reigning{ID: id, Host: host, PID: os.Getpid(), Since: time.Now().UTC()}, over: make(chan struct{})}, nil
}

func (r *reign) text() (string, error) {
	raw, err := json.Marshal(r.me)
	if err != nil {
		return "", fmt.Errorf("write which process serves: %w", err)
	}
	return string(raw), nil
}

// lose notes that another process has taken the right, and gives what whoever asks
// meanwhile is to get: a server that is about to end.
func (r *reign) lose(text string) error {
	r.once.Do(func() {
		r.why = callback.Errorf(callback.CodeLocked, "this ringback-server was cut off from its database, and another one serves it now%s", whoServes(text)).
			WithHint("this one ends; if it is the one that you want, stop the other and start it again")
		close(r.over)
	})
	return callback.Errorf(callback.CodeBusy, "another ringback-server serves the database now; this one ends")
}

// lost gives what is closed when the right is gone; nil, which never is, if there
// was none to lose.
func (r *reign) lost() <-chan struct{} {
	if r == nil {
		return nil
	}
	return r.over
}

// gone tells whether another process has taken the right.
func (r *reign) gone() bool {
	select {
	case <-r.lost():
		return true
	default:
		return false
	}
}

func (r *reign) end() error {
	if r == nil || r.release == nil {
		return nil
	}
	return r.release()
}

// whoServes tells people which process it is, as far as its text can be read.
func whoServes(text string) string {
	var who reigning
	if json.Unmarshal([]byte(text), &who) != nil || who.PID == 0 {
		return ""
	}
	return fmt.Sprintf(" (process %d on %s, since %s)", who.PID, callback.Line(who.Host), who.Since.UTC().Format("2006-01-02 15:04:05 UTC"))
}

func errReigned(text string) error {
	return callback.Errorf(callback.CodeLocked, "another ringback-server serves this database%s", whoServes(text)).
		WithHint("one process serves a database: stop that one first, or give another database with --db")
}

// await asks for the right until it is given or the time is over: then it is
// refused, with who has it.
func await(ctx context.Context, ask func() (bool, error), who func() string) error {
	end := time.Now().Add(reignWait)
	for {
		if ok, err := ask(); ok || err != nil {
			return err
		}
		if time.Now().After(end) {
			return errReigned(who())
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(reignLook):
		}
	}
}

// joinEnd ends a reign that came to nothing.
func (r *reign) joinEnd(err error) error { return errors.Join(err, r.end()) }
