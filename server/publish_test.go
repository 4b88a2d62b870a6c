package server

import (
	"encoding/json"
	"strings"
	"testing"

	"ringback/callback"
)

const northGuide = "---\nid: house-en\nversion: 2\ntitle: House\nfor: detractor\nlanguage: en\n---\n\n## Greet\nSay who you are.\n"

// A published guide reaches the desks with the feed; its version only rises,
// and what cannot be used leaves the one in force alone.
func TestPublishGuide(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		_, cursor, _ := w.feed(w.as("anna"), "", 500)
		publish := func(id, text string) error {
			_, err := w.s.PublishGuide(t.Context(), "tina", "north", id, text)
			return err
		}
		w.must(nil, publish("house-en", northGuide))
		docs, _, _ := w.feed(w.as("anna"), cursor, 500)
		var got callback.Guide
		for _, d := range docs {
			if d.Type == callback.DocGuide {
				w.must(nil, json.Unmarshal(d.Body, &got))
			}
		}
		if got.ID != "house-en" || got.Version != 2 || got.Steps[0].Body != "Say who you are." {
			t.Fatalf("the feed carries %+v", got)
		}
		for name, row := range map[string]struct {
			id, text string
			code     callback.Code
			says     string
		}{
			"same version": {"house-en", northGuide, callback.CodeConflict, "version 3"},
			"lower":        {"house-en", strings.Replace(northGuide, "2", "1", 1), callback.CodeConflict, "version 2 of the guide"},
			"bad":          {"house-en", strings.Replace(northGuide, "title: House", "titel: House", 1), callback.CodeInvalid, "line 4"},
			"other id":     {"else-en", northGuide, callback.CodeInvalid, "house-en"},
			"default":      {"detractor-en", strings.Replace(northGuide, "id: house-en\nversion: 2", "id: detractor-en\nversion: 1", 1), callback.CodeConflict, "already"},
		} {
			if err := publish(row.id, row.text); callback.CodeOf(err) != row.code || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		list := must(w.s.Guides(t.Context(), "north"))(t)
		kept := 0
		for _, g := range list {
			if g.ID == "house-en" && g.Version == 2 {
				kept++
			}
		}
		if kept != 1 {
			t.Errorf("the guide in force: %+v", list)
		}
		for _, g := range must(w.s.Guides(t.Context(), "south"))(t) {
			if g.ID == "house-en" {
				t.Error("another team got the guide")
			}
		}
		w.must(nil, publish("house-en", strings.Replace(northGuide, "2", "9", 1)))
		w.check()
	})
}

// Guides that come with a later server reach the teams that were there before,
// when somebody says so; what a team wrote itself stays.
func TestPublishDefaults(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, w *world) {
		standing := func() map[string]callback.DefaultGuide {
			out := map[string]callback.DefaultGuide{}
			for _, d := range must(w.s.DefaultGuides(t.Context(), "north"))(t) {
				out[d.ID] = d
			}
			return out
		}
		for id, d := range standing() {
			if d.Standing != callback.GuideCurrent || d.Words() != "" {
				t.Errorf("a new team's %s: %+v", id, d)
			}
		}
		if list := must(w.s.PublishDefaults(t.Context(), "tina", "north"))(t); len(list) != 0 {
			t.Errorf("published without need: %+v", list)
		}
		// The team as an earlier server furnished it: one guide less, one older, and
		// of two that were older it has words of its own.
		for _, sql := range []string{
			"DELETE FROM guides WHERE team = 'north' AND id = 'adhoc-ru'",
			"UPDATE guides SET version = 1 WHERE team = 'north' AND id IN ('detractor-en', 'request-en', 'passive-en')",
		} {
			if _, err := w.s.db.write.ExecContext(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		own := strings.NewReplacer("house-en", "request-en", "version: 2", "version: 90").Replace(northGuide)
		if _, err := w.s.PublishGuide(t.Context(), "tina", "north", "request-en", own); err != nil {
			t.Fatal(err)
		}
		before := standing()
		for id, want := range map[string]struct {
			standing callback.GuideStanding
			says     string
		}{
			"adhoc-ru":     {callback.GuideMissing, "never published"},
			"detractor-en": {callback.GuideNewer, "newer than the one in force (1)"},
			"passive-en":   {callback.GuideNewer, "newer"},
			"request-en":   {callback.GuideOwn, "is left alone"},
			"promoter-en":  {callback.GuideCurrent, ""},
		} {
			if d := before[id]; d.Standing != want.standing || !strings.Contains(d.Words(), want.says) || (want.says == "") != (d.Words() == "") {
				t.Errorf("%s: %+v: %s", id, d, d.Words())
			}
		}
		_, cursor, _ := w.feed(w.as("anna"), "", 500)
		list := must(w.s.PublishDefaults(t.Context(), "tina", "north"))(t)
		docs, _, _ := w.feed(w.as("anna"), cursor, 500)
		if len(list) != 3 || len(docs) != 3 {
			t.Errorf("published %+v; the feed carries %d", list, len(docs))
		}
		for _, g := range must(w.s.Guides(t.Context(), "north"))(t) {
			if g.ID == "request-en" && (g.Version != 90 || g.Title != "House") {
				t.Errorf("the team's own words became %+v", g)
			}
		}
		// Whoever let them in, they are the server's still: the next ones may follow.
		after := standing()
		for _, id := range []string{"adhoc-ru", "detractor-en", "passive-en"} {
			if d := after[id]; d.Standing != callback.GuideCurrent || d.InForce != d.Version || d.From != d.Version {
				t.Errorf("afterwards %s: %+v", id, d)
			}
		}
		if list := must(w.s.PublishDefaults(t.Context(), "tina", "north"))(t); len(list) != 0 {
			t.Errorf("published twice: %+v", list)
		}
		acts := must(w.s.Acts(t.Context(), "north", 0, 100))(t)
		if n := strings.Count(string(must(json.Marshal(acts))(t)), `"guide.publish"`); n != 4 {
			t.Errorf("%d publications on record", n)
		}
		w.check()
	})
}
