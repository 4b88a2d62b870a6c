package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

// erasing registers the erasure of people.
func (rc *reception) erasing() {
	s := rc.s
	open(rc, door{
		method: http.MethodPost, path: "/v1/erasures", id: "erase", roles: admins, summary: "Erase a person's data, for good",
		doc: "The person of a case, or of a customer's id, in every team: texts go from cases, events, responses, comments and the " +
			"quarantine; open cases end; figures stay. Desks are told with the feed and destroy what they hold. " +
			"dry_run counts what would be erased.",
		body: callback.EraseRequest{},
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.ErasureReport], error) {
		r, err := decode[callback.EraseRequest](c.body)
		if err != nil {
			return nil, err
		}
		if r.Team, err = teamFor(c.who, r.Team); err != nil {
			return nil, err
		}
		return replyWith(s.Erase(ctx, c.who, r))
	})
	open(rc, door{
		method: http.MethodGet, path: "/v1/erasures", id: "erasures", roles: leaders, summary: "Erasures, and the desks that have not confirmed them",
		doc: "Supervisors see the desks of their team, administrators all, and the erasures themselves.",
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.ErasureStatus], error) {
		team := c.who.Team
		if c.who.Role == callback.RoleAdmin {
			team = ""
		}
		return replyWith(s.ErasureStatus(ctx, team))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/erasures/held", id: "held-cases", roles: everyone, summary: "Which of the cases that a desk holds were erased",
		doc:  "A desk asks it of cases that it no longer sees: they may have gone to others, or be erased. Ids only, in and out.",
		body: callback.HeldCases{},
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.ErasedCases], error) {
		held, err := decode[callback.HeldCases](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.ErasedAmong(ctx, held.Held))
	})
}
