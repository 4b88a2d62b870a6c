package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"ringback/callback"
)

// Policy asks for a version of the policy of the caller's team; 0 means the
// one in force.
func (c *Client) Policy(ctx context.Context, version int) (callback.Policy, error) {
	var p callback.Policy
	q := url.Values{}
	if version != 0 {
		q.Set("version", strconv.Itoa(version))
	}
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/policy", query: q}, &p)
	if err == nil && p.Version == 0 {
		err = c.garbled(fmt.Errorf("the policy has no version"))
	}
	return p, err
}

// SetPolicy puts a policy in force and gives it with its new version. It fails
// with CodeConflict if p.Version is not the one in force.
func (c *Client) SetPolicy(ctx context.Context, p callback.Policy) (callback.Policy, error) {
	var now callback.Policy
	_, err := c.call(ctx, request{verb: http.MethodPut, path: "/v1/policy", body: p}, &now)
	if err == nil && now.Version == 0 {
		err = c.garbled(fmt.Errorf("the new policy has no version"))
	}
	return now, err
}

// Guides lists the guides in force.
func (c *Client) Guides(ctx context.Context) ([]callback.Guide, error) {
	var list []callback.Guide
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/guides"}, &list)
	return list, err
}

// Guide asks for the Markdown of a guide; version 0 means the one in force.
func (c *Client) Guide(ctx context.Context, id string, version int) (callback.GuideMarkdown, error) {
	var g callback.GuideMarkdown
	q := url.Values{}
	if version != 0 {
		q.Set("version", strconv.Itoa(version))
	}
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/guides/{id}", id: id, query: q}, &g)
	if err == nil && g.ID != id {
		err = c.garbled(fmt.Errorf("asked for one guide, got another"))
	}
	return g, err
}

// PublishGuide puts a guide's Markdown in force. It fails with CodeConflict if
// its version is not above the one in force.
func (c *Client) PublishGuide(ctx context.Context, id, source string) (callback.Guide, error) {
	var g callback.Guide
	_, err := c.call(ctx, request{verb: http.MethodPut, path: "/v1/guides/{id}", id: id, body: callback.GuideSource{Source: source}}, &g)
	if err == nil && g.ID != id {
		err = c.garbled(fmt.Errorf("published one guide, got another"))
	}
	return g, err
}

// DefaultGuides tells what the caller's team made of the guides that come with
// the server. A server of before has nothing to tell: CodeNotFound.
func (c *Client) DefaultGuides(ctx context.Context) ([]callback.DefaultGuide, error) {
	var list []callback.DefaultGuide
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/guides/defaults"}, &list)
	return list, err
}

// PublishDefaultGuides puts in force those that the team lacks or has as they
// came earlier, and gives them. It may be repeated.
func (c *Client) PublishDefaultGuides(ctx context.Context) ([]callback.DefaultGuide, error) {
	var list []callback.DefaultGuide
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/guides/defaults", again: true}, &list)
	return list, err
}

// Suppress puts numbers and persons on the do-not-call list. It may be
// repeated: what is on the list already is known.
func (c *Client) Suppress(ctx context.Context, b callback.SuppressionBatch) (callback.SuppressionReport, error) {
	var report callback.SuppressionReport
	_, err := c.call(ctx, request{
		verb: http.MethodPost, path: "/v1/suppressions", body: b, wait: waitIntake, again: true, pack: true,
	}, &report)
	if err == nil && len(report.Results) != len(b.Rows) {
		err = c.garbled(fmt.Errorf("%d results for %d rows", len(report.Results), len(b.Rows)))
	}
	return report, err
}

// Suppressions asks for the latest entries of the do-not-call list; limit 0
// leaves their number to the server.
func (c *Client) Suppressions(ctx context.Context, limit int) (callback.SuppressionList, error) {
	var list callback.SuppressionList
	q := url.Values{}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/suppressions", query: q}, &list)
	return list, err
}

// SuppressionHistory asks for the latest changes of the do-not-call list; limit
// 0 leaves their number to the server.
func (c *Client) SuppressionHistory(ctx context.Context, limit int) (callback.SuppressionHistory, error) {
	var history callback.SuppressionHistory
	q := url.Values{}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/suppressions/history", query: q}, &history)
	return history, err
}
