package server

import (
	"net/http"
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
	// want is the status by user; "" is nobody.
	want map[string]int
	// has must be in every reply that succeeds, never in no reply at all.
	has, never string
}

// rolesOf spells out a row's statuses: nobody, agent, supervisor, trainer,
// administrator, and an agent of another team.
func rolesOf(none, agent, supervisor, trainer, admin, foreign int) map[string]int {
	return map[string]int{"": none, "anna": agent, "sue": supervisor, "tina": trainer, "adam": admin, "olga": foreign}
}

// roleRows is the table of who may do what. {case}, {lease} and {user} stand
// for things of team north.
var roleRows = []roleRow{
	{"GET /healthz", nil, rolesOf(200, 200, 200, 200, 200, 200), `"ok"`, "north"},
	{"GET /readyz", nil, rolesOf(200, 200, 200, 200, 200, 200), `"ready"`, "north"},
	{"GET /openapi.json", nil, rolesOf(200, 200, 200, 200, 200, 200), `"3.1.0"`, "Customer 1"},
	{"GET /docs", nil, rolesOf(200, 200, 200, 200, 200, 200), "/v1/events", "<script"},
	{"GET /{$}", nil, rolesOf(200, 200, 200, 200, 200, 200), "/v1/events", "<script"},
	{"GET /v1/me", nil, rolesOf(401, 200, 200, 200, 200, 200), `"epoch"`, "rb_"},
	{"POST /v1/responses", `{"rows":[]}`, rolesOf(401, 403, 200, 403, 200, 403), `"accepted":0`, "Customer 1"},
	{"POST /v1/responses", `{"team":"south","rows":[]}`, rolesOf(401, 403, 404, 403, 200, 403), `"accepted":0`, "Customer 1"},
	{"POST /v1/events", `{"stream":"s","events":[]}`, rolesOf(401, 200, 200, 200, 200, 200), `"receipts":[]`, "Customer 1"},
	{"GET /v1/feed", nil, rolesOf(401, 200, 200, 200, 200, 200), `"snapshot":true`, "rb_"},
	{"GET /v1/board", nil, rolesOf(401, 200, 200, 200, 200, 200), `"standings"`, "Customer 1"},
	{"GET /v1/board?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404), `"standings"`, "Customer 1"},
	{"GET /v1/comments", nil, rolesOf(401, 200, 200, 200, 200, 200), "[", "Customer 1"},
	{"GET /v1/comments?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404), "Nobody answers.", "Customer 1"},
	{"GET /v1/cases/{case}", nil, rolesOf(401, 200, 200, 404, 200, 404), "Customer 1", "rb_"},
	{"POST /v1/claims", `{"next":true,"device":"d"}`, rolesOf(401, 200, 200, 403, 200, 200), `"leases"`, ""},
	{"POST /v1/claims/{lease}/renew", `{}`, rolesOf(401, 404, 404, 403, 404, 404), "", "Customer 1"},
	{"DELETE /v1/claims/{lease}", nil, rolesOf(401, 204, 204, 403, 204, 204), "", "Customer 1"},
	{"GET /v1/stream", nil, rolesOf(401, 0, 0, 0, 0, 0), "", ""},
	{"GET /v1/users", nil, rolesOf(401, 403, 200, 403, 200, 403), `"anna"`, "rb_"},
	{"POST /v1/users", `{"name":"New One","role":"agent"}`, rolesOf(401, 403, 201, 403, 201, 403), `"token":"rb_`, ""},
	{"POST /v1/users", `{"name":"New Boss","role":"administrator"}`, rolesOf(401, 403, 403, 403, 201, 403), `"token":"rb_`, ""},
	{"POST /v1/users", `{"name":"Elsewhere","role":"agent","team":"south"}`, rolesOf(401, 403, 404, 403, 201, 403), `"token":"rb_`, ""},
	{"DELETE /v1/users/{user}", nil, rolesOf(401, 403, 204, 403, 204, 403), "", "Customer 1"},
	{"DELETE /v1/users/olga", nil, rolesOf(401, 403, 404, 403, 0, 403), "", "Customer 1"},
	{"DELETE /v1/users/adam", nil, rolesOf(401, 403, 403, 403, 0, 403), "", "Customer 1"},
	{"GET /v1/teams", nil, rolesOf(401, 403, 403, 403, 200, 403), `"south"`, "Customer 1"},
	{"POST /v1/teams", `{"id":"west"}`, rolesOf(401, 403, 403, 403, 201, 403), `"west"`, "Customer 1"},
	{"GET /v1/policy", nil, rolesOf(401, 200, 200, 200, 200, 200), `"stages"`, "Customer 1"},
	{"GET /v1/policy?team=north", nil, rolesOf(401, 200, 200, 200, 200, 404), `"stages"`, "Customer 1"},
	{"GET /v1/policy?version=1", nil, rolesOf(401, 200, 200, 200, 200, 200), `"version":1`, "Customer 1"},
	{"GET /v1/policy?version=99", nil, rolesOf(401, 404, 404, 404, 404, 404), "", "Customer 1"},
	{"PUT /v1/policy", callback.DefaultPolicy("north"), rolesOf(401, 403, 200, 403, 409, 403), `"stages"`, "Customer 1"},
	{"GET /v1/suppressions", nil, rolesOf(401, 403, 200, 403, 200, 403), `"entries"`, "Customer 1"},
	{"POST /v1/suppressions", `{"rows":[{"number":"+12015550999"}]}`, rolesOf(401, 403, 200, 403, 200, 403), `"ended":0`, "5550999"},
	{"GET /v1/quarantine", nil, rolesOf(401, 403, 200, 403, 200, 403), "[", "Customer 1"},
	{"POST /v1/quarantine/{event}/retry", nil, rolesOf(401, 403, 404, 403, 404, 403), "", "Customer 1"},
	{"POST /v1/quarantine/{event}/dismiss", `{"reason":"a test"}`, rolesOf(401, 403, 404, 403, 404, 403), "", "Customer 1"},
	{"GET /v1/export", nil, rolesOf(401, 403, 200, 403, 200, 403), "Customer 1", "rb_"},
	{"GET /v1/export?team=north", nil, rolesOf(401, 403, 200, 403, 200, 403), "Customer 1", "rb_"},
	{"GET /v1/export?team=south", nil, rolesOf(401, 403, 404, 403, 200, 403), "", "Customer 1"},
	{"GET /v1/guides", nil, rolesOf(401, 200, 200, 200, 200, 200), "detractor-en", "Customer 1"},
	{"PUT /v1/guides/{guide}", callback.GuideSource{Source: northGuide}, rolesOf(401, 403, 409, 200, 409, 403), "house-en", "Customer 1"},
}

// Every route as every role and as nobody: the status, what the reply must
// hold, and what it must never hold.
func TestRoutesByRole(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		opened := w.intake("north", row("1", 1, "Nobody answers.")).Results[0].CaseID
		w.users["spare"] = must(w.s.AddUser(t.Context(), "test", callback.NewUser{ID: "spare", Name: "Spare", Role: callback.RoleAgent, Team: "north"}))(t)
		fill := strings.NewReplacer("{case}", opened, "{lease}", "no-such-lease", "{user}", "spare", "{guide}", "house-en", "{$}", "")
		for _, row := range roleRows {
			method, path, _ := strings.Cut(row.route, " ")
			for _, user := range []string{"", "anna", "tina", "olga", "sue", "adam"} {
				want := row.want[user]
				if want == 0 {
					continue
				}
				rec := w.call(user, method, fill.Replace(path), row.body)
				body := rec.Body.String()
				if rec.Code != want {
					t.Errorf("%s as %q: status %d, want %d: %s", row.route, user, rec.Code, want, body)
				}
				if rec.Code < 300 && !strings.Contains(body, row.has) {
					t.Errorf("%s as %q lacks %q: %s", row.route, user, row.has, body)
				}
				if row.never != "" && strings.Contains(body, row.never) {
					t.Errorf("%s as %q gives away %q: %s", row.route, user, row.never, body)
				}
				if rec.Code >= 400 && !strings.Contains(body, `"code":`) {
					t.Errorf("%s as %q fails without a code: %s", row.route, user, body)
				}
			}
		}
	})
}

// A route that nobody has decided about must not exist.
func TestEveryRouteHasARow(t *testing.T) {
	t.Parallel()
	rc := newReception(&Server{cfg: Config{Limits: Limits{}.orDefault()}})
	rc.identity()
	rc.work()
	rc.views()
	rc.administration()
	if err := rc.pages(); err != nil {
		t.Fatal(err)
	}
	rows := []string{}
	for _, r := range roleRows {
		route, _, _ := strings.Cut(r.route, "?")
		rows = append(rows, anyName(route))
		for _, user := range []string{"", "anna", "sue", "tina", "adam", "olga"} {
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
