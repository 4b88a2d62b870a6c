package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// peacePage is how many customers are looked at for one page.
const peacePage = 500

// InPeace gives a team's customers who are left in peace now, a page at a time
// in the order of their ids. Who begins such a list is on record: it names
// people. A page is read beside those who write: nobody waits for it.
func (s *Server) InPeace(ctx context.Context, who Caller, team, after string) (callback.PeacePage, error) {
	page := callback.PeacePage{Customers: []callback.InPeace{}}
	if after == "" {
		err := s.write(ctx, scope{team: team}, func(u *unit) error {
			if _, err := u.ledger(team); err != nil {
				return err
			}
			return u.audit(team, who.ID, "cool-off.list", team, "")
		})
		if err != nil {
			return page, err
		}
	}
	err := s.db.snapshot(ctx, func(q *rows.Queries) error {
		row, ok, err := found(q.Team(ctx, team))
		if err != nil {
			return err
		}
		if !ok {
			return noTeam(team)
		}
		policy, err := s.policies.get(ctx, q, team, row.Policy)
		if err != nil {
			return err
		}
		page, err = inPeace(ctx, q, team, after, policy, s.now())
		return err
	})
	return page, s.db.failure("list customers in peace", err)
}

func inPeace(ctx context.Context, q *rows.Queries, team, after string, policy callback.Policy, now time.Time) (callback.PeacePage, error) {
	page := callback.PeacePage{Customers: []callback.InPeace{}}
	ids, err := q.CustomersAfter(ctx, team, after, peacePage)
	if err != nil || len(ids) == 0 {
		return page, err
	}
	last := ids[len(ids)-1]
	if len(ids) == peacePage {
		page.Next = last
	}
	list, err := q.CasesOfCustomers(ctx, team, after, last)
	if err != nil {
		return page, err
	}
	cases := map[string][]callback.Case{}
	for _, row := range list {
		var c callback.Case
		if err := json.Unmarshal(row.Body, &c); err != nil {
			return page, fmt.Errorf("read a case of customer %s: %w", row.CustomerID, err)
		}
		cases[row.CustomerID] = append(cases[row.CustomerID], c)
	}
	for _, id := range ids {
		of := cases[id]
		slices.SortFunc(of, func(a, b callback.Case) int { return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.ID, b.ID)) })
		if one, ok := policy.Peace(id, of, now); ok {
			page.Customers = append(page.Customers, one)
		}
	}
	return page, nil
}
