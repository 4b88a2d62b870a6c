package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// TestQueueIsWhole lists a queue that is too long to be put in order at once:
// a script gets all of it, not the first rows that a screen begins with.
func TestQueueIsWhole(t *testing.T) {
	const cases = 2500
	l := loadDesk(t, cases)
	cmd := exec.Command(builtPath(t, deskPackage), "queue", "--limit", "3000", "--json")
	cmd.Env = append(l.env(), "PATH="+os.Getenv("PATH"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var page queuePageJSON
	if err := json.Unmarshal(out, &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Cases) != cases || page.Open != cases {
		t.Errorf("%d of %d open cases are listed, want %d", len(page.Cases), page.Open, cases)
	}
}
