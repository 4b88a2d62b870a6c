package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

// userPath names an account, and wipe whether its desks are to forget
// everything.
type userPath struct {
	ID   string `path:"id"`
	Wipe bool   `query:"wipe" doc:"Have the desk forget everything at its next contact, after it has sent what it holds."`
}

type devicePath struct {
	ID     string `path:"id"`
	Device string `path:"device"`
	Wipe   bool   `query:"wipe" doc:"Have the desk forget everything at its next contact, after it has sent what it holds."`
}

// newTokenBody is the body of POST /v1/users/{id}/tokens.
type newTokenBody struct {
	Name string `json:"name,omitempty" doc:"What the desk will be called."`
}

// accounts registers who may sign in. Supervisors keep the agents of their own
// team; administrators everybody.
func (rc *reception) accounts() {
	s := rc.s
	open(rc, door{method: http.MethodGet, path: "/v1/users", id: "users", summary: "All accounts", roles: leaders},
		func(ctx context.Context, c call, _ *nothing) (*reply[[]User], error) {
			return replyWith(s.Users(ctx, teamOrAll(c.who)))
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
		method: http.MethodPatch, path: "/v1/users/{id}", id: "change-user", roles: leaders, body: callback.UserChange{},
		summary: "Rename an account, change its role, team, languages or skills, close it or open it again",
		doc:     "What is left out stays; a list that is given replaces the one before. Role and team are for administrators.",
	}, func(ctx context.Context, c call, in *userPath) (*reply[User], error) {
		change, err := decode[callback.UserChange](c.body)
		if err != nil {
			return nil, err
		}
		if err := s.mayKeep(ctx, c.who, in.ID, false); err != nil {
			return nil, err
		}
		if c.who.Role != callback.RoleAdmin && (change.Role != nil || change.Team != nil) {
			return nil, callback.Errorf(callback.CodeForbidden, "a supervisor may change neither role nor team").WithHint("ask an administrator")
		}
		return replyWith(s.ChangeUser(ctx, c.who.ID, in.ID, change))
	})
	open(rc, door{
		method: http.MethodDelete, path: "/v1/users/{id}", id: "revoke-user", summary: "Close an account, at once", roles: leaders,
		status: http.StatusNoContent,
	}, func(ctx context.Context, c call, in *userPath) (*struct{}, error) {
		if err := s.mayKeep(ctx, c.who, in.ID, false); err != nil {
			return nil, err
		}
		return nil, s.RevokeUser(ctx, c.who.ID, in.ID, in.Wipe)
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/users/{id}/tokens", id: "issue-token", roles: leaders, status: http.StatusCreated,
		summary: "Give an account another token", doc: "For one more desk, or for a program without a desk. The reply is the only time it is shown.",
		body: newTokenBody{}, bare: true,
	}, func(ctx context.Context, c call, in *userPath) (*reply[callback.UserToken], error) {
		var n newTokenBody
		if len(c.body) > 0 {
			var err error
			if n, err = decode[newTokenBody](c.body); err != nil {
				return nil, err
			}
		}
		if err := s.mayKeep(ctx, c.who, in.ID, true); err != nil {
			return nil, err
		}
		return replyWith(s.IssueToken(ctx, c.who.ID, in.ID, n.Name))
	})
	rc.devices()
}

// devices registers the desks of an account; everybody keeps their own.
func (rc *reception) devices() {
	s := rc.s
	open(rc, door{method: http.MethodGet, path: "/v1/users/{id}/devices", id: "devices", summary: "The desks at which an account signed in", roles: everyone},
		func(ctx context.Context, c call, in *userPath) (*reply[callback.DeviceList], error) {
			if err := s.mayKeep(ctx, c.who, in.ID, true); err != nil {
				return nil, err
			}
			return replyWith(s.Devices(ctx, in.ID, c.who.Device))
		})
	open(rc, door{
		method: http.MethodDelete, path: "/v1/users/{id}/devices/{device}", id: "revoke-device", roles: everyone, status: http.StatusNoContent,
		summary: "Sign a desk out, at once",
	}, func(ctx context.Context, c call, in *devicePath) (*struct{}, error) {
		if err := s.mayKeep(ctx, c.who, in.ID, true); err != nil {
			return nil, err
		}
		return nil, s.RevokeDevice(ctx, c.who.ID, in.ID, in.Device, in.Wipe)
	})
	open(rc, door{
		method: http.MethodPatch, path: "/v1/users/{id}/devices/{device}", id: "change-device", roles: leaders, status: http.StatusNoContent,
		summary: "Say that a desk may be in use at two places", body: deviceChange{},
	}, func(ctx context.Context, c call, in *devicePath) (*struct{}, error) {
		change, err := decode[deviceChange](c.body)
		if err != nil {
			return nil, err
		}
		if err := s.mayKeep(ctx, c.who, in.ID, true); err != nil {
			return nil, err
		}
		if !change.Shared {
			return nil, callback.Errorf(callback.CodeInvalid, "there is nothing to change").WithHint("send shared: true")
		}
		return nil, s.AcceptCopied(ctx, c.who.ID, in.ID, in.Device)
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/me/token", id: "renew-token", roles: everyone, body: callback.TokenRequest{},
		summary: "Tell the desk's next token, by its hash",
		doc:     "The present token stays good until the next one was used. Replies carry X-Ringback-Renew when it is time.",
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.TokenRenewal], error) {
		req, err := decode[callback.TokenRequest](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.RenewToken(ctx, c.who, c.token, req.Hash))
	})
	open(rc, door{
		method: http.MethodDelete, path: "/v1/me/device", id: "sign-out", roles: everyone, status: http.StatusNoContent, wiping: true,
		summary: "Sign out: the token of this request ends",
		doc:     "A desk that was told to forget everything says with wiped that it has; it can do so only then.",
	}, func(ctx context.Context, c call, in *struct {
		Wiped bool `query:"wiped" doc:"This desk has forgotten everything, as it was told."`
	},
	) (*struct{}, error) {
		return nil, s.SignOut(ctx, c.who, c.token, in.Wiped)
	})
}

// deviceChange is the body of PATCH /v1/users/{id}/devices/{device}.
type deviceChange struct {
	// Shared tells that the folder lies where two machines reach it.
	Shared bool `json:"shared"`
}

// teamOrAll is what a leader sees: administrators all teams, which is "".
func teamOrAll(who Caller) string {
	if who.Role == callback.RoleAdmin {
		return ""
	}
	return who.Team
}
