package server

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"ringback/callback"
	"ringback/server/rows"
)

//go:embed guides/*.md
var guideFiles embed.FS

// guideText is a guide with the Markdown it was read from.
type guideText struct {
	callback.Guide
	source string
}

// defaultGuides are the guides that a new team starts with, by id.
var defaultGuides = sync.OnceValues(readGuides)

func readGuides() ([]guideText, error) {
	list, err := guideFiles.ReadDir("guides")
	if err != nil {
		return nil, fmt.Errorf("list guides: %w", err)
	}
	out := make([]guideText, 0, len(list))
	for _, f := range list {
		raw, err := guideFiles.ReadFile("guides/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read guide %s: %w", f.Name(), err)
		}
		g, err := callback.ParseGuide(string(raw))
		if err != nil {
			return nil, fmt.Errorf("read guide %s: %w", f.Name(), err)
		}
		out = append(out, guideText{g, string(raw)})
	}
	return out, nil
}

func (l *ledger) setGuide(g guideText, by string) error {
	err := l.u.q.AddGuide(l.u.ctx, rows.AddGuideParams{
		Team: l.team, ID: g.ID, Version: int64(g.Version), CreatedAt: micros(l.u.now), CreatedBy: by, Source: g.source,
	})
	if err != nil {
		return err
	}
	return l.put(callback.DocGuide, g.ID, g.Guide)
}

// Guides gives a team's guides, by id.
func (s *Server) Guides(ctx context.Context, team string) ([]callback.Guide, error) {
	list, err := s.db.ask.DocsOf(ctx, team, string(callback.DocGuide))
	if err != nil {
		return nil, s.db.failure("read guides", err)
	}
	out := []callback.Guide{}
	for _, d := range list {
		if d.Body == nil {
			continue
		}
		var g callback.Guide
		if err := json.Unmarshal(d.Body, &g); err != nil {
			return nil, callback.Errorf(callback.CodeDamaged, "the guide %s cannot be read: %w", d.ID, err)
		}
		out = append(out, g)
	}
	return out, nil
}

// GuideSource gives a version of a team's guide as its author wrote it; 0 means
// the one in force. CodeNotFound tells that there is none.
func (s *Server) GuideSource(ctx context.Context, team, id string, version int) (callback.GuideMarkdown, error) {
	row, ok, err := found(s.db.ask.GuideSource(ctx, team, id, math.MaxInt32))
	if err == nil && !ok {
		return callback.GuideMarkdown{}, callback.Errorf(callback.CodeNotFound, "there is no guide %s", callback.Line(id)).
			WithHint("ringback guide list names them")
	}
	if err == nil && version != 0 && int64(version) != row.Version {
		row, ok, err = found(s.db.ask.GuideSource(ctx, team, id, int64(version)))
		if err == nil && (!ok || int64(version) != row.Version) {
			return callback.GuideMarkdown{}, callback.Errorf(callback.CodeNotFound, "the guide %s has no version %d", callback.Line(id), version).
				WithHint("leave the version out to see the one in force")
		}
	}
	if err != nil {
		return callback.GuideMarkdown{}, s.db.failure("read guide", err)
	}
	return callback.GuideMarkdown{ID: id, Version: int(row.Version), Source: row.Source}, nil
}
