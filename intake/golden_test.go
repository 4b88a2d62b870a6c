package intake_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringback/callback"
	"ringback/intake"
)

var update = flag.Bool("update", false, "write the golden files anew")

// importDay is the moment of the import in all tests.
var importDay = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// TestFiles reads every file of testdata as a person would see it: what it
// is, how its columns are taken, and what becomes of each row.
func TestFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.[ct]sv")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := describe(t, path)
			golden := path + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func describe(t *testing.T, path string) []byte {
	t.Helper()
	f, err := intake.Open(path, intake.Options{Now: importDay})
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, f)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s, BOM %v, delimiter %q, %d header rows, %d rows, %d blank, %d short\n\n",
		f.Encoding, f.BOM, f.Delimiter, f.HeaderRows, f.Total, f.Blank, f.Short)
	m, err := intake.Guess(f, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range m.Choices {
		fmt.Fprintf(&b, "%-12s %-8s %s: %s\n", c.Field, c.Sureness, names(f, c.Columns), c.Why)
	}
	fmt.Fprintf(&b, "unused       %s\n", names(f, m.Unused))
	for _, q := range m.Questions {
		fmt.Fprintf(&b, "question     %s: %v\n", q.Code, q)
	}
	for _, n := range m.Notes {
		fmt.Fprintf(&b, "note         %s\n", n)
	}
	if m.Ready() != nil {
		return b.Bytes()
	}
	b.WriteByte('\n')
	accepted, rejects := read(t, f, m)
	for _, in := range accepted {
		line, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", line)
	}
	for _, r := range rejects {
		fmt.Fprintf(&b, "reject %d %q: %s\n", r.Row, r.Column, r.Reason)
	}
	return b.Bytes()
}

func names(f *intake.File, at []int) string {
	var list []string
	for _, i := range at {
		list = append(list, fmt.Sprintf("%q", f.Columns[i].Name))
	}
	return strings.Join(list, " + ")
}

func closing(t *testing.T, f *intake.File) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// read takes all rows of a file and checks that none is lost.
func read(t testing.TB, f *intake.File, m *intake.Mapping) ([]callback.Intake, []intake.Reject) {
	t.Helper()
	rows, err := f.Rows(m)
	if err != nil {
		t.Fatal(err)
	}
	var accepted []callback.Intake
	var rejects []intake.Reject
	for in, reject := range rows.All() {
		if reject != nil {
			rejects = append(rejects, *reject)
			continue
		}
		accepted = append(accepted, in)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	n := rows.Counts()
	if n.Rows != f.Total || n.Rows != len(accepted)+len(rejects) || n.Accepted != len(accepted) || n.Blank != f.Blank {
		t.Fatalf("counts %+v for %d accepted and %d rejected of %d rows", n, len(accepted), len(rejects), f.Total)
	}
	return accepted, rejects
}
