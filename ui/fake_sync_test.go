package ui

import (
	"context"
	"slices"
	"time"

	"ringback/callback"
)

func (f *fake) Take(_ context.Context, size int, until time.Time) (callback.Pack, error) {
	if err := f.called("Take"); err != nil {
		return callback.Pack{}, err
	}
	if size == 0 {
		size = f.policy.Leases.PackSize
	}
	for _, r := range f.rows() {
		c := f.cases[r.ID] // what waits to be sent, the server does not know
		if rank, ok := callback.RankOf(f.policy, c); !ok || !rank.Place(f.policy, f.me.ID, f.now()).Ready || size == 0 {
			continue
		}
		c.Lease = &callback.Lease{ID: "l-" + r.ID, CaseID: r.ID, Agent: f.me.ID, Device: "desk-1", Purpose: callback.LeasePack, Fence: c.Fence, Until: until, Pack: until}
		f.cases[r.ID] = c
		size--
	}
	f.moved()
	return f.Pack()
}

func (f *fake) Pack() (callback.Pack, error) {
	var p callback.Pack
	for id := range f.cases {
		base := f.cases[id]
		if base.Lease == nil || base.Lease.Pack.IsZero() || !f.now().Before(base.Lease.Until) {
			continue
		}
		c, _ := f.view(id)
		done := c.Lease == nil || !c.State.Open()
		p.Cases = append(p.Cases, callback.PackCase{CaseID: id, Customer: c.Customer.Name, Until: base.Lease.Until, Done: done})
		if !done {
			p.Left++
		}
		p.Until = base.Lease.Until
	}
	return p, nil
}

func (f *fake) Return(context.Context, ...string) (int, error) {
	if err := f.called("Return"); err != nil {
		return 0, err
	}
	n := 0
	for id, c := range f.cases {
		if c.Lease != nil && !c.Lease.Pack.IsZero() {
			c.Lease = nil
			f.cases[id] = c
			n++
		}
	}
	f.moved()
	return n, nil
}

func (f *fake) Matters() ([]callback.Matter, error) {
	if err := f.called("Matters"); err != nil {
		return nil, err
	}
	supervisor := f.me.Role == callback.RoleSupervisor
	out := []callback.Matter{}
	known := map[string]bool{}
	for _, e := range f.journal {
		if e.Seen || e.State != callback.InShadow && e.State != callback.Quarantined {
			continue
		}
		c, _ := f.view(e.Event.CaseID)
		out = append(out, callback.MatterOfEntry(e, c).Allow(f.me.ID, supervisor))
		known[e.Event.ID] = true
	}
	for id := range f.cases {
		c, _ := f.view(id)
		for _, d := range c.Disputed() {
			if m := callback.MatterOf(c, d); !known[d.EventID] && m.Concerns(c, f.me.ID, supervisor) {
				out = append(out, m.Allow(f.me.ID, supervisor))
			}
		}
	}
	slices.SortFunc(out, callback.Matter.Compare)
	return out, nil
}
