package main

import (
	"context"

	"ringback/callback"
)

// whyGroupJSON is a row of `ringback queue --why --json`: words are for people,
// the rest for programs.
type whyGroupJSON struct {
	callback.WaitGroup
	Words string `json:"words"`
}

// sayWhy tells what the cases that cannot be called wait for.
func (a *app) sayWhy(ctx context.Context, d *desk) error {
	w, err := d.store.Why(ctx)
	if err != nil {
		return err
	}
	names, err := d.names()
	if err != nil {
		return err
	}
	name := func(id string) string { return named(names, id) }
	if a.flags.asJSON {
		groups := []whyGroupJSON{}
		for _, g := range w.Waits {
			groups = append(groups, whyGroupJSON{g, g.Words(name)})
		}
		return a.printKnown(d, struct {
			callback.Why
			Waits []whyGroupJSON `json:"waits"`
		}{w, groups})
	}
	a.sayNone(d, "%d of %d open cases can be called now.", w.Ready, w.Open)
	if len(w.Waits) > 0 {
		t := a.table("CASES", "WAIT FOR", "THE FIRST")
		for _, g := range w.Waits {
			first := "no time known"
			if !g.Next.IsZero() {
				first = "in " + callback.Ago(g.Next.Sub(a.now()))
			}
			row(t, g.Count, g.Words(name), first)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	if never := w.NeverWords(); never != "" {
		a.sayf("%s", never)
	}
	return nil
}
