package callback

import (
	"crypto/hmac"
	"crypto/sha256"
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
	// High is the head of the feed when the last page was read, and Mark what the server noted there: two
	// histories that share a position do not share its mark.
	High, Mark uint64
}

// maxCursor bounds the text of a cursor, in bytes.
const maxCursor = 512

// sealSize is how much of the signature a cursor carries: 128 bits.
const sealSize = 16

// Sealed writes a cursor with a signature, so that only what a server said can speak against it later.
// The key is the server's, and lies outside its database: HMAC-SHA-256 (RFC 2104), cut to 128 bits.
func (c Cursor) Sealed(key []byte) string {
	text := fmt.Appendf(nil, "2\n%s\n%s\n%s\n%d\n%d\n%d\n%d", c.Epoch, c.Team, c.View, c.Pos, c.Fresh, c.High, c.Mark)
	return base64.RawURLEncoding.EncodeToString(append(signature(key, text), text...))
}

func signature(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte("ringback cursor\x00"))
	_, _ = mac.Write(text)
	return mac.Sum(nil)[:sealSize]
}

// ParseCursor reads a cursor's text; ok is false for what no server with this key ever gave out.
func ParseCursor(text string, key []byte) (c Cursor, ok bool) {
	if len(text) > maxCursor {
		return c, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < sealSize || !hmac.Equal(raw[:sealSize], signature(key, raw[sealSize:])) {
		return c, false
	}
	part := strings.Split(string(raw[sealSize:]), "\n")
	if len(part) != 8 || part[0] != "2" {
		return c, false
	}
	c = Cursor{Epoch: part[1], Team: part[2], View: part[3]}
	for i, into := range []*uint64{&c.Pos, &c.Fresh, &c.High, &c.Mark} {
		if *into, err = strconv.ParseUint(part[4+i], 10, 63); err != nil {
			return c, false
		}
	}
	return c, true
}

// Causes of a snapshot, as PageHead tells them.
const (
	// CauseNew: the desk has nothing yet.
	CauseNew = "new"
	// CauseEpoch: the desk's documents are of another history.
	CauseEpoch = "epoch"
	// CauseExpired: the cursor cannot be followed any more, or is another caller's.
	CauseExpired = "expired"
	// CauseAhead: the desk says that it has seen more than there is, so the server may have been set back.
	CauseAhead = "ahead"
	// CauseFork: the server itself gave out what its history does not hold: it was set back without saying so.
	CauseFork = "fork"
)

// Claim is what a desk says of where it stands in the feed.
type Claim struct {
	// Given tells that the desk has a cursor at all, Signed that a server with our key gave it out.
	Given, Signed bool
	Cursor        Cursor
	// High is the head that the desk says to have seen; nothing vouches for it.
	High uint64
}

// ReadClaim reads a desk's claim.
func ReadClaim(at Position, key []byte) Claim {
	c := Claim{Given: at.Cursor != "", High: at.High}
	c.Cursor, c.Signed = ParseCursor(at.Cursor, key)
	return c
}

// Past is what the server knows of its history where a claim points.
type Past struct {
	// Floor is the position up to which tombstones and marks are gone.
	Floor uint64
	// Mark is what was noted when the head of the feed stood at the claim's High; 0 if it never stood there.
	Mark uint64
}

// Contradicts tells whether a claim that a server with our key signed is not in its history, c being where
// the caller's feed begins, its High the head of the feed now. A claim that nobody signed contradicts nothing:
// else one client could make a server doubt itself.
func (c Cursor) Contradicts(claim Claim, past Past) bool {
	said := claim.Cursor
	if !claim.Signed || said.Team != c.Team {
		return false
	}
	if said.Epoch != c.Epoch {
		// What we have said in a later epoch, an earlier one cannot have said.
		return EpochOrd(said.Epoch) > EpochOrd(c.Epoch)
	}
	if said.High > c.High {
		return true
	}
	return said.High >= past.Floor && said.Mark != past.Mark
}

// Resume decides whether the feed goes on after a desk's claim, or begins anew, and why: cause is "" when
// it goes on. c is where the caller's feed begins: Fresh and High the head of the feed now, Mark its mark.
func (c Cursor) Resume(claim Claim, past Past) (from Cursor, cause string) {
	said := claim.Cursor
	switch {
	case !claim.Given:
		return c, CauseNew
	case !claim.Signed:
		return c, CauseExpired
	case c.Contradicts(claim, past):
		// What another sort of caller was given counts as well.
		return c, CauseFork
	case said.Epoch != c.Epoch:
		return c, CauseEpoch
	case said.Team != c.Team || said.View != c.View:
		return c, CauseExpired
	case max(said.Pos, said.Fresh) < past.Floor:
		return c, CauseExpired
	case claim.High > c.High:
		return c, CauseAhead
	}
	said.High, said.Mark = c.High, c.Mark
	return said, ""
}

// Vouching is what a server can say of a mark that a desk hands back.
type Vouching int

// The answers to a mark.
const (
	// VouchYes: what was told then stands, or the desk was told nothing.
	VouchYes Vouching = iota
	// VouchLost: the server said it, and its history does not hold it.
	VouchLost
	// VouchUnknown: nobody can tell any more, as the history around it was
	// compacted, or it is another team's or another key's. The desk asks for
	// every receipt anew.
	VouchUnknown
)

// Marked gives the mark of a place in the feed, which a PushReply carries:
// a cursor that no page follows.
func (c Cursor) Marked(high, mark uint64) Cursor {
	return Cursor{Epoch: c.Epoch, Team: c.Team, Pos: high, High: high, Mark: mark}
}

// Vouches tells whether what was told with a mark is in this history; c is
// where the caller's feed begins. Only what the server itself signed speaks
// against its history; another epoch's mark is left to the check of epochs.
func (c Cursor) Vouches(mark Claim, past Past) Vouching {
	said := mark.Cursor
	switch {
	case !mark.Given:
		return VouchYes
	case c.Contradicts(mark, past):
		return VouchLost
	case !mark.Signed, said.Team != c.Team, said.Epoch == c.Epoch && said.High < past.Floor:
		return VouchUnknown
	}
	return VouchYes
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
