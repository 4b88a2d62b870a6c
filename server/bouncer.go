package server

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"ringback/callback"

	"golang.org/x/time/rate"
)

// bouncer slows those who show wrong tokens and codes. A right token is never
// slowed: 256 random bits cannot be guessed, so that there this only keeps the
// database and the log quiet; of codes, which are short, it makes guessing
// hopeless.
type bouncer struct {
	rate  rate.Limit
	burst int
	// what came too often, as the refusal names it.
	what string
	now  func() time.Time
	mu   sync.Mutex
	seen map[string]*visitor
}

type visitor struct {
	limit *rate.Limiter
	last  time.Time
}

// Bounds of what the bouncer remembers, and how many wrong tokens it lets pass
// at once.
const (
	bouncerBurst    = 20
	bouncerVisitors = 10_000
	bouncerForgets  = 10 * time.Minute
)

func newBouncer(perSecond float64, burst int, what string, now func() time.Time) *bouncer {
	return &bouncer{rate: rate.Limit(perSecond), burst: burst, what: what, now: now, seen: map[string]*visitor{}}
}

// allow counts one try of somebody and tells whether it is not one too many.
func (b *bouncer) allow(who string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := b.seen[who]
	if v == nil {
		if len(b.seen) >= bouncerVisitors {
			clear(b.seen)
		}
		v = &visitor{limit: rate.NewLimiter(b.rate, b.burst)}
		b.seen[who] = v
	}
	now := b.now()
	v.last = now
	return v.limit.AllowN(now, 1)
}

// tooMany is the answer to one who is not allowed: 429.
func (b *bouncer) tooMany() error {
	return newProblem(http.StatusTooManyRequests, callback.Errorf(callback.CodeBusy, "too many %s came from this address", b.what).
		WithHint("wait a minute"))
}

// refuse gives the answer to a wrong token: 401, or 429 when the address has
// shown too many.
func (b *bouncer) refuse(who, why string) error {
	if b.allow(who) {
		return unauthorized(why)
	}
	return b.tooMany()
}

// forget drops visitors that have not come for a while.
func (b *bouncer) forget(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for who, v := range b.seen {
		if now.Sub(v.last) > bouncerForgets {
			delete(b.seen, who)
		}
	}
}

// placeOf gives the network address that a request comes from: of the
// connection, or behind a proxy what the proxy says, which is the last address
// in its header.
func (s *Server) placeOf(r *http.Request) string {
	if s.cfg.BehindProxy {
		list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if ip := net.ParseIP(strings.TrimSpace(list[len(list)-1])); ip != nil {
			return ip.String()
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return host
}
