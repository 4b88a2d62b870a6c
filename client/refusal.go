package client

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"ringback/callback"
)

// maxWait bounds what a Retry-After may ask for, so that one wrong header
// does not silence a desk for a day.
const maxWait = 10 * time.Minute

// problem is the server's error body. Title and Detail are read too, since
// RFC 9457 names them and a proxy's gateway may speak it.
type problem struct {
	Code    callback.Code `json:"code"`
	Message string        `json:"message"`
	Hint    string        `json:"hint"`
	Opens   time.Time     `json:"opens"`
	Title   string        `json:"title"`
	Detail  string        `json:"detail"`
}

// refusal turns a reply that is no success into an error.
func (c *Client) refusal(r request, resp *http.Response) error {
	media := mediaOf(resp)
	if where := resp.Header.Get("Location"); resp.StatusCode < 400 {
		return c.redirected(where)
	}
	var e *callback.Error
	switch {
	case isJSON(media):
		e = c.told(r, resp)
	case resp.StatusCode == http.StatusBadRequest && c.plain && wantsTLS(resp):
		return c.speaksTLS(nil)
	case isHTML(media) && !proxySpeaks(resp.StatusCode):
		return c.stranger(media)
	default:
		e = c.untold(r, resp.StatusCode)
	}
	if e.Code == callback.CodeBusy {
		if wait, ok := retryAfter(resp, c.now()); ok {
			e.Err = errors.Join(e.Err, &backoff.RetryAfterError{Duration: wait})
		}
	}
	return e
}

// proxySpeaks tells of statuses that mean the same whoever says them.
func proxySpeaks(status int) bool {
	switch status {
	case http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable,
		http.StatusBadGateway, http.StatusGatewayTimeout, http.StatusProxyAuthRequired, http.StatusNetworkAuthenticationRequired:
		return true
	}
	return false
}

// told reads the server's own words, cleaned, since they end on a terminal.
func (c *Client) told(r request, resp *http.Response) *callback.Error {
	e := c.untold(r, resp.StatusCode)
	body, err := inflate(resp, 1<<10, maxError)
	if err != nil {
		return e
	}
	var p problem
	if json.Unmarshal(body, &p) != nil {
		return e
	}
	if known[p.Code] {
		e.Code = p.Code
	}
	for _, words := range []string{p.Message, p.Detail, p.Title} {
		if words != "" {
			e.Message, e.Hint, e.Opens, e.Err = c.words(words), c.words(p.Hint), p.Opens.UTC(), errTold
			break
		}
	}
	return e
}

// errTold marks errors in the server's own words, apart from those that
// something on the way may have caused.
var errTold = errors.New("said by the server")

// words makes foreign words fit for a line of a terminal or a log.
func (c *Client) words(s string) string {
	s = callback.Line(s).String()
	if token := c.token(); token != "" {
		s = strings.ReplaceAll(s, token, "…")
	}
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}

var known = map[callback.Code]bool{
	callback.CodeInvalid: true, callback.CodeUnauthorized: true, callback.CodeForbidden: true, callback.CodeNotFound: true,
	callback.CodeRevoked: true, callback.CodeWipe: true,
	callback.CodeConflict: true, callback.CodeEpoch: true, callback.CodeAckUnknown: true, callback.CodeForked: true,
	callback.CodeGap: true, callback.CodeTooLarge: true, callback.CodeBusy: true, callback.CodeFull: true,
	callback.CodeNewer: true, callback.CodeInternal: true,
}

// untold makes an error of a bare status.
func (c *Client) untold(r request, status int) *callback.Error {
	say := func(code callback.Code, message, hint string) *callback.Error {
		return &callback.Error{Code: code, Message: message, Hint: hint}
	}
	host := c.host
	switch status {
	case http.StatusUnauthorized:
		return say(callback.CodeUnauthorized, host+" does not accept your token", "sign in again: ringback login URL; what you recorded is kept")
	case http.StatusForbidden:
		return say(callback.CodeForbidden, host+" does not allow you this", "ask your supervisor or administrator")
	case http.StatusNotFound, http.StatusGone, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return say(callback.CodeNotFound, host+" does not know this request", "check the server's address; the server may also be an older ringback")
	case http.StatusConflict, http.StatusPreconditionFailed:
		return say(callback.CodeConflict, host+" says that someone else was first", "")
	case http.StatusRequestEntityTooLarge, http.StatusRequestHeaderFieldsTooLarge, http.StatusRequestURITooLong:
		return say(callback.CodeTooLarge, host+" says that this is too large to send", "")
	case http.StatusUpgradeRequired:
		return say(callback.CodeNewer, host+" needs a newer ringback", "update ringback; what you record is still sent")
	case http.StatusTooManyRequests:
		return say(callback.CodeBusy, host+" asks to slow down", "ringback waits and tries again by itself")
	case http.StatusServiceUnavailable:
		return say(callback.CodeBusy, host+" is busy or being serviced", "ringback waits and tries again by itself")
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return say(callback.CodeUnreachable, "a proxy answered for "+host+": the server behind it does not", c.whenMaybe(r))
	case http.StatusProxyAuthRequired, http.StatusNetworkAuthenticationRequired:
		return say(callback.CodeUnreachable, "the network wants you to sign in before it lets you through to "+host, "sign in to the network, or set the proxy's name and password")
	case http.StatusInsufficientStorage:
		return say(callback.CodeBusy, host+" has no room left", "tell the administrator; "+c.whenNever(r))
	}
	if status >= 400 && status < 500 {
		return say(callback.CodeInvalid, host+" does not understand this request (status "+strconv.Itoa(status)+")", "the two ringbacks may be of different versions")
	}
	return say(callback.CodeInternal, host+" failed (status "+strconv.Itoa(status)+")", "ringback tries again by itself; if it lasts, tell the administrator")
}

// redirected refuses to follow: a server never redirects, but networks that
// want a sign-in do, and so do addresses that lack https.
func (c *Client) redirected(where string) error {
	u, err := url.Parse(where)
	if err == nil && u.Scheme == "https" && u.Hostname() != "" && strings.HasPrefix(c.URL(), "http://") && sameHost(u, c.URL()) {
		return callback.Errorf(callback.CodeInvalid, "%s wants to be spoken to by https", c.host).
			WithHint("sign in with: ringback login https://%s", u.Host)
	}
	e := callback.Errorf(callback.CodeUnreachable, "something between us and %s sends us elsewhere", c.host)
	if err == nil && u.Host != "" {
		e.Message += ", to " + c.words(u.Host)
	}
	return e.WithHint("open a web browser and sign in to the network, or check the server's address")
}

func sameHost(u *url.URL, other string) bool {
	o, err := url.Parse(other)
	return err == nil && strings.EqualFold(o.Hostname(), u.Hostname())
}

// stranger says that the reply is not from a ringback server.
func (c *Client) stranger(media string) error {
	if isHTML(media) {
		return callback.Errorf(callback.CodeUnreachable, "something between us and %s answered with a web page", c.host).
			WithHint("open a web browser and sign in to the network, or check the server's address")
	}
	return callback.Errorf(callback.CodeUnreachable, "what answered at %s is not a ringback server", c.host).
		WithHint("check the server's address")
}

// retryAfter reads the header in its two forms, seconds and date (RFC 9110
// §10.2.3), bounded by maxWait.
func retryAfter(resp *http.Response, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if secs, err := strconv.ParseUint(v, 10, 32); err == nil {
		return min(time.Duration(secs)*time.Second, maxWait), true
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		now = date // the server's clock against itself
	}
	return max(0, min(at.Sub(now), maxWait)), true
}
