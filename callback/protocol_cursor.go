package callback

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Cursor is a place in a team's feed as one sort of caller sees it. The server makes and reads it; desks
// carry its text without reading it.
type Cursor struct {
	Epoch string
	Team  string
	// View is which documents the caller sees; a caller who begins to see others begins the feed anew.
	View string
	Pos  uint64
	// Fresh is the head of the feed when the snapshot under way began, 0 when none is: until then tombstones
	// say nothing new.
	Fresh uint64
}

// maxCursor bounds the text of a cursor, in bytes.
const maxCursor = 512

func (c Cursor) String() string {
	text := fmt.Sprintf("1\n%s\n%s\n%s\n%d\n%d", c.Epoch, c.Team, c.View, c.Pos, c.Fresh)
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// ParseCursor reads a cursor's text; ok is false for what no server ever gave out.
func ParseCursor(text string) (c Cursor, ok bool) {
	if len(text) > maxCursor {
		return c, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return c, false
	}
	part := strings.Split(string(raw), "\n")
	if len(part) != 6 || part[0] != "1" {
		return c, false
	}
	c = Cursor{Epoch: part[1], Team: part[2], View: part[3]}
	if c.Pos, err = strconv.ParseUint(part[4], 10, 63); err != nil {
		return c, false
	}
	c.Fresh, err = strconv.ParseUint(part[5], 10, 63)
	return c, err == nil
}

// Causes of a snapshot, as PageHead tells them.
const (
	// CauseNew: the desk has nothing yet.
	CauseNew = "new"
	// CauseEpoch: the desk's documents are of another history.
	CauseEpoch = "epoch"
	// CauseExpired: the cursor cannot be followed any more, or is another caller's.
	CauseExpired = "expired"
	// CauseAhead: the desk has seen more than there is, so the server was set back without saying so.
	CauseAhead = "ahead"
)

// Resume decides whether the feed goes on after a desk's position, or begins anew, and why: cause is "" when
// it goes on. begin is where the caller's feed begins, its Fresh the head of the feed now.
func (begin Cursor) Resume(at Position) (c Cursor, cause string) {
	if at.Cursor == "" {
		return begin, CauseNew
	}
	c, ok := ParseCursor(at.Cursor)
	high := begin.Fresh
	switch {
	case !ok:
		return begin, CauseExpired
	case c.Epoch != begin.Epoch:
		return begin, CauseEpoch
	case c.Team != begin.Team || c.View != begin.View:
		return begin, CauseExpired
	case c.Pos > high || c.Fresh > high || at.High > high:
		return begin, CauseAhead
	}
	return c, ""
}

// Gives tells whether a page after the cursor holds a document: whoever begins anew has nothing that a
// tombstone of before could remove.
func (c Cursor) Gives(d Doc) bool { return d.Body != nil || d.Pos > c.Fresh }

// After gives the cursor behind a page: last is the position of its last document when more pages follow,
// high the head of the feed.
func (c Cursor) After(last, high uint64, more bool) Cursor {
	if more {
		c.Pos = last
		return c
	}
	c.Pos, c.Fresh = high, 0
	return c
}
