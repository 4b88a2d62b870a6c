package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

type quarantineQuery struct {
	Settled string `query:"settled" doc:"1 for those that were settled too."`
	Limit   string `query:"limit" doc:"How many at most; 500 unless given."`
}

type eventPath struct {
	Event string `path:"event"`
}

// quarantine registers what supervisors do about events that were refused.
func (rc *reception) quarantine() {
	s := rc.s
	open(rc, door{
		method: http.MethodGet, path: "/v1/quarantine", id: "quarantine", roles: leaders,
		summary: "Events that were refused, the latest first", doc: "They are kept as they were sent until a named person settles them.",
	}, func(ctx context.Context, c call, in *quarantineQuery) (*reply[[]callback.QuarantineEntry], error) {
		limit, err := number("limit", in.Limit)
		if err != nil {
			return nil, err
		}
		return replyWith(s.Quarantine(ctx, c.who.Team, in.Settled == "1", limit))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/quarantine/{event}/retry", id: "retry-quarantined", roles: leaders,
		summary: "Judge a refused event anew", doc: "As its author's, with the rights they have now. The first verdict stays on record.",
		body: callback.QuarantineOrder{}, bare: true,
	}, func(ctx context.Context, c call, in *eventPath) (*reply[callback.QuarantineResult], error) {
		var b callback.QuarantineOrder
		if len(c.body) > 0 {
			var err error
			if b, err = decode[callback.QuarantineOrder](c.body); err != nil {
				return nil, err
			}
		}
		return replyWith(s.RetryQuarantined(ctx, c.who, in.Event, b.Reason))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/quarantine/{event}/dismiss", id: "dismiss-quarantined", roles: leaders,
		summary: "Leave a refused event out for good", doc: "It stays on record, with who dismissed it and why.",
		body: callback.QuarantineOrder{}, status: http.StatusNoContent,
	}, func(ctx context.Context, c call, in *eventPath) (*struct{}, error) {
		b, err := decode[callback.QuarantineOrder](c.body)
		if err != nil {
			return nil, err
		}
		return nil, s.DismissQuarantined(ctx, c.who, in.Event, b.Reason)
	})
}
