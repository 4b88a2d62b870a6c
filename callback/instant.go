package callback

import "time"

// Instant is a moment as a desk can tell it. A wall clock may be set back, and a
// clock that counts since the start may stand still while the lid is closed; of
// two instants, whichever clock says that more time has passed is believed.
type Instant struct {
	// Wall is the desk's clock. UTC.
	Wall time.Time `json:"wall"`
	// Boot names the run of the machine, and Up is how long it has lasted, sleep
	// included (CLOCK_BOOTTIME on Linux). Empty where that cannot be told.
	Boot string        `json:"boot,omitempty"`
	Up   time.Duration `json:"up_ns,omitempty"`
}

// Since gives the time that has passed since an earlier instant, at the most.
func (n Instant) Since(earlier Instant) time.Duration {
	passed := n.Wall.Round(0).Sub(earlier.Wall.Round(0))
	if n.Boot != "" && n.Boot == earlier.Boot {
		passed = max(passed, n.Up-earlier.Up)
	}
	return max(0, passed)
}

// Granted is a lease as a desk may count on it. The server's clock alone ends
// it; a desk without a connection has only its own, so it counts from when it
// asked and stops before the end.
type Granted struct {
	Lease
	// Asked is when the desk sent the claim, TTL how long the server gave the
	// lease from its answer on.
	Asked Instant       `json:"asked"`
	TTL   time.Duration `json:"ttl_ns"`
}

// GrantedAt makes a granted lease of the server's answer to a claim.
func GrantedAt(l Lease, serverTime time.Time, asked Instant) Granted {
	return Granted{Lease: l, Asked: asked, TTL: max(0, l.Until.Sub(serverTime))}
}

// counts is the part of a lease that a desk counts on: what is left covers
// clocks that run at different speeds.
func (g Granted) counts() time.Duration { return g.TTL / 10 * 9 }

// Live tells whether the desk may still count on the lease.
func (g Granted) Live(now Instant) bool { return now.Since(g.Asked) < g.counts() }

// Left gives how long the desk may still count on the lease; 0 if no more.
func (g Granted) Left(now Instant) time.Duration { return max(0, g.counts()-now.Since(g.Asked)) }

// Over tells that the lease has ended at the server too.
func (g Granted) Over(now Instant) bool { return now.Since(g.Asked) >= g.TTL }

// Ends is when the desk stops counting on the lease, by its own wall clock.
func (g Granted) Ends() time.Time { return g.Asked.Wall.Round(0).Add(g.counts()).UTC() }

// AskFor gives the time that a lease has to be asked for so that a desk may
// count on it until a time of its own clock; behind is how far that clock is
// behind the server's.
func AskFor(until, now time.Time, behind time.Duration) time.Time {
	return now.Add(until.Sub(now)*10/9 + time.Second).Add(behind)
}
