package callback_test

import (
	"testing"

	"ringback/callback"
)

// A stream goes on with the next number only; what was here before may come in any order, and a request never
// to be called again may overtake.
func TestNextOfAStream(t *testing.T) {
	head := callback.StreamHead{Device: "d", Agent: "a", Last: 4}
	for _, tt := range []struct {
		name string
		in   callback.Arrival
		want callback.Taking
		last uint64
	}{
		{"the next", callback.Arrival{Seq: 5}, callback.TakeNew, 5},
		{"one left out", callback.Arrival{Seq: 6}, callback.TakeGap, 4},
		{"a number used by another event", callback.Arrival{Seq: 4}, callback.TakeFork, 4},
		{"known, in its place", callback.Arrival{Seq: 5, Known: true, Same: true}, callback.TakeAgain, 5},
		{"known, from before", callback.Arrival{Seq: 2, Known: true, Same: true}, callback.TakeAgain, 4},
		{"known, after a gap", callback.Arrival{Seq: 7, Known: true, Same: true}, callback.TakeGap, 4},
		{"its id taken by another", callback.Arrival{Seq: 5, Known: true}, callback.TakeReused, 5},
		{"never call, early", callback.Arrival{Seq: 9, Early: true}, callback.TakeNew, 4},
		{"never call, early, again", callback.Arrival{Seq: 9, Early: true, Known: true, Same: true}, callback.TakeAgain, 4},
		{"never call, in its place", callback.Arrival{Seq: 5, Early: true, Known: true, Same: true}, callback.TakeAgain, 5},
		{"never call, under a used number", callback.Arrival{Seq: 3, Early: true}, callback.TakeFork, 4},
		{"nameless, the next", callback.Arrival{Seq: 5, Nameless: true}, callback.TakeNameless, 5},
		{"nameless and unnumbered", callback.Arrival{Nameless: true}, callback.TakeNameless, 5},
		{"nameless, from before", callback.Arrival{Seq: 3, Nameless: true}, callback.TakeNameless, 4},
		{"nameless, after a gap", callback.Arrival{Seq: 6, Nameless: true, Early: true}, callback.TakeGap, 4},
	} {
		got, after := head.Next(tt.in)
		if got != tt.want || after.Last != tt.last || after.Device != head.Device || after.Agent != head.Agent {
			t.Errorf("%s: %d and %+v, want %d and last %d", tt.name, got, after, tt.want, tt.last)
		}
	}
}

func TestContinuity(t *testing.T) {
	head := callback.StreamHead{Device: "d", Agent: "a"}
	for _, tt := range []struct {
		name string
		got  bool
		want bool
	}{
		{"a new stream is anyone's", callback.StreamHead{}.Fits("d", "a"), true},
		{"its own", head.Fits("d", "a"), true},
		{"another device", head.Fits("e", "a"), false},
		{"another agent", head.Fits("d", "b"), false},
		{"no history yet", callback.EpochFits("1", ""), true},
		{"the same history", callback.EpochFits("1", "1"), true},
		{"another history", callback.EpochFits("2", "1"), false},
		{"nothing acknowledged", callback.AckFits(callback.Acked{}), true},
		{"acknowledged", callback.AckFits(callback.Acked{Seq: 3, EventID: "e"}, "", "e"), true},
		{"the number holds another event", callback.AckFits(callback.Acked{Seq: 3, EventID: "e"}, "f"), false},
		{"the number holds nothing", callback.AckFits(callback.Acked{Seq: 3, EventID: "e"}, "", ""), false},
		{"an ack without an event", callback.AckFits(callback.Acked{Seq: 3}, ""), false},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %v", tt.name, tt.got)
		}
	}
}
