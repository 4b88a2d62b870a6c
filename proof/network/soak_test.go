//go:build soak

package network

import (
	"io"
	"testing"
	"time"

	"ringback/proof/rig"
)

// The waits that people have: latencies of seconds, a kilobyte a second, a hole of minutes.
func TestSoakSlowLines(t *testing.T) {
	for _, f := range stubborn(25) {
		h := rig.NewHouse(t, rig.SQLite(t.TempDir()), 20)
		l := newLine(t, h.URL)
		d := newSeat(t, h, l.url, 1)
		l.spoil(f.toxins...)
		if err := d.once(); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
		d.record(30)
		took := d.catchUp(f.name)
		d.settled(f.name)
		rig.Figure(t, "%s, 25 times as slow: in step after %s", f.name, took.Round(time.Millisecond))
	}
	narrowLine(t, 200, 60, 1, 1)
}

func TestSoakRepeatedPushes(t *testing.T) { repeatPushes(t, 120) }

func TestSoakManyAgentsFewCases(t *testing.T) {
	contest(t, 50, 10, min(rig.Soak(t, 1).Time, 2*time.Minute))
}

func TestSoakLinesThatBreakAllTheTime(t *testing.T) {
	breakAllTheTime(t, min(rig.Soak(t, 1).Time, 10*time.Minute))
}

// A body that comes a byte a second is not waited for longer than the server says.
func TestSoakSlowBody(t *testing.T) {
	s := rig.NewServer(t, rig.SQLite(t.TempDir()))
	s.MustStart(t)
	began, c := time.Now(), dial(t, s.URL)
	defer c.Close()
	_, err := io.WriteString(c, "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+s.Admin+"\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
	for err == nil && time.Since(began) < 2*time.Minute {
		_, err = io.WriteString(c, " ")
		rig.Rest(time.Second)
	}
	if took := time.Since(began); err == nil || took > 45*time.Second {
		t.Errorf("a body of a byte a second was read for %s: %v", took, err)
	} else {
		rig.Figure(t, "a body of a byte a second was dropped after %s", took.Round(time.Second))
	}
}
