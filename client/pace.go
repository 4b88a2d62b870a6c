package client

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"ringback/callback"
)

// pacer remembers how much a line carries at once. A batch or page that did
// not come through in time is halved for the next try, since on a line of a
// kilobyte a second the full size would never come through; a few successes
// double it again. It outlives a sync, whose first failure ends it.
type pacer struct {
	// size is how much, 0 as much as there is; well counts the successes since
	// it was changed.
	size, well atomic.Int64
}

// wellBefore is how many exchanges must go well before more is tried: each
// that does not costs its whole wait.
const wellBefore = 4

// of gives how much of most to send or ask for.
func (p *pacer) of(most int) int {
	if n := int(p.size.Load()); n > 0 {
		return min(most, n)
	}
	return most
}

// note takes in how an exchange of n went, when most was possible.
func (p *pacer) note(n, most int, err error) {
	size := p.of(most)
	switch {
	case slow(err):
		p.size.Store(int64(max(1, min(n, size)/2)))
		p.well.Store(0)
	case err != nil || size == most || n < size || p.well.Add(1) < wellBefore:
	case 2*size >= most:
		p.size.Store(0)
	default:
		p.size.Store(2 * int64(size))
		p.well.Store(0)
	}
}

// slow tells that an exchange took too long.
func slow(err error) bool {
	return callback.CodeOf(err) == callback.CodeUnreachable && errors.Is(err, context.DeadlineExceeded)
}

// patient scales a wait to the client's patience.
func (c *Client) patient(d time.Duration) time.Duration {
	return time.Duration(float64(d) * c.patience)
}
