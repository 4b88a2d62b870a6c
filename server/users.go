package server

import (
	"context"
	"strconv"
	"strings"
	"unicode"

	"ringback/callback"
	"ringback/server/rows"
)

// Caller is who asks: a signed-in user at a device.
type Caller struct {
	ID     string
	Name   string
	Role   callback.UserRole
	Team   string
	Device string
}

// User is an account as an administrator sees it.
type User struct {
	callback.Agent
	Team string `json:"team"`
}

// As gives the caller that a user is at a device, for use within the process.
func (s *Server) As(ctx context.Context, userID, device string) (Caller, error) {
	row, ok, err := found(s.db.ask.User(ctx, userID))
	if err != nil {
		return Caller{}, s.db.failure("find user", err)
	}
	if !ok || row.RevokedAt != 0 {
		return Caller{}, noUser(userID)
	}
	return callerOf(row, device), nil
}

func callerOf(row rows.User, device string) Caller {
	return Caller{ID: row.ID, Name: row.Name, Role: callback.UserRole(row.Role), Team: row.Team, Device: device}
}

func noUser(id string) error {
	return callback.Errorf(callback.CodeNotFound, "there is no user %q", callback.Line(id).String()).
		WithHint("their ids are in: ringback user list")
}

// AddUser adds an account and gives its token, which is kept nowhere. An id
// that is taken is a CodeConflict; an empty one is made from the name. by is
// who adds it, for the audit.
func (s *Server) AddUser(ctx context.Context, by string, n callback.NewUser) (callback.UserToken, error) {
	n.Name = callback.Line(n.Name).String()
	if err := checkUser(&n); err != nil {
		return callback.UserToken{}, err
	}
	spoken, err := languages(n.Languages)
	if err != nil {
		return callback.UserToken{}, err
	}
	able, err := skills(n.Skills)
	if err != nil {
		return callback.UserToken{}, err
	}
	token, err := newToken()
	if err != nil {
		return callback.UserToken{}, err
	}
	out := callback.UserToken{Name: n.Name, Role: n.Role, Team: n.Team, Token: token}
	err = s.write(ctx, scope{team: n.Team, all: true}, func(u *unit) error {
		l, err := u.ledger(n.Team)
		if err != nil {
			return err
		}
		if out.ID, err = u.freeID(n); err != nil {
			return err
		}
		err = u.q.AddUser(u.ctx, rows.AddUserParams{
			ID: out.ID, Team: n.Team, Name: n.Name, Role: string(n.Role), CreatedAt: micros(u.now), Languages: kept(spoken), Skills: kept(able),
		})
		if err != nil {
			return err
		}
		if err := u.addToken(token, out.ID, ""); err != nil {
			return err
		}
		if err := l.put(callback.DocAgent, out.ID, callback.Agent{ID: out.ID, Name: n.Name, Role: n.Role, Languages: spoken, Skills: able}); err != nil {
			return err
		}
		return u.audit(n.Team, by, "user.add", out.ID, string(n.Role))
	})
	return out, err
}

func checkUser(n *callback.NewUser) error {
	if n.Name == "" {
		n.Name = n.ID
	}
	if n.Name == "" || len(n.Name) > 200 {
		return callback.Errorf(callback.CodeInvalid, "a user needs a name of at most 200 bytes")
	}
	if n.ID != "" {
		if err := validWord("user id", n.ID); err != nil {
			return err
		}
	}
	for _, r := range callback.UserRoles() {
		if n.Role == r {
			return nil
		}
	}
	return callback.Errorf(callback.CodeInvalid, "role %q is not known", callback.Line(string(n.Role)).String()).
		WithHint("the roles are agent, supervisor, trainer and administrator")
}

// freeID gives the wanted id, or one made from the name: Anna Petrova becomes
// anna.petrova, a second one anna.petrova2.
func (u *unit) freeID(n callback.NewUser) (string, error) {
	base := n.ID
	if base == "" {
		base = wordOf(n.Name)
	}
	for i := 1; ; i++ {
		id := base
		if i > 1 {
			id += strconv.Itoa(i)
		}
		_, taken, err := found(u.q.User(u.ctx, id))
		if err != nil || !taken {
			return id, err
		}
		if n.ID != "" {
			return "", callback.Errorf(callback.CodeConflict, "the user id %q is taken", id)
		}
	}
}

func wordOf(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "."):
			b.WriteByte('.')
		}
		if b.Len() > 40 {
			break
		}
	}
	if word := strings.Trim(b.String(), "."); word != "" {
		return word
	}
	return "user"
}

// RevokeUser closes an account at once: its desks are signed out, and their
// live streams end. With wipe they are to forget everything, after they have
// sent what they have. Closing it twice is no error.
func (s *Server) RevokeUser(ctx context.Context, by, id string, wipe bool) error {
	row, err := s.account(ctx, id)
	if err != nil {
		return err
	}
	err = s.write(ctx, scope{team: row.Team}, func(u *unit) error {
		if err := u.notLastAdmin(row); err != nil {
			return err
		}
		n, err := u.q.RevokeUser(u.ctx, id, micros(u.now))
		if err != nil {
			return err
		}
		if n > 0 {
			if err := u.closed(by, row); err != nil {
				return err
			}
		}
		if !wipe {
			return nil
		}
		if err := u.q.OrderAllWipes(u.ctx, id, micros(u.now)); err != nil {
			return err
		}
		return u.audit(row.Team, by, "user.wipe", id, "")
	})
	if err != nil {
		return err
	}
	s.bells.dismiss(id, "")
	return s.handOver(ctx)
}

// closed signs the desks of a closed account out, and tells its team.
func (u *unit) closed(by string, row rows.User) error {
	if err := u.q.RevokeAllTokens(u.ctx, row.ID, micros(u.now)); err != nil {
		return err
	}
	if err := u.q.RevokeAllDevices(u.ctx, row.ID, micros(u.now), by); err != nil {
		return err
	}
	l, err := u.ledger(row.Team)
	if err != nil {
		return err
	}
	row.RevokedAt = micros(u.now)
	if err := l.put(callback.DocAgent, row.ID, userOf(row).Agent); err != nil {
		return err
	}
	if err := u.part(row.ID, row.Team, by); err != nil {
		return err
	}
	return u.audit(row.Team, by, "user.revoke", row.ID, "")
}

// Users lists all accounts of a team, or of every team if it is empty.
func (s *Server) Users(ctx context.Context, team string) ([]User, error) {
	list, err := s.db.ask.Users(ctx)
	if err != nil {
		return nil, s.db.failure("list users", err)
	}
	out := []User{}
	for _, r := range list {
		if team == "" || r.Team == team {
			out = append(out, userOf(r))
		}
	}
	return out, nil
}
