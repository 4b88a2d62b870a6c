package callback_test

import (
	"testing"
	"time"

	"ringback/callback"
)

var monday = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

func sent(t *testing.T, p callback.Payload) callback.JournalRow {
	t.Helper()
	e, err := callback.NewEvent("ev-1", "case-1", p)
	if err != nil {
		t.Fatal(err)
	}
	e.Agent, e.Device, e.Stream, e.Seq, e.At = "anna", "desk", "s1", 1, monday
	return callback.JournalRow{N: 1, Event: e, State: callback.Sent}
}

// No receipt takes an event out of the journal, and only one that was sent is settled.
func TestReceiptsSettleRows(t *testing.T) {
	note := &callback.NoteAdded{Text: "words"}
	for _, tt := range []struct {
		name    string
		row     func(*callback.JournalRow)
		word    callback.Receipt
		state   callback.JournalState
		settled bool
	}{
		{"applied", nil, callback.Receipt{Status: callback.Applied}, callback.Settled, true},
		{"shadowed", nil, callback.Receipt{Status: callback.Shadowed}, callback.InShadow, true},
		{"rejected", nil, callback.Receipt{Status: callback.Rejected}, callback.Quarantined, true},
		{"put off", nil, callback.Receipt{Status: callback.Retry}, callback.Sent, false},
		{
			"known, and shadowed at first", nil,
			callback.Receipt{Status: callback.DuplicateEvent, First: &callback.Verdict{Status: callback.Shadowed}},
			callback.InShadow, true,
		},
		{"not sent yet", func(r *callback.JournalRow) { r.State = callback.Waiting }, callback.Receipt{Status: callback.Applied}, callback.Waiting, false},
		{
			"undone", func(r *callback.JournalRow) { r.Event.Kind, r.State = callback.KindUndone, callback.Withdrawn },
			callback.Receipt{Status: callback.Applied},
			callback.Withdrawn, true,
		},
	} {
		row := sent(t, note)
		row.Again = true
		if tt.row != nil {
			tt.row(&row)
		}
		got, ok := row.Settle(tt.word, "e1", monday)
		if ok != tt.settled || got.State != tt.state || ok == got.Pending() || ok && (got.Epoch != "e1" || !got.AckedAt.Equal(monday)) {
			t.Errorf("%s: settled %v, %+v", tt.name, ok, got)
		}
	}
}

// A new stream takes everything along but what a person has to decide about.
func TestRestreamTakesAllAlong(t *testing.T) {
	row := sent(t, &callback.NoteAdded{Text: "words"})
	if got, ok := row.Restream("s2", 7); !ok || got.Event.Stream != "s2" || got.Event.Seq != 7 || got.Again {
		t.Errorf("never answered: %v, %+v", ok, got)
	}
	settled, _ := row.Settle(callback.Receipt{Status: callback.Applied, Pos: 3}, "e1", monday)
	if got, ok := settled.Restream("s2", 7); !ok || !got.Again || !got.Pending() {
		t.Errorf("acknowledged: %v, %+v", ok, got)
	}
	refused, _ := row.Settle(callback.Receipt{Status: callback.Rejected}, "e1", monday)
	if got, ok := refused.Restream("s2", 7); ok || got.Event.Stream != "s1" {
		t.Errorf("refused: %v, %+v", ok, got)
	}
	undone := row
	undone.Event.Kind, undone.State = callback.KindUndone, callback.Withdrawn
	if _, ok := undone.Restream("s2", 7); !ok {
		t.Error("undone, but its number is needed")
	}
	undone, _ = undone.Settle(callback.Receipt{Status: callback.Rejected}, "", monday)
	if _, ok := undone.Restream("s2", 7); ok {
		t.Error("undone and refused, but sent again for ever")
	}
	refused.Again = true
	if _, ok := refused.Restream("s2", 7); !ok {
		t.Error("offered again, but left behind")
	}
}

// An effect is shown once: by the row until the documents hold it, then by them.
func TestRowsShowUntilTheDocumentsDo(t *testing.T) {
	row := sent(t, &callback.CaseClosed{Resolution: callback.Listened})
	at := callback.Stand{Position: callback.Position{Epoch: "e1"}, Shown: 5}
	settled, _ := row.Settle(callback.Receipt{Status: callback.Applied, Pos: 6}, "e1", monday)
	refused, _ := row.Settle(callback.Receipt{Status: callback.Rejected}, "e1", monday)
	old, _ := row.Settle(callback.Receipt{Status: callback.Applied, Pos: 2}, "e0", monday)
	undone := row
	undone.Event.Kind = callback.KindUndone
	note, _ := sent(t, &callback.NoteAdded{Text: "x"}).Settle(callback.Receipt{Status: callback.Applied, Pos: 2}, "e0", monday)
	for _, tt := range []struct {
		name string
		row  callback.JournalRow
		base callback.Case
		pos  uint64
		want bool
	}{
		{"not sent", row, callback.Case{}, 4, true},
		{"acknowledged, documents behind", settled, callback.Case{}, 4, true},
		{"acknowledged, this document ahead of the others", settled, callback.Case{}, 6, false},
		{"refused", refused, callback.Case{}, 4, false},
		{"undone", undone, callback.Case{}, 4, false},
		{"of another history, without a trace", old, callback.Case{}, 4, false},
		{"of another history, not in the case", note, callback.Case{}, 4, true},
		{"of another history, in the case", note, callback.Case{Notes: []callback.Note{{EventID: "ev-1"}}}, 4, false},
	} {
		if got := tt.row.Shows(at, tt.base, tt.pos); got != tt.want {
			t.Errorf("%s: shows is %v", tt.name, got)
		}
	}
	for pos, rests := range map[uint64]bool{5: true, 6: false} {
		row, _ := row.Settle(callback.Receipt{Status: callback.Applied, Pos: pos}, "e1", monday)
		if row.Rests(at) != rests || row.Bans(at) == rests {
			t.Errorf("effect at %d, documents at 5: rests %v, bans %v", pos, row.Rests(at), row.Bans(at))
		}
	}
}

// What was closed waits for the server before anybody is offered it again.
func TestReopenedCasesWaitForTheServer(t *testing.T) {
	for _, tt := range []struct {
		base, view callback.State
		want       bool
	}{
		{callback.New, callback.New, true},
		{callback.New, callback.Closed, true},
		{callback.Closed, callback.Closed, true},
		{callback.Closed, callback.New, false},
		{callback.Suppressed, callback.CallbackScheduled, false},
	} {
		if got := (callback.Case{State: tt.view}).Confirmed(callback.Case{State: tt.base}); got != tt.want {
			t.Errorf("%s shown as %s: %v", tt.base, tt.view, got)
		}
	}
}

// Only a backup of the same history lets an event go early.
func TestRowsLeaveTheJournal(t *testing.T) {
	row, _ := sent(t, &callback.NoteAdded{Text: "x"}).Settle(callback.Receipt{Status: callback.Applied, Pos: 5}, "e1", monday)
	for _, tt := range []struct {
		name   string
		epoch  string
		stable uint64
		now    time.Time
		want   bool
	}{
		{"no backup", "e1", 0, monday, false},
		{"a backup of before", "e1", 4, monday, false},
		{"a backup that holds it", "e1", 5, monday, true},
		{"a backup of another history", "e2", 9, monday, false},
		{"old", "e1", 0, monday.Add(callback.JournalKeeps), true},
	} {
		if got := row.Leaves(tt.epoch, tt.stable, tt.now); got != tt.want {
			t.Errorf("%s: leaves is %v", tt.name, got)
		}
	}
}

func TestRowsWaitForUndo(t *testing.T) {
	row := sent(t, &callback.NoteAdded{Text: "x"})
	row.State = callback.Waiting
	for _, tt := range []struct {
		name    string
		after   time.Duration
		flushed uint64
		want    bool
	}{
		{"at once", 0, 0, true},
		{"just before", 9 * time.Second, 0, true},
		{"in time", 10 * time.Second, 0, false},
		{"the clock went back", -time.Second, 0, false},
		{"flushed", 0, 1, false},
	} {
		if got := row.HeldBack(monday.Add(tt.after), tt.flushed, 10*time.Second); got != tt.want {
			t.Errorf("%s: held back is %v", tt.name, got)
		}
	}
	row.State = callback.Sent
	if row.HeldBack(monday, 0, 10*time.Second) {
		t.Error("what was sent cannot be undone, so it need not wait")
	}
}

func TestAckAdvancesWithoutHoles(t *testing.T) {
	have := map[uint64]string{2: "b", 3: "c", 5: "e"}
	ack := callback.Acked{Seq: 1, EventID: "a"}.Advance(func(seq uint64) (string, bool) { id, ok := have[seq]; return id, ok })
	if ack != (callback.Acked{Seq: 3, EventID: "c"}) {
		t.Errorf("%+v", ack)
	}
}

func TestFilingOfPages(t *testing.T) {
	begun, empty := &callback.Stand{Position: callback.Position{Cursor: "c"}}, &callback.Stand{}
	for _, tt := range []struct {
		name     string
		snapshot bool
		underway *callback.Stand
		want     callback.Filing
	}{
		{"changes", false, nil, callback.FileChanges},
		{"a snapshot begins", true, nil, callback.FileBegin},
		{"it goes on", false, begun, callback.FileOn},
		{"another begins before it ended", true, begun, callback.FileBegin},
		{"its first page, after a crash", true, empty, callback.FileOn},
		{"changes, after a crash before its first page", false, empty, callback.FileChanges},
	} {
		if got := callback.FilingOf(callback.PageHead{Snapshot: tt.snapshot}, tt.underway); got != tt.want {
			t.Errorf("%s: %d", tt.name, got)
		}
	}
	at := callback.Stand{Position: callback.Position{Epoch: "e1", Cursor: "a", High: 9}, Shown: 9}
	page := callback.Page{PageHead: callback.PageHead{Epoch: "e1", Next: "b", High: 12, More: true}, Docs: []callback.Doc{{Rank: []byte{1}}, {}}}
	if got := at.After(page); got.Cursor != "b" || got.High != 12 || got.Shown != 9 || got.Open != 1 {
		t.Errorf("pages are missing: %+v", got)
	}
	page.More = false
	if got := at.After(page); got.Shown != 12 {
		t.Errorf("the last page: %+v", got)
	}
}

func TestWhereToAskFrom(t *testing.T) {
	inUse := callback.Stand{Position: callback.Position{Epoch: "e1", Cursor: "a", High: 9}}
	snapshot := callback.Stand{Position: callback.Position{Epoch: "e2", Cursor: "b", High: 4}}
	for _, tt := range []struct {
		name     string
		broken   bool
		underway *callback.Stand
		want     callback.Position
	}{
		{"the documents in use", false, nil, inUse.Position},
		{"broken ones", true, nil, callback.Position{Epoch: "e1"}},
		{"the snapshot on its way", true, &snapshot, snapshot.Position},
		{"one that has not begun", false, &callback.Stand{}, inUse.Position},
	} {
		if got := callback.AskFrom(inUse, tt.broken, tt.underway); got != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestWhenToRestream(t *testing.T) {
	for _, tt := range []struct {
		name string
		got  bool
		want bool
	}{
		{"the same history", callback.PageRestreams("e1", callback.PageHead{Epoch: "e1"}), false},
		{"the first contact", callback.PageRestreams("", callback.PageHead{Epoch: "e1", Snapshot: true, Cause: callback.CauseNew}), false},
		{"another history", callback.PageRestreams("e1", callback.PageHead{Epoch: "e2"}), true},
		{"set back, as it seems", callback.PageRestreams("e1", callback.PageHead{Epoch: "e1", Cause: callback.CauseAhead}), true},
		{"documents of another history", callback.DocsRestream("e1", "e2"), true},
		{"documents of the same", callback.DocsRestream("e1", "e1"), false},
		{"no documents yet", callback.DocsRestream("e1", ""), false},
		{"no receipts yet", callback.DocsRestream("", "e1"), false},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %v", tt.name, tt.got)
		}
	}
	for code, want := range map[callback.Code]callback.Answering{
		"": callback.AnswerSettle, callback.CodeEpoch: callback.AnswerRestream, callback.CodeAckUnknown: callback.AnswerRestream,
		callback.CodeForked: callback.AnswerRestream, callback.CodeGap: callback.AnswerRestream, callback.CodeInvalid: callback.AnswerNarrow,
		callback.CodeTooLarge: callback.AnswerNarrow, callback.CodeBusy: callback.AnswerWait, callback.CodeForbidden: callback.AnswerWait,
		callback.CodeUnreachable: callback.AnswerWait, callback.CodeInternal: callback.AnswerWait,
	} {
		if got := callback.AnswerTo(code); got != want {
			t.Errorf("%q: %d, want %d", code, got, want)
		}
	}
}
