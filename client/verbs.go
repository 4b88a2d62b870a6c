package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"ringback/callback"
)

// Health asks whether the server is there; it needs no token.
func (c *Client) Health(ctx context.Context) error {
	r := request{verb: http.MethodGet, path: "/healthz", open: true, wait: waitShort, limit: maxReply, accept: "*/*"}
	_, _, err := c.fetch(ctx, r, 512, func(media string) bool { return !isHTML(media) })
	return err
}

// Me asks who the token belongs to.
func (c *Client) Me(ctx context.Context) (callback.Me, error) {
	me, _, err := c.me(ctx)
	return me, err
}

func (c *Client) me(ctx context.Context) (callback.Me, timing, error) {
	var me callback.Me
	at, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/me", syncs: true}, &me)
	if err == nil && me.ID == "" {
		err = c.garbled(fmt.Errorf("me has no id"))
	}
	return me, at, err
}

// Intake hands responses to the server. It may be repeated: the server knows
// a row by source and external id.
func (c *Client) Intake(ctx context.Context, b callback.IntakeBatch) (callback.IntakeReport, error) {
	var report callback.IntakeReport
	_, err := c.call(ctx, request{
		verb: http.MethodPost, path: "/v1/responses", body: b, wait: waitIntake, limit: maxReport, again: true, pack: true,
	}, &report)
	if err == nil && len(report.Results) != len(b.Rows) {
		err = c.garbled(fmt.Errorf("%d results for %d rows", len(report.Results), len(b.Rows)))
	}
	return report, err
}

// Push hands a batch of events to the server and gives its receipts. Events
// are known by their id, so a push may be repeated.
func (c *Client) Push(ctx context.Context, p callback.Push) (callback.PushReply, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return callback.PushReply{}, fmt.Errorf("encode push: %w", err)
	}
	reply, _, err := c.push(ctx, raw)
	return reply, err
}

func (c *Client) push(ctx context.Context, raw json.RawMessage) (callback.PushReply, timing, error) {
	var reply callback.PushReply
	at, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/events", body: raw, wait: waitPush, again: true, syncs: true}, &reply)
	if err == nil && reply.Epoch == "" {
		err = c.garbled(fmt.Errorf("push reply has no epoch"))
	}
	return reply, at, err
}

// Claim asks for leases. A refused claim is an error of CodeConflict that
// names the holder.
func (c *Client) Claim(ctx context.Context, r callback.ClaimRequest) (callback.ClaimReply, error) {
	if r.Device == "" {
		r.Device = c.dev
	}
	var reply callback.ClaimReply
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/claims", body: r}, &reply)
	return reply, err
}

// Renew lengthens a lease and gives it with its new end. purpose says what it
// is for from now on; empty keeps what it was.
func (c *Client) Renew(ctx context.Context, lease string, purpose callback.LeasePurpose) (callback.Lease, error) {
	body := struct {
		Purpose callback.LeasePurpose `json:"purpose,omitempty"`
	}{purpose}
	var reply callback.ClaimReply
	_, err := c.call(ctx, request{
		verb: http.MethodPost, path: "/v1/claims/{id}/renew", id: lease, body: body, again: true,
	}, &reply)
	if err != nil {
		return callback.Lease{}, err
	}
	if len(reply.Leases) != 1 {
		return callback.Lease{}, c.garbled(fmt.Errorf("%d leases renewed", len(reply.Leases)))
	}
	return reply.Leases[0], nil
}

// Release gives a lease back.
func (c *Client) Release(ctx context.Context, lease string) error {
	_, err := c.call(ctx, request{verb: http.MethodDelete, path: "/v1/claims/{id}", id: lease, again: true}, nil)
	return err
}

// Board asks for the caller's team's board over a period of
// callback.PeriodNames, or two dates.
func (c *Client) Board(ctx context.Context, period string) (callback.Board, error) {
	var b callback.Board
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/board", query: url.Values{"period": {period}}}, &b)
	return b, err
}

// Case asks for one case as the server holds it.
func (c *Client) Case(ctx context.Context, id string) (callback.Case, error) {
	var doc callback.Case
	_, err := c.call(ctx, request{verb: http.MethodGet, path: "/v1/cases/{id}", id: id}, &doc)
	if err == nil && doc.ID != id {
		err = c.garbled(fmt.Errorf("asked for one case, got another"))
	}
	return doc, err
}
