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
// begins the feed anew, and says why.
func TestForeignCursors(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 1, "Bad."))
		_, cursor, heads := w.feed(w.as("anna"), "", 0)
		other := cursorWith(cursor, func(c *callback.Cursor) { c.Epoch = "1-other" })
		ahead := cursorWith(cursor, func(c *callback.Cursor) { c.Pos += 1000 })
		for _, tt := range []struct {
			name  string
			who   string
			at    callback.Position
			cause string
		}{
			{"its own", "anna", callback.Position{Cursor: cursor, High: heads[0].High}, ""},
			{"another epoch", "anna", callback.Position{Cursor: other}, "epoch"},
			{"ahead of the head", "anna", callback.Position{Cursor: ahead}, "ahead"},
			{"data read later than the head", "anna", callback.Position{Cursor: cursor, High: heads[0].High + 1}, "ahead"},
			{"another team", "olga", callback.Position{Cursor: cursor}, "expired"},
			{"another role", "tina", callback.Position{Cursor: cursor}, "expired"},
			{"noise", "anna", callback.Position{Cursor: "???"}, "expired"},
			{"endless", "anna", callback.Position{Cursor: strings.Repeat("A", 5000)}, "expired"},
		} {
			page := must(w.s.Feed(t.Context(), w.as(tt.who), tt.at, 0))(t)
			if page.Snapshot != (tt.cause != "") || page.Cause != tt.cause {
				t.Errorf("%s: snapshot %v, cause %q", tt.name, page.Snapshot, page.Cause)
			}
		}
	})
}

func cursorWith(text string, change func(*callback.Cursor)) string {
	c, _ := callback.ParseCursor(text)
	change(&c)
	return c.String()
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
