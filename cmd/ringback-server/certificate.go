package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"ringback/callback"
)

// certificateLook is how often, at most, the files are looked at when a desk
// connects.
const certificateLook = time.Minute

// certificate is the one with which the server shows who it is. A renewed one
// takes its place while the server serves: desks that are connected stay so, and
// those that connect meet the new one.
type certificate struct {
	chain, key string // PEM files
	now        func() time.Time
	log        *slog.Logger

	mu     sync.Mutex
	held   *tls.Certificate
	looked time.Time
	// read is what the files were when they were last read, failed what was wrong
	// with them then: that is logged once.
	read   [2]stamp
	failed string
}

// stamp is how a file that was written anew, or put in the place of another,
// differs from the one before.
type stamp struct {
	info fs.FileInfo
	err  string
}

func stampOf(path string) stamp {
	info, err := os.Stat(path) // follows the links that certbot turns to the newest
	if err != nil {
		return stamp{err: err.Error()}
	}
	return stamp{info: info}
}

func (s stamp) same(o stamp) bool {
	if s.info == nil || o.info == nil {
		return s.err == o.err && s.info == o.info
	}
	return os.SameFile(s.info, o.info) && s.info.ModTime().Equal(o.info.ModTime()) && s.info.Size() == o.info.Size()
}

// newCertificate reads a certificate chain and its key. The server does not
// start with one that cannot be used.
func newCertificate(chain, key string, now func() time.Time, log *slog.Logger) (*certificate, error) {
	c := &certificate{chain: chain, key: key, now: now, log: log, looked: now(), read: [2]stamp{stampOf(chain), stampOf(key)}}
	held, err := tls.LoadX509KeyPair(chain, key)
	if err != nil {
		return nil, callback.Errorf(callback.CodeInvalid, "the certificate cannot be used: %w", err).
			WithHint("give PEM files that this user can read: --tls-cert the chain, the server's own first, --tls-key its key")
	}
	c.held = &held
	return c, nil
}

// config speaks TLS with it.
func (c *certificate) config() *tls.Config {
	return &tls.Config{GetCertificate: c.show, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
}

// show implements tls.Config.GetCertificate. The files are looked at now and
// then, so that a renewal needs nobody.
func (c *certificate) show(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= certificateLook {
		c.looked = now
		c.renew(false)
	}
	return c.held, nil
}

// reread reads the files at once, changed or not.
func (c *certificate) reread() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looked = c.now()
	c.renew(true)
}

// renew takes what the files hold now. Files that do not go together, as while
// one of the two is written, or that cannot be read, leave the certificate of
// before; they are tried again at the next look. It runs under mu.
func (c *certificate) renew(asked bool) {
	// The stamps come first: what is written after them is a change to be seen.
	at := [2]stamp{stampOf(c.chain), stampOf(c.key)}
	if !asked && c.failed == "" && at[0].same(c.read[0]) && at[1].same(c.read[1]) {
		return
	}
	c.read = at
	fresh, err := tls.LoadX509KeyPair(c.chain, c.key)
	if err == nil && fresh.Leaf != nil && c.now().After(fresh.Leaf.NotAfter) {
		err = fmt.Errorf("it ended on %s", fresh.Leaf.NotAfter.UTC().Format(time.DateTime))
	}
	if err != nil {
		if said := callback.Line(err.Error()).String(); asked || said != c.failed {
			c.failed = said
			c.log.Error("the new TLS certificate cannot be used; the one of before stays", "file", c.chain, "error", said)
		}
		return
	}
	c.held, c.failed = &fresh, ""
	if fresh.Leaf != nil {
		c.log.Info("the TLS certificate was read anew", "file", c.chain, "until", fresh.Leaf.NotAfter.UTC().Format(time.RFC3339))
	}
}

// hangups reads the files anew at each SIGHUP, until ctx ends or stop is called.
func (c *certificate) hangups(ctx context.Context) (stop func()) {
	inner, cancel := context.WithCancel(ctx)
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-hup:
				c.reread()
			case <-inner.Done():
				return
			}
		}
	}()
	return func() {
		signal.Stop(hup)
		cancel()
		<-done
	}
}
