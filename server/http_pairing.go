package server

import (
	"context"
	"net/http"
	"strconv"

	"ringback/callback"
)

// pairings registers how a desk is let in by a code (RFC 8628).
func (rc *reception) pairings() {
	s := rc.s
	open(rc, door{
		method: http.MethodPost, path: "/v1/pairings", id: "start-pairing", summary: "Ask to be let in", body: callback.PairingRequest{},
		doc: "Gives the desk a secret of its own, and a code for a person to read out to their supervisor. Needs no token.",
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.PairingStart], error) {
		req, err := decode[callback.PairingRequest](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.StartPairing(ctx, s.placeOf(c.r), req))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/pairings/poll", id: "poll-pairing", summary: "Ask how it stands", body: callback.PairingPollRequest{},
		doc: "Once a supervisor has approved, the reply holds the token. Whoever asks sooner than they were told hears slow_down. Needs no token.",
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.PairingReply], error) {
		req, err := decode[callback.PairingPollRequest](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.PollPairing(ctx, s.placeOf(c.r), req))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/pairings/look", id: "look-pairing", summary: "Which desk a code belongs to", roles: leaders, body: callback.PairingLook{},
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.Pairing], error) {
		req, err := decode[callback.PairingLook](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.LookPairing(ctx, c.who, req.Code))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/pairings/answer", id: "answer-pairing", roles: leaders, body: callback.PairingAnswer{}, status: http.StatusNoContent,
		summary: "Let a desk in, or turn it away",
	}, func(ctx context.Context, c call, _ *nothing) (*struct{}, error) {
		req, err := decode[callback.PairingAnswer](c.body)
		if err != nil {
			return nil, err
		}
		return nil, s.AnswerPairing(ctx, c.who, req)
	})
}

type auditQuery struct {
	After string `query:"after" doc:"The number of the last act that is known; the first acts unless given."`
	Limit string `query:"limit" doc:"How many acts at most; 500 unless given."`
}

// audit registers what is on record of those who keep the house.
func (rc *reception) audit() {
	s := rc.s
	open(rc, door{
		method: http.MethodGet, path: "/v1/audit", id: "audit", summary: "What those did who keep the house", roles: leaders,
		doc: "Each act's hash is the SHA-256 of the hash before it and of the act; head is the last one. Administrators see the whole chain, supervisors the acts of their team.",
	}, func(ctx context.Context, c call, in *auditQuery) (*reply[callback.AuditPage], error) {
		after, err := strconv.ParseInt("0"+in.After, 10, 64)
		if err != nil {
			return nil, callback.Errorf(callback.CodeInvalid, "after is %q; it is a number from 0", callback.Line(in.After).String())
		}
		limit, err := number("limit", in.Limit)
		if err != nil {
			return nil, err
		}
		return replyWith(s.Acts(ctx, teamOrAll(c.who), after, limit))
	})
}
