package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

// peace registers what survey tools ask before they send.
func (rc *reception) peace() {
	open(rc, door{
		method: http.MethodGet, path: "/v1/cool-off", id: "cool-off", summary: "Customers who are left in peace now, page by page", roles: leaders,
		doc: "Who should get no survey, or whose next answer opens no case, why, and until when. Pages are in the order of the customers' ids; " +
			"one may be empty and not be the last: next is where the page after begins, and is left out of the last.",
	}, func(ctx context.Context, c call, in *exportQuery) (*reply[callback.PeacePage], error) {
		team, err := teamFor(c.who, in.Team)
		if err != nil {
			return nil, err
		}
		return replyWith(rc.s.InPeace(ctx, c.who, team, in.After))
	})
}
