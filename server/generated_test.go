package server

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the stamp of the generated code")

// The code in rows/ is generated from migrations/ and queries/. Building the
// generator takes minutes, so that a hash of what it read is compared instead.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	t.Parallel()
	stamp := filepath.Join("rows", "stamp")
	want := sourceHash(t)
	if *update {
		if err := os.WriteFile(stamp, []byte(want+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have := must(os.ReadFile(stamp))(t)
	if strings.TrimSpace(string(have)) != want {
		t.Fatalf("migrations or queries have changed since rows/ was generated; see rows/README.md")
	}
}

func sourceHash(t *testing.T) string {
	t.Helper()
	files := []string{"sqlc.yaml"}
	for _, dir := range []string{"migrations", "queries", "rows"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && (strings.HasSuffix(path, ".sql") || strings.HasSuffix(path, ".go")) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(files)
	h := sha256.New()
	for _, f := range files {
		raw := must(os.ReadFile(f))(t)
		h.Write([]byte(filepath.ToSlash(f) + "\x00"))
		h.Write(raw)
	}
	return hex.EncodeToString(h.Sum(nil))
}
