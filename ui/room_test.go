package ui

import "testing"

// On a full disk no call begins, and every screen says why; the call in hand
// goes on. When there is room again, so does everything else.
func TestFullDisk(t *testing.T) {
	x := newHand(t, 120, 40, worked)
	x.press("enter")
	x.sees("preparing")
	x.desk.full = true
	x.tell(bell{})
	x.sees("× disk full", "no new call begins until there is room", "preparing")

	x.press("1", "down", "enter")
	x.sees("Could not begin another call: the disk is full; make room on it")
	if x.front() != callTitle {
		t.Errorf("the call in hand is not shown, but %s", x.front())
	}
	x.desk.full = false
	x.tell(bell{})
	x.wait(failureFor)
	x.misses("disk full")
	x.press("1", "down", "enter")
	x.misses("Could not begin")
}

func TestFullDiskFitsTheHeader(t *testing.T) {
	x := newHand(t, 60, 16, worked, func(f *fake, _ *Options) { f.full = true })
	x.sees("× disk full", "↑ 2", "10:30")
}
