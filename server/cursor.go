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
