package crash

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringback/callback"
	"ringback/store"
)

// ledger is what a desk's person was told, over all of the desk's lives.
type ledger struct {
	acked, undone, undoing map[string]bool
	// failed are the events that were not saved, with their case and kind.
	failed map[string][2]string
	// stopped tells that the desk of this life could not flush; late are events that it called saved
	// after that.
	stopped bool
	late    []string
	// drafts gives the letters that were kept of a draft; saving are those on their way to be an
	// event, dropping to nowhere.
	drafts           map[string]int
	saving, dropping map[string]bool
	dropped          map[string]bool
}

func newLedger() *ledger {
	return &ledger{
		acked: map[string]bool{}, undone: map[string]bool{}, undoing: map[string]bool{}, failed: map[string][2]string{},
		drafts: map[string]int{}, saving: map[string]bool{}, dropping: map[string]bool{}, dropped: map[string]bool{},
	}
}

// read takes in what a child says until its end, and tells each word. A last line without its end was not said.
func (l *ledger) read(r io.Reader, heard func(word string)) {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		heard(l.take(strings.TrimSuffix(line, "\n")))
	}
}

func (l *ledger) take(line string) (word string) {
	word, rest, _ := strings.Cut(line, " ")
	id, more, _ := strings.Cut(rest, " ")
	switch word {
	case saidOpen:
		l.stopped = false
	case saidAck:
		if l.stopped {
			l.late = append(l.late, id)
		}
		l.acked[id] = true
		delete(l.drafts, id)
	case saidDraft:
		l.drafts[id], _ = strconv.Atoi(more)
	case saidSaving:
		l.saving[id] = true
	case saidDropping:
		l.dropping[id] = true
	case saidDropped:
		l.dropped[id] = true
		delete(l.drafts, id)
	case saidUndoing:
		l.undoing[id] = true
	case saidUndone:
		l.undone[id] = true
	case saidFailed:
		words := strings.Fields(more)
		l.failed[id] = [2]string{words[0], words[1]}
		l.stopped = l.stopped || words[2] == string(callback.CodeInternal)
	}
	return word
}

// tally is what was found out over many rounds.
type tally struct {
	cycles, acked, again, drafts, rows, lost, double, corrupt int
	// back are the times from a start to the first acknowledgement.
	back []time.Duration
	// typed are the ages of the oldest letter that each kill took, 0 where it took none; flush is how
	// long the disk took at worst to make a page safe.
	typed []time.Duration
	flush time.Duration
	first []string
}

func (y *tally) note(counter *int, format string, args ...any) {
	*counter++
	if len(y.first) < 20 {
		y.first = append(y.first, fmt.Sprintf(format, args...))
	}
}

func (y *tally) String() string {
	return fmt.Sprintf("%d cycles, %d events acknowledged, %d drafts kept, %d lost, %d double, %d corrupt", y.cycles, y.acked, y.drafts, y.lost, y.double, y.corrupt)
}

// sound fails the test if anything was lost, doubled or damaged, or if nothing was done at all.
func (y *tally) sound(t testing.TB) {
	t.Helper()
	if y.lost+y.double+y.corrupt > 0 {
		t.Errorf("%s:\n%s", y, strings.Join(y.first, "\n"))
	}
	if y.acked == 0 {
		t.Error("not one event was acknowledged: the rig does not work")
	}
}

// retry offers what was not saved again, under the same ids, as the screens do.
func (l *ledger) retry(s *store.Store, y *tally) {
	for id, what := range l.failed {
		var payload callback.Payload = &callback.NoteAdded{Text: "Once more."}
		if what[1] == string(callback.KindCallRecorded) {
			payload = noAnswer()
		}
		if _, err := s.Record(callback.Fact{EventID: id, CaseID: what[0], Payload: payload}); err != nil {
			y.note(&y.corrupt, "event %s, offered again: %v", id, err)
			continue
		}
		l.acked[id] = true
		delete(l.drafts, id)
		y.again++
	}
	clear(l.failed)
}

// desk compares an open desk with what its person was told.
func (l *ledger) desk(s *store.Store, y *tally) {
	list, err := s.Journal(1 << 30)
	if err != nil {
		y.note(&y.corrupt, "the journal cannot be read: %v", err)
		return
	}
	has := map[string]callback.JournalEntry{}
	for _, e := range list {
		if _, twice := has[e.Event.ID]; twice {
			y.note(&y.double, "event %s is twice in the journal", e.Event.ID)
		}
		has[e.Event.ID] = e
	}
	for _, id := range l.late {
		y.note(&y.corrupt, "event %s was called saved by a desk that had failed to flush", id)
	}
	l.late = nil
	for id := range l.acked {
		e, ok := has[id]
		switch {
		case !ok:
			y.note(&y.lost, "event %s was saved and is gone", id)
		case l.undone[id] && e.State != callback.Withdrawn:
			y.note(&y.lost, "event %s was undone and is %s", id, e.State)
		case !l.undoing[id] && e.State == callback.Withdrawn:
			y.note(&y.lost, "event %s was undone by nobody", id)
		}
	}
	l.checkDrafts(s, has, y)
	r, err := s.Check(context.Background())
	if err != nil || !r.OK {
		y.note(&y.corrupt, "check: %v %v", err, r.Problems)
	}
}

func (l *ledger) checkDrafts(s *store.Store, has map[string]callback.JournalEntry, y *tally) {
	drafts, err := s.Drafts()
	if err != nil {
		y.note(&y.corrupt, "the drafts cannot be read: %v", err)
		return
	}
	kept := map[string]int{}
	for _, d := range drafts {
		kept[d.EventID] = len(d.Texts["note"])
	}
	for id, letters := range l.drafts {
		got, there := kept[id]
		if _, saved := has[id]; there && saved {
			y.note(&y.double, "draft %s is an event and still a draft", id)
		} else if !there && (l.saving[id] && saved || l.dropping[id]) {
			continue
		}
		if !there || got < letters {
			y.note(&y.lost, "draft %s had %d letters and has %d (there: %v)", id, letters, got, there)
		}
	}
	for id := range l.dropped {
		if _, there := kept[id]; there {
			y.note(&y.double, "draft %s was thrown away and is back", id)
		}
	}
}

// server compares what the server counts with what the desk has recorded, after both are in step.
func (l *ledger) server(s *store.Store, times map[string]int, y *tally) {
	list, err := s.Journal(1 << 30)
	if err != nil {
		y.note(&y.corrupt, "the journal cannot be read: %v", err)
		return
	}
	want := map[string]bool{}
	for _, e := range list {
		if e.State == callback.Withdrawn {
			continue
		}
		want[e.Event.ID] = true
		if times[e.Event.ID] == 0 {
			y.note(&y.lost, "event %s is %s at the desk and not at the server", e.Event.ID, e.State)
		}
	}
	for id, n := range times {
		if n > 1 {
			y.note(&y.double, "event %s counts %d times", id, n)
		}
		if !want[id] {
			y.note(&y.double, "the server has event %s, which the desk does not have", id)
		}
	}
	for id := range l.acked {
		if !l.undoing[id] && times[id] == 0 {
			y.note(&y.lost, "event %s was saved and is not at the server", id)
		}
	}
}
