package server

import (
	"context"
	"net/http"

	"ringback/callback"
)

// guideWriters may publish guides.
var guideWriters = []callback.UserRole{callback.RoleSupervisor, callback.RoleTrainer, callback.RoleAdmin}

// guides registers what trainers write.
func (rc *reception) guides() {
	s := rc.s
	open(rc, door{method: http.MethodGet, path: "/v1/guides", id: "guides", summary: "The guides of calls", roles: everyone},
		func(ctx context.Context, c call, in *teamQuery) (*reply[[]callback.Guide], error) {
			team, err := teamFor(c.who, in.Team)
			if err != nil {
				return nil, err
			}
			return replyWith(s.Guides(ctx, team))
		})
	open(rc, door{
		method: http.MethodGet, path: "/v1/guides/defaults", id: "default-guides", summary: "What the team made of the guides that come with the server", roles: everyone,
		doc: "standing is current, missing (never published in the team), newer (an earlier one is in force, as it came) or own (the team's words).",
	}, func(ctx context.Context, c call, in *teamQuery) (*reply[[]callback.DefaultGuide], error) {
		team, err := teamFor(c.who, in.Team)
		if err != nil {
			return nil, err
		}
		return replyWith(s.DefaultGuides(ctx, team))
	})
	open(rc, door{
		method: http.MethodPost, path: "/v1/guides/defaults", id: "publish-default-guides", roles: guideWriters,
		summary: "Publish those that are missing or newer", doc: "The reply lists them. What a team wrote itself stays. May be repeated.",
	}, func(ctx context.Context, c call, in *teamQuery) (*reply[[]callback.DefaultGuide], error) {
		team, err := teamFor(c.who, in.Team)
		if err != nil {
			return nil, err
		}
		return replyWith(s.PublishDefaults(ctx, c.who.ID, team))
	})
	open(rc, door{method: http.MethodGet, path: "/v1/guides/{id}", id: "guide", summary: "A guide's Markdown, in force or an earlier version", roles: everyone},
		func(ctx context.Context, c call, in *struct {
			ID      string `path:"id"`
			Team    string `query:"team" doc:"Another team, for administrators."`
			Version string `query:"version" doc:"An earlier version; without it, the one in force."`
		},
		) (*reply[callback.GuideMarkdown], error) {
			team, err := teamFor(c.who, in.Team)
			if err != nil {
				return nil, err
			}
			version, err := number("version", in.Version)
			if err != nil {
				return nil, err
			}
			return replyWith(s.GuideSource(ctx, team, in.ID, version))
		})
	open(rc, door{
		method: http.MethodPut, path: "/v1/guides/{id}", id: "publish-guide", roles: guideWriters,
		summary: "Publish a guide, or a new version of one",
		doc:     "source is Markdown with id, version, title, for and language at its head. The version must be above the one in force.",
		body:    callback.GuideSource{},
	}, func(ctx context.Context, c call, in *struct {
		ID   string `path:"id"`
		Team string `query:"team" doc:"Another team, for administrators."`
	},
	) (*reply[callback.Guide], error) {
		team, err := teamFor(c.who, in.Team)
		if err != nil {
			return nil, err
		}
		g, err := decode[callback.GuideSource](c.body)
		if err != nil {
			return nil, err
		}
		return replyWith(s.PublishGuide(ctx, c.who.ID, team, in.ID, g.Source))
	})
}
