package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"ringback/callback"

	"github.com/danielgtaylor/huma/v2"
)

// streamPath is the one address whose replies do not end.
const streamPath = "/v1/stream"

// stream registers the live stream.
func (rc *reception) stream() {
	open(rc, door{
		method: http.MethodGet, path: streamPath, id: "stream", summary: "A bell whenever the team's feed moves", roles: everyone,
		doc: "Server-sent events named bell. A bell is a hint: whoever misses it polls the feed and sees the same.",
		reply: &huma.Response{Description: "Bells.", Content: map[string]*huma.MediaType{
			"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}},
		}},
	}, func(ctx context.Context, c call, _ *nothing) (*huma.StreamResponse, error) {
		l, ok := rc.s.bells.listen(c.who, rc.s.cfg.Limits.Streams)
		if !ok {
			return nil, callback.Errorf(callback.CodeBusy, "there are too many live streams").WithHint("poll the feed instead")
		}
		return &huma.StreamResponse{Body: func(huma.Context) {
			defer rc.s.bells.leave(l)
			rc.s.ringFor(ctx, c, l)
		}}, nil
	})
}

// ringFor writes bells until the client leaves, its account is closed, or the
// server stops. Each write has its own deadline, so that a client that has
// stopped reading costs no more than one of them.
func (s *Server) ringFor(ctx context.Context, c call, l *listener) {
	control := http.NewResponseController(c.w)
	_ = control.SetReadDeadline(time.Time{}) // else the server's ReadTimeout would end the stream
	h := c.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	h.Set(callback.HeartbeatHeader, strconv.Itoa(int(s.cfg.Limits.Heartbeat/time.Second)))
	send := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(s.cfg.Limits.StreamWrite))
		if _, err := c.w.Write([]byte(text)); err != nil {
			return false
		}
		return control.Flush() == nil
	}
	if row, err := s.db.ask.Team(ctx, c.who.Team); err != nil || !send(bellText(callback.Bell{Team: row.Team, Pos: uint64(row.Pos)})) {
		return
	}
	beat := time.NewTicker(s.cfg.Limits.Heartbeat)
	defer beat.Stop()
	asked := time.Now()
	for {
		text, quiet := ": still here\n\n", false
		select {
		case <-ctx.Done():
			return
		case <-s.done:
			return
		case <-l.gone:
			return
		case <-l.wake:
			text = bellText(l.heard())
		case <-beat.C:
			quiet = time.Since(asked) < stillInEvery
		}
		if !quiet {
			if !s.stillIn(ctx, c) {
				return
			}
			asked = time.Now()
		}
		if !send(text) {
			return
		}
	}
}

// stillInEvery is how often at least a stream that only beats looks whether its
// caller is signed in still: the beat itself costs no look into the database.
const stillInEvery = 14 * time.Second

// stillIn tells whether the caller is signed in still, with the same team and
// role. Whoever is signed out at this very server is told at once (see
// belfry.dismiss); this finds those that another server of the same database
// signed out.
func (s *Server) stillIn(ctx context.Context, c call) bool {
	row, ok, err := found(s.db.ask.Bearer(ctx, c.token))
	if ok && row.ExpiresAt != 0 && !s.now().Before(fromMicros(row.ExpiresAt)) {
		return false
	}
	if err != nil || !ok || row.RevokedAt+row.TokenRevokedAt+row.DeviceRevokedAt+row.WipeAt != 0 {
		return false
	}
	return Caller{ID: row.ID, Name: row.Name, Role: callback.UserRole(row.Role), Team: row.Team, Device: row.Bound} == c.who
}

func bellText(b callback.Bell) string {
	body, err := json.Marshal(b)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("event: bell\ndata: %s\n\n", body)
}
