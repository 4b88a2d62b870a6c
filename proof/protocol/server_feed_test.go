package protocol

import (
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

// feed gives what comes after a position, as server.Feed does.
func (s *server) feed(who *user, at callback.Position, limit int) page {
	r, t := s.w.rules, &s.teams[who.team]
	begin := callback.Cursor{Epoch: s.epoch, Team: teamNames[who.team], View: viewOf(who), Fresh: t.pos}
	c, cause := r.resume(begin, at)
	var out page
	out.PageHead = callback.PageHead{Epoch: s.epoch, Snapshot: cause != "", Cause: cause, High: t.pos, ServerTime: s.w.now}
	last, n := c.Pos, 0
	for _, p := range t.docs {
		if p.Pos <= c.Pos || !sees(who, p.Doc) {
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
	out.Next = r.after(c, last, t.pos, out.More).String()
	return out
}
