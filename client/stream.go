package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	sse "github.com/tmaxmax/go-sse"

	"ringback/callback"
)

// silence is how long a stream may say nothing, heartbeats included, before
// it is taken for dead, unless the server tells how often its heartbeat comes.
const silence = 45 * time.Second

// errSilent tells of a stream whose server told its heartbeat, and keeps it no
// more.
var errSilent = errors.New("no heartbeat")

// heartbeat gives how long a stream may say nothing: a little over two
// heartbeats, if the server tells them.
func heartbeat(h http.Header) (limit time.Duration, told bool) {
	seconds, err := strconv.Atoi(h.Get(callback.HeartbeatHeader))
	if err != nil || seconds < 1 || seconds > int(silence/time.Second)/2 {
		return silence, false
	}
	return time.Duration(2*seconds)*time.Second + time.Second, true
}

// Stream listens for bells until ctx ends or the stream breaks, and says why.
// open is called once, when the first byte has come through: a proxy that
// holds replies back accepts the request too. An event that is not a bell
// rings too, without a position, since all it can say is that something
// changed. Both functions are called from Stream's goroutine.
func (c *Client) Stream(ctx context.Context, open func(), ring func(callback.Bell)) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	var mute atomic.Bool
	watch := time.AfterFunc(c.patient(silence), func() {
		mute.Store(true)
		cancel()
	})
	defer watch.Stop()
	resp, _, err := c.send(inner, request{verb: http.MethodGet, path: "/v1/stream", accept: "text/event-stream", syncs: true})
	if err != nil {
		return c.ended(ctx, err)
	}
	// Not shut: reading on would wait for a stream that never ends.
	defer resp.Body.Close()
	if media := mediaOf(resp); media != "text/event-stream" {
		return c.stranger(media)
	}
	limit, told := heartbeat(resp.Header)
	watch.Reset(c.patient(limit))
	body := &pulse{r: resp.Body, watch: watch, silence: c.patient(limit), first: open}
	var broke error
	sse.Read(body, nil)(func(e sse.Event, err error) bool {
		if err != nil {
			broke = err
			return false
		}
		if e.Data != "" {
			var b callback.Bell
			_ = json.Unmarshal([]byte(e.Data), &b)
			ring(b)
		}
		return true
	})
	switch {
	case told && mute.Load():
		broke = errSilent
	case broke == nil:
		broke = io.EOF
	}
	return c.ended(ctx, broke)
}

// ended tells the caller's own end from a stream that broke or fell silent.
func (c *Client) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var told *callback.Error
	if errors.As(err, &told) {
		return err
	}
	return &callback.Error{
		Code: callback.CodeUnreachable, Message: "the live line to " + c.host + " broke", Err: err,
		Hint: "ringback goes on by asking from time to time",
	}
}

// pulse notes that a stream is alive.
type pulse struct {
	r     io.Reader
	watch *time.Timer
	// silence is how long the stream may say nothing.
	silence time.Duration
	first   func()
}

func (p *pulse) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if n > 0 {
		p.watch.Reset(p.silence)
		if p.first != nil {
			p.first()
			p.first = nil
		}
	}
	return n, err
}
