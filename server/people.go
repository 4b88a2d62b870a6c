package server

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"ringback/callback"
	"ringback/server/rows"
)

// person is a customer as the database keeps them.
type person struct {
	callback.Customer
	detractors int64
	caseID     string
	// known tells that they were here before.
	known bool
	// changed tells that the row is new or another than before.
	changed bool
}

// snapshot is the customer as a case keeps them.
func (p *person) snapshot() callback.Customer {
	c := p.Customer
	c.EarlierDetractor = p.detractors > 0
	return c
}

// news gives what an open case of the customer's does not know of them yet, or
// nil.
func (p *person) news(c callback.Case) *callback.Customer {
	have, now := c.Customer, p.Customer
	if have.ID == now.ID && have.Ref == now.Ref && have.Name == now.Name && have.Account == now.Account && have.Email == now.Email &&
		have.Language == now.Language && have.Role == now.Role && have.Value == now.Value {
		return nil
	}
	now.EarlierDetractor, now.Phone, now.Others = have.EarlierDetractor, callback.Phone{}, nil
	return &now
}

// customer finds the customer of a row, or makes one: by their number in the
// source, else by telephone number or e-mail address and a name that fits. Who
// turns out to have been known as two is one from then on.
func (l *ledger) customer(j judged) (*person, error) {
	list, err := l.alike(j.customer, l.u.s.keys.person(j.customer))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		c := j.customer
		c.ID = "p" + idOf(l.team, j.response.Source, j.response.ExternalID)
		return &person{Customer: c, changed: true}, nil
	}
	who := list[0]
	who.learn(j.customer)
	if !who.changed && len(list) == 1 {
		return who, nil
	}
	return who, l.joinAll(who)
}

// joinAll looks for those who have turned out to be a customer, by everything
// that they were ever known by, until there is nobody left.
func (l *ledger) joinAll(who *person) error {
	for {
		keys := l.u.s.keys.person(who.Customer)
		old, err := l.u.q.KeysOfCustomer(l.u.ctx, l.team, who.ID)
		if err != nil {
			return err
		}
		for _, k := range old {
			keys = append(keys, personKey{k.Kind, k.Key})
		}
		list, err := l.alike(who.Customer, keys)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(p *person) bool { return p.ID != who.ID })
		if i < 0 {
			return nil
		}
		if err := l.join(who, list[i]); err != nil {
			return fmt.Errorf("join customers %s and %s: %w", who.ID, list[i].ID, err)
		}
	}
}

// alike gives those known by one of some keys who can be a customer, the
// likeliest first: who has their number in the source, or their very name, or
// an open case.
func (l *ledger) alike(c callback.Customer, keys []personKey) ([]*person, error) {
	ids := map[string]bool{}
	var out []*person
	for _, k := range keys {
		find := l.u.q.CustomersByKey
		if c.Ref != "" && k.kind != "ref" {
			find = l.u.q.Refless
		}
		list, err := find(l.u.ctx, l.team, k.hash)
		if err != nil {
			return nil, err
		}
		for _, row := range list {
			p, err := l.candidate(row)
			if err != nil {
				return nil, err
			}
			if p != nil && !ids[p.ID] && callback.SamePerson(p.Customer, c, callback.KnownBy(k.kind)) {
				ids[p.ID], out = true, append(out, p)
			}
		}
	}
	slices.SortFunc(out, func(a, b *person) int {
		return cmp.Or(
			more(b.Ref != "" && b.Ref == c.Ref, a.Ref != "" && a.Ref == c.Ref), more(b.Name == c.Name, a.Name == c.Name),
			more(b.caseID != "", a.caseID != ""), cmp.Compare(a.ID, b.ID),
		)
	})
	return out, nil
}

// more orders what is so before what is not: b against a.
func more(b, a bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// candidate reads the customer of a row, or whom they turned out to be; nil if
// there is none.
func (l *ledger) candidate(row rows.Customer) (*person, error) {
	if row.JoinedTo != "" {
		next, ok, err := l.u.whoIs(l.team, row.JoinedTo)
		if err != nil || !ok {
			return nil, err
		}
		row = next
	}
	p := &person{detractors: row.Detractors, caseID: row.CaseID, known: true}
	if id, here := l.holding[row.ID]; here {
		p.caseID = id
	}
	if err := json.Unmarshal(row.Body, &p.Customer); err != nil {
		return nil, errors.Join(fmt.Errorf("read customer %s", row.ID), err)
	}
	return p, nil
}

// learn takes over what a later response says of the customer; what it leaves
// out stands.
func (p *person) learn(c callback.Customer) {
	old := p.Customer
	set := func(have *string, now string) {
		if now != "" {
			*have = now
		}
	}
	set(&p.Ref, c.Ref)
	if !callback.SameName(p.Name, c.Name) || len(c.Name) > len(p.Name) {
		set(&p.Name, c.Name) // a part of a name, or initials, say less
	}
	set(&p.Account, c.Account)
	set(&p.Email, c.Email)
	set(&p.Language, c.Language)
	if c.Role != callback.NoRole {
		p.Role = c.Role
	}
	if c.Value >= 0 {
		p.Value = c.Value
	}
	renumbered := p.Learn(c.All())
	p.changed = p.changed || renumbered || p.Ref != old.Ref || p.Name != old.Name || p.Account != old.Account || p.Email != old.Email ||
		p.Language != old.Language || p.Role != old.Role || p.Value != old.Value
}

func (p *person) save(l *ledger) error {
	body, err := json.Marshal(p.Customer)
	if err != nil {
		return fmt.Errorf("encode customer: %w", err)
	}
	row := rows.PutCustomerParams{
		Team: l.team, ID: p.ID, Ref: []byte{}, Tel: []byte{}, Mail: []byte{},
		Detractors: p.detractors, CaseID: p.caseID, Body: body,
	}
	for _, key := range l.u.s.keys.person(p.Customer) {
		switch key.kind {
		case "ref":
			row.Ref = key.hash
		case "mail":
			row.Mail = key.hash
		default:
			continue
		}
		if err := p.keepKey(l, key); err != nil {
			return err
		}
	}
	if row.Tel, err = p.keepTels(l); err != nil {
		return err
	}
	if p.Ref != "" && p.known {
		if err := l.u.q.RefKnown(l.u.ctx, l.team, p.ID); err != nil {
			return err
		}
	}
	return l.u.q.PutCustomer(l.u.ctx, row)
}

// keepKey lets a customer be known by a key from now on.
func (p *person) keepKey(l *ledger, k personKey) error {
	return l.u.q.AddCustomerKey(l.u.ctx, rows.AddCustomerKeyParams{Team: l.team, Key: k.hash, CustomerID: p.ID, Kind: k.kind, Refless: p.Ref == ""})
}
