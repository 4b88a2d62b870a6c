package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"ringback/callback"
)

// InPeace gives a page of a team's customers who are left in peace now, after
// an id; empty begins, and an empty team is the caller's.
func (c *Client) InPeace(ctx context.Context, team, after string) (callback.PeacePage, error) {
	q := url.Values{"after": {after}}
	if team != "" {
		q.Set("team", team)
	}
	var page callback.PeacePage
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/cool-off", query: q, wait: waitPage, limit: maxPage}, &page)
	if err == nil && page.Next != "" && page.Next == after {
		err = c.garbled(fmt.Errorf("the list goes round in circles"))
	}
	return page, err
}
