package server

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"ringback/callback"
	"ringback/server/rows"
)

// Board gives a team's board over a period, from the day counters alone; no
// event is read.
func (s *Server) Board(ctx context.Context, team, period string) (callback.Board, error) {
	p, err := s.Policy(ctx, team)
	if err != nil {
		return callback.Board{}, err
	}
	span, err := callback.PeriodOf(period, s.now(), p.Location())
	if err != nil {
		return callback.Board{}, err
	}
	var days []callback.Day
	names := map[string]string{}
	err = s.db.snapshot(ctx, func(q *rows.Queries) error {
		if days, err = readDays(ctx, q, team, span.From, span.To); err != nil {
			return err
		}
		agents, err := q.DocsOf(ctx, team, string(callback.DocAgent))
		for _, d := range agents {
			var a callback.Agent
			if json.Unmarshal(d.Body, &a) == nil {
				names[a.ID] = a.Name
			}
		}
		return err
	})
	if err != nil {
		return callback.Board{}, s.db.failure("read the board", err)
	}
	b := callback.BoardOf(span.From, span.To, days, func(id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return id
	})
	b.Team = team
	return b, nil
}

// readDays reads the counters of some days, both included; empty from means
// from the first.
func readDays(ctx context.Context, q *rows.Queries, team, from, to string) ([]callback.Day, error) {
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return nil, fmt.Errorf("read day %q: %w", to, err)
	}
	// The bound is the day after, so that a database that sorts by the rules of
	// a language finds the same days as one that sorts by bytes.
	list, err := q.DocsBetween(ctx, rows.DocsBetweenParams{
		Team: team, Type: string(callback.DocDay), Low: from, High: last.AddDate(0, 0, 1).Format(time.DateOnly),
	})
	if err != nil {
		return nil, err
	}
	out := make([]callback.Day, 0, len(list))
	for _, row := range list {
		var d callback.Day
		if err := json.Unmarshal(row.Body, &d); err != nil {
			return nil, callback.Errorf(callback.CodeDamaged, "the counters of %s cannot be read: %w", row.ID, err)
		}
		out = append(out, d)
	}
	return out, nil
}

// Comments gives a team's comments, newest first.
func (s *Server) Comments(ctx context.Context, team string, q callback.CommentQuery) ([]callback.Comment, error) {
	if q.Limit <= 0 {
		q.Limit = 500
	}
	q.Limit = min(q.Limit, 5000)
	arg := rows.WordsParams{Team: team, Low: -1, High: 10, Before: 1 << 62, Most: 1000}
	switch q.Category {
	case "":
	case callback.Detractor:
		arg.Low, arg.High = 0, 6
	case callback.Passive:
		arg.Low, arg.High = 7, 8
	case callback.Promoter:
		arg.Low = 9
	case callback.Unscored:
		arg.High = -1
	default:
		return nil, callback.Errorf(callback.CodeInvalid, "category %q is not known", callback.Line(string(q.Category)).String()).
			WithHint("the categories are detractor, passive, promoter and unscored")
	}
	out := []callback.Comment{}
	for {
		list, err := s.db.ask.Words(ctx, arg)
		if err != nil {
			return nil, s.db.failure("read comments", err)
		}
		for _, row := range list {
			var r callback.Response
			if err := json.Unmarshal(row.Body, &r); err != nil {
				return nil, callback.Errorf(callback.CodeDamaged, "the response %s cannot be read: %w", row.ID, err)
			}
			if c, ok := callback.CommentOf(r, row.CaseID); ok && chosen(q, c) {
				if out = append(out, c); len(out) == q.Limit {
					return out, nil
				}
			}
		}
		if len(list) < int(arg.Most) {
			return out, nil
		}
		last := list[len(list)-1]
		arg.Before, arg.BeforeID = last.AnsweredAt, last.ID
	}
}

func chosen(q callback.CommentQuery, c callback.Comment) bool {
	return (q.Language == "" || strings.EqualFold(c.Language, q.Language) || strings.HasPrefix(strings.ToLower(c.Language), strings.ToLower(q.Language)+"-")) &&
		(q.Product == "" || strings.EqualFold(c.Product, q.Product)) &&
		(q.Contains == "" || strings.Contains(strings.ToLower(c.Text), strings.ToLower(q.Contains)))
}

// Case gives a case of the caller's team. One that the caller may not see is
// as absent as one that does not exist: CodeNotFound.
func (s *Server) Case(ctx context.Context, who Caller, id string) (callback.Case, error) {
	var c callback.Case
	missing := callback.Errorf(callback.CodeNotFound, "there is no case %q", callback.Line(id).String())
	if viewOf(who.Role) != viewAll || !isShortWord(id) {
		return c, missing
	}
	row, ok, err := found(s.db.ask.Doc(ctx, who.Team, string(callback.DocCase), id))
	if err != nil {
		return c, s.db.failure("read case", err)
	}
	if !ok || row.Body == nil {
		return c, missing
	}
	if err := json.Unmarshal(row.Body, &c); err != nil {
		return c, callback.Errorf(callback.CodeDamaged, "the case %s cannot be read: %w", id, err)
	}
	return c, nil
}
