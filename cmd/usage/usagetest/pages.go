// Package usagetest holds the pages about a program to what the program says
// of itself. Only tests import it.
package usagetest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"

	"ringback/cmd/usage"
)

var update = flag.Bool("update", false, "write the reference of the commands anew")

// Pages checks that the reference of the commands, a file of docs, is what the
// program says, and that no page shows a command or a flag that there is not.
// With -update it writes the reference. top is the folder of the project.
func Pages(t *testing.T, root *cobra.Command, top, reference string) {
	t.Helper()
	path := filepath.Join(top, "docs", reference)
	want := usage.Reference(root)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is not what the program says (%v): make golden", path, err)
	}
	pages, err := filepath.Glob(filepath.Join(top, "docs", "*.md"))
	if err != nil || len(pages) < 5 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range append(pages, filepath.Join(top, "README.md"), filepath.Join(top, "CHANGELOG.md")) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range usage.Misprints(root, string(text)) {
			t.Errorf("%s: %s", filepath.Base(page), wrong)
		}
	}
}
