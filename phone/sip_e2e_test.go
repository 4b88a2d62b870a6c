//go:build e2e

package phone_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringback/phone"
)

// callPatience bounds a whole call on a busy machine. The call itself lasts as
// long as the tone that the softphone plays into it.
const (
	callPatience = 40 * time.Second
	toneLasts    = time.Second
	softphoneS   = "6" // seconds after which the softphone ends by itself
)

// TestRealCall makes SIP calls from one real program to another on this
// machine: baresip, started as a person would set it up in dial.command, calls
// sipp, which answers and waits for the end of the call.
func TestRealCall(t *testing.T) {
	for name, command := range map[string]func(t *testing.T, s *softphone) []string{
		"a softphone for each call": func(_ *testing.T, s *softphone) []string {
			return []string{"baresip", "-4", "-f", s.dir, "-t", softphoneS, "-e", "/dial {sip}"}
		},
		"a softphone that runs already": func(t *testing.T, s *softphone) []string {
			s.run(t)
			return []string{
				"curl", "-sf", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "--max-time", "20", "-o", filepath.Join(s.dir, "page"),
				"http://" + s.http + "/raw/?%2Fdial%20sip%3A%2B{digits}%40" + strings.ReplaceAll(s.peer, ":", "%3A"),
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, need := range []string{"baresip", "sipp", "curl"} {
				if _, err := exec.LookPath(need); err != nil {
					t.Fatalf("%s is not on this machine; scripts/deps.sh test installs it", need)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), callPatience)
			defer cancel()
			s := newSoftphone(t)
			answered := s.answer(ctx, t)
			p, err := phone.New(phone.Settings{SIPHost: s.peer, Command: command(t, s)})
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range p.Check(ctx, customer, false) {
				if !step.OK {
					t.Errorf("check: %+v", step)
				}
			}
			got, err := p.Dial(ctx, customer)
			if err != nil || got.How != "command" {
				t.Fatalf("result = %+v, %v", got, err)
			}
			if sipp, err := answered(); err != nil {
				t.Fatalf("no whole call arrived: %v\n%s", err, sipp)
			}
			s.stop(ctx, t)
			heard, err := os.ReadFile(s.log)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(heard, []byte("INVITE sip:+12015550123@"+s.peer)) {
				t.Errorf("the call did not come for the customer's number:\n%s", heard)
			}
			for _, method := range []string{"ACK sip:", "BYE sip:"} {
				if !bytes.Contains(heard, []byte(method)) {
					t.Errorf("the call had no %s", method)
				}
			}
		})
	}
}

// softphone is a folder that baresip is set up in, on loopback only.
type softphone struct {
	dir string
	// sip is where it listens, http where it takes commands, peer whom it calls.
	sip, http, peer string
	// log is what the peer heard.
	log string
	// running is the softphone that run started, if it did.
	running *exec.Cmd
}

func newSoftphone(t *testing.T) *softphone {
	t.Helper()
	dir := t.TempDir()
	s := &softphone{dir: dir, sip: freePort(t), http: freePort(t), peer: freePort(t), log: filepath.Join(dir, "heard.log")}
	files := map[string]string{
		"config": strings.Join([]string{
			"sip_listen " + s.sip, "http_listen " + s.http, "audio_source aufile," + filepath.Join(dir, "tone.wav"),
			"module_path " + modules(t), "module g711.so", "module aufile.so",
			"module_tmp account.so", "module_app menu.so", "module_app httpd.so", "",
		}, "\n"),
		"accounts": "<sip:desk@127.0.0.1>;regint=0\n",
		"contacts": "",
		"tone.wav": tone(),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// modules finds the folder of baresip's modules.
func modules(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules", "/usr/local/lib/baresip/modules"} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return found[0]
		}
	}
	t.Fatal("baresip's modules are not found")
	return ""
}

// freePort gives a loopback address that is free for UDP and TCP.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// tone is a WAV file: 16 bits, mono, at the 8 kHz of G.711.
func tone() string {
	const rate = 8000
	samples := make([]int16, int(toneLasts.Seconds()*rate))
	for i := range samples {
		samples[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/rate))
	}
	var b bytes.Buffer
	size := uint32(2 * len(samples))
	for _, part := range []any{
		[]byte("RIFF"), 36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16),
		[]byte("data"), size, samples,
	} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			panic(err) // a buffer takes everything
		}
	}
	return b.String()
}

// answer lets sipp take one call, and gives what waits for its end.
func (s *softphone) answer(ctx context.Context, t *testing.T) func() (string, error) {
	t.Helper()
	host, port, err := net.SplitHostPort(s.peer)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "sipp", "-sn", "uas", "-i", host, "-p", port, "-m", "1", "-nostdin", "-timeout", "30s", "-trace_msg", "-message_file", s.log)
	cmd.Dir = s.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.listens(ctx, t, s.peer)
	return func() (string, error) {
		err := cmd.Wait()
		return out.String(), err
	}
}

// run starts the softphone, to be called by others.
func (s *softphone) run(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "baresip", "-4", "-f", s.dir, "-t", softphoneS)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.running = cmd
}

// listens waits until somebody has a UDP port.
func (s *softphone) listens(ctx context.Context, t *testing.T, addr string) {
	t.Helper()
	s.until(ctx, t, addr+" is taken", func() bool { return !udpFree(addr) })
}

// stop waits until the softphone is gone: one that was started for a call goes
// by itself.
func (s *softphone) stop(ctx context.Context, t *testing.T) {
	t.Helper()
	if s.running != nil {
		_ = s.running.Process.Kill()
		_ = s.running.Wait()
	}
	s.until(ctx, t, s.sip+" is free", func() bool { return udpFree(s.sip) })
}

func udpFree(addr string) bool {
	c, err := net.ListenPacket("udp", addr)
	if err != nil {
		return false
	}
	return c.Close() == nil
}

func (s *softphone) until(ctx context.Context, t *testing.T, what string, done func() bool) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !done() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal(fmt.Errorf("waiting until %s: %w", what, ctx.Err()))
		}
	}
}
