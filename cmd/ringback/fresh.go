package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ringback/callback"
)

// oldAfter is how long after its last sync a desk says how old its answer is:
// the team has worked on meanwhile, and customers have answered.
const oldAfter = time.Hour

// readDesk opens the desk for a command that answers from what was fetched, and
// says on standard error if that is nothing, a part, or old.
func (a *app) readDesk(ctx context.Context, f func(*desk) error) error {
	return a.withDesk(ctx, func(d *desk) error {
		if note := d.ageWords(a.now()); note != "" {
			a.notef("note: %s", note)
		}
		return f(d)
	})
}

// ageWords say why what the desk knows is not what the server knows; "" if it
// was fetched lately.
func (d *desk) ageWords(now time.Time) string {
	at := d.store.LastContact()
	switch {
	case !d.store.Whole():
		if done, of := d.store.Fetched(); of > 0 {
			return fmt.Sprintf("the first fetch was cut short at %d of %d documents; go on with: ringback sync", done, of)
		}
		return "nothing was fetched yet; fetch it with: ringback sync"
	case !at.IsZero() && now.Sub(at) >= oldAfter:
		return fmt.Sprintf("as fetched %s ago; fetch what is new with: ringback sync", callback.Ago(now.Sub(at)))
	}
	return ""
}

// fetchedAt is when what the desk knows was fetched; nil if never whole.
func (d *desk) fetchedAt() *time.Time {
	at := d.store.LastContact()
	if !d.store.Whole() || at.IsZero() {
		return nil
	}
	return &at
}

// sayNone says that there is nothing of a kind, if the desk can know.
func (a *app) sayNone(d *desk, format string, args ...any) {
	if d.store.Whole() {
		a.sayf(format, args...)
	}
}

// printKnown writes an object of facts that the desk knows as one line of JSON,
// with the time as of which it knows them in front: fetched_at, null if nothing
// was fetched yet.
func (a *app) printKnown(d *desk, v any) error {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	at, err := json.Marshal(d.fetchedAt())
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	object, found := bytes.CutPrefix(raw.Bytes(), []byte("{"))
	if !found {
		return fmt.Errorf("print: %T is no object", v)
	}
	comma := ","
	if object[0] == '}' {
		comma = ""
	}
	if _, err := fmt.Fprintf(a.out, `{"fetched_at":%s%s%s`, at, comma, object); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
