package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

type exportQuery struct {
	Team  string `query:"team" doc:"Another team, for administrators."`
	After string `query:"after" doc:"Where the last page ended: its next. Empty begins anew."`
}

// exports registers what leaves the server for files.
func (rc *reception) exports() {
	open(rc, door{
		method: http.MethodGet, path: "/v1/export", id: "export", summary: "All cases of a team, page by page", roles: leaders,
		doc: "Pages hold 500 cases in the order of their ids; next is where the page after begins, and is left out of the last.",
	}, func(ctx context.Context, c call, in *exportQuery) (*reply[callback.ExportPage], error) {
		team, err := teamFor(c.who, in.Team)
		if err != nil {
			return nil, err
		}
		return replyWith(rc.s.Export(ctx, c.who, team, in.After))
	})
}
