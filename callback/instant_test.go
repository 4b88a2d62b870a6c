package callback

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestADeskCountsALeaseByItsSlowestClock(t *testing.T) {
	at := Instant{Wall: t0, Boot: "b1", Up: time.Hour}
	g := GrantedAt(Lease{Until: t0.Add(100 * time.Minute)}, t0, at)
	for _, c := range []struct {
		name string
		now  Instant
		live bool
		over bool
	}{
		{"at once", at, true, false},
		{"shortly before nine tenths", Instant{t0.Add(89 * time.Minute), "b1", 149 * time.Minute}, true, false},
		{"at nine tenths", Instant{t0.Add(90 * time.Minute), "b1", 150 * time.Minute}, false, false},
		{"at its end", Instant{t0.Add(100 * time.Minute), "b1", 160 * time.Minute}, false, true},
		{"the wall clock was set back", Instant{t0.Add(-time.Hour), "b1", 155 * time.Minute}, false, false},
		{"the wall clock was set back within the lease", Instant{t0.Add(-time.Hour), "b1", 90 * time.Minute}, true, false},
		{"the lid was closed and the counter stood still", Instant{t0.Add(95 * time.Minute), "b1", 61 * time.Minute}, false, false},
		{"another run of the machine", Instant{t0.Add(10 * time.Minute), "b2", time.Minute}, true, false},
		{"another run, later", Instant{t0.Add(95 * time.Minute), "b2", time.Minute}, false, false},
		{"no counter", Instant{Wall: t0.Add(91 * time.Minute)}, false, false},
	} {
		if g.Live(c.now) != c.live || g.Over(c.now) != c.over {
			t.Errorf("%s: live %v, over %v", c.name, g.Live(c.now), g.Over(c.now))
		}
	}
	if !g.Ends().Equal(t0.Add(90 * time.Minute)) {
		t.Errorf("ends at %s", g.Ends())
	}
}

// Whatever the clocks of a desk do, it never counts on a lease that the server has ended, as long as one of them
// runs at least nine tenths as fast as the server's.
func TestNoDeskOutlivesALease(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ttl := time.Duration(rapid.IntRange(1, 600).Draw(rt, "minutes")) * time.Minute
		trip := time.Duration(rapid.IntRange(0, 60).Draw(rt, "trip")) * time.Second
		asked := Instant{Wall: t0.Add(time.Duration(rapid.IntRange(-3000, 3000).Draw(rt, "skew")) * time.Minute), Boot: "b", Up: time.Hour}
		g := GrantedAt(Lease{Until: t0.Add(trip + ttl)}, t0.Add(trip), asked)
		passed := time.Duration(rapid.Int64Range(0, int64(2*ttl)).Draw(rt, "passed"))
		now := asked
		jump := time.Duration(rapid.IntRange(-600, 600).Draw(rt, "jump")) * time.Minute
		now.Wall, now.Up = now.Wall.Add(passed+jump), now.Up+passed
		if passed > trip+ttl && g.Live(now) {
			rt.Fatalf("the lease of %v is live after %v", ttl, passed)
		}
	})
}

func TestAskingForALeaseUntilATime(t *testing.T) {
	for _, hours := range []int{1, 4, 9} {
		for _, behind := range []time.Duration{0, 5 * time.Minute, -5 * time.Minute} {
			until := t0.Add(time.Duration(hours) * time.Hour)
			ask := AskFor(until, t0, behind)
			g := GrantedAt(Lease{Until: ask}, t0.Add(behind), Instant{Wall: t0})
			if off := g.Ends().Sub(until); off < 0 || off > 2*time.Second {
				t.Errorf("%d h, clock behind %v: the desk counts on it until %s, not %s", hours, behind, g.Ends(), until)
			}
		}
	}
}
