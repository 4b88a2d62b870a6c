package server

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"time"

	"ringback/callback"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// door is one operation of the interface: where it is, who may use it, and
// what it takes.
type door struct {
	method, path string
	// id and summary name it in the documents; doc says more.
	id, summary, doc string
	// roles may use it; none means that no token is needed.
	roles []callback.UserRole
	// body is a value of the type that the request carries, or nil.
	body any
	// wide tells that the body may be as large as an intake, bare that it may
	// be left out.
	wide, bare bool
	// wiping tells that a desk which is to forget everything may still use it.
	wiping bool
	// status of a success; 0 means 200.
	status int
	// reply is a value of the type of a reply that is written by hand.
	reply *huma.Response
}

var (
	everyone    = callback.UserRoles()
	caseWorkers = []callback.UserRole{callback.RoleAgent, callback.RoleSupervisor, callback.RoleAdmin}
	leaders     = []callback.UserRole{callback.RoleSupervisor, callback.RoleAdmin}
	admins      = []callback.UserRole{callback.RoleAdmin}
)

// call is what the middleware has found out about a request.
type call struct {
	who Caller
	// token is the hash of the token that the request bears.
	token []byte
	body  []byte
	w     http.ResponseWriter
	r     *http.Request
}

type callKey struct{}

func callOf(ctx context.Context) call {
	c, _ := ctx.Value(callKey{}).(call)
	return c
}

// reception is the API under construction.
type reception struct {
	s   *Server
	mux *patternMux
	api huma.API
}

// patternMux remembers its patterns, so that a test can walk them.
type patternMux struct {
	http.ServeMux
	patterns []string
}

func (m *patternMux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m.patterns = append(m.patterns, pattern)
	m.ServeMux.HandleFunc(pattern, h)
}

// routes builds the HTTP interface.
func (s *Server) routes() (http.Handler, error) {
	rc := newReception(s)
	if err := rc.register(); err != nil {
		return nil, err
	}
	return s.guard(rc.mux)
}

// register opens every door there is.
func (rc *reception) register() error {
	rc.identity()
	rc.work()
	rc.views()
	rc.administration()
	rc.erasing()
	rc.pairings()
	rc.peace()
	return rc.pages()
}

func newReception(s *Server) *reception {
	config := huma.DefaultConfig("ringback", s.cfg.Version)
	config.Info.Description = "The central endpoint of a call-back team: responses in, cases out, facts back."
	config.Info.License = &huma.License{Name: "MIT"}
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token of `ringback-server user add`."},
	}
	rc := &reception{s: s, mux: &patternMux{}}
	rc.api = humago.New(rc.mux, config)
	return rc
}

// open registers an operation. The middleware has authenticated the caller,
// checked the role and read the body before handle is called.
func open[I, O any](rc *reception, d door, handle func(context.Context, call, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: d.id, Method: d.method, Path: d.path, Summary: d.summary, Description: d.doc,
		DefaultStatus: d.status, Responses: map[string]*huma.Response{},
	}
	if d.roles != nil {
		op.Security = []map[string][]string{{"token": {}}}
	}
	registry := rc.api.OpenAPI().Components.Schemas
	if d.reply != nil {
		op.Responses["200"] = d.reply
	}
	op.Responses["default"] = &huma.Response{Description: "What went wrong, for programs and for people.", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: registry.Schema(reflect.TypeFor[problem](), true, "Problem")},
	}}
	op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		c, err := rc.s.admit(d, w, r)
		if err != nil {
			rc.s.logFailure(r, err)
			writeProblem(w, err)
			return
		}
		next(huma.WithValue(ctx, callKey{}, c))
	}}
	huma.Register(rc.api, op, func(ctx context.Context, in *I) (*O, error) {
		c := callOf(ctx)
		out, err := handle(ctx, c, in)
		if err != nil {
			rc.s.logFailure(c.r, err)
			return nil, problemOf(err)
		}
		return out, nil
	})
	if d.body != nil {
		// Only for the documents: admit reads the body, stricter than huma would.
		operation(rc.api.OpenAPI().Paths[d.path], d.method).RequestBody = &huma.RequestBody{
			Required: !d.bare, Content: map[string]*huma.MediaType{
				"application/json": {Schema: registry.Schema(reflect.TypeOf(d.body), true, d.id)},
			},
		}
	}
}

// operation picks a path's operation by its method.
func operation(item *huma.PathItem, method string) *huma.Operation {
	switch method {
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return item.Get
}

// admit lets a request in: its caller, role and body.
func (s *Server) admit(d door, w http.ResponseWriter, r *http.Request) (call, error) {
	c := call{w: w, r: r}
	var err error
	if d.roles != nil {
		if c.who, c.token, err = s.authenticate(w, r, d); err != nil {
			return c, err
		}
		if !slices.Contains(d.roles, c.who.Role) {
			return c, notForRole(d.summary, c.who.Role, d.roles)
		}
	}
	if d.body == nil || d.bare && r.ContentLength == 0 {
		return c, nil
	}
	limits := s.cfg.Limits
	wire, body := limits.EventWire, limits.EventBody
	if d.wide {
		wire, body = limits.IntakeWire, limits.IntakeBody
	}
	c.body, err = readBody(w, r, wire, body)
	return c, err
}

// logFailure writes down failures that are ours. Nothing of the request but
// its method and pattern is logged: paths and bodies may name people.
func (s *Server) logFailure(r *http.Request, err error) {
	switch callback.CodeOf(err) {
	case callback.CodeInternal, callback.CodeDamaged, callback.CodeFull:
		if r.Context().Err() == nil {
			s.cfg.Log.Error("a request failed", "route", r.Pattern, "error", err)
		}
	}
}

// Bounds of every connection (ReadHeaderTimeout and the like).
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 120 * time.Second
	maxHeader     = 16 << 10
)

// HTTPServer gives an http.Server with this server's handler and the limits
// that keep slow and greedy clients from harming others. It has no
// WriteTimeout, which would cut live streams: each request sets its own.
func (s *Server) HTTPServer() *http.Server {
	h := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
	}
	h.RegisterOnShutdown(s.Stop)
	return h
}
