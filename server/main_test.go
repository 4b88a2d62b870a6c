package server

import (
	"flag"
	"os"
	"testing"
)

// quickChecks is how many histories a property draws in an ordinary run; more
// with -rapid.checks.
const quickChecks = "15"

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "rapid.checks" })
	if !chosen {
		if err := flag.Set("rapid.checks", quickChecks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
