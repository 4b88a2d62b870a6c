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

// accounts registers who may sign in. Supervisors keep the agents of their own
// team; administrators everybody.
func (rc *reception) accounts() {
	s := rc.s
	open(rc, door{method: http.MethodGet, path: "/v1/users", id: "users", summary: "All accounts", roles: leaders},
		func(ctx context.Context, c call, _ *nothing) (*reply[[]User], error) {
			team := c.who.Team
			if c.who.Role == callback.RoleAdmin {
				team = ""
			}
			return replyWith(s.Users(ctx, team))
		})
	open(rc, door{
		method: http.MethodPost, path: "/v1/users", id: "add-user", summary: "Add an account", roles: leaders,
		doc: "The reply is the only time the token is shown.", body: callback.NewUser{}, status: http.StatusCreated,
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.UserToken], error) {
		n, err := decode[callback.NewUser](c.body)
		if err != nil {
			return nil, err
		}
		if n.Team, err = teamFor(c.who, n.Team); err != nil {
			return nil, err
		}
		if c.who.Role == callback.RoleSupervisor && n.Role != callback.RoleAgent {
			return nil, callback.Errorf(callback.CodeForbidden, "a supervisor may add agents only").
				WithHint("ask an administrator")
		}
		return replyWith(s.AddUser(ctx, c.who.ID, n))
	})
	open(rc, door{
		method: http.MethodDelete, path: "/v1/users/{id}", id: "revoke-user", summary: "Close an account, at once", roles: leaders,
		status: http.StatusNoContent,
	}, func(ctx context.Context, c call, in *struct {
		ID string `path:"id"`
	},
	) (*struct{}, error) {
		if err := s.mayRevoke(ctx, c.who, in.ID); err != nil {
			return nil, err
		}
		return nil, s.RevokeUser(ctx, c.who.ID, in.ID)
	})
}

func (s *Server) mayRevoke(ctx context.Context, who Caller, id string) error {
	if !shortWord.MatchString(id) {
		return noUser(id)
	}
	if who.Role == callback.RoleAdmin {
		return nil
	}
	row, ok, err := found(s.db.ask.User(ctx, id))
	if err != nil {
		return s.db.failure("find user", err)
	}
	if !ok || row.Team != who.Team {
		return noUser(id)
	}
	if row.Role != string(callback.RoleAgent) {
		return callback.Errorf(callback.CodeForbidden, "a supervisor may close agents' accounts only").WithHint("ask an administrator")
	}
	return nil
}
