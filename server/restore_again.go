package server

import (
	"context"
	"slices"
	"strings"

	"ringback/server/rows"
)

// holdings are what a database holds that no desk does.
type holdings struct {
	users  map[string]bool
	counts map[holding]int64
}

// holding is one kind of it in one team.
type holding struct{ team, what string }

func newHoldings() holdings {
	return holdings{users: map[string]bool{}, counts: map[holding]int64{}}
}

func (h holdings) read(ctx context.Context, q *rows.Queries) error {
	users, err := q.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		h.users[u.ID] = true
	}
	teams, err := q.Teams(ctx)
	if err != nil {
		return err
	}
	for _, t := range teams {
		h.counts[holding{t.Team, "policies"}] = t.Policy
		if h.counts[holding{t.Team, "guides"}], err = q.CountGuides(ctx, t.Team); err != nil {
			return err
		}
		if h.counts[holding{t.Team, "responses"}], err = q.CountResponses(ctx, t.Team); err != nil {
			return err
		}
	}
	return nil
}

// without lists what these have and others lack.
func (h holdings) without(other holdings) []Missing {
	out := []Missing{}
	var ids []string
	for id := range h.users {
		if !other.users[id] {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		slices.Sort(ids)
		out = append(out, Missing{What: "users", N: int64(len(ids)), IDs: ids})
	}
	for what, n := range h.counts {
		if had := other.counts[what]; n > had {
			out = append(out, Missing{Team: what.team, What: what.what, N: n - had})
		}
	}
	slices.SortFunc(out, func(a, b Missing) int {
		if n := strings.Compare(a.Team, b.Team); n != 0 {
			return n
		}
		return strings.Compare(a.What, b.What)
	})
	return out
}
