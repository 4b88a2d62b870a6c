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

// deviceHeader names the desk that a request comes from.
const deviceHeader = "X-Ringback-Device"

// authenticate finds who sent a request by the token it bears. Revoked
// accounts are refused from the next request on: nothing is cached.
func (s *Server) authenticate(r *http.Request) (Caller, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return Caller{}, unauthorized("the request bears no token")
	}
	token = strings.TrimSpace(token)
	if !wellFormed(token) {
		return Caller{}, s.bouncer.refuse(r, "the token is mistyped: it is not one of a ringback server")
	}
	row, ok, err := found(s.db.ask.UserByToken(r.Context(), tokenHash(token)))
	if err != nil {
		return Caller{}, s.db.failure("find the token's user", err)
	}
	if !ok {
		return Caller{}, s.bouncer.refuse(r, "the token is not one of this server")
	}
	if row.RevokedAt != 0 {
		return Caller{}, s.bouncer.refuse(r, "the account of this token was closed")
	}
	device := r.Header.Get(deviceHeader)
	if device != "" {
		if err := validWord("device", device); err != nil {
			return Caller{}, err
		}
	}
	return callerOf(row, device), nil
}

func unauthorized(why string) *callback.Error {
	return callback.Errorf(callback.CodeUnauthorized, "%s", why).
		WithHint("sign in with ringback login, or ask your administrator for a new token")
}

// bouncer slows those who show wrong tokens. A right token is never slowed: 256
// random bits cannot be guessed, so this only keeps the database and the log
// quiet.
type bouncer struct {
	rate rate.Limit
	now  func() time.Time
	mu   sync.Mutex
	seen map[string]*visitor
}

type visitor struct {
	limit *rate.Limiter
	last  time.Time
}

// Bounds of what the bouncer remembers.
const (
	bouncerBurst    = 20
	bouncerVisitors = 10_000
	bouncerForgets  = 10 * time.Minute
)

func newBouncer(l Limits, now func() time.Time) *bouncer {
	return &bouncer{rate: rate.Limit(l.BadTokens), now: now, seen: map[string]*visitor{}}
}

// refuse gives the answer to a wrong token: 401, or 429 when the
// address has shown too many.
func (b *bouncer) refuse(r *http.Request, why string) error {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	v := b.seen[host]
	if v == nil {
		if len(b.seen) >= bouncerVisitors {
			clear(b.seen)
		}
		v = &visitor{limit: rate.NewLimiter(b.rate, bouncerBurst)}
		b.seen[host] = v
	}
	now := b.now()
	v.last = now
	if v.limit.AllowN(now, 1) {
		return unauthorized(why)
	}
	p := newProblem(http.StatusTooManyRequests, callback.Errorf(callback.CodeBusy, "too many wrong tokens came from this address").
		WithHint("wait a minute"))
	return p
}

// forget drops visitors that have not come for a while.
func (b *bouncer) forget(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for host, v := range b.seen {
		if now.Sub(v.last) > bouncerForgets {
			delete(b.seen, host)
		}
	}
}
