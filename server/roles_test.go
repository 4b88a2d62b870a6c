package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"ringback/callback"
)

// roleRow tells what each role gets at a route, and what a reply must and must
// not hold.
type roleRow struct {
	route string
	body  any
	// want is the status by user; "" is nobody. 0 means that the row does not
	// try it.
	want map[string]int
	// has must be in every reply that succeeds, never in no reply at all.
	has, never string
}

// rolesOf spells out a row's statuses: nobody, agent, supervisor, trainer and
// administrator of team north, and an agent and a supervisor of another team.
// An agent whose account was closed gets what nobody gets.
func rolesOf(none, agent, supervisor, trainer, admin, foreign, neighbour int) map[string]int {
	return map[string]int{"": none, "anna": agent, "sue": supervisor, "tina": trainer, "adam": admin, "olga": foreign, "sven": neighbour, "rita": none}
}

var roleUsers = []string{"", "rita", "anna", "tina", "olga", "sven", "sue", "adam"}

// roleRows is the table of who may do what. {case}, {lease}, {user} and
// {device} stand for things of team north, {code} for a desk that asks to be
// let in.
var roleRows = []roleRow{
	{"GET /healthz", nil, rolesOf(200, 200, 200, 200, 200, 200, 200), `"ok"`, "north"},
	{"GET /readyz", nil, rolesOf(200, 200, 200, 200, 200, 200, 200), `"ready"`, "north"},
	{"GET /openapi.json", nil, rolesOf(200, 200, 200, 200, 200, 200, 200), `"3.1.0"`, "Customer 1"},
	{"GET /docs", nil, rolesOf(200, 200, 200, 200, 200, 200, 200), "/v1/events", "<script"},
	{"GET /{$}", nil, rolesOf(200, 200, 200, 200, 200, 200, 200), "/v1/events", "<script"},
	{"GET /v1/me", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), `"epoch"`, "rb_"},
	{"POST /v1/responses", `{"rows":[]}`, rolesOf(401, 403, 200, 403, 200, 403, 200), `"accepted":0`, "Customer 1"},
	{"POST /v1/responses", `{"team":"south","rows":[]}`, rolesOf(401, 403, 404, 403, 200, 403, 200), `"accepted":0`, "Customer 1"},
	{"POST /v1/events", `{"stream":"s","events":[]}`, rolesOf(401, 200, 200, 200, 200, 200, 200), `"receipts":[]`, "Customer 1"},
	{"GET /v1/feed", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), `"snapshot":true`, "rb_"},
	{"GET /v1/feed?cursor=stolen", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), `"cause":"expired"`, "rb_"},
	{"GET /v1/board", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), `"standings"`, "Customer 1"},
	{"GET /v1/board?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404, 404), `"standings"`, "Customer 1"},
	{"GET /v1/board?team=nowhere", nil, rolesOf(401, 404, 404, 404, 404, 404, 404), "", "Customer 1"},
	{"GET /v1/comments", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), "[", "Customer 1"},
	{"GET /v1/comments?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404, 404), "Nobody answers.", "Customer 1"},
	{"GET /v1/comments?contains=answers", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), "[", "Customer 1"},
	{"GET /v1/cases/{case}", nil, rolesOf(401, 200, 200, 404, 200, 404, 404), "Customer 1", "rb_"},
	{"GET /v1/cases/nothing", nil, rolesOf(401, 404, 404, 404, 404, 404, 404), "", "Customer 1"},
	{"POST /v1/claims", `{"next":true,"device":"d"}`, rolesOf(401, 200, 200, 403, 200, 200, 200), `"leases"`, ""},
	{"POST /v1/claims", `{"case_id":"{case}"}`, rolesOf(401, 200, 409, 403, 409, 404, 404), `"leases"`, "Customer 1"},
	{"POST /v1/claims/{lease}/renew", `{}`, rolesOf(401, 404, 404, 403, 404, 404, 404), "", "Customer 1"},
	{"DELETE /v1/claims/{lease}", nil, rolesOf(401, 204, 204, 403, 204, 204, 204), "", "Customer 1"},
	{"GET /v1/stream", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), "event: bell", "Customer 1"},
	{"GET /v1/users", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), `"role"`, "rb_"},
	{"POST /v1/users", `{"name":"New One","role":"agent"}`, rolesOf(401, 403, 201, 403, 201, 403, 201), `"token":"rb_`, ""},
	{"POST /v1/users", `{"name":"New Boss","role":"administrator"}`, rolesOf(401, 403, 403, 403, 201, 403, 403), `"token":"rb_`, ""},
	{"POST /v1/users", `{"name":"Elsewhere","role":"agent","team":"west"}`, rolesOf(401, 403, 404, 403, 201, 403, 404), `"token":"rb_`, ""},
	{"PATCH /v1/users/{user}", `{"name":"Renamed"}`, rolesOf(401, 403, 200, 403, 200, 403, 404), "Renamed", "rb_"},
	{"PATCH /v1/users/{user}", `{"role":"administrator"}`, rolesOf(401, 403, 403, 403, 0, 403, 404), "", "rb_"},
	{"PATCH /v1/users/{user}", `{"team":"south"}`, rolesOf(401, 403, 403, 403, 0, 403, 404), "", "rb_"},
	{"PATCH /v1/users/tina", `{"name":"Renamed"}`, rolesOf(401, 403, 403, 403, 200, 403, 404), "Renamed", "rb_"},
	{"PATCH /v1/users/adam", `{"closed":true}`, rolesOf(401, 403, 403, 403, 0, 403, 404), "", "rb_"},
	{"POST /v1/users/{user}/tokens", nil, rolesOf(401, 403, 201, 403, 201, 403, 404), `"token":"rb_`, ""},
	{"POST /v1/users/adam/tokens", `{"name":"x"}`, rolesOf(401, 403, 403, 403, 201, 403, 404), `"token":"rb_`, ""},
	{"GET /v1/users/{user}/devices", nil, rolesOf(401, 404, 200, 404, 200, 404, 404), `"devices"`, "rb_"},
	{"GET /v1/users/anna/devices", nil, rolesOf(401, 200, 200, 404, 200, 404, 404), `"desk-of-anna"`, "rb_"},
	{"PATCH /v1/users/{user}/devices/{device}", `{"shared":true}`, rolesOf(401, 403, 204, 403, 204, 403, 404), "", "rb_"},
	{"DELETE /v1/users/{user}/devices/{device}", nil, rolesOf(401, 404, 204, 404, 204, 404, 404), "", "rb_"},
	{"DELETE /v1/users/{user}/devices/desk-of-anna", nil, rolesOf(401, 404, 404, 404, 404, 404, 404), "", "rb_"},
	{"DELETE /v1/users/{user}", nil, rolesOf(401, 403, 204, 403, 204, 403, 404), "", "Customer 1"},
	{"DELETE /v1/users/olga", nil, rolesOf(401, 403, 404, 403, 0, 403, 0), "", "Customer 1"},
	{"DELETE /v1/users/adam", nil, rolesOf(401, 403, 403, 403, 0, 403, 404), "", "Customer 1"},
	{"GET /v1/teams", nil, rolesOf(401, 403, 403, 403, 200, 403, 403), `"south"`, "Customer 1"},
	{"POST /v1/teams", `{"id":"east"}`, rolesOf(401, 403, 403, 403, 201, 403, 403), `"east"`, "Customer 1"},
	{"GET /v1/policy", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), `"stages"`, "Customer 1"},
	{"GET /v1/policy?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404, 404), `"stages"`, "Customer 1"},
	{"GET /v1/policy?version=1", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), `"version":1`, "Customer 1"},
	{"GET /v1/policy?version=99", nil, rolesOf(401, 404, 404, 404, 404, 404, 404), "", "Customer 1"},
	{"PUT /v1/policy?team=north", callback.DefaultPolicy("north"), rolesOf(401, 403, 200, 403, 409, 403, 404), `"stages"`, "Customer 1"},
	{"GET /v1/suppressions", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), `"entries"`, "Customer 1"},
	{"GET /v1/suppressions/history", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), `"changes"`, "Customer 1"},
	{"POST /v1/suppressions", `{"rows":[{"number":"+12015550999"}]}`, rolesOf(401, 403, 200, 403, 200, 403, 200), `"ended":0`, "5550999"},
	{"POST /v1/suppressions", `{"rows":[{"case_id":"{case}"}]}`, rolesOf(401, 403, 0, 403, 0, 403, 200), "there is no such case", "Customer 1"},
	{"GET /v1/erasures", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), `"erasures":[]`, "Customer 1"},
	{"POST /v1/erasures", `{"case_id":"{case}","reason":"a test","dry_run":true}`, rolesOf(401, 403, 403, 403, 200, 403, 403), `"customers":1`, "Customer 1"},
	{"POST /v1/erasures", `{"case_id":"nothing","reason":"a test"}`, rolesOf(401, 403, 403, 403, 404, 403, 403), "", "Customer 1"},
	{"POST /v1/erasures/held", `{"held":["{case}"]}`, rolesOf(401, 200, 200, 200, 200, 200, 200), `"erased":[]`, "Customer 1"},
	{"GET /v1/quarantine", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), "[", "Customer 1"},
	{"POST /v1/quarantine/{event}/retry", nil, rolesOf(401, 403, 404, 403, 404, 403, 404), "", "Customer 1"},
	{"POST /v1/quarantine/{event}/dismiss", `{"reason":"a test"}`, rolesOf(401, 403, 404, 403, 404, 403, 404), "", "Customer 1"},
	{"GET /v1/export?team=north", nil, rolesOf(401, 403, 200, 403, 200, 403, 404), "Customer 1", "rb_"},
	{"GET /v1/export", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), `"cases"`, "rb_"},
	{"GET /v1/cool-off?team=north", nil, rolesOf(401, 403, 200, 403, 200, 403, 404), "Customer 1", "rb_"},
	{"GET /v1/cool-off", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), `"customers"`, "rb_"},
	{"GET /v1/cool-off?team=south", nil, rolesOf(401, 403, 404, 403, 200, 403, 200), "", "Customer 1"},
	{"GET /v1/export?team=south", nil, rolesOf(401, 403, 404, 403, 200, 403, 200), "", "Customer 1"},
	{"GET /v1/guides", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), "detractor-en", "Customer 1"},
	{"GET /v1/guides?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404, 404), "detractor-en", "Customer 1"},
	{"GET /v1/guides/defaults", nil, rolesOf(401, 200, 200, 200, 200, 200, 200), `"standing":"current"`, "Customer 1"},
	{"GET /v1/guides/defaults?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404, 404), "detractor-en", "Customer 1"},
	{"POST /v1/guides/defaults", nil, rolesOf(401, 403, 200, 200, 200, 403, 200), "[", "Customer 1"},
	{"POST /v1/guides/defaults?team=north", nil, rolesOf(401, 403, 200, 200, 200, 403, 404), "[", "Customer 1"},
	{"PUT /v1/guides/{guide}?team=north", callback.GuideSource{Source: northGuide}, rolesOf(401, 403, 409, 200, 409, 403, 404), "house-en", "Customer 1"},
	{"GET /v1/guides/{guide}", nil, rolesOf(401, 200, 200, 200, 200, 404, 404), "house-en", "Customer 1"},
	{"GET /v1/guides/{guide}?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404, 404), "house-en", "Customer 1"},
	{"GET /v1/guides/{guide}?version=99", nil, rolesOf(401, 404, 404, 404, 404, 404, 404), "", "Customer 1"},
	{"GET /v1/audit", nil, rolesOf(401, 403, 200, 403, 200, 403, 200), `"head"`, "rb_"},
	{"POST /v1/pairings", `{"name":"a desk"}`, rolesOf(200, 200, 200, 200, 200, 200, 200), `"user_code"`, "Customer 1"},
	{"POST /v1/pairings/poll", `{"device_code":"{unknown}"}`, rolesOf(200, 200, 200, 200, 200, 200, 200), "expired_token", "rb_"},
	{"POST /v1/pairings/look", `{"code":"{code}"}`, rolesOf(401, 403, 200, 403, 200, 403, 200), "kates-laptop", "rb_"},
	{"POST /v1/pairings/answer", `{"code":"{code}","user":"tina","approve":true}`, rolesOf(401, 403, 403, 403, 204, 403, 404), "", "rb_"},
	{"POST /v1/me/token", `{"hash":"short"}`, rolesOf(401, 400, 400, 400, 400, 400, 400), "", "rb_"},
	{"DELETE /v1/me/device?wiped=true", nil, rolesOf(401, 409, 409, 409, 409, 409, 409), "", "rb_"},
	{"DELETE /v1/me/device", nil, rolesOf(401, 204, 204, 204, 204, 204, 204), "", "rb_"},
}

// northSecrets are what nobody outside team north, and nobody who has no
// business with customers, may see in any reply.
var northSecrets = []string{"Customer 1", "ref-1", "1@example.com", strings.TrimPrefix(phoneOf("1"), "+1 201 555 ")}

// Every route as every role, as nobody, as another team and as one who was
// signed out: the status, what the reply must hold, and what it must never
// hold.
func TestRoutesByRole(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		fill := w.furnishRoles()
		cells := 0
		for _, row := range roleRows {
			method, path, _ := strings.Cut(row.route, " ")
			for _, user := range roleUsers {
				if row.want[user] == 0 {
					continue
				}
				cells++
				body := row.body
				if s, ok := body.(string); ok {
					body = fill.Replace(s)
				}
				rec := w.try(user, method, fill.Replace(path), body)
				row.judge(t, user, rec)
			}
		}
		t.Logf("%d routes and roles", cells)
	})
}

// furnishRoles makes what the table of roles stands on.
func (w *world) furnishRoles() *strings.Replacer {
	w.t.Helper()
	ctx := w.t.Context()
	// Asking from one address is not what this test is about.
	w.s.starts = newBouncer(1000, 1000, "", w.s.cfg.Now)
	w.s.bouncer = newBouncer(1000, 1000, "", w.s.cfg.Now)
	w.must(w.s.AddTeam(ctx, "west", "West"))
	for _, u := range []callback.NewUser{
		{ID: "spare", Name: "Spare", Role: callback.RoleAgent, Team: "north"},
		{ID: "rita", Name: "Rita", Role: callback.RoleAgent, Team: "north"},
		{ID: "sven", Name: "Sven", Role: callback.RoleSupervisor, Team: "south"},
	} {
		w.users[u.ID] = must(w.s.AddUser(ctx, "test", u))(w.t)
	}
	opened := w.intake("north", row("1", 1, "Nobody answers.")).Results[0].CaseID
	w.intake("south", row("2", 1, "South's own."))
	for _, user := range []string{"spare", "rita"} {
		if rec := w.call(user, http.MethodGet, "/v1/feed", nil); rec.Code != http.StatusOK {
			w.t.Fatal(rec.Body)
		}
	}
	w.must(nil, w.s.RevokeUser(ctx, "sue", "rita", false))
	code := w.begin("kates-laptop").UserCode
	return strings.NewReplacer(
		"{case}", opened, "{lease}", "no-such-lease", "{user}", "spare", "{device}", "desk-of-spare", "{guide}", "house-en", "{$}", "",
		"{code}", code, "{unknown}", strings.Repeat("A", 43),
	)
}

// try sends a request; of a live stream it takes what comes first.
func (w *world) try(user, method, path string, body any) *httptest.ResponseRecorder {
	if path != streamPath {
		return w.call(user, method, path, body)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, path, nil)
	if user != "" {
		r.Header.Set("Authorization", "Bearer "+w.users[user].Token)
	}
	rec := httptest.NewRecorder()
	w.s.Handler().ServeHTTP(&firstWords{rec, cancel}, r)
	return rec
}

// firstWords hangs up after the first words of a reply.
type firstWords struct {
	*httptest.ResponseRecorder
	hangUp context.CancelFunc
}

func (f *firstWords) Flush() {
	f.ResponseRecorder.Flush()
	f.hangUp()
}

func (r roleRow) judge(t *testing.T, user string, rec *httptest.ResponseRecorder) {
	t.Helper()
	body := rec.Body.String()
	if rec.Code != r.want[user] {
		t.Errorf("%s as %q: status %d, want %d: %s", r.route, user, rec.Code, r.want[user], body)
	}
	if rec.Code < 300 && !strings.Contains(body, r.has) {
		t.Errorf("%s as %q lacks %q: %s", r.route, user, r.has, body)
	}
	if r.never != "" && strings.Contains(body, r.never) {
		t.Errorf("%s as %q gives away %q: %s", r.route, user, r.never, body)
	}
	if rec.Code >= 400 && !strings.Contains(body, `"code":`) {
		t.Errorf("%s as %q fails without a code: %s", r.route, user, body)
	}
	if rec.Code == http.StatusForbidden && !strings.Contains(body, `"hint":"ask a`) {
		t.Errorf("%s as %q is refused without a word whom to ask: %s", r.route, user, body)
	}
	switch user {
	case "anna", "sue", "adam":
		return
	}
	for _, secret := range northSecrets {
		if strings.Contains(body, secret) {
			t.Errorf("%s as %q gives away %q: %s", r.route, user, secret, body)
		}
	}
	if user != "tina" && strings.Contains(body, "Nobody answers.") {
		t.Errorf("%s as %q gives away what a customer of north wrote: %s", r.route, user, body)
	}
}

// A route that nobody has decided about must not exist.
func TestEveryRouteHasARow(t *testing.T) {
	t.Parallel()
	rc := newReception(&Server{cfg: Config{Limits: Limits{}.orDefault()}})
	if err := rc.register(); err != nil {
		t.Fatal(err)
	}
	rows := []string{}
	for _, r := range roleRows {
		route, _, _ := strings.Cut(r.route, "?")
		rows = append(rows, anyName(route))
		for _, user := range roleUsers {
			if _, ok := r.want[user]; !ok {
				t.Errorf("%s says nothing about %q", r.route, user)
			}
		}
	}
	if len(rc.mux.patterns) < 20 {
		t.Fatalf("only %d routes were found", len(rc.mux.patterns))
	}
	for _, p := range rc.mux.patterns {
		if !slices.Contains(rows, anyName(p)) {
			t.Errorf("%s has no row in the table of roles", p)
		}
	}
}

// anyName makes routes equal that differ in the names of their parts only.
func anyName(route string) string {
	part := strings.Split(route, "/")
	for i, p := range part {
		if strings.HasPrefix(p, "{") && p != "{$}" {
			part[i] = "{}"
		}
	}
	return strings.Join(part, "/")
}

// Closing an account takes effect on the next request; the others notice
// nothing.
func TestRevokeTakesEffectAtOnce(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		if rec := w.call("anna", http.MethodGet, "/v1/me", nil); rec.Code != 200 {
			t.Fatalf("before: %d", rec.Code)
		}
		if rec := w.call("sue", http.MethodDelete, "/v1/users/anna", nil); rec.Code != 204 {
			t.Fatalf("revoke: %d %s", rec.Code, rec.Body)
		}
		for range 3 {
			if rec := w.call("anna", http.MethodGet, "/v1/me", nil); rec.Code != 401 || !strings.Contains(rec.Body.String(), "closed") {
				t.Fatalf("after: %d %s", rec.Code, rec.Body)
			}
		}
		if rec := w.call("boris", http.MethodGet, "/v1/me", nil); rec.Code != 200 {
			t.Fatalf("another agent: %d", rec.Code)
		}
	})
}

// The trainer's feed and reads never hold a customer's name or number.
func TestTrainerSeesNoCustomer(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 1, "Nobody answers."), row("2", 10, "Great."))
		body := w.call("tina", http.MethodGet, "/v1/feed", nil).Body.String()
		for _, secret := range []string{"Customer 1", "+1201", "@example.com", "ref-1"} {
			if strings.Contains(body, secret) {
				t.Errorf("the trainer's feed holds %q", secret)
			}
		}
		if !strings.Contains(body, "Nobody answers.") {
			t.Error("the trainer's feed lacks the comments")
		}
		if !strings.Contains(w.call("anna", http.MethodGet, "/v1/feed", nil).Body.String(), "Customer 1") {
			t.Error("the agent's feed lacks the case")
		}
	})
}

// A refused claim names a colleague, and nobody of another team.
func TestRefusedClaimNamesNoStranger(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		north := w.intake("north", row("1", 1, "Bad.")).Results[0].CaseID
		south := w.intake("south", row("1", 1, "Bad.")).Results[0].CaseID
		claim := func(user, id string) string {
			return w.call(user, http.MethodPost, "/v1/claims", callback.ClaimRequest{CaseID: id}).Body.String()
		}
		if body := claim("anna", north); !strings.Contains(body, `"leases"`) {
			t.Fatal(body)
		}
		if body := claim("boris", north); !strings.Contains(body, "held by anna") {
			t.Errorf("a colleague reads %s", body)
		}
		if body := claim("olga", south); !strings.Contains(body, "another team") || strings.Contains(body, "anna") || strings.Contains(body, "north") {
			t.Errorf("a stranger reads %s", body)
		}
	})
}

// The house does not lock itself out.
func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		for _, at := range []struct{ method, path, body string }{
			{"DELETE", "/v1/users/adam", ""}, {"PATCH", "/v1/users/adam", `{"closed":true}`}, {"PATCH", "/v1/users/adam", `{"role":"agent"}`},
		} {
			if rec := w.call("adam", at.method, at.path, at.body); codeOf(rec) != callback.CodeConflict {
				t.Errorf("%s %s: %d %s", at.method, at.path, rec.Code, rec.Body)
			}
		}
		w.must(w.s.AddUser(t.Context(), "adam", callback.NewUser{ID: "eve", Name: "Eve", Role: callback.RoleAdmin, Team: "south"}))
		if rec := w.call("adam", "PATCH", "/v1/users/adam", `{"role":"agent"}`); rec.Code != 200 {
			t.Errorf("with another one: %d %s", rec.Code, rec.Body)
		}
		if rec := w.call("adam", "GET", "/v1/teams", nil); rec.Code != 403 {
			t.Errorf("the next request: %d", rec.Code)
		}
	})
}

// Whoever changes teams sees the new one with the next request, and nothing of
// the old one.
func TestChangeOfTeam(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.intake("north", row("1", 1, "North's."))
		w.intake("south", row("2", 1, "South's."))
		if body := w.call("anna", "GET", "/v1/feed", nil).Body.String(); !strings.Contains(body, "Customer 1") {
			t.Fatal(body)
		}
		if rec := w.call("adam", "PATCH", "/v1/users/anna", `{"team":"south"}`); rec.Code != 200 {
			t.Fatal(rec.Body)
		}
		body := w.call("anna", "GET", "/v1/feed", nil).Body.String()
		if !strings.Contains(body, "Customer 2") || strings.Contains(body, "Customer 1") {
			t.Errorf("after the change: %s", body)
		}
		if body := w.call("boris", "GET", "/v1/feed", nil).Body.String(); !strings.Contains(body, `"id":"anna","name":"Anna","role":"agent","gone":true`) {
			t.Errorf("the old team does not hear of it: %s", body)
		}
		if rec := w.call("adam", "PATCH", "/v1/users/anna", `{"team":"nowhere"}`); rec.Code != 404 {
			t.Errorf("a team that does not exist: %d %s", rec.Code, rec.Body)
		}
		w.check()
	})
}
