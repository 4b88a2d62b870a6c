package server

import "ringback/server/rows"

// whoIs reads a customer, or whom they turned out to be.
func (u *unit) whoIs(team, id string) (rows.Customer, bool, error) {
	for {
		row, ok, err := found(u.q.Customer(u.ctx, team, id))
		if err != nil || !ok || row.JoinedTo == "" {
			return row, ok, err
		}
		id = row.JoinedTo
	}
}

// withJoined adds those who turned out to be one of the people of an erasure:
// what is left of them goes, too, and they are not brought back either.
func (u *unit) withJoined(rec *erasure, ids map[[2]string]bool) error {
	waiting := make([][2]string, 0, len(ids))
	for k := range ids {
		waiting = append(waiting, k)
	}
	for len(waiting) > 0 {
		k := waiting[0]
		waiting = waiting[1:]
		list, err := u.q.CustomersJoinedTo(u.ctx, k[0], k[1])
		if err != nil {
			return err
		}
		for _, id := range list {
			row, ok, err := found(u.q.Customer(u.ctx, k[0], id))
			if err != nil {
				return err
			}
			if one := [2]string{k[0], id}; ok && !ids[one] {
				ids[one], waiting = true, append(waiting, one)
				rec.key("ref", row.Ref)
				rec.key("tel", row.Tel)
				rec.key("mail", row.Mail)
			}
		}
	}
	return nil
}
