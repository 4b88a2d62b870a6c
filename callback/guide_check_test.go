package callback_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringback/callback"
)

const soundGuide = `---
id: detractor-en
version: 3
title: Unhappy customer
for: detractor, request
language: en
---

## Greet
Say who you are.

## Listen
Let them finish.
`

func TestCheckGuide(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		from, to string
		line     int
		what     string
	}{
		"sound":          {"", "", 0, ""},
		"no dashes":      {"---\nid", "id", 1, "three dashes"},
		"unknown field":  {"title:", "tilte:", 4, "unknown field"},
		"kind":           {"request", "vip", 5, "vip"},
		"version":        {"version: 3", "version: zero", 3, "number from 1"},
		"no version":     {"version: 3\n", "", 1, "no version"},
		"id":             {"detractor-en", "../x", 2, "the id is made of"},
		"no title":       {"title: Unhappy customer\n", "", 1, "no title"},
		"early words":    {"\n## Greet", "Hello.\n## Greet", 8, "before the first step"},
		"steps twice":    {"## Listen", "## greet", 12, "another step"},
		"empty step":     {"Let them finish.", "", 12, "says nothing"},
		"asks for score": {"Let them finish.", "Ask: from 0 to 10, how was it?", 13, "asks for the score"},
		"hidden":         {"Let them", "Let\u202e them", 13, "cannot be shown"},
		"no step":        {"## ", "# ", 9, "before the first step"},
		"too large":      {"Let", strings.Repeat("x", callback.MaxGuideBytes), 1, "KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.ReplaceAll(soundGuide, row.from, row.to)
			if row.from == "" {
				text = soundGuide
			}
			g, got := callback.CheckGuide(text)
			if row.line == 0 {
				if len(got) > 0 || g.Version != 3 || len(g.Steps) != 2 {
					t.Fatalf("%+v %+v", g, got)
				}
				return
			}
			if len(got) != 1 || got[0].Line != row.line || !strings.Contains(got[0].What, row.what) {
				t.Fatalf("got %+v, want line %d: %s", got, row.line, row.what)
			}
		})
	}
}

// The guides that teams start with pass the check that trainers' own must.
func TestCheckDefaultGuides(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../server/guides/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, got := callback.CheckGuide(string(raw)); len(got) > 0 {
			t.Errorf("%s: %+v", f, got)
		}
	}
}

// All lines that cannot be read are told at once.
func TestCheckGuideTellsAllLines(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("version: 3", "version: x", "for: detractor, request", "for: vip", "\n## Greet", "Hello.\nAnd hello.\n## Greet", "Let them", "@when wheather: wet\nLet them").Replace(soundGuide)
	var lines []int
	_, got := callback.CheckGuide(text)
	for _, p := range got {
		lines = append(lines, p.Line)
	}
	if want := []int{3, 5, 8, 14}; !slices.Equal(lines, want) {
		t.Errorf("%+v, want lines %v", got, want)
	}
	if _, err := callback.ParseGuide(text); err == nil || !strings.HasPrefix(err.Error(), "line 3: version") {
		t.Errorf("%v", err)
	}
}
