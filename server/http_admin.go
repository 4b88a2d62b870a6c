package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

// newTeam is the body of POST /v1/teams.
type newTeam struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

type policyQuery struct {
	Team    string `query:"team" doc:"Another team, for administrators."`
	Version string `query:"version" doc:"An earlier version; the one in force unless given."`
}

// administration registers accounts, teams, policy and guides.
func (rc *reception) administration() {
	rc.accounts()
	rc.bans()
	rc.quarantine()
	rc.exports()
	rc.guides()
	rc.audit()
	s := rc.s
	open(rc, door{method: http.MethodGet, path: "/v1/teams", id: "teams", summary: "All teams", roles: admins},
		func(ctx context.Context, _ call, _ *nothing) (*reply[[]Team], error) {
			return replyWith(s.Teams(ctx))
		})
	open(rc, door{
		method: http.MethodPost, path: "/v1/teams", id: "add-team", summary: "Add a team", roles: admins,
		body: newTeam{}, status: http.StatusCreated,
	}, func(ctx context.Context, c call, _ *nothing) (*reply[Team], error) {
		n, err := decode[newTeam](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.AddTeam(ctx, n.ID, n.Name))
	})
	open(rc, door{method: http.MethodGet, path: "/v1/policy", id: "policy", summary: "The policy in force, or an earlier version of it", roles: everyone},
		func(ctx context.Context, c call, in *policyQuery) (*reply[callback.Policy], error) {
			team, err := teamFor(c.who, in.Team)
			if err != nil {
				return nil, err
			}
			version, err := number("version", in.Version)
			if err != nil {
				return nil, err
			}
			return replyWith(s.PolicyAt(ctx, team, version))
		})
	open(rc, door{
		method: http.MethodPut, path: "/v1/policy", id: "set-policy", summary: "Put another policy in force", roles: leaders,
		doc:  "version is the one that is replaced, so that two editors do not overwrite each other; 0 skips the check.",
		body: callback.Policy{},
	}, func(ctx context.Context, c call, in *teamQuery) (*reply[callback.Policy], error) {
		team, err := teamFor(c.who, in.Team)
		if err != nil {
			return nil, err
		}
		p, err := decode[callback.Policy](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.SetPolicy(ctx, c.who.ID, team, p))
	})
}
