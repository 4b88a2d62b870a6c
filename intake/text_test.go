package intake_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"ringback/callback"
	"ringback/intake"
)

// A picture or machine data is named for what it is not, instead of being read
// as rows of signs; a text with a few stray control characters is still text.
func TestNotText(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	packed := make([]byte, 40<<10)
	for i := range packed {
		packed[i] = byte(chance.Uint32())
	}
	picture := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), packed...)
	for name, raw := range map[string][]byte{"picture": picture, "packed": packed} {
		_, err := intake.Read(bytes.NewReader(raw), name, intake.Options{})
		if callback.CodeOf(err) != callback.CodeInvalid || !strings.Contains(err.Error(), "is not a text file") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := intake.Read(bytes.NewReader(packed), "named", intake.Options{Encoding: "utf-8"}); err != nil && strings.Contains(err.Error(), "is not a text file") {
		t.Errorf("somebody named the encoding of a file, and was told: %v", err)
	}
	rows := strings.Repeat("7,quite good\n", 20)
	open(t, "score,comment\n3,\"bell \a and \x01\"\n"+rows, intake.Options{})
}
