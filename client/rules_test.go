package client

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
)

func TestRulesVerbs(t *testing.T) {
	ctx := context.Background()
	for name, row := range map[string]struct {
		reply any
		call  func(c *Client) (any, error)
		asked string
		body  string
	}{
		"policy":         {callback.Policy{Version: 4}, func(c *Client) (any, error) { return c.Policy(ctx, 0) }, "GET /v1/policy", ""},
		"policy version": {callback.Policy{Version: 2}, func(c *Client) (any, error) { return c.Policy(ctx, 2) }, "GET /v1/policy?version=2", ""},
		"guides":         {[]callback.Guide{{ID: "a"}}, func(c *Client) (any, error) { return c.Guides(ctx) }, "GET /v1/guides", ""},
		"guide":          {callback.GuideMarkdown{ID: "a", Version: 2, Source: "---"}, func(c *Client) (any, error) { return c.Guide(ctx, "a", 2) }, "GET /v1/guides/a?version=2", ""},
		"publish": {
			callback.Guide{ID: "house-en", Version: 2},
			func(c *Client) (any, error) { return c.PublishGuide(ctx, "house-en", "---") },
			"PUT /v1/guides/house-en", `{"source":"---"}`,
		},
		"suppress": {
			callback.SuppressionReport{Added: 1, Results: []callback.SuppressionResult{{Status: callback.SuppressionAdded, Key: "ab"}}},
			func(c *Client) (any, error) {
				return c.Suppress(ctx, callback.SuppressionBatch{Region: "US", Rows: []callback.NewSuppression{{Number: "1", Reason: "x"}}})
			},
			"POST /v1/suppressions", `{"region":"US","rows":[{"number":"1","reason":"x"}]}`,
		},
		"suppressions": {
			callback.SuppressionList{Total: 1, Entries: []callback.Suppression{{Key: "ab"}}},
			func(c *Client) (any, error) { return c.Suppressions(ctx, 7) },
			"GET /v1/suppressions?limit=7", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := &echo{v: row.reply}
			got, err := row.call(serve(t, e.ServeHTTP))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.reply, got); diff != "" {
				t.Error(diff)
			}
			if e.asked != row.asked || e.body != row.body {
				t.Errorf("asked %s %s", e.asked, e.body)
			}
		})
	}
	for name, row := range map[string]struct {
		reply any
		call  func(c *Client) error
	}{
		"policy without version": {callback.Policy{}, func(c *Client) error { _, err := c.Policy(ctx, 0); return err }},
		"set without version":    {callback.Policy{}, func(c *Client) error { _, err := c.SetPolicy(ctx, callback.Policy{Version: 1}); return err }},
		"another guide":          {callback.Guide{ID: "b"}, func(c *Client) error { _, err := c.PublishGuide(ctx, "a", ""); return err }},
		"rows without results": {callback.SuppressionReport{}, func(c *Client) error {
			_, err := c.Suppress(ctx, callback.SuppressionBatch{Rows: make([]callback.NewSuppression, 1)})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := row.call(serve(t, (&echo{v: row.reply}).ServeHTTP)); callback.CodeOf(err) != callback.CodeUnreachable {
				t.Errorf("error: %v", err)
			}
		})
	}
}
