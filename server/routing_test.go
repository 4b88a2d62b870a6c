package server

import (
	"net/http"
	"testing"
	"time"

	"ringback/callback"

	"github.com/google/go-cmp/cmp"
)

// said says what somebody speaks and can do, as a supervisor does.
func (w *world) said(user string, languages, skills []string) {
	w.t.Helper()
	w.must(w.s.ChangeUser(w.t.Context(), "sue", user, callback.UserChange{Languages: &languages, Skills: &skills}))
}

// The next case is one that the caller speaks the language of; the others get
// it when its time for them alone is over.
func TestTheNextCaseIsOneTheySpeak(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.said("anna", []string{"es_mx", "ES-MX", "en"}, nil)
		w.said("boris", []string{"en"}, []string{"recovery"})
		spanish := row("1", 5, "")
		spanish.Language, spanish.AnsweredAt = "es", w.now
		id := w.intake("north", spanish).Results[0].CaseID
		if got := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t); len(got) != 0 {
			t.Fatalf("boris is served %+v", got)
		}
		if got := must(w.claim("boris", callback.ClaimRequest{Pack: 5}))(t); len(got) != 1 {
			t.Errorf("a pack of the whole day is without what comes to boris later: %+v", got)
		} else {
			w.must(nil, w.s.Release(t.Context(), w.as("boris"), got[0].ID))
		}
		if got := must(w.claim("anna", callback.ClaimRequest{Next: true}))(t); len(got) != 1 || got[0].CaseID != id {
			t.Fatalf("anna is served %+v", got)
		} else {
			w.must(nil, w.s.Release(t.Context(), w.as("anna"), got[0].ID))
		}
		w.now = w.now.Add(4*time.Hour + time.Minute)
		if got := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t); len(got) != 1 {
			t.Errorf("four hours later boris is served %+v", got)
		}
		w.check()
	})
}

// When the only one who spoke it has left, anyone is served at once.
func TestNobodyWaitsForWhoHasLeft(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		w.said("anna", []string{"es"}, nil)
		w.said("boris", []string{"en"}, nil)
		spanish := row("1", 5, "")
		spanish.Language, spanish.AnsweredAt = "es", w.now
		w.intake("north", spanish)
		if got := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t); len(got) != 0 {
			t.Fatalf("boris is served %+v", got)
		}
		w.must(nil, w.s.RevokeUser(t.Context(), "sue", "anna", false))
		if got := must(w.claim("boris", callback.ClaimRequest{Next: true}))(t); len(got) != 1 {
			t.Error("boris waits for anna, who has left")
		}
	})
}

// What is said of somebody is checked, kept the way it is compared, told to the
// desks, and on record; supervisors say it of their agents only.
func TestSayingWhatSomebodySpeaks(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		got := read[User](t, w.call("sue", http.MethodPatch, "/v1/users/anna", `{"languages":["ES-mx","en","en"],"skills":["Recovery"]}`))
		want := callback.Agent{ID: "anna", Name: "Anna", Role: callback.RoleAgent, Languages: []string{"es-MX", "en"}, Skills: []string{"recovery"}}
		if diff := cmp.Diff(want, got.Agent); diff != "" {
			t.Fatal(diff)
		}
		for _, body := range []string{
			`{"languages":["spanish"]}`,
			`{"skills":["two words"]}`,
		} {
			if rec := w.call("sue", http.MethodPatch, "/v1/users/anna", body); rec.Code < 400 || rec.Code >= 500 {
				t.Errorf("%s: %d: %s", body, rec.Code, rec.Body)
			}
		}
		for user, target := range map[string]string{"anna": "anna", "boris": "anna", "sue": "adam"} {
			if rec := w.call(user, http.MethodPatch, "/v1/users/"+target, `{"skills":["legal"]}`); rec.Code != http.StatusForbidden {
				t.Errorf("%s says something of %s: %d", user, target, rec.Code)
			}
		}
		docs, _, _ := w.feed(w.as("boris"), "", 500)
		told := false
		for _, d := range docs {
			told = told || d.Type == callback.DocAgent && string(d.Body) == `{"id":"anna","name":"Anna","role":"agent","languages":["es-MX","en"],"skills":["recovery"]}`
		}
		if !told {
			t.Error("the desks are not told")
		}
		none := []string{}
		w.must(w.s.ChangeUser(t.Context(), "adam", "anna", callback.UserChange{Languages: &none}))
		seen := []string{}
		for _, a := range w.acts("north") {
			if a.What == "user.languages" || a.What == "user.skills" {
				seen = append(seen, a.Who+" "+a.What+" "+a.Target+" "+a.Detail)
			}
		}
		if diff := cmp.Diff([]string{"sue user.languages anna es-MX+en", "sue user.skills anna recovery", "adam user.languages anna "}, seen); diff != "" {
			t.Error(diff)
		}
		more := make([]string, maxSaid+1)
		for i := range more {
			more[i] = "en"
		}
		if _, err := w.s.ChangeUser(t.Context(), "sue", "anna", callback.UserChange{Languages: &more}); callback.CodeOf(err) != callback.CodeInvalid {
			t.Errorf("%d languages: %v", len(more), err)
		}
		made := must(w.s.AddUser(t.Context(), "sue", callback.NewUser{Name: "Eva", Role: callback.RoleAgent, Team: "north", Languages: []string{"de"}, Skills: []string{"legal"}}))(t)
		list := must(w.s.Users(t.Context(), "north"))(t)
		for _, u := range list {
			if u.ID == made.ID && (len(u.Languages) != 1 || len(u.Skills) != 1) {
				t.Errorf("%+v", u)
			}
		}
	})
}
