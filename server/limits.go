package server

import "time"

// Limits bound what one client can ask of the server. The zero value of each
// field means its default.
type Limits struct {
	// IntakeWire and IntakeBody bound the body of an intake, in bytes, as sent
	// and after decompression.
	IntakeWire, IntakeBody int64
	// EventWire and EventBody bound every other body likewise.
	EventWire, EventBody int64
	// IntakeRows bounds the rows of one intake.
	IntakeRows int
	// PageDocs bounds the documents of one feed page.
	PageDocs int
	// BadTokens is how many wrong tokens a second one address may show.
	BadTokens float64
	// Pairings is how many desks a second one address may have ask to be let
	// in, BadCodes how many wrong codes a second one person may type.
	Pairings, BadCodes float64
	// Heartbeat is how often a silent stream says that it lives, and StreamWrite
	// how long one write to it may take.
	Heartbeat, StreamWrite time.Duration
	// Streams bounds the live streams of the whole server.
	Streams int
}

func (l Limits) orDefault() Limits {
	d := Limits{
		IntakeWire: 1 << 20, IntakeBody: 8 << 20, EventWire: 256 << 10, EventBody: 1 << 20,
		IntakeRows: 10_000, PageDocs: 2_000, BadTokens: 1, Pairings: 0.1, BadCodes: 0.05, Heartbeat: 5 * time.Second, StreamWrite: 10 * time.Second,
		Streams: 10_000,
	}
	pick(&l.IntakeWire, d.IntakeWire)
	pick(&l.IntakeBody, d.IntakeBody)
	pick(&l.EventWire, d.EventWire)
	pick(&l.EventBody, d.EventBody)
	pick(&l.IntakeRows, d.IntakeRows)
	pick(&l.PageDocs, d.PageDocs)
	pick(&l.BadTokens, d.BadTokens)
	pick(&l.Pairings, d.Pairings)
	pick(&l.BadCodes, d.BadCodes)
	pick(&l.Heartbeat, d.Heartbeat)
	pick(&l.StreamWrite, d.StreamWrite)
	pick(&l.Streams, d.Streams)
	return l
}

func pick[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}
