package server

import (
	"context"

	"ringback/callback"
	"ringback/server/rows"
)

// ChangeUser changes an account: its name, role, team, what it speaks and can
// do, or whether it is closed. A change takes effect with the next request; live streams begin
// anew. The last administrator stays one.
func (s *Server) ChangeUser(ctx context.Context, by, id string, c callback.UserChange) (User, error) {
	if c.Closed != nil && *c.Closed {
		if err := s.RevokeUser(ctx, by, id, false); err != nil {
			return User{}, err
		}
	}
	row, err := s.account(ctx, id)
	if err != nil {
		return User{}, err
	}
	if c.Name != nil || c.Role != nil || c.Team != nil || c.Languages != nil || c.Skills != nil || c.Closed != nil && !*c.Closed {
		err = s.write(ctx, scope{team: row.Team, all: true}, func(u *unit) error {
			change := &accountChange{u: u, by: by, was: row, is: row}
			return change.apply(c)
		})
		if err != nil {
			return User{}, err
		}
		s.bells.dismiss(id, "")
		if err := s.handOver(ctx); err != nil {
			return User{}, err
		}
	}
	if row, err = s.account(ctx, id); err != nil {
		return User{}, err
	}
	return userOf(row), nil
}

// accountChange is one change of an account on its way into the database.
type accountChange struct {
	u       *unit
	by      string
	was, is rows.User
}

func (c *accountChange) apply(change callback.UserChange) error {
	if err := c.rename(change.Name); err != nil {
		return err
	}
	if err := c.role(change.Role); err != nil {
		return err
	}
	if err := c.team(change.Team); err != nil {
		return err
	}
	if err := c.languages(change.Languages); err != nil {
		return err
	}
	if err := c.skills(change.Skills); err != nil {
		return err
	}
	if change.Closed != nil && !*change.Closed {
		if err := c.open(); err != nil {
			return err
		}
	}
	if c.was == c.is {
		return nil
	}
	err := c.u.q.ChangeUser(c.u.ctx, rows.ChangeUserParams{
		ID: c.is.ID, Name: c.is.Name, Role: c.is.Role, Team: c.is.Team, Languages: c.is.Languages, Skills: c.is.Skills,
	})
	if err != nil {
		return err
	}
	return c.tell()
}

func (c *accountChange) audit(what, detail string) error {
	return c.u.audit(c.is.Team, c.by, what, c.is.ID, detail)
}

func (c *accountChange) rename(name *string) error {
	if name == nil {
		return nil
	}
	n := callback.NewUser{ID: c.is.ID, Name: callback.Line(*name).String(), Role: callback.UserRole(c.is.Role)}
	if err := checkUser(&n); err != nil || n.Name == c.is.Name {
		return err
	}
	c.is.Name = n.Name
	return c.audit("user.rename", "")
}

func (c *accountChange) role(role *callback.UserRole) error {
	if role == nil || string(*role) == c.is.Role {
		return nil
	}
	if err := checkUser(&callback.NewUser{ID: c.is.ID, Role: *role}); err != nil {
		return err
	}
	if err := c.u.notLastAdmin(c.is); err != nil {
		return err
	}
	from := c.is.Role
	c.is.Role = string(*role)
	if viewOf(*role) != viewAll {
		if err := c.u.part(c.is.ID, c.is.Team, c.by); err != nil {
			return err
		}
	}
	return c.audit("user.role", from+" "+c.is.Role)
}

func (c *accountChange) team(team *string) error {
	if team == nil || *team == c.is.Team {
		return nil
	}
	if err := validWord("team", *team); err != nil {
		return err
	}
	if _, err := c.u.ledger(*team); err != nil {
		return err
	}
	from := c.is.Team
	if err := c.audit("user.team", from+" "+*team); err != nil {
		return err
	}
	if err := c.u.part(c.is.ID, from, c.by); err != nil {
		return err
	}
	c.is.Team = *team
	return nil
}

func (c *accountChange) open() error {
	n, err := c.u.q.ReopenUser(c.u.ctx, c.is.ID)
	if err != nil || n == 0 {
		return err
	}
	c.is.RevokedAt = 0
	if err := c.u.q.EndParting(c.u.ctx, c.is.ID, c.is.Team); err != nil {
		return err
	}
	return c.audit("user.open", "")
}

// tell puts the colleague's document into the feed, and out of the feed of the
// team that they left.
func (c *accountChange) tell() error {
	a := userOf(c.is).Agent
	if c.was.Team != c.is.Team {
		l, err := c.u.ledger(c.was.Team)
		if err != nil {
			return err
		}
		left := userOf(c.was).Agent
		left.Gone = true
		if err := l.put(callback.DocAgent, left.ID, left); err != nil {
			return err
		}
	}
	l, err := c.u.ledger(c.is.Team)
	if err != nil {
		return err
	}
	return l.put(callback.DocAgent, a.ID, a)
}

// notLastAdmin keeps the house from locking itself out.
func (u *unit) notLastAdmin(row rows.User) error {
	if row.Role != string(callback.RoleAdmin) || row.RevokedAt != 0 {
		return nil
	}
	n, err := u.q.OtherAdmins(u.ctx, row.ID)
	if err != nil || n > 0 {
		return err
	}
	return callback.Errorf(callback.CodeConflict, "%s is the last administrator", row.ID).WithHint("make somebody else one first")
}

func userOf(r rows.User) User {
	return User{Agent: callback.Agent{
		ID: r.ID, Name: r.Name, Role: callback.UserRole(r.Role), Gone: r.RevokedAt != 0, Languages: said(r.Languages), Skills: said(r.Skills),
	}, Team: r.Team}
}

// mayKeep tells whether a caller keeps an account: administrators all, and
// supervisors the agents of their team. own lets everybody at their own. An
// account of another team is as absent as one that does not exist.
func (s *Server) mayKeep(ctx context.Context, who Caller, id string, own bool) error {
	row, err := s.account(ctx, id)
	switch {
	case err != nil:
		return err
	case who.Role == callback.RoleAdmin, own && id == who.ID:
		return nil
	case row.Team != who.Team || who.Role != callback.RoleSupervisor:
		return noUser(id)
	case row.Role != string(callback.RoleAgent):
		return callback.Errorf(callback.CodeForbidden, "a supervisor keeps the accounts of agents only").WithHint("ask an administrator")
	}
	return nil
}
