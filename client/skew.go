package client

import "time"

// skew estimates how far the desk's clock is behind the server's, from the
// server's time in a reply and the middle of the exchange; half the trip
// bounds the error (Cristian, 1989).
type skew struct {
	known bool
	// behind is added to the desk's time to get the server's.
	behind time.Duration
	unsure time.Duration
}

// note takes a sample. A sample that agrees with what is known replaces it
// only if it is much sharper, so that the figure rests while nothing changes.
func (k *skew) note(server time.Time, at timing) {
	if server.IsZero() || at.sent.IsZero() || at.trip < 0 {
		return
	}
	unsure := at.trip/2 + time.Millisecond
	behind := server.Sub(at.sent.Add(at.trip / 2)).Round(time.Millisecond)
	agrees := (behind - k.behind).Abs() <= unsure+k.unsure
	if k.known && agrees && unsure >= k.unsure/2 {
		return
	}
	k.known, k.behind, k.unsure = true, behind, unsure
}
