package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"ringback/callback"
)

// Feed asks for the next page after a position; limit bounds its documents,
// 0 leaves that to the server. A page is given whole or not at all.
func (c *Client) Feed(ctx context.Context, at callback.Position, limit int) (callback.Page, error) {
	page, _, err := c.feed(ctx, asking{at: at, limit: limit, hint: 64 << 10})
	return page, err
}

// asking is one request of a page.
type asking struct {
	at callback.Position
	// has is what the server is believed to have of the desk's own events; it
	// answers CodeAckUnknown if that is not so.
	has   callback.StreamClaim
	limit int
	// hint is the page's expected size.
	hint int
}

// feed also gives the time of the reply.
//
// Besides the cursor it claims high, the head of the feed when the desk's data
// was read: documents carry the latest state, so without it a server that was
// set back to a moment between cursor and high could not tell.
func (c *Client) feed(ctx context.Context, a asking) (callback.Page, timing, error) {
	q, at, limit := url.Values{}, a.at, a.limit
	if at.Cursor != "" {
		q.Set("cursor", at.Cursor)
		q.Set("high", strconv.FormatUint(at.High, 10))
		if at.Erased > 0 {
			q.Set("erased", strconv.FormatUint(at.Erased, 10))
		}
	}
	if a.has.Mark != "" {
		q.Set("mark", a.has.Mark)
	}
	if a.has.Seq > 0 {
		q.Set("stream", a.has.Stream)
		q.Set("ack", strconv.FormatUint(a.has.Seq, 10))
		q.Set("ack_event", a.has.EventID)
	}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	body, when, err := c.fetch(ctx, request{
		verb: http.MethodGet, path: "/v1/feed", query: q, wait: waitPage, limit: maxPage, accept: "*/*", syncs: true,
	}, a.hint, func(media string) bool { return !isHTML(media) })
	if err != nil {
		return callback.Page{}, when, err
	}
	page, err := parsePage(body)
	switch {
	case errors.Is(err, errCut):
		return callback.Page{}, when, c.cut(err)
	case err != nil:
		return callback.Page{}, when, c.garbled(err)
	case page.Reader > callback.SchemaVersion:
		return callback.Page{}, when, &callback.Error{
			Code: callback.CodeNewer, Message: c.host + " is a newer ringback, whose cases this one cannot read",
			Hint: "update ringback; what you record is still sent, and the queue stays as it is", Err: errTold,
		}
	case page.More && page.Next == at.Cursor:
		return callback.Page{}, when, c.garbled(errors.New("the feed does not move on"))
	}
	return page, when, nil
}

var errCut = errors.New("the page is not whole")

// parsePage reads a head line and the documents after it. The documents share
// the body's memory.
func parsePage(body []byte) (callback.Page, error) {
	var p callback.Page
	line, rest, whole := bytes.Cut(body, []byte{'\n'})
	if err := json.Unmarshal(line, &p.PageHead); err != nil {
		if len(line) > 0 && line[0] == '{' && !whole {
			return p, errCut
		}
		return p, fmt.Errorf("read page head: %w", err)
	}
	if p.Epoch == "" || p.Next == "" || p.Count < 0 {
		return p, errors.New("read page head: epoch, next or count is missing")
	}
	// The shortest line that ParseLine takes has 9 bytes and a line feed;
	// hence no claimed count makes us reserve more than was sent.
	p.Docs = make([]callback.Doc, 0, min(p.Count, len(rest)/10+1))
	for len(rest) > 0 {
		line, rest, whole = bytes.Cut(rest, []byte{'\n'})
		if !whole {
			return p, fmt.Errorf("%w: it ends within line %d", errCut, len(p.Docs)+2)
		}
		doc, err := callback.ParseLine(line)
		if err != nil {
			return p, fmt.Errorf("%w: line %d: %w", errCut, len(p.Docs)+2, err)
		}
		p.Docs = append(p.Docs, doc)
	}
	if len(p.Docs) != p.Count {
		return p, fmt.Errorf("%w: %d of %d documents", errCut, len(p.Docs), p.Count)
	}
	return p, nil
}
