package server

import (
	"context"

	"ringback/callback"
	"ringback/server/rows"
)

// defaultPage is how many documents a feed page holds unless asked otherwise.
const defaultPage = 500

// Feed gives the documents that changed after a cursor, in commit order, each
// in its latest state. at is where the desk stands: its cursor, and the head of
// the feed when its data was read, which shows a server that was set back to a
// moment in between. An empty, foreign, expired or too high position begins the
// feed anew. limit 0 means 500.
func (s *Server) Feed(ctx context.Context, who Caller, at callback.Position, limit int) (callback.Page, error) {
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, s.cfg.Limits.PageDocs)
	page, err := s.page(ctx, who, at, limit)
	if err == nil && page.Cause == callback.CauseFork {
		if err = s.doubt(ctx, page.Epoch, callback.ReadClaim(at, s.key).Cursor.Epoch); err == nil {
			page, err = s.page(ctx, who, at, limit)
		}
	}
	if err == nil && page.Cause == "" {
		err = s.noteShred(ctx, who, at.Erased)
	}
	return page, s.db.failure("read the feed", err)
}

// page reads one page on one state of the database.
func (s *Server) page(ctx context.Context, who Caller, at callback.Position, limit int) (page callback.Page, err error) {
	claim := callback.ReadClaim(at, s.key)
	err = s.db.snapshot(ctx, func(q *rows.Queries) error {
		begin, past, err := s.standing(ctx, q, who, claim)
		if err != nil {
			return err
		}
		c, cause := begin.Resume(claim, past)
		page.PageHead = callback.PageHead{
			Epoch: begin.Epoch, Snapshot: cause != "", Cause: cause, High: begin.High,
			Schema: callback.SchemaVersion, Reader: callback.ReaderVersion, ServerTime: s.now(),
		}
		if page.Snapshot {
			total, err := q.CountLiving(ctx, who.Team, c.View == string(viewAll))
			if err != nil {
				return err
			}
			page.Total = int(total)
		}
		docs, err := docsAfter(ctx, q, c, limit+1)
		if err != nil {
			return err
		}
		last := c.Pos
		if page.More = len(docs) > limit; page.More {
			docs = docs[:limit]
			last = docs[limit-1].Pos
		}
		if page.Notices, err = notices(ctx, q, who); err != nil {
			return err
		}
		page.Docs = given(docs, c)
		page.Count = len(page.Docs)
		page.Next = c.After(last, begin.High, page.More).Sealed(s.key)
		return nil
	})
	return page, err
}

// docsAfter reads the documents that a cursor's view has after it.
func docsAfter(ctx context.Context, q *rows.Queries, c callback.Cursor, limit int) ([]callback.Doc, error) {
	var list []rows.FeedRow
	if c.View == string(viewAll) {
		var err error
		if list, err = q.Feed(ctx, c.Team, int64(c.Pos), int32(limit)); err != nil {
			return nil, err
		}
	} else {
		words, err := q.FeedWithoutCases(ctx, c.Team, int64(c.Pos), int32(limit))
		if err != nil {
			return nil, err
		}
		for _, r := range words {
			list = append(list, rows.FeedRow(r))
		}
	}
	out := make([]callback.Doc, len(list))
	for i, r := range list {
		out[i] = callback.Doc{
			Type: callback.DocType(r.Type), ID: r.ID, Pos: uint64(r.Pos), Schema: int(r.Schema), Rank: r.Rank, Body: r.Body,
		}
	}
	return out, nil
}

// given leaves out what a page after the cursor does not hold.
func given(docs []callback.Doc, c callback.Cursor) []callback.Doc {
	out := docs[:0]
	for _, d := range docs {
		if c.Gives(d) {
			out = append(out, d)
		}
	}
	return out
}
