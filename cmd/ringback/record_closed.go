package main

import (
	"time"

	"ringback/callback"
)

// closedJSON is how and when a case was closed, and by whom.
type closedJSON struct {
	Resolution callback.Resolution `json:"resolution"`
	At         time.Time           `json:"at"`
	By         string              `json:"by"`
}

// closedBefore tells how a case was closed as far as this desk knows; nil while
// it is open.
func closedBefore(c callback.Case) *closedJSON {
	if c.State.Open() || c.Closing == nil {
		return nil
	}
	return &closedJSON{Resolution: c.Closing.Resolution, At: c.Closing.At, By: c.Closing.By}
}

// noteClosed says that a call was recorded on a case that was closed already.
// That is allowed, since calls are made all the same; it is said because what
// the call led to may not count.
func (a *app) noteClosed(d *desk, was *closedJSON, after callback.Case) error {
	if was == nil {
		return nil
	}
	names, err := d.names()
	if err != nil {
		return err
	}
	by := ""
	if was.By != "" {
		by = " by " + nameOf(names, was.By).String()
	}
	what := "what closed it leads, and this call is kept beside it; if that was a slip, take this one back before it is sent"
	if after.State.Open() {
		what = "this call opened it again"
	}
	a.notef("note: the case was closed already: %s%s on %s; %s", was.Resolution, by, a.stamp(was.At), what)
	return nil
}
