package server

import "ringback/callback"

// view is which documents a caller sees.
type view string

const (
	viewAll view = "all"
	// viewWords is the feed without cases: comments, guides, policy, days,
	// colleagues.
	viewWords view = "words"
)

func viewOf(role callback.UserRole) view {
	if role == callback.RoleTrainer {
		return viewWords
	}
	return viewAll
}

// beginning is where a caller's feed begins when its head is at high.
func (s *Server) beginning(who Caller, high uint64) callback.Cursor {
	return callback.Cursor{Epoch: s.epoch, Team: who.Team, View: string(viewOf(who.Role)), Fresh: high}
}
