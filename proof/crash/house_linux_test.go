package crash

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"ringback/proof/rig"
)

func TestMain(m *testing.M) {
	rig.Main(m, map[string]func([]string) error{"desk": deskChild, "server": serverChild, rig.LyingChild: rig.RunLying})
}

// fileSums tells one state of a folder's files from another.
func fileSums(t testing.TB, dir string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sums[f.Name()] = sha256.Sum256(raw)
	}
	return sums
}

// fresh makes an empty folder below dir.
func fresh(t testing.TB, dir, name string) string {
	t.Helper()
	path, err := os.MkdirTemp(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
