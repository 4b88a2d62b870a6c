package callback

import (
	"fmt"
	"slices"
	"time"
)

// KindDialsNoted is the word of DialsNoted.
const KindDialsNoted EventKind = "dials.noted"

// DialsNoted tells a case how often its person, or the number, was dialled for
// other cases lately, which count toward the ceiling of RetryRules.PerPersonWeek
// too. Only the server knows; desks learn it from the case.
type DialsNoted struct {
	// At are the times of the dials, UTC.
	At []time.Time `json:"at"`
}

// maxDials bounds what one event tells: the ceiling needs no more.
const maxDials = 100

// Kind implements Payload.
func (*DialsNoted) Kind() EventKind { return KindDialsNoted }

// Validate implements Payload.
func (d *DialsNoted) Validate() error {
	if len(d.At) > maxDials {
		return fmt.Errorf("%d dials are over the %d of one event", len(d.At), maxDials)
	}
	return nil
}

func (d *DialsNoted) apply(f *fold) { f.c.Elsewhere = slices.Clone(d.At) }

func sampleDialsNoted() Payload {
	return &DialsNoted{At: []time.Time{time.Date(2026, 3, 2, 15, 30, 0, 0, time.UTC)}}
}

// WithDials gives a case as it is when the dials to its person for other cases
// are these; changed tells whether they differ from what it knows.
func (c Case) WithDials(at []time.Time) (with Case, changed bool) {
	with = c
	with.Elsewhere = at
	return with, !slices.EqualFunc(c.Elsewhere, at, time.Time.Equal)
}

// DialSince is before all dials that count toward the ceiling at an instant.
func DialSince(now time.Time) time.Time { return now.Add(-week) }
