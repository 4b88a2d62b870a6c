package client

import (
	"context"
	"net/http"

	"ringback/callback"
)

// renewHeader is how the server tells that the desk's token has come past half
// of its life.
const renewHeader = "X-Ringback-Renew"

func (c *Client) token() string { return *c.bearer.Load() }

// Bear uses another token from the next request on.
func (c *Client) Bear(token string) {
	c.bearer.Store(&token)
	c.ripe.Store(false)
}

// RenewToken tells the server the desk's next token by its hash: the SHA-256 in
// hexadecimal digits. The present one stays good until the next one was used.
func (c *Client) RenewToken(ctx context.Context, hash string) (callback.TokenRenewal, error) {
	var out callback.TokenRenewal
	_, err := c.call(ctx, request{verb: http.MethodPost, path: "/v1/me/token", body: callback.TokenRequest{Hash: hash}, again: true, syncs: true}, &out)
	return out, err
}
