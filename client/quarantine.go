package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"ringback/callback"
)

// Quarantine asks for the events of the caller's team that the server refused, the latest first; settled asks for
// those that left quarantine too. limit 0 leaves their number to the server.
func (c *Client) Quarantine(ctx context.Context, settled bool, limit int) ([]callback.QuarantineEntry, error) {
	var list []callback.QuarantineEntry
	q := url.Values{}
	if settled {
		q.Set("settled", "1")
	}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/quarantine", query: q, limit: maxReport}, &list)
	return list, err
}

// RetryQuarantined has a refused event judged anew.
func (c *Client) RetryQuarantined(ctx context.Context, eventID, reason string) (callback.QuarantineResult, error) {
	var out callback.QuarantineResult
	_, err := c.call(ctx, request{
		verb: http.MethodPost, path: "/v1/quarantine/{id}/retry", id: eventID, body: callback.QuarantineOrder{Reason: reason},
	}, &out)
	return out, err
}

// DismissQuarantined leaves a refused event out for good.
func (c *Client) DismissQuarantined(ctx context.Context, eventID, reason string) error {
	_, err := c.call(ctx, request{
		verb: http.MethodPost, path: "/v1/quarantine/{id}/dismiss", id: eventID, body: callback.QuarantineOrder{Reason: reason},
	}, nil)
	return err
}
