package callback

import (
	"strconv"
	"strings"
	"time"
)

// EpochOrd gives the number by which an epoch's name begins: the Unix second of its beginning, or the next
// number after the epoch before it. 0 if it has none.
func EpochOrd(epoch string) int64 {
	head, _, _ := strings.Cut(epoch, "-")
	ord, err := strconv.ParseInt(head, 10, 64)
	if err != nil || ord < 0 {
		return 0
	}
	return ord
}

// NextEpoch names the history that begins after others, at now; id tells it from one that began in the same
// second elsewhere. Its number is above all others', so that a backup that is restored twice never leads to the
// same history.
func NextEpoch(now time.Time, id string, before ...string) string {
	ord := now.Unix()
	for _, e := range before {
		ord = max(ord, EpochOrd(e)+1)
	}
	return strconv.FormatInt(ord, 10) + "-" + id
}

// FenceFloor is the least fence that an epoch which replaced another gives to a lease. A lost history may have
// given out fences that this one does not know; they are all lower: each second of epochs has room for a million
// fences of one case.
func FenceFloor(epoch string) uint64 { return uint64(EpochOrd(epoch)) << 20 }

// Stable is the feed position up to which every backup still meant for restore holds a team's history: that of
// the oldest one. Without backups it is 0, and desks keep what they recorded.
func Stable(backups []uint64) uint64 {
	if len(backups) == 0 {
		return 0
	}
	low := backups[0]
	for _, pos := range backups[1:] {
		low = min(low, pos)
	}
	return low
}

// Stood is where a server's history stood when it was last looked at.
type Stood struct {
	Epoch string `json:"epoch"`
	// Heads are the heads of the teams' feeds.
	Heads map[string]uint64 `json:"heads"`
	// Stable are the positions up to which backups hold them.
	Stable map[string]uint64 `json:"stable,omitempty"`
}

// Breaks tells why what a database holds now is not what comes after last, or gives "": it is of another epoch,
// or ends before last did, because a file or a dump was put in its place. The words go on after "the database".
func (last Stood) Breaks(now Stood) string {
	if now.Epoch != last.Epoch {
		return "holds the history " + orNone(now.Epoch) + ", but " + last.Epoch + " was served last"
	}
	worst, by := "", uint64(0)
	for team, pos := range last.Heads {
		if behind := pos - min(pos, now.Heads[team]); behind > by || behind == by && behind > 0 && team < worst {
			worst, by = team, behind
		}
	}
	if worst == "" {
		return ""
	}
	return "ends at position " + strconv.FormatUint(now.Heads[worst], 10) + " of team " + worst + ", but " +
		strconv.FormatUint(last.Heads[worst], 10) + " was reached"
}

func orNone(epoch string) string {
	if epoch == "" {
		return "of nothing yet"
	}
	return epoch
}
