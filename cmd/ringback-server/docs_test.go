package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"ringback/cmd/usage"
)

var update = flag.Bool("update", false, "write the reference of the commands anew")

// The reference of the commands is what the program says of itself, and no page shows a command or a flag that there is
// not.
func TestDocsKnowTheCommands(t *testing.T) {
	root := newApp(io.Discard, io.Discard).newRoot()
	const path = "../../docs/commands-server.md"
	want := usage.Reference(root)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is not what the program says (%v): go test ./cmd/ringback-server -run Docs -update", path, err)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) < 5 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range append(pages, "../../README.md", "../../CHANGELOG.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range usage.Misprints(root, string(text)) {
			t.Errorf("%s: %s", filepath.Base(page), wrong)
		}
	}
}
