package server

import (
	"time"

	"ringback/callback"
)

// clockNoted is how long a badly wrong clock that is on record is not written
// down again, unless it has changed by clockMoved.
const (
	clockNoted = time.Hour
	clockMoved = time.Minute
)

// noteClock puts on record that a desk recorded the events of a push by a clock
// that was badly wrong. Their times were corrected as far as the desk knew; they
// count as any others do.
func (d *intent) noteClock(events []incoming) error {
	u := d.l.u
	var worst time.Duration
	for _, in := range events {
		if off := in.ClockOff(u.now); in.unread == nil && off.Abs() > worst.Abs() {
			worst = off
		}
	}
	if worst.Abs() <= callback.ClockFlag {
		return nil
	}
	row, known, err := found(u.q.Device(u.ctx, d.who.Device))
	if err != nil || !known {
		return err
	}
	was := time.Duration(row.ClockOff) * time.Millisecond
	if u.now.Sub(fromMicros(row.ClockAt)) < clockNoted && (was-worst).Abs() < clockMoved {
		return nil
	}
	return u.q.NoteClock(u.ctx, d.who.Device, worst.Milliseconds(), micros(u.now))
}
