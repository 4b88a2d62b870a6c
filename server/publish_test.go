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
