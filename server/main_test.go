package server

import (
	"flag"
	"os"
	"testing"
)

// quickChecks is how many histories a property draws in an ordinary run; more
// with -rapid.checks or RAPID_CHECKS.
const quickChecks = "15"

func TestMain(m *testing.M) {
	flag.Parse()
	_, chosen := os.LookupEnv("RAPID_CHECKS")
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "rapid.checks" })
	if !chosen {
		if err := flag.Set("rapid.checks", quickChecks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
