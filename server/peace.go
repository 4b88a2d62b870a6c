package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ringback/callback"
)

// peacePage is how many customers are looked at for one page.
const peacePage = 500

// InPeace gives a team's customers who are left in peace now, a page at a time
// in the order of their ids. Who begins such a list is on record: it names
// people.
func (s *Server) InPeace(ctx context.Context, who Caller, team, after string) (callback.PeacePage, error) {
	page := callback.PeacePage{Customers: []callback.InPeace{}}
	err := s.write(ctx, scope{team: team}, func(u *unit) error {
		l, err := u.ledger(team)
		if err != nil {
			return err
		}
		if after == "" {
			if err := u.audit(team, who.ID, "cool-off.list", team, ""); err != nil {
				return err
			}
		}
		page, err = l.inPeace(after)
		return err
	})
	return page, err
}

func (l *ledger) inPeace(after string) (callback.PeacePage, error) {
	page := callback.PeacePage{Customers: []callback.InPeace{}}
	ids, err := l.u.q.CustomersAfter(l.u.ctx, l.team, after, peacePage)
	if err != nil || len(ids) == 0 {
		return page, err
	}
	last := ids[len(ids)-1]
	if len(ids) == peacePage {
		page.Next = last
	}
	list, err := l.u.q.CasesOfCustomers(l.u.ctx, l.team, after, last)
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
		if one, ok := l.policy.Peace(id, of, l.u.now); ok {
			page.Customers = append(page.Customers, one)
		}
	}
	return page, nil
}
