package callback_test

import (
	"strings"
	"testing"
	"time"

	"ringback/callback"
)

// Each history has a higher number than those before it, whatever the clock says.
func TestEpochsRise(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, tt := range []struct {
		name   string
		before []string
		want   string
	}{
		{"the first", nil, "1800000000-x"},
		{"after an older one", []string{"1700000000-a"}, "1800000000-x"},
		{"twice in a second", []string{"1800000000-a"}, "1800000001-x"},
		{"the clock went back", []string{"1700000000-a", "1900000000-b"}, "1900000001-x"},
		{"one without a number", []string{"epoch-1"}, "1800000000-x"},
	} {
		if got := callback.NextEpoch(now, "x", tt.before...); got != tt.want {
			t.Errorf("%s: %s", tt.name, got)
		}
	}
	if a, b := callback.FenceFloor("1800000000-a"), callback.FenceFloor("1800000001-b"); b-a < 1_000_000 || b > 1<<53 {
		t.Errorf("fences of two histories: %d and %d", a, b)
	}
}

func TestStablePosition(t *testing.T) {
	for _, tt := range []struct {
		backups []uint64
		want    uint64
	}{{nil, 0}, {[]uint64{7}, 7}, {[]uint64{9, 4, 12}, 4}, {[]uint64{9, 0}, 0}} {
		if got := callback.Stable(tt.backups); got != tt.want {
			t.Errorf("%v: %d", tt.backups, got)
		}
	}
}

// A database that was put in the place of another is noticed, and one that only went on is not.
func TestBreaksOfHistory(t *testing.T) {
	last := callback.Stood{Epoch: "1-a", Heads: map[string]uint64{"north": 7, "south": 3}}
	for _, tt := range []struct {
		name string
		now  callback.Stood
		want string
	}{
		{"the same", last, ""},
		{"it went on", callback.Stood{Epoch: "1-a", Heads: map[string]uint64{"north": 9, "south": 3, "west": 1}}, ""},
		{"set back", callback.Stood{Epoch: "1-a", Heads: map[string]uint64{"north": 6, "south": 3}}, "position 6 of team north"},
		{"a team is missing", callback.Stood{Epoch: "1-a", Heads: map[string]uint64{"north": 7}}, "position 0 of team south"},
		{"another history", callback.Stood{Epoch: "2-b", Heads: last.Heads}, "history 2-b"},
		{"nothing at all", callback.Stood{}, "of nothing yet"},
	} {
		got := last.Breaks(tt.now)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
	if got := (callback.Stood{Epoch: "1-a"}).Breaks(last); got != "" {
		t.Errorf("a first look: %q", got)
	}
}
