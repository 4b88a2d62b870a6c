package main

import (
	"context"
	"strings"

	"ringback/callback"
	"ringback/server"
)

// firstTeam is the team that the first start makes.
const firstTeam = "main"

// firstAdmin makes the first team and administrator on an empty database; nil
// if there is a team already.
func firstAdmin(ctx context.Context, s *server.Server) (*callback.UserToken, error) {
	teams, err := s.Teams(ctx)
	if err != nil || len(teams) > 0 {
		return nil, err
	}
	if _, err := s.AddTeam(ctx, firstTeam, "Main"); err != nil {
		return nil, err
	}
	admin, err := s.AddUser(ctx, operator, callback.NewUser{
		ID: "admin", Name: "Administrator", Role: callback.RoleAdmin, Team: firstTeam,
	})
	if err != nil {
		return nil, err
	}
	return &admin, nil
}

// operator stands in the audit for whoever works at the server's own console.
const operator = "operator"

// engineOf names a database without its address, which may hold a password.
func engineOf(dsn string) string {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return "SQLite, " + path
	}
	return "PostgreSQL"
}
