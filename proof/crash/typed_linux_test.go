package crash

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ringback/proof/rig"
)

// slack is how old a letter must be for no crash to take it, on however busy a machine.
const slack = time.Second

// killTyping ends the desk while the agent writes a note.
func (s *seat) killTyping(r *rand.Rand, y *tally) {
	s.t.Helper()
	screen := s.dial()
	screen.Type("a")
	screen.Settle()
	screen.Type("n")
	screen.Settle()
	typed, began := "", time.Now()
	times := []time.Time{}
	for end := time.Duration(r.Int64N(int64(2 * slack))); time.Since(began) < end || typed == ""; {
		rig.Rest(time.Duration(5+r.IntN(60)) * time.Millisecond)
		letter := string(rune('a' + r.IntN(26)))
		times = append(times, time.Now())
		screen.Type(letter)
		typed += letter
	}
	killed := time.Now()
	screen.Kill()
	st, err := s.look()
	if err != nil {
		y.note(&y.corrupt, "open: %v", err)
		return
	}
	defer st.Close() //nolint:errcheck // what was to be seen has been seen
	drafts, err := st.Drafts()
	if err != nil || len(drafts) != 1 {
		y.note(&y.lost, "%d drafts after typing %q: %v", len(drafts), typed, err)
		return
	}
	y.drafts++
	kept, age := drafts[0].Texts["note"], time.Duration(0)
	if !strings.HasPrefix(typed, kept) {
		y.note(&y.lost, "typed %q, and %q was kept", typed, kept)
	} else if len(kept) < len(typed) {
		age = killed.Sub(times[len(kept)])
	}
	if age > slack {
		y.note(&y.lost, "typed %q, and %q was kept: what is missing was %s old", typed, kept, age)
	}
	y.typed = append(y.typed, age)
	y.flush = max(y.flush, flushTakes(s.t, s.dir))
	if err := st.DropDraft(drafts[0].EventID); err != nil {
		y.note(&y.corrupt, "drop: %v", err)
	}
}

// flushTakes gives the usual time in which this disk makes a small file safe.
func flushTakes(t testing.TB, dir string) time.Duration {
	t.Helper()
	f, err := os.CreateTemp(dir, "flush")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // nothing of it is read
	took := make([]time.Duration, 5)
	for i := range took {
		began := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			t.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		took[i] = time.Since(began)
	}
	return middle(took)
}

// middle gives the median of some times.
func middle(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}

// saveLimit is how old, in the middle of many kills, the first letter may be that a kill takes; a draft is four flushes
// of the disk, two of the write under way and two of its own, which come on top. A desk that waited a
// quarter of a second before it saves fails this.
const saveLimit = 60 * time.Millisecond

// prompt fails the test if a kill takes more of what was typed than the writes under way.
func (y *tally) prompt(t testing.TB) {
	t.Helper()
	if got, most := middle(y.typed), saveLimit+4*y.flush; got > most {
		t.Errorf("a kill took what was %s old in the middle, more than %s: %s", got, most, y.typed)
	}
	rig.Figure(t, "of what was typed a kill took %s in the middle, %s at the most (a flush of this disk: %s)", middle(y.typed), slices.Max(y.typed), y.flush)
}
