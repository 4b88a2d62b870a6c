package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"ringback/callback"
)

// nothing is the input of an operation without parameters.
type nothing struct{}

// reply is the output of an operation with a JSON body.
type reply[T any] struct{ Body T }

func replyWith[T any](v T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{v}, nil
}

// decode reads a request's body, which readBody has checked to be strict.
func decode[T any](raw []byte) (v T, err error) {
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, unreadable(err)
	}
	return v, nil
}

func unreadable(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return callback.Errorf(callback.CodeInvalid, "%s cannot be a %s", callback.Line(kind.Field).String(), kind.Value)
	}
	return callback.Errorf(callback.CodeInvalid, "the body cannot be read: %s", callback.Line(err.Error()).String())
}

// work registers what desks and importers send.
func (rc *reception) work() {
	s := rc.s
	open(rc, door{
		method: http.MethodPost, path: "/v1/responses", id: "add-responses", summary: "Take survey responses in",
		doc:   "Idempotent by (source, external_id). Each row is accepted, a duplicate, or rejected with its column and reason.",
		roles: leaders, body: callback.IntakeBatch{}, wide: true,
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.IntakeReport], error) {
		return replyWith(s.takeBody(ctx, c))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/events", id: "push-events", summary: "Record facts",
		doc: "A batch of one stream in order; one receipt per event. The device stands in the header " + deviceHeader + ".",
		// Trainers have a desk too; what they may record is judged by event.
		roles: everyone, body: callback.Push{}, wiping: true,
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.PushReply], error) {
		p, err := readPush(c.body)
		if err != nil {
			return nil, err
		}
		made, err := s.record(ctx, c.who, p)
		if err == nil {
			s.count(made)
		}
		return replyWith(made, err)
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/claims", id: "claim", summary: "Claim a case, the next one, or a day pack",
		doc:   "Gives leases. A refused claim is 409 and names who holds the case or its number, and until when.",
		roles: caseWorkers, body: callback.ClaimRequest{},
	}, func(ctx context.Context, c call, _ *nothing) (*reply[callback.ClaimReply], error) {
		req, err := decode[callback.ClaimRequest](c.body)
		if err != nil {
			return nil, err
		}
		if c.who.Device == "" {
			c.who.Device = req.Device
		}
		return replyWith(s.Claim(ctx, c.who, req))
	})
	rc.leases()
}

// renewal is the body of a renewal.
type renewal struct {
	Purpose callback.LeasePurpose `json:"purpose,omitempty" doc:"What the lease is for from now on; empty keeps it."`
}

type leasePath struct {
	Lease string `path:"lease"`
}

func (rc *reception) leases() {
	s := rc.s
	open(rc, door{
		method: http.MethodPost, path: "/v1/claims/{lease}/renew", id: "renew-claim", summary: "Make a lease last longer",
		doc:   "The body may be left out; then the lease keeps its purpose.",
		roles: caseWorkers, body: renewal{}, bare: true,
	}, func(ctx context.Context, c call, in *leasePath) (*reply[callback.ClaimReply], error) {
		var b renewal
		if len(c.body) > 0 {
			var err error
			if b, err = decode[renewal](c.body); err != nil {
				return nil, err
			}
		}
		lease, err := s.Renew(ctx, c.who, in.Lease, b.Purpose)
		return replyWith(callback.ClaimReply{Leases: []callback.Lease{lease}, ServerTime: s.now()}, err)
	})
	open(rc, door{
		method: http.MethodDelete, path: "/v1/claims/{lease}", id: "release-claim", summary: "Give a lease back",
		roles: caseWorkers, status: http.StatusNoContent,
	}, func(ctx context.Context, c call, in *leasePath) (*struct{}, error) {
		return nil, s.Release(ctx, c.who, in.Lease)
	})
}

// wireBatch is an IntakeBatch whose rows are read one by one, so that one row
// of the wrong shape does not cost the others.
type wireBatch struct {
	callback.IntakeBatch
	Rows []json.RawMessage `json:"rows"`
}

func (s *Server) takeBody(ctx context.Context, c call) (callback.IntakeReport, error) {
	wire, err := decode[wireBatch](c.body)
	if err != nil {
		return callback.IntakeReport{}, err
	}
	team, err := teamFor(c.who, wire.Team)
	if err != nil {
		return callback.IntakeReport{}, err
	}
	if len(wire.Rows) > s.cfg.Limits.IntakeRows {
		return callback.IntakeReport{}, callback.Errorf(callback.CodeTooLarge, "%d rows are over the %d of one intake", len(wire.Rows), s.cfg.Limits.IntakeRows).
			WithHint("send them in several")
	}
	b := wire.IntakeBatch
	b.Rows = make([]callback.Intake, len(wire.Rows))
	misread := map[int]error{}
	for i, raw := range wire.Rows {
		if err := json.Unmarshal(raw, &b.Rows[i]); err != nil {
			misread[i] = err
		}
	}
	list := judgeAll(team, b, s.now())
	for i, err := range misread {
		list[i] = misreadRow(wire.Rows[i], err)
	}
	return s.take(ctx, team, b.DryRun, list)
}

type raw = json.RawMessage

// misreadRow rejects a row that has the wrong shape.
func misreadRow(row raw, err error) judged {
	var number struct {
		Row int `json:"row"`
	}
	_ = json.Unmarshal(row, &number) // the number is worth having if it can be read
	j := judged{row: number.Row}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		j.refuse(callback.Line(kind.Field).String(), "a %s cannot stand here", kind.Value)
		return j
	}
	j.refuse("", "the row cannot be read: %s", callback.Line(err.Error()).String())
	return j
}

// readPush reads a push whose events are read one by one: one that cannot be
// read is refused alone.
func readPush(body []byte) (push, error) {
	wire, err := decode[struct {
		callback.Push
		Events []raw `json:"events"`
	}](body)
	if err != nil {
		return push{}, err
	}
	p := push{Push: wire.Push, events: make([]incoming, 0, len(wire.Events))}
	for _, raw := range wire.Events {
		p.events = append(p.events, readEvent(raw))
	}
	return p, nil
}

// readEvent reads one event as it was sent.
func readEvent(raw []byte) incoming {
	in := incoming{raw: raw}
	if err := json.Unmarshal(raw, &in.Event); err != nil {
		in.unread = unreadable(err)
		var number struct {
			ID  string `json:"id"`
			Seq uint64 `json:"seq"`
		}
		_ = json.Unmarshal(raw, &number) // its place is worth having if it can be read
		in.ID, in.Seq = number.ID, number.Seq
	}
	return in
}

// teamFor gives the team that a request is about: the caller's own, or any if
// an administrator names it. Another team is as absent as one that does not
// exist.
func teamFor(who Caller, wanted string) (string, error) {
	if wanted == "" || wanted == who.Team {
		return who.Team, nil
	}
	if who.Role != callback.RoleAdmin {
		return "", noTeam(wanted)
	}
	return wanted, validWord("team", wanted)
}
