package server

import (
	"context"

	"ringback/callback"
)

// Team is a team as an operator sees it.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func validWord(what, word string) error {
	if isShortWord(word) {
		return nil
	}
	return callback.Errorf(callback.CodeInvalid, "%s %q is not usable", what, callback.Line(word).String()).
		WithHint("use 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first")
}

// AddTeam adds a team with the default policy and guides. A team that exists
// is a CodeConflict.
func (s *Server) AddTeam(ctx context.Context, id, name string) (Team, error) {
	if err := validWord("team", id); err != nil {
		return Team{}, err
	}
	if name = callback.Line(name).String(); name == "" {
		name = id
	}
	t := Team{ID: id, Name: name}
	err := s.write(ctx, scope{team: id}, func(u *unit) error {
		if _, ok, err := found(u.q.Team(u.ctx, id)); err != nil || ok {
			if ok {
				return callback.Errorf(callback.CodeConflict, "there is a team %q already", id)
			}
			return err
		}
		if err := u.q.AddTeam(u.ctx, id, name, micros(u.now)); err != nil {
			return err
		}
		if err := u.q.AddTeamToBackups(u.ctx, id); err != nil {
			return err
		}
		return u.furnish(id)
	})
	return t, err
}

// furnish gives a new team its policy and guides.
func (u *unit) furnish(team string) error {
	l := &ledger{u: u, team: team, cases: map[string]*entry{}, days: map[string]*dayChange{}, fresh: map[string][]string{}}
	u.ledgers[team] = l
	if err := l.setPolicy(callback.DefaultPolicy(team), serverDevice); err != nil {
		return err
	}
	guides, err := defaultGuides()
	if err != nil {
		return err
	}
	for _, g := range guides {
		if err := l.setGuide(g, serverDevice); err != nil {
			return err
		}
	}
	return u.audit(team, serverDevice, "team.add", team, "")
}

// Teams lists all teams.
func (s *Server) Teams(ctx context.Context) ([]Team, error) {
	list, err := s.db.ask.Teams(ctx)
	if err != nil {
		return nil, s.db.failure("list teams", err)
	}
	out := make([]Team, 0, len(list))
	for _, t := range list {
		out = append(out, Team{ID: t.Team, Name: t.Name})
	}
	return out, nil
}
