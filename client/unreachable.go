package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"ringback/callback"
)

// keptHint consoles whoever is at a desk: records wait there.
const keptHint = "what you record is kept here and sent when the server is back"

// whenNever says what became of a request that no server can have had: a desk
// keeps what it was to send, and nothing is kept of what is asked for, be it
// from a desk or not.
func (c *Client) whenNever(r request) string {
	if c.dev != "" && r.syncs {
		return keptHint
	}
	if r.verb == http.MethodGet {
		return "try again when the server answers"
	}
	return "nothing was done; try again when the server answers"
}

// whenMaybe says it of a request whose reply is missing.
func (c *Client) whenMaybe(r request) string {
	switch {
	case c.dev != "" && r.syncs:
		return keptHint
	case r.verb == http.MethodGet:
		return "try again when the server answers"
	}
	return "the server may have done it or not: look before you try again"
}

// trustHint tells of certificates that no known authority vouches for.
const trustHint = "tell the administrator: that of an authority of your own goes into this computer's store, or SSL_CERT_FILE names its file; " +
	"something between may also be reading along"

// unreachable says in one sentence why no answer came.
func (c *Client) unreachable(ctx context.Context, r request, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	if c.plain && strings.Contains(err.Error(), alertInstead) {
		return c.speaksTLS(err)
	}
	message, hint := c.why(r, err)
	return &callback.Error{Code: callback.CodeUnreachable, Message: message, Hint: hint, Err: err}
}

// why goes from the particular to the general.
func (c *Client) why(r request, err error) (message, hint string) {
	var (
		name   *net.DNSError
		op     *net.OpError
		silent net.Error
	)
	if message, hint := c.whyTLS(err); message != "" {
		return message, hint
	}
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "the proxy on the way to " + c.host + " does not answer", "check HTTPS_PROXY; " + c.whenNever(r)
	case errors.As(err, &name) && name.IsNotFound:
		return "no server has the name " + c.host, "check the network and the address; " + c.whenNever(r)
	case errors.As(err, &name):
		return "the name " + c.host + " cannot be looked up", "check the network; " + c.whenNever(r)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing answers at " + c.host, "the server may be stopped, or the address wrong; " + c.whenNever(r)
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETDOWN):
		return "there is no way to " + c.host + " from this network", "check the network; " + c.whenNever(r)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &silent) && silent.Timeout():
		return c.host + " did not answer in time", c.whenMaybe(r)
	case broken(err):
		return "the connection to " + c.host + " broke", c.whenMaybe(r)
	}
	return c.host + " cannot be reached", "check the network; " + c.whenNever(r)
}

// whyTLS says what is wrong with a secure connection.
func (c *Client) whyTLS(err error) (message, hint string) {
	var (
		bad     *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		other   x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		alert   tls.AlertError
	)
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate of " + c.host + " is out of date", "check this computer's clock; if it is right, tell the administrator"
	case errors.As(err, &other):
		return "the certificate at " + c.host + " is for another name", "check the address; something between may also be posing as the server"
	case errors.As(err, &unknown), errors.As(err, &invalid), errors.As(err, &bad):
		return "the certificate of " + c.host + " is not trusted here", trustHint
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return c.host + " speaks plain http, and was asked in https", "check the port, or say http://" + c.host + " if it is meant to be plain"
	case errors.As(err, &alert):
		return "no secure connection to " + c.host + " could be made", "tell the administrator"
	}
	return "", ""
}

// alertInstead is how net/http, which has no error of its own for it, names a
// reply that is a TLS alert (record type 21, version 3; RFC 8446 §5.1).
const alertInstead = `malformed HTTP response "\x15\x03`

// wantsTLS tells whether a reply complains, as servers do, of plain HTTP at a
// port for TLS: Go's and Caddy's, nginx's and Apache's words.
func wantsTLS(resp *http.Response) bool {
	body, err := inflate(resp, 1<<10, maxError)
	if err != nil {
		return false
	}
	for _, words := range []string{"HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL-enabled"} {
		if bytes.Contains(body, []byte(words)) {
			return true
		}
	}
	return false
}

// speaksTLS says that the address should begin with https.
func (c *Client) speaksTLS(err error) error {
	return &callback.Error{
		Code: callback.CodeUnreachable, Message: c.host + " speaks https, and was asked in plain http",
		Hint: "say https://" + c.host, Err: err,
	}
}

// broken tells of connections that ended before the reply did.
func broken(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, net.ErrClosed} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// spoiled says why a reply that had begun cannot be used.
func (c *Client) spoiled(ctx context.Context, r request, err error) error {
	switch {
	case errors.Is(err, errTooLarge):
		return &callback.Error{
			Code: callback.CodeTooLarge, Message: "the reply of " + c.host + " is larger than any true one", Err: err,
			Hint: "nothing of it was used; if it lasts, tell the administrator",
		}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &callback.Error{Code: callback.CodeUnreachable, Message: "the reply of " + c.host + " came too slowly", Hint: c.whenMaybe(r), Err: err}
	}
	return c.cut(err)
}

// cut says that a reply ended too early or was damaged on its way.
func (c *Client) cut(err error) error {
	return &callback.Error{
		Code: callback.CodeUnreachable, Message: "the reply of " + c.host + " arrived damaged or incomplete", Err: err,
		Hint: "nothing of it was used; ringback asks again by itself",
	}
}

// garbled says that a whole reply is not what the contract says.
func (c *Client) garbled(err error) error {
	return &callback.Error{
		Code: callback.CodeUnreachable, Message: "the reply of " + c.host + " is not one of a ringback server that we know", Err: err,
		Hint: "check the server's address; the two ringbacks may also be of different versions",
	}
}
