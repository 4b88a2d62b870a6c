package server

import (
	"strings"

	"ringback/callback"
)

// notForRole tells a caller that something is not for their role, and whom to
// ask for it. what names it, as the documents of the API do.
func notForRole(what string, role callback.UserRole, roles []callback.UserRole) error {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = "an " + string(r)
		if !strings.ContainsAny(words[i][3:4], "aeiou") {
			words[i] = "a " + string(r)
		}
	}
	last := len(words) - 1
	ask := words[last]
	if last > 0 {
		ask = strings.Join(words[:last], ", ") + " or " + ask
	}
	return callback.Errorf(callback.CodeForbidden, "%q is not for your role, %s", what, role).WithHint("ask %s", ask)
}
