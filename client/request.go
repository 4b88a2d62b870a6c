package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringback/callback"
)

// How long a verb may take in all, and how large its reply may be when
// inflated.
const (
	waitShort  = 15 * time.Second
	waitPush   = 60 * time.Second
	waitIntake = 3 * time.Minute
	waitPage   = 2 * time.Minute

	maxReply  = 4 << 20
	maxReport = 32 << 20
	maxPage   = 16 << 20
	maxError  = 32 << 10
)

// request is one call of an endpoint.
type request struct {
	verb  string
	path  string
	id    string // fills {id} in path
	part  string // fills {part} in path
	query url.Values
	body  any
	// wait bounds the whole exchange; 0 leaves it to the context.
	wait time.Duration
	// limit bounds the inflated reply.
	limit int64
	// again tells that the request may be repeated: the server takes it once.
	again bool
	// pack allows a large body to be compressed.
	pack bool
	// open tells that no token is needed.
	open   bool
	accept string
	// syncs tells that it carries what a desk recorded, or asks for what is new:
	// what it is about waits at the desk when no answer comes.
	syncs bool
}

// timing places a reply in time, by the desk's clock.
type timing struct {
	sent time.Time
	// trip is from the request's start to the reply's first line.
	trip time.Duration
	// size is the length of the inflated reply.
	size int
}

// send makes the exchange up to the reply's headers. The caller closes the
// body. Replies that are not a success come back as errors.
func (c *Client) send(ctx context.Context, r request) (*http.Response, timing, error) {
	if err := c.ready(r); err != nil {
		return nil, timing{}, err
	}
	req := c.rest.R().SetContext(ctx).SetHeader("Accept-Encoding", c.codes).SetHeader("Accept", r.accept)
	if !r.open {
		req.SetAuthToken(c.token())
	}
	if c.dev != "" {
		req.SetHeader("X-Ringback-Device", c.dev)
		for header, value := range map[string]string{"X-Ringback-Mark": c.mark, "X-Ringback-Name": c.name} {
			if value != "" {
				req.SetHeader(header, value)
			}
		}
	}
	if r.id != "" {
		req.SetPathParam("id", r.id)
	}
	if r.part != "" {
		req.SetPathParam("part", r.part)
	}
	req.SetQueryParamsFromValues(r.query)
	if r.body != nil {
		raw, err := encode(r.body)
		if err != nil {
			return nil, timing{}, fmt.Errorf("encode request: %w", err)
		}
		if r.pack && len(raw) > packFrom {
			if raw, err = deflate(raw); err != nil {
				return nil, timing{}, err
			}
			req.SetHeader("Content-Encoding", "zstd")
		}
		req.SetHeader("Content-Type", "application/json").SetBody([]byte(raw))
	}
	if r.again {
		// An empty key is not sent, but lets net/http repeat the request on a
		// fresh connection when the server had closed the idle one.
		req.Header["Idempotency-Key"] = nil
	}
	at := timing{sent: c.now()}
	resp, err := req.Execute(r.verb, r.path)
	at.trip = c.now().Sub(at.sent)
	if err != nil {
		return nil, at, c.unreachable(ctx, r, err)
	}
	raw := resp.RawResponse
	if !r.open {
		c.ripe.Store(raw.Header.Get(renewHeader) != "")
	}
	if raw.StatusCode < 200 || raw.StatusCode > 299 {
		defer shut(raw.Body)
		return nil, at, c.refusal(r, raw)
	}
	return raw, at, nil
}

// ready refuses what must not be sent.
func (c *Client) ready(r request) error {
	switch {
	case c.refused != nil:
		return c.refused
	case r.open:
	case c.token() == "":
		return callback.Errorf(callback.CodeUnauthorized, "you are not signed in").WithHint("sign in with: ringback login URL")
	case strings.ContainsFunc(c.token(), func(r rune) bool { return r <= ' ' || r > '~' }):
		return callback.Errorf(callback.CodeUnauthorized, "the token holds characters that no token has").
			WithHint("copy it again, whole, and sign in with: ringback login URL")
	}
	for hole, id := range map[string]string{"{id}": r.id, "{part}": r.part} {
		if strings.Contains(r.path, hole) && (id == "" || id == "." || id == "..") {
			return callback.Errorf(callback.CodeInvalid, "%q is not an id", id)
		}
	}
	return nil
}

func encode(body any) (json.RawMessage, error) {
	if raw, ok := body.(json.RawMessage); ok {
		return raw, nil
	}
	return json.Marshal(body)
}

// fetch makes the exchange and reads the whole reply, inflated and bounded.
// hint is the expected size.
func (c *Client) fetch(ctx context.Context, r request, hint int, fits func(media string) bool) ([]byte, timing, error) {
	bounded := ctx
	if r.wait > 0 {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeout(ctx, c.patient(r.wait))
		defer cancel()
	}
	resp, at, err := c.send(bounded, r)
	if err != nil {
		return nil, at, c.interrupted(ctx, err)
	}
	defer shut(resp.Body)
	if media := mediaOf(resp); !fits(media) && resp.StatusCode != http.StatusNoContent {
		return nil, at, c.stranger(media)
	}
	body, err := inflate(resp, hint, r.limit)
	if err != nil {
		return nil, at, c.interrupted(ctx, c.spoiled(bounded, r, err))
	}
	at.size = len(body)
	return body, at, nil
}

// call makes the exchange and decodes a JSON reply into out, which may be nil.
func (c *Client) call(ctx context.Context, r request, out any) (timing, error) {
	if r.accept == "" {
		r.accept = "application/json, application/problem+json"
	}
	if r.wait == 0 {
		r.wait = waitShort
	}
	if r.limit == 0 {
		r.limit = maxReply
	}
	body, at, err := c.fetch(ctx, r, 4<<10, isJSON)
	if err != nil || out == nil {
		return at, err
	}
	if err := decode(body, out); err != nil {
		return at, c.garbled(err)
	}
	return at, nil
}

// decode reads exactly one JSON value.
func decode(body []byte, out any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(out); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// interrupted gives the caller's own cancellation back as such: it is no
// failure of the network.
func (c *Client) interrupted(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("speak to %s: %w", c.host, context.Canceled)
	}
	return err
}

// shut closes a body, first reading the little that may be left so that the
// connection can be used again.
func shut(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 4<<10)
	_ = body.Close()
}

func mediaOf(resp *http.Response) string {
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

func isHTML(media string) bool { return media == "text/html" || media == "application/xhtml+xml" }
