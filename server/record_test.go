package server

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

func statuses(list []callback.Receipt) []string {
	var out []string
	for _, r := range list {
		s := string(r.Status)
		if r.Reason != "" {
			s += " " + string(r.Reason)
		}
		out = append(out, s)
	}
	return out
}

// A push that is sent again counts once, and tells the first verdict.
func TestPushTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		batch := []callback.Event{
			anna.event("e1", id, 1, ended(w, "at1", callback.NoAnswer)),
			anna.event("e2", id, 2, &callback.NoteAdded{Text: "Rang twice."}),
		}
		first := must(anna.try(batch...))(t).Receipts
		second := must(anna.try(batch...))(t).Receipts
		if diff := cmp.Diff([]string{"applied", "applied"}, statuses(first)); diff != "" {
			t.Fatal(diff)
		}
		for i, r := range second {
			if r.Status != callback.DuplicateEvent || r.Final().Status != callback.Applied || r.Pos != first[i].Pos {
				t.Fatalf("sent again: %+v, first %+v", r, first[i])
			}
		}
		if c := w.caseOf("north", id); len(c.Attempts) != 1 || len(c.Notes) != 1 {
			t.Fatalf("%d attempts, %d notes", len(c.Attempts), len(c.Notes))
		}
		w.check()
	})
}

// The numbers of a stream tell gaps, copies of a desk, and a server that lost
// something; a new stream with the same events heals all of them.
func TestStreamContinuity(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		e1 := anna.event("e1", id, 1, &callback.NoteAdded{Text: "one"})
		e2 := anna.event("e2", id, 1, &callback.NoteAdded{Text: "two"})
		e3 := anna.event("e3", id, 1, &callback.NoteAdded{Text: "three"})
		refused := func(what string, want callback.Code, events ...callback.Event) {
			t.Helper()
			if _, err := anna.try(events...); callback.CodeOf(err) != want {
				t.Fatalf("%s: %v, want %s", what, err, want)
			}
		}
		refused("a gap at the start", callback.CodeGap, e2)
		refused("a gap within", callback.CodeGap, e1, e3)
		if c := w.caseOf("north", id); len(c.Notes) != 0 {
			t.Fatal("a refused push left something behind")
		}
		anna.push(e1, e2)
		copied := anna.event("other", id, 1, &callback.NoteAdded{Text: "from a copy"})
		copied.Seq = 2
		refused("a copied desk", callback.CodeForked, copied)
		anna.ack = callback.Acked{Seq: 2, EventID: "not-e2"}
		refused("an unknown ack", callback.CodeAckUnknown, e3)
		anna.ack = callback.Acked{Seq: 7, EventID: "e7"}
		refused("an ack that never came", callback.CodeAckUnknown, e3)
		boris := w.desk("boris")
		boris.stream = anna.stream
		if _, err := boris.try(e3); callback.CodeOf(err) != callback.CodeForked {
			t.Fatalf("a stream of another desk: %v", err)
		}
		if _, err := w.s.Record(t.Context(), anna.who, callback.Push{Epoch: "another", Stream: "s"}); callback.CodeOf(err) != callback.CodeEpoch {
			t.Fatalf("another epoch: %v", err)
		}

		anna.stream, anna.ack = "second-stream", callback.Acked{}
		again := anna.push(e1, e2, e3)
		if diff := cmp.Diff([]string{"duplicate", "duplicate", "applied"}, statuses(again)); diff != "" {
			t.Fatal(diff)
		}
		// The new stream's numbers are known by the event, too.
		anna.ack = callback.Acked{Seq: 2, EventID: "e2"}
		anna.seq = 3
		anna.push(anna.event("e4", id, 1, &callback.NoteAdded{Text: "four"}))
		if c := w.caseOf("north", id); len(c.Notes) != 4 {
			t.Fatalf("%d notes", len(c.Notes))
		}
		w.check()
	})
}

// Each bad event of a batch is refused alone, visibly, and kept.
func TestBadEventsAreQuarantined(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		good := anna.event("e1", id, 1, &callback.NoteAdded{Text: "good"})
		invalid := anna.event("e2", id, 1, &callback.NoteAdded{Text: " "})
		future := anna.event("e3", id, 1, &callback.NoteAdded{Text: "x"})
		future.Kind = "case.teleported"
		servers := anna.event("e4", id, 1, &callback.CallbackMissed{At: w.now})
		nowhere := anna.event("e5", "no-such-case", 1, &callback.NoteAdded{Text: "x"})
		large := anna.event("e6", id, 1, &callback.NoteAdded{Text: "x"})
		large.Payload = json.RawMessage(`{"text":"x","pad":"` + strings.Repeat("a", callback.MaxEventBytes) + `"}`)
		foreign := anna.event("e7", id, 1, &callback.CaseAssigned{To: "boris"})
		nameless := anna.event("not a usable id", id, 1, &callback.NoteAdded{Text: "x"})
		reused := anna.event("e1", id, 1, &callback.NoteAdded{Text: "other words under the same id"})
		last := anna.event("e9", id, 1, &callback.NoteAdded{Text: "good too"})
		batch := []callback.Event{good, invalid, future, servers, nowhere, large, foreign, nameless, reused, last}
		want := []string{
			"applied", "rejected invalid", "rejected unknown_kind", "rejected forbidden", "rejected unknown_case",
			"rejected too_large", "rejected forbidden", "rejected invalid", "rejected id_reused", "applied",
		}
		if diff := cmp.Diff(want, statuses(anna.push(batch...))); diff != "" {
			t.Fatal(diff)
		}
		kept := must(w.s.db.ask.Quarantine(t.Context(), "north", false, 100))(t)
		if len(kept) != 8 {
			t.Fatalf("%d events in quarantine", len(kept))
		}
		for _, q := range kept {
			if !json.Valid(q.Body) || q.Agent != "anna" {
				t.Errorf("kept: %+v", q)
			}
		}
		// Told again, the verdicts stand.
		anna.ack = callback.Acked{}
		for i, r := range must(anna.try(batch[:7]...))(t).Receipts {
			if r.Status != callback.DuplicateEvent || string(r.Final().Status)+reasonText(r.Final().Reason) != want[i] {
				t.Errorf("event %d again: %+v", i, r)
			}
		}
		w.check()
	})
}

func reasonText(r callback.Reason) string {
	if r == "" {
		return ""
	}
	return " " + string(r)
}

// Who sent an event is known from the token, whatever the body says; a trainer
// records nothing about cases.
func TestIdentityComesFromTheToken(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		e := anna.event("e1", id, 1, &callback.NoteAdded{Text: "I am Boris."})
		e.Agent, e.Device, e.Team = "boris", "desk-of-boris", "south"
		anna.push(e)
		if n := w.caseOf("north", id).Notes[0]; n.By != "anna" {
			t.Fatalf("the note is by %s", n.By)
		}
		tina := w.desk("tina")
		got := statuses(tina.push(
			tina.event("t1", id, 1, talked(w, "at1", 9)),
			tina.event("t2", id, 1, &callback.NoteAdded{Text: "x"}),
			tina.event("t3", "", 0, &callback.Undone{Was: callback.KindNoteAdded}),
		))
		if diff := cmp.Diff([]string{"rejected forbidden", "rejected forbidden", "applied"}, got); diff != "" {
			t.Fatal(diff)
		}
		olga := w.desk("olga")
		if got := statuses(olga.push(olga.event("o1", id, 1, &callback.NoteAdded{Text: "x"}))); got[0] != "rejected unknown_case" {
			t.Fatalf("another team's agent: %v", got)
		}
		w.check()
	})
}

// Two agents settle one case without knowing of each other: the first leads,
// the second is kept beside it, and a person is told.
func TestSecondResultIsShadowed(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna, boris := w.desk("anna"), w.desk("boris")
		first := anna.push(anna.event("a1", id, 1, talked(w, "at1", 9)))
		second := boris.push(boris.event("b1", id, 1, talked(w, "at2", 3)))
		if first[0].Status != callback.Applied || second[0].Status != callback.Shadowed || second[0].Reason != callback.ReasonAlreadyResolved {
			t.Fatalf("first %+v, second %+v", first[0], second[0])
		}
		c := w.caseOf("north", id)
		if len(c.Attempts) != 2 || len(c.Disputed()) != 1 || *c.LastRescore().Value != 9 {
			t.Fatalf("attempts %d, disputes %+v, score %v", len(c.Attempts), c.Disputes, c.LastRescore())
		}
		w.check()
	})
}

// The fence of a receipt is what the desk's next event must carry.
func TestReceiptTellsTheFence(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna, boris := w.desk("anna"), w.desk("boris")
		r := anna.push(anna.event("a1", id, 1, agreed(w, "at1", monday.Add(24*time.Hour))))[0]
		late := boris.push(boris.event("b1", id, 1, ended(w, "at2", callback.NoAnswer)))[0]
		if late.Reason != callback.ReasonStaleFence {
			t.Fatalf("with the old fence: %+v", late)
		}
		if ok := boris.push(boris.event("b2", id, r.Fence, ended(w, "at3", callback.Busy)))[0]; ok.Status != callback.Applied {
			t.Fatalf("with the receipt's fence: %+v", ok)
		}
		w.check()
	})
}

// A desk with nothing to send can ask whether its events are still here.
func TestAcknowledged(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		id := w.intake("north", row("1", 2, "Bad.")).Results[0].CaseID
		anna := w.desk("anna")
		anna.push(anna.event("e1", id, 1, &callback.NoteAdded{Text: "x"}))
		for _, tt := range []struct {
			query string
			want  int
		}{
			{"", 200},
			{"?stream=stream-of-anna&ack=1&ack_event=e1", 200},
			{"?stream=stream-of-anna&ack=1&ack_event=e2", 409},
			{"?stream=stream-of-anna&ack=2&ack_event=e2", 409},
			{"?stream=another&ack=1&ack_event=e1", 409},
			{"?ack=1&ack_event=e1", 400},
			{"?stream=s&ack=one", 400},
		} {
			if rec := w.call("anna", "GET", "/v1/feed"+tt.query, nil); rec.Code != tt.want {
				t.Errorf("%q: status %d: %s", tt.query, rec.Code, rec.Body)
			}
		}
		again := anna.event("e1", id, 1, &callback.NoteAdded{Text: "x"})
		again.Stream, again.Seq = "second", 1
		must(w.s.Record(t.Context(), anna.who, callback.Push{Stream: "second", Events: []callback.Event{again}}))(t)
		if rec := w.call("anna", "GET", "/v1/feed?stream=second&ack=1&ack_event=e1", nil); rec.Code != 200 {
			t.Errorf("sent again: status %d: %s", rec.Code, rec.Body)
		}
	})
}
