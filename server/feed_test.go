package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

// Any size of page leads to the same documents, and positions rise without
// repeating.
func TestFeedPagesAgree(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		for i := range 9 {
			w.intake("north", row(fmt.Sprint(i), i, "words"))
		}
		whole, _, _ := w.feed(w.as("anna"), "", 1000)
		for _, limit := range []int{1, 2, 3, 7} {
			docs, cursor, heads := w.feed(w.as("anna"), "", limit)
			if diff := cmp.Diff(whole, docs); diff != "" {
				t.Fatalf("pages of %d: %s", limit, diff)
			}
			for i, h := range heads {
				if h.Snapshot != (i == 0) || (h.Cause == "new") != (i == 0) {
					t.Fatalf("pages of %d: head %d says snapshot %v, cause %q", limit, i, h.Snapshot, h.Cause)
				}
			}
			if more, _, _ := w.feed(w.as("anna"), cursor, limit); len(more) != 0 {
				t.Fatalf("pages of %d: %d documents after the end", limit, len(more))
			}
		}
		last := uint64(0)
		for _, d := range whole {
			if d.Pos <= last {
				t.Fatalf("position %d after %d", d.Pos, last)
			}
			last = d.Pos
		}
	})
}

// A cursor that is not of this server, this team, this role or this moment
// begins the feed anew, and says why. Whatever a desk makes up, the server does
// not doubt its history.
func TestForeignCursors(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 1, "Bad."))
		_, cursor, heads := w.feed(w.as("anna"), "", 0)
		epoch := w.s.Epoch()
		other := cursorWith(cursor, testKey, func(c *callback.Cursor) { c.Epoch = "1-other" })
		forged := cursorWith(cursor, []byte("guessed"), func(c *callback.Cursor) { c.Pos, c.High = c.Pos+1000, c.High+1000 })
		for _, tt := range []struct {
			name  string
			who   string
			at    callback.Position
			cause string
		}{
			{"its own", "anna", callback.Position{Cursor: cursor, High: heads[0].High}, ""},
			{"another epoch", "anna", callback.Position{Cursor: other}, "epoch"},
			{"data read later than the head, as it says", "anna", callback.Position{Cursor: cursor, High: heads[0].High + 1}, "ahead"},
			{"another team", "olga", callback.Position{Cursor: cursor}, "expired"},
			{"another role", "tina", callback.Position{Cursor: cursor}, "expired"},
			{"forged, ahead of the head", "anna", callback.Position{Cursor: forged}, "expired"},
			{"noise", "anna", callback.Position{Cursor: "???"}, "expired"},
			{"endless", "anna", callback.Position{Cursor: strings.Repeat("A", 5000)}, "expired"},
		} {
			page := must(w.s.Feed(t.Context(), w.as(tt.who), tt.at, 0))(t)
			if page.Snapshot != (tt.cause != "") || page.Cause != tt.cause || page.Epoch != epoch {
				t.Errorf("%s: snapshot %v, cause %q, epoch %s", tt.name, page.Snapshot, page.Cause, page.Epoch)
			}
		}
	})
}

func cursorWith(text string, key []byte, change func(*callback.Cursor)) string {
	c, _ := callback.ParseCursor(text, testKey)
	change(&c)
	return c.Sealed(key)
}

// On the wire a page is a head and lines; with nothing new it is tiny.
func TestFeedOnTheWire(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 1, "Tab\there, line\nthere."))
		rec := w.call("anna", "GET", "/v1/feed", nil)
		lines := bytes.Split(bytes.TrimSuffix(rec.Body.Bytes(), []byte("\n")), []byte("\n"))
		var head callback.PageHead
		if err := json.Unmarshal(lines[0], &head); err != nil {
			t.Fatal(err)
		}
		if head.Count != len(lines)-1 || head.Epoch != w.s.Epoch() || head.ServerTime.IsZero() {
			t.Fatalf("head: %+v with %d lines", head, len(lines))
		}
		for _, line := range lines[1:] {
			d, err := callback.ParseLine(line)
			if err != nil {
				t.Fatal(err)
			}
			if d.Type != callback.DocCase {
				continue
			}
			var c callback.Case
			if err := json.Unmarshal(d.Body, &c); err != nil {
				t.Fatal(err)
			}
			if _, err := callback.ParseRank(d.Rank, nil); err != nil {
				t.Fatalf("rank: %v", err)
			}
		}
		quiet := w.call("anna", "GET", fmt.Sprintf("/v1/feed?cursor=%s&high=%d", head.Next, head.High), nil)
		if quiet.Code != 200 || quiet.Body.Len() > 512 {
			t.Fatalf("nothing new: status %d, %d bytes", quiet.Code, quiet.Body.Len())
		}
	})
}

// The first page of a snapshot says how many documents it has, as its caller sees them.
func TestASnapshotSaysHowLongItIs(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 1, "Bad."), row("2", 9, "Good."), row("3", 3, "Meh."))
		w.must(nil, w.s.RevokeUser(t.Context(), "test", "boris", false))
		for _, user := range []string{"anna", "tina"} {
			docs, _, heads := w.feed(w.as(user), "", 4)
			if heads[0].Total != len(docs) || len(heads) < 2 || heads[1].Total != 0 {
				t.Errorf("%s: %d documents, %d told at first and %d then", user, len(docs), heads[0].Total, heads[1].Total)
			}
		}
	})
}
