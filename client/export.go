package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"ringback/callback"
)

// Export gives a page of a team's cases after an id; empty begins, and an empty team is the caller's.
func (c *Client) Export(ctx context.Context, team, after string) (callback.ExportPage, error) {
	q := url.Values{"after": {after}}
	if team != "" {
		q.Set("team", team)
	}
	var page callback.ExportPage
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/export", query: q, wait: waitPage, limit: maxPage}, &page)
	if err == nil && page.Next != "" && page.Next == after {
		err = c.garbled(fmt.Errorf("the export goes round in circles"))
	}
	return page, err
}
