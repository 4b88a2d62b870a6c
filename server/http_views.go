package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"ringback/callback"

	"github.com/danielgtaylor/huma/v2"
)

// identity registers who the caller is and whether the server lives.
func (rc *reception) identity() {
	s := rc.s
	type health struct {
		Status string `json:"status"`
	}
	open(rc, door{method: http.MethodGet, path: "/healthz", id: "health", summary: "Whether the process lives"},
		func(context.Context, call, *nothing) (*reply[health], error) {
			return &reply[health]{health{"ok"}}, nil
		})
	open(rc, door{method: http.MethodGet, path: "/readyz", id: "ready", summary: "Whether the server can serve: its database answers"},
		func(ctx context.Context, _ call, _ *nothing) (*reply[health], error) {
			if err := s.Ready(ctx); err != nil {
				return nil, err
			}
			return &reply[health]{health{"ready"}}, nil
		})
	open(rc, door{method: http.MethodGet, path: "/v1/me", id: "me", summary: "Who I am, and which server this is", roles: everyone, wiping: true},
		func(_ context.Context, c call, _ *nothing) (*reply[callback.Me], error) {
			return &reply[callback.Me]{s.me(c.who)}, nil
		})
}

// me is what the server tells a caller of themselves.
func (s *Server) me(who Caller) callback.Me {
	return callback.Me{
		ID: who.ID, Name: who.Name, Role: who.Role, Team: who.Team, Epoch: s.Epoch(), Version: s.cfg.Version,
		Schema: callback.SchemaVersion, ServerTime: s.now(),
	}
}

type feedQuery struct {
	Cursor string `query:"cursor" doc:"Where the last page ended: its next. Empty begins anew."`
	High   string `query:"high" doc:"The head of the feed when the last page was read: its high."`
	Limit  string `query:"limit" doc:"How many documents at most; 500 unless given."`
	Stream string `query:"stream" doc:"The desk's stream, with ack and ack_event: what it believes the server to have of its own events. If the server lacks it, the answer is ack_unknown."`
	Ack    string `query:"ack" doc:"The number of the stream's last acknowledged event."`
	Event  string `query:"ack_event" doc:"The id of that event."`
	Mark   string `query:"mark" doc:"The mark of the last answer to a push. If nobody can tell any more whether what was told then stands, the answer is ack_unknown."`
	Erased string `query:"erased" doc:"The position up to which the desk has destroyed what was erased."`
}

// feed answers a desk's question, if the server has what the desk believes
// acknowledged.
func (s *Server) feed(ctx context.Context, who Caller, in *feedQuery) (page callback.Page, err error) {
	var ask [4]int
	for i, q := range []struct{ name, text string }{{"limit", in.Limit}, {"high", in.High}, {"ack", in.Ack}, {"erased", in.Erased}} {
		if ask[i], err = number(q.name, q.text); err != nil {
			return page, err
		}
	}
	claim := callback.StreamClaim{Stream: in.Stream, Acked: callback.Acked{Seq: uint64(ask[2]), EventID: in.Event}, Mark: in.Mark}
	if err := s.Acknowledged(ctx, who, claim); err != nil {
		return page, err
	}
	return s.Feed(ctx, who, callback.Position{Cursor: in.Cursor, High: uint64(ask[1]), Erased: uint64(ask[3])}, ask[0])
}

type teamQuery struct {
	Team string `query:"team" doc:"Another team, for administrators."`
}

type boardQuery struct {
	Team   string `query:"team" doc:"Another team, for administrators."`
	Period string `query:"period" doc:"today, week, month, quarter, year or all; month unless given."`
	From   string `query:"from" doc:"First day, 2026-01-01, instead of a period."`
	To     string `query:"to" doc:"Last day."`
}

type commentQuery struct {
	Team     string `query:"team" doc:"Another team, for administrators."`
	Category string `query:"category" doc:"detractor, passive, promoter or unscored."`
	Contains string `query:"contains"`
	Language string `query:"language"`
	Product  string `query:"product"`
	Limit    string `query:"limit" doc:"How many at most; 500 unless given."`
}

// views registers what desks and people read.
func (rc *reception) views() {
	s := rc.s
	open(rc, door{
		method: http.MethodGet, path: "/v1/feed", id: "feed", summary: "What changed since a cursor", roles: everyone,
		doc: "The first line is the page's head as JSON, then one line a document: type, id, position, schema, rank in base64 " +
			"and body, separated by tabs; a tombstone has no body.",
		reply: &huma.Response{Description: "A page of the feed.", Content: map[string]*huma.MediaType{
			feedType: {Schema: &huma.Schema{Type: huma.TypeString}},
		}},
	}, func(ctx context.Context, c call, in *feedQuery) (*huma.StreamResponse, error) {
		page, err := s.feed(ctx, c.who, in)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(huma.Context) { writePage(c.w, page) }}, nil
	})
	open(rc, door{method: http.MethodGet, path: "/v1/board", id: "board", summary: "Standings and conversion of a period", roles: everyone},
		func(ctx context.Context, c call, in *boardQuery) (*reply[callback.Board], error) {
			team, err := teamFor(c.who, in.Team)
			if err != nil {
				return nil, err
			}
			period := in.Period
			if in.From != "" || in.To != "" {
				period = in.From + ".." + in.To
			}
			b, err := s.Board(ctx, team, period)
			if !c.who.Role.Leads() {
				b.Skips = nil
			}
			return replyWith(b, err)
		})
	open(rc, door{method: http.MethodGet, path: "/v1/comments", id: "comments", summary: "What customers wrote, newest first", roles: everyone},
		func(ctx context.Context, c call, in *commentQuery) (*reply[[]callback.Comment], error) {
			team, err := teamFor(c.who, in.Team)
			if err != nil {
				return nil, err
			}
			limit, err := number("limit", in.Limit)
			if err != nil {
				return nil, err
			}
			return replyWith(s.Comments(ctx, team, callback.CommentQuery{
				Category: callback.Category(in.Category), Contains: in.Contains, Language: in.Language, Product: in.Product, Limit: limit,
			}))
		})
	open(rc, door{
		method: http.MethodGet, path: "/v1/cases/{id}", id: "case", summary: "One case, whole", roles: everyone,
		doc: "A case that the caller may not see is as absent as one that does not exist.",
	}, func(ctx context.Context, c call, in *struct {
		ID string `path:"id"`
	},
	) (*reply[callback.Case], error) {
		return replyWith(s.Case(ctx, c.who, in.ID))
	})
	rc.stream()
}

// feedType is the media type of a feed page.
const feedType = "application/vnd.ringback.feed"

// writePage writes a page as lines. The head's count tells the reader whether
// all of them came.
func writePage(w http.ResponseWriter, page callback.Page) {
	head, err := json.Marshal(page.PageHead)
	if err != nil {
		writeProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", feedType)
	buf := append(head, '\n')
	for _, d := range page.Docs {
		if buf = d.AppendLine(buf); len(buf) >= 64<<10 {
			if _, err := w.Write(buf); err != nil {
				return // the client is gone
			}
			buf = buf[:0]
		}
	}
	_, _ = w.Write(buf) // the client may be gone
}

// number reads a count from a query; empty is 0.
func number(name, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, callback.Errorf(callback.CodeInvalid, "%s is %q; it is a number from 0", name, callback.Line(text).String())
	}
	return n, nil
}
