package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

type suppressionQuery struct {
	Limit string `query:"limit" doc:"How many entries at most; 500 unless given."`
}

// bans registers the do-not-call list.
func (rc *reception) bans() {
	s := rc.s
	open(rc, door{
		method: http.MethodPost, path: "/v1/suppressions", id: "suppress", roles: leaders, wide: true,
		summary: "Have numbers and persons never called again",
		doc: "Open cases of theirs end at once, in all teams. It may be repeated: what is on the list already is known. " +
			"A row that cannot be used is rejected with the reason.",
		body: callback.SuppressionBatch{},
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.SuppressionReport], error) {
		b, err := decode[callback.SuppressionBatch](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.Suppress(ctx, c.who, b))
	})
	open(rc, door{
		method: http.MethodGet, path: "/v1/suppressions", id: "suppressions", roles: leaders,
		summary: "The do-not-call list, the latest first",
		doc:     "Supervisors see what came from their team, administrators all. Entries are hashes: no number can be read from them.",
	}, func(ctx context.Context, c call, in *suppressionQuery) (*reply[callback.SuppressionList], error) {
		limit, err := number("limit", in.Limit)
		if err != nil {
			return nil, err
		}
		team := c.who.Team
		if c.who.Role == callback.RoleAdmin {
			team = ""
		}
		return replyWith(s.Suppressions(ctx, team, limit))
	})
	open(rc, door{
		method: http.MethodGet, path: "/v1/suppressions/history", id: "suppression-history", roles: leaders,
		summary: "Every change of the do-not-call list, the latest first",
		doc:     "Who, when, by which way (call, desk, hand, import, rest), and why. Supervisors see what came from their team.",
	}, func(ctx context.Context, c call, in *suppressionQuery) (*reply[callback.SuppressionHistory], error) {
		limit, err := number("limit", in.Limit)
		if err != nil {
			return nil, err
		}
		team := c.who.Team
		if c.who.Role == callback.RoleAdmin {
			team = ""
		}
		return replyWith(s.SuppressionHistory(ctx, team, limit))
	})
}
