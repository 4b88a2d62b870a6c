package server

import (
	"context"
	"encoding/json"

	"ringback/callback"
	"ringback/server/rows"
)

// exportPage is how many cases one page of an export holds.
const exportPage = 500

// Export gives a team's cases in the order of their ids, a page at a time: those after one id, and where the next
// page begins, which is empty after the last. What changes between two pages may or may not be seen, but no case is
// given twice. Who begins an export is on record.
func (s *Server) Export(ctx context.Context, who Caller, team, after string) (callback.ExportPage, error) {
	page := callback.ExportPage{Cases: []json.RawMessage{}}
	if after == "" {
		err := s.write(ctx, scope{team: team}, func(u *unit) error { return u.audit(team, who.ID, "export.begin", team, "") })
		if err != nil {
			return page, err
		}
	}
	list, err := s.db.ask.DocsAfter(ctx, rows.DocsAfterParams{Team: team, Type: string(callback.DocCase), ID: after, Limit: exportPage + 1})
	if err != nil {
		return page, s.db.failure("export cases", err)
	}
	if len(list) > exportPage {
		list = list[:exportPage]
		page.Next = list[exportPage-1].ID
	}
	for _, d := range list {
		page.Cases = append(page.Cases, d.Body)
	}
	return page, nil
}
