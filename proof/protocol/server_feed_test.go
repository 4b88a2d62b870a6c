package protocol

import (
	"slices"
	"time"

	"ringback/callback"
)

// page is a page of the feed with the values that its documents stand for.
type page struct {
	callback.Page
	papers []paper
}

// viewOf is which documents a role sees: trainers see no cases.
func viewOf(who *user) string {
	if who.role == callback.RoleTrainer {
		return "words"
	}
	return "all"
}

// sees tells whether a user may have a document of their team.
func sees(who *user, d callback.Doc) bool { return d.Type != callback.DocCase || viewOf(who) == "all" }

// cursorKey signs cursors.
var cursorKey = []byte("the key of the model's server")

// readClaim reads what a desk hands back; a signature is looked at once, however often it comes.
func (w *world) readClaim(at callback.Position) callback.Claim {
	read, known := w.claims[at.Cursor]
	if !known {
		read = callback.ReadClaim(at, cursorKey)
		w.claims[at.Cursor] = read
	}
	read.High = at.High
	return read
}

// feed gives what comes after a position, as server.Feed does: a claim that the server signed and that its history does
// not hold begins another history.
func (s *server) feed(who *user, at callback.Position, limit int) page {
	out := s.page(who, at, limit)
	if out.Cause == callback.CauseFork {
		s.beginEpoch(s.epoch, s.w.readClaim(at).Cursor.Epoch)
		out = s.page(who, at, limit)
	}
	return out
}

func (s *server) page(who *user, at callback.Position, limit int) page {
	r, t := s.w.rules, &s.teams[who.team]
	claim := s.w.readClaim(at)
	begin := callback.Cursor{Epoch: s.epoch, Team: teamNames[who.team], View: viewOf(who), Fresh: t.pos, High: t.pos, Mark: t.marked(t.pos)}
	c, cause := r.resume(begin, claim, s.past(who.team, claim))
	var out page
	out.PageHead = callback.PageHead{Epoch: s.epoch, Snapshot: cause != "", Cause: cause, High: t.pos, ServerTime: s.w.now}
	last, n := c.Pos, 0
	for _, p := range t.docs {
		if p.Pos <= c.Pos || !sees(who, p.Doc) && !r.flaws.allViews {
			continue
		}
		if n == limit {
			out.More = true
			break
		}
		n, last = n+1, p.Pos
		if r.gives(c, p.Doc) {
			out.Docs, out.papers = append(out.Docs, p.Doc), append(out.papers, p)
		}
	}
	out.Count = len(out.Docs)
	out.Next = r.after(c, last, t.pos, out.More).Sealed(cursorKey)
	return out
}

// past is what the server knows of its history where a claim points.
func (s *server) past(team int, claim callback.Claim) callback.Past {
	t := &s.teams[team]
	p := callback.Past{Floor: t.floor}
	if claim.Signed {
		p.Mark = t.marked(claim.Cursor.High)
	}
	return p
}

// contradicted tells whether a claim that the server signed is not in its history.
func (s *server) contradicted(team int, claim callback.Claim) bool {
	begin := callback.Cursor{Epoch: s.epoch, Team: teamNames[team], High: s.teams[team].pos}
	return claim.Signed && s.w.rules.doubts(begin, claim, s.past(team, claim))
}

// vouch tells whether what was told with a mark is in the history.
func (s *server) vouch(team int, mark string) callback.Vouching {
	if s.w.oldServer {
		return callback.VouchYes
	}
	claim := s.w.readClaim(callback.Position{Cursor: mark})
	begin := callback.Cursor{Epoch: s.epoch, Team: teamNames[team], High: s.teams[team].pos}
	return s.w.rules.vouches(begin, claim, s.past(team, claim))
}

// stands tells what to say to a desk that asks, of what it believes the server to have.
func (s *server) stands(team int, claim callback.StreamClaim) callback.Code {
	if !s.acknowledged(team, claim) {
		return callback.CodeAckUnknown
	}
	switch s.vouch(team, claim.Mark) {
	case callback.VouchLost:
		s.beginEpoch(s.epoch, s.w.readClaim(callback.Position{Cursor: claim.Mark}).Cursor.Epoch)
	case callback.VouchUnknown:
		return callback.CodeAckUnknown
	}
	return ""
}

// beginEpoch begins a history that follows others: nobody's lease goes on, and fences begin above all that may have
// been given out.
func (s *server) beginEpoch(before ...string) {
	w := s.w
	s.epoch = callback.NextEpoch(w.now, w.id("h"), before...)
	if !w.rules.flaws.oldFences {
		s.floor = callback.FenceFloor(s.epoch)
	}
	u := s.begin()
	for t := range s.teams {
		for _, p := range s.teams[t].docs {
			if p.file != nil && p.file.Lease != nil && !w.rules.flaws.keepsLeases {
				u.applyOwn(t, p.ID, "", serverDevice, &callback.CaseReleased{LeaseID: p.file.Lease.ID})
			}
		}
	}
	u.flush()
	w.log("a new history begins: %s", s.epoch)
}

// stable is the position that every backup meant for restore holds.
func (s *server) stable(team int) uint64 {
	var held []uint64
	for _, b := range s.backups {
		held = append(held, b.teams[team].pos)
	}
	return callback.Stable(held)
}

// feedKeeps is how long tombstones and marks stay.
const feedKeeps = 45 * 24 * time.Hour

// compact takes out of a feed what no cursor may need any more, as server.compact does.
func (t *team) compact(now time.Time) {
	old, floor := now.Add(-feedKeeps), uint64(0)
	for _, h := range t.heads {
		if h.at.Before(old) && h.pos < t.pos {
			floor = h.pos
		}
	}
	if floor == 0 {
		return
	}
	t.docs = slices.DeleteFunc(t.docs, func(p paper) bool { return p.Body == nil && p.Pos <= floor })
	t.heads = slices.DeleteFunc(slices.Clone(t.heads), func(h head) bool { return h.pos < floor })
	t.floor = max(t.floor, floor)
}
