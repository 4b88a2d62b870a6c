package server

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"ringback/callback"
)

// cursor is a place in a team's feed as one sort of caller sees it. Desks
// carry it without reading it.
type cursor struct {
	epoch string
	team  string
	view  view
	pos   uint64
	// fresh is the head of the feed when the snapshot under way began; until
	// then tombstones say nothing new.
	fresh uint64
}

// view is which documents a caller sees.
type view string

const (
	viewAll view = "all"
	// viewWords is the feed without cases: comments, guides, policy, days,
	// colleagues.
	viewWords view = "words"
)

func viewOf(role callback.UserRole) view {
	if role == callback.RoleTrainer {
		return viewWords
	}
	return viewAll
}

func (c cursor) String() string {
	text := fmt.Sprintf("1\n%s\n%s\n%s\n%d\n%d", c.epoch, c.team, c.view, c.pos, c.fresh)
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// maxCursor bounds the text of a cursor, in bytes.
const maxCursor = 512

func parseCursor(text string) (c cursor, ok bool) {
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
	c = cursor{epoch: part[1], team: part[2], view: view(part[3])}
	if c.pos, err = strconv.ParseUint(part[4], 10, 63); err != nil {
		return c, false
	}
	c.fresh, err = strconv.ParseUint(part[5], 10, 63)
	return c, err == nil
}

// Causes of a snapshot, as PageHead tells them.
const (
	causeNew     = "new"
	causeEpoch   = "epoch"
	causeExpired = "expired"
	causeAhead   = "ahead"
)

// resume reads a cursor; cause is why the feed must begin anew, or "".
func (s *Server) resume(at callback.Position, who Caller, high uint64) (c cursor, cause string) {
	begin := cursor{epoch: s.epoch, team: who.Team, view: viewOf(who.Role), fresh: high}
	if at.Cursor == "" {
		return begin, causeNew
	}
	c, ok := parseCursor(at.Cursor)
	switch {
	case !ok:
		return begin, causeExpired
	case c.epoch != s.epoch:
		return begin, causeEpoch
	case c.team != begin.team || c.view != begin.view:
		return begin, causeExpired
	case c.pos > high || c.fresh > high || at.High > high:
		return begin, causeAhead
	}
	return c, ""
}
