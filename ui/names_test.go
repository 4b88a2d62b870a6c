package ui

import (
	"testing"
	"time"

	"ringback/callback"
)

// Whoever a case waits for is called by name, not by what the server calls
// them; somebody the desk has not heard of keeps their id.
func TestWaitsSayNames(t *testing.T) {
	for _, c := range []struct {
		plan func(c *callback.Case, at time.Time)
		sees string
		// calls is what the screen of the call says.
		calls string
	}{
		{func(c *callback.Case, at time.Time) {
			c.Lease = &callback.Lease{Agent: "boris", Until: at.Add(time.Hour)}
		}, "held by Борис Лебедев 11:30", "held by Борис Лебедев"},
		{func(c *callback.Case, _ time.Time) { c.State, c.Plan.Owner = callback.RetryWait, "chen" }, "belongs to 陈伟", "belongs to 陈伟"},
		{func(c *callback.Case, at time.Time) {
			c.State, c.Plan.Owner, c.Plan.Callback = callback.CallbackScheduled, "boris", &callback.Callback{At: at, Owner: "boris"}
		}, "callback of Борис Лебедев 10:30", "callback of Борис"},
		{func(c *callback.Case, _ time.Time) { c.State, c.Plan.Owner = callback.RetryWait, "d-17" }, "belongs to d-17", "belongs to d-17"},
	} {
		x := newHand(t, 160, 24, func(f *fake, _ *Options) {
			for i, p := range people[:2] {
				k := f.open(string(rune('a'+i)), p)
				c.plan(&k, f.now())
				f.cases[k.ID] = k
			}
		})
		x.sees(c.sees)
		x.misses("boris", "chen")
		x.press("enter")
		x.sees("waits: " + c.calls)
	}
}

// Names that come with a later sync are used at once.
func TestNamesThatComeLater(t *testing.T) {
	x := newHand(t, 160, 24, func(f *fake, _ *Options) {
		k := f.open("a", people[0])
		k.Plan.Owner = "eva"
		f.cases["a"] = k
	})
	x.sees("belongs to eva")
	x.desk.agents = append(x.desk.agents, callback.Agent{ID: "eva", Name: "Eva Stone"})
	x.tell(bell{})
	x.sees("belongs to Eva Stone", "Waits: belongs to Eva Stone")
}
