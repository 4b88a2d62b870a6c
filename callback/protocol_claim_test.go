package callback_test

import (
	"testing"
	"time"

	"ringback/callback"
)

func leaseOf(agent, device string, lasts time.Duration) *callback.Lease {
	return &callback.Lease{ID: "le-old", Agent: agent, Device: device, Fence: 3, Since: monday.Add(-time.Minute), Until: monday.Add(lasts)}
}

func TestBarsToAClaim(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    callback.Case
		want callback.Bar
	}{
		{"free", callback.Case{State: callback.New}, callback.BarNone},
		{"closed", callback.Case{State: callback.Closed}, callback.BarClosed},
		{"suppressed", callback.Case{State: callback.Suppressed}, callback.BarClosed},
		{"held by another", callback.Case{State: callback.New, Lease: leaseOf("boris", "d2", time.Second)}, callback.BarHeld},
		{"no longer held", callback.Case{State: callback.New, Lease: leaseOf("boris", "d2", 0)}, callback.BarNone},
		{"held by the same agent's other desk", callback.Case{State: callback.New, Lease: leaseOf("anna", "d2", time.Hour)}, callback.BarNone},
	} {
		if got := tt.c.BarTo("anna", monday); got != tt.want {
			t.Errorf("%s: bar %d, want %d", tt.name, got, tt.want)
		}
	}
	hold := callback.NumberHold{Team: "north", CaseID: "c1", Until: monday.Add(time.Second)}
	for _, tt := range []struct {
		team, id string
		after    time.Duration
		want     bool
	}{
		{"north", "c1", 0, false},
		{"north", "c2", 0, true},
		{"south", "c1", 0, true},
		{"north", "c2", time.Second, false},
	} {
		if got := hold.Covers(tt.team, tt.id, monday.Add(tt.after)); got != tt.want {
			t.Errorf("%+v: covers is %v", tt, got)
		}
	}
}

// A desk that claims again keeps its lease and never loses time by it.
func TestGrantGoesOnWithTheOwnLease(t *testing.T) {
	fresh := callback.Lease{ID: "le-new", Agent: "anna", Device: "d1", Since: monday, Until: monday.Add(10 * time.Minute)}
	for _, tt := range []struct {
		name  string
		own   *callback.Lease
		id    string
		until time.Duration
	}{
		{"none before", nil, "le-new", 10 * time.Minute},
		{"its own, shorter", leaseOf("anna", "d1", time.Minute), "le-old", 10 * time.Minute},
		{"its own, longer", leaseOf("anna", "d1", time.Hour), "le-old", time.Hour},
		{"its own, run out", leaseOf("anna", "d1", 0), "le-new", 10 * time.Minute},
		{"another desk's", leaseOf("anna", "d2", time.Hour), "le-new", 10 * time.Minute},
		{"another agent's, run out", leaseOf("boris", "d1", -time.Second), "le-new", 10 * time.Minute},
	} {
		got := callback.Case{Lease: tt.own}.Grant(fresh)
		if got.ID != tt.id || !got.Until.Equal(monday.Add(tt.until)) {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	l := *leaseOf("anna", "d1", time.Minute)
	for _, tt := range []struct {
		name  string
		fence uint64
		same  bool
		after time.Duration
		want  bool
	}{
		{"live", 3, true, 0, true},
		{"given before the document was read", 2, true, 0, true},
		{"passed on", 4, true, 0, false},
		{"run out", 3, true, time.Minute, false},
		{"another history", 3, false, 0, false},
	} {
		if got := l.Covers(callback.Case{Fence: tt.fence}, tt.same, tt.after == 0); got != tt.want {
			t.Errorf("%s: covers is %v", tt.name, got)
		}
	}
}
