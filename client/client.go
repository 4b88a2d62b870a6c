// Package client is a desk's way to the server: typed verbs over the REST
// endpoints (Client), the loop that keeps a desk's cache and the server in
// step (Syncer), and the keeping of leases during a call (Claims).
//
// It trusts nothing that comes over the wire: replies are bounded on their
// inflated side, a page that was cut is refused whole, and what is not the
// server's own voice (a proxy, a hotel's sign-in page) is told apart from it.
// Every failure is a *callback.Error that a person can read; the token is in
// none of them.
package client

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"

	"ringback/callback"
)

// Options says which server to speak to, and as whom.
type Options struct {
	// URL is the server's address, such as https://calls.example.org; a path
	// is kept, for servers that live below one.
	URL string
	// Token is the bearer token; it is sent to URL's host and nowhere else.
	Token string
	// Device names this desk to the server. The first desk that does so with a
	// token has it for itself. Without one the client speaks from no desk, where
	// nothing is kept for a server that does not answer.
	Device string
	// Name is what this desk is called by people.
	Name string
	// Mark tells one machine and folder from another, without naming them.
	Mark string
	// UserAgent says which ringback speaks, such as "ringback/1.2".
	UserAgent string
	// HTTP carries the requests; nil makes a client with sane time-outs that
	// honours the environment's proxy. Its redirect policy and time-out are
	// not used: redirects are never followed, since only a stranger between
	// desk and server sends them.
	HTTP *http.Client
	// Now gives the desk's time; nil means time.Now.
	Now func() time.Time
	// PlainHTTP allows http:// to a server on another machine.
	PlainHTTP bool
	// Patience scales how long every answer is waited for; 0 means 1, which
	// suits offices and mobile networks.
	Patience float64
	// Compress asks a server on this machine for compressed replies too; it
	// is meant for tunnels. Others are always asked.
	Compress bool
}

// Client speaks to one server as one user. It is safe for concurrent use.
type Client struct {
	rest *resty.Client
	http *http.Client
	host string
	// plain tells that the address begins with http://.
	plain bool
	// bearer is the token in use; ripe tells that the server wants the desk to
	// take its next one.
	bearer atomic.Pointer[string]
	ripe   atomic.Bool
	dev    string
	mark   string
	name   string
	now    func() time.Time
	codes  string // Accept-Encoding
	// patience scales the waits.
	patience float64
	// refused is why no request may be sent at all.
	refused *callback.Error
}

// New makes a client. It does not touch the network; what is wrong with the
// options is told by Valid and by every verb.
func New(o Options) *Client {
	c := &Client{dev: o.Device, mark: o.Mark, name: o.Name, now: o.Now, codes: "zstd, gzip"}
	c.Bear(o.Token)
	if c.now == nil {
		c.now = time.Now
	}
	if c.patience = o.Patience; c.patience <= 0 {
		c.patience = 1
	}
	u, refused := address(o)
	c.refused = refused
	if u != nil {
		c.host = callback.Line(u.Host).String()
		c.plain = u.Scheme == "http"
		if loopback(u.Hostname()) && !o.Compress {
			// Within one machine, packing costs more than it saves.
			c.codes = "identity"
		}
	}
	hc := http.Client{Transport: c.transport()}
	if o.HTTP != nil {
		hc.Jar = o.HTTP.Jar
		if o.HTTP.Transport != nil {
			hc.Transport = o.HTTP.Transport
		}
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &hc
	c.rest = resty.NewWithClient(&hc).SetLogger(quiet{}).SetDisableWarn(true).SetDoNotParseResponse(true)
	if refused == nil {
		c.rest.SetBaseURL(strings.TrimRight(u.String(), "/"))
	}
	if o.UserAgent != "" {
		c.rest.SetHeader("User-Agent", o.UserAgent)
	}
	return c
}

// Valid tells what is wrong with the options: an address that cannot be one,
// or plain http to another machine. Every verb returns the same error.
func (c *Client) Valid() error {
	if c.refused != nil {
		return c.refused
	}
	return nil
}

// URL gives the server's address as it is used, or "" if it is refused.
func (c *Client) URL() string { return c.rest.BaseURL }

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// address reads the server's address and refuses what must not be used.
func address(o Options) (*url.URL, *callback.Error) {
	raw := strings.TrimSpace(o.URL)
	if raw == "" {
		return nil, callback.Errorf(callback.CodeInvalid, "no server is set").WithHint("sign in first: ringback login URL")
	}
	shown := callback.Line(raw).String()
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, callback.Errorf(callback.CodeInvalid, "the server's address %q is not a web address", shown).
			WithHint("it looks like https://calls.example.org")
	case u.User != nil:
		return nil, callback.Errorf(callback.CodeInvalid, "the server's address holds a user name or password").
			WithHint("leave them out; the token alone signs you in")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, callback.Errorf(callback.CodeInvalid, "the server's address %q has a ? or # in it", shown).
			WithHint("leave that part out")
	case u.Scheme == "http" && !o.PlainHTTP && !loopback(u.Hostname()):
		return u, callback.Errorf(callback.CodeInvalid, "http://%s would send your token and the customers' data unprotected", u.Host).
			WithHint("use https://%s, or set RINGBACK_PLAIN_HTTP=1 if you trust every network between", u.Host)
	}
	return u, nil
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// transport is Go's own with bounds: no wait for a dead host is longer than
// the first of these.
func (c *Client) transport() *http.Transport {
	dial := net.Dialer{Timeout: c.patient(10 * time.Second), KeepAlive: 15 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dial.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    c.patient(10 * time.Second),
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConns:           8,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// quiet keeps resty from writing to the terminal that the desk draws on.
type quiet struct{}

func (quiet) Errorf(string, ...any) {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Debugf(string, ...any) {}
