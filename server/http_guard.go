package server

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"ringback/callback"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// compressFrom is the size of a reply from which compressing it pays, in
// bytes.
const compressFrom = 1400

// guard stands before all routes: it bounds the time of a reply, compresses
// it, adds the headers that browsers need, and keeps a failing handler from
// ending the process.
func (s *Server) guard(mux *patternMux) (http.Handler, error) {
	compress, err := gzhttp.NewWrapper(
		gzhttp.MinSize(compressFrom), gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.EnableZstd(true), gzhttp.ZstdCompressionLevel(int(zstd.SpeedFastest)), gzhttp.PreferZstd(true),
		gzhttp.ExceptContentTypes([]string{"text/event-stream"}),
	)
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	packed := compress(mux)
	return s.metered(mux, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.recover(w, r)
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		if r.TLS != nil || s.cfg.BehindProxy {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if err := s.unprotected(r); err != nil {
			writeProblem(w, err)
			return
		}
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout)) // not every writer has one
		if _, pattern := mux.Handler(r); pattern == "" {
			writeProblem(w, nowhere(mux, r))
			return
		}
		if r.URL.Path == streamPath {
			mux.ServeHTTP(w, r)
			return
		}
		packed.ServeHTTP(w, r)
	})), nil
}

// unprotected refuses what a proxy took in without TLS: the token in it has
// travelled in the clear already, and must not become a habit. Whether the
// server lives may be asked by anyone.
func (s *Server) unprotected(r *http.Request) error {
	if !s.cfg.BehindProxy || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		return nil
	}
	return callback.Errorf(callback.CodeForbidden, "this request did not come by https").
		WithHint("use the server's https address; the proxy in front says so with X-Forwarded-Proto")
}

// nowhere says that there is no such route, or not for this method.
func nowhere(mux *patternMux, r *http.Request) error {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "" {
			return newProblem(http.StatusMethodNotAllowed, callback.Errorf(callback.CodeInvalid, "this address does not take %s", callback.Line(r.Method)).
				WithHint("see /docs"))
		}
	}
	return callback.Errorf(callback.CodeNotFound, "there is nothing at this address").WithHint("see /docs")
}

// recover answers for a handler that panicked. A reply that the client did not
// wait for is no failure.
func (s *Server) recover(w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler || r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	s.cfg.Log.Error("a request panicked", "route", r.Pattern, "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
	writeProblem(w, callback.Errorf(callback.CodeInternal, "the server failed"))
}
