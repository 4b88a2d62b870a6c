package callback_test

import (
	"encoding/base64"
	"testing"

	"ringback/callback"
)

var key = []byte("the server's own key")

// A cursor's text comes back whole, and a page moves it as far as the page goes.
func TestCursor(t *testing.T) {
	c := callback.Cursor{Epoch: "e1", Team: "north", View: "all", Pos: 7, Fresh: 9, High: 9, Mark: 77}
	if back, ok := callback.ParseCursor(c.Sealed(key), key); !ok || back != c {
		t.Fatalf("%+v came back as %+v, %v", c, back, ok)
	}
	if got := c.After(8, 12, true); got.Pos != 8 || got.Fresh != 9 {
		t.Errorf("in the middle: %+v", got)
	}
	if got := c.After(8, 12, false); got.Pos != 12 || got.Fresh != 0 {
		t.Errorf("at the end: %+v", got)
	}
	for _, tt := range []struct {
		doc  callback.Doc
		want bool
	}{
		{callback.Doc{Pos: 8, Body: []byte("{}")}, true},
		{callback.Doc{Pos: 9}, false},
		{callback.Doc{Pos: 10}, true},
	} {
		if got := c.Gives(tt.doc); got != tt.want {
			t.Errorf("%+v is given: %v", tt.doc, got)
		}
	}
}

// Only what was sealed with the server's own key is a cursor of its.
func TestForgedCursors(t *testing.T) {
	c := callback.Cursor{Epoch: "e1", Team: "north", View: "all", Pos: 7, High: 9, Mark: 77}
	good := c.Sealed(key)
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := append([]byte(nil), raw...)
		bad[i] ^= 1
		if _, ok := callback.ParseCursor(base64.RawURLEncoding.EncodeToString(bad), key); ok {
			t.Fatalf("byte %d may be changed", i)
		}
	}
	for name, text := range map[string]string{
		"another key": c.Sealed([]byte("another")),
		"cut":         good[:len(good)-2],
		"no text":     base64.RawURLEncoding.EncodeToString(raw[:16]),
		"empty":       "",
	} {
		if _, ok := callback.ParseCursor(text, key); ok {
			t.Errorf("%s: taken for our own", name)
		}
	}
}

// The feed goes on only after a cursor that this history gave to this sort of caller. Only the server's own
// word can speak against its history.
func TestResume(t *testing.T) {
	begin := callback.Cursor{Epoch: "e2", Team: "north", View: "all", Fresh: 20, High: 20, Mark: 2020}
	at := func(change func(*callback.Cursor)) callback.Position {
		c := callback.Cursor{Epoch: "e2", Team: "north", View: "all", Pos: 15, High: 18, Mark: 1818}
		change(&c)
		return callback.Position{Epoch: c.Epoch, Cursor: c.Sealed(key), High: c.High}
	}
	same := func(*callback.Cursor) {}
	claims := func(p callback.Position, high uint64) callback.Position { p.High = high; return p }
	known := callback.Past{Mark: 1818}
	for _, tt := range []struct {
		name  string
		at    callback.Position
		past  callback.Past
		cause string
	}{
		{"its own", at(same), known, ""},
		{"nothing yet", callback.Position{}, known, callback.CauseNew},
		{"noise", callback.Position{Cursor: "?"}, known, callback.CauseExpired},
		{"another history", at(func(c *callback.Cursor) { c.Epoch = "e1" }), known, callback.CauseEpoch},
		{"another team", at(func(c *callback.Cursor) { c.Team = "south" }), known, callback.CauseExpired},
		{"another view", at(func(c *callback.Cursor) { c.View = "words" }), known, callback.CauseExpired},
		{"past the head", at(func(c *callback.Cursor) { c.Pos, c.High = 21, 21 }), callback.Past{}, callback.CauseFork},
		{"the head never stood there", at(same), callback.Past{}, callback.CauseFork},
		{"another commit led there", at(same), callback.Past{Mark: 7}, callback.CauseFork},
		{"an unsigned claim past the head", claims(at(same), 21), known, callback.CauseAhead},
		{"tombstones after it are gone", at(same), callback.Past{Floor: 16, Mark: 1818}, callback.CauseExpired},
		{"marks are gone too", at(same), callback.Past{Floor: 19}, callback.CauseExpired},
		{"a snapshot begun before they went", at(func(c *callback.Cursor) { c.Fresh = 17 }), callback.Past{Floor: 16, Mark: 1818}, ""},
	} {
		c, cause := begin.Resume(callback.ReadClaim(tt.at, key), tt.past)
		if cause != tt.cause || cause != "" && c != begin || cause == "" && (c.Pos != 15 || c.High != 20 || c.Mark != 2020) {
			t.Errorf("%s: %+v, cause %q", tt.name, c, cause)
		}
		if got := begin.Contradicts(callback.ReadClaim(tt.at, key), tt.past); got != (tt.cause == callback.CauseFork) {
			t.Errorf("%s: contradicts is %v", tt.name, got)
		}
	}
	forged := callback.Cursor{Epoch: "e2", Team: "north", View: "all", Pos: 900, High: 900}.Sealed([]byte("guessed"))
	if _, cause := begin.Resume(callback.ReadClaim(callback.Position{Cursor: forged}, key), known); cause != callback.CauseExpired {
		t.Errorf("a forged cursor: cause %q", cause)
	}
}

// What was told with a mark stands if the history holds it; only the server's own word speaks against it, and what
// cannot be looked up any more is asked for anew.
func TestVouches(t *testing.T) {
	begin := callback.Cursor{Epoch: "20-b", Team: "north", High: 20, Mark: 2020}
	at := func(change func(*callback.Cursor)) callback.Claim {
		c := callback.Cursor{Epoch: "20-b", Team: "north"}.Marked(18, 1818)
		change(&c)
		return callback.ReadClaim(callback.Position{Cursor: c.Sealed(key)}, key)
	}
	same := func(*callback.Cursor) {}
	for _, tt := range []struct {
		name string
		mark callback.Claim
		past callback.Past
		want callback.Vouching
	}{
		{"told nothing yet", callback.Claim{}, callback.Past{}, callback.VouchYes},
		{"its own", at(same), callback.Past{Mark: 1818}, callback.VouchYes},
		{"at the floor", at(same), callback.Past{Mark: 1818, Floor: 18}, callback.VouchYes},
		{"another history under the same epoch", at(same), callback.Past{Mark: 1}, callback.VouchLost},
		{"a place that never was", at(same), callback.Past{}, callback.VouchLost},
		{"past the head", at(func(c *callback.Cursor) { c.High = 21 }), callback.Past{}, callback.VouchLost},
		{"a later epoch", at(func(c *callback.Cursor) { c.Epoch = "21-c" }), callback.Past{}, callback.VouchLost},
		{"an earlier epoch", at(func(c *callback.Cursor) { c.Epoch = "19-a" }), callback.Past{}, callback.VouchYes},
		{"below the floor", at(same), callback.Past{Floor: 19}, callback.VouchUnknown},
		{"another team's", at(func(c *callback.Cursor) { c.Team = "south" }), callback.Past{Mark: 1818}, callback.VouchUnknown},
		{"noise", callback.ReadClaim(callback.Position{Cursor: "?"}, key), callback.Past{}, callback.VouchUnknown},
		{"another key's", callback.ReadClaim(callback.Position{Cursor: begin.Sealed([]byte("another"))}, key), callback.Past{}, callback.VouchUnknown},
	} {
		if got := begin.Vouches(tt.mark, tt.past); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
