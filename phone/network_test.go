package phone_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// listen puts the telephone system on a real socket. What it heard can be read
// once the listener is closed.
func (s *asterisk) listen(t *testing.T, l net.Listener) {
	t.Helper()
	t.Cleanup(func() { _ = l.Close() })
	s.served.Add(1)
	go func() {
		defer s.served.Done()
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.served.Add(1)
			go s.serve(conn)
		}
	}()
}

func TestOverTCP(t *testing.T) {
	defer goleak.VerifyNone(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	s := newAsterisk(t)
	s.listen(t, l)
	set := s.settings()
	set.AMI.Connect, set.AMI.Addr = nil, l.Addr().String()
	got, err := s.dial(t.Context(), set)
	if err != nil || !strings.Contains(got.Detail, "Connected") {
		t.Errorf("result = %+v, %v", got, err)
	}
	_ = l.Close()
	s.served.Wait()
}

func TestOverTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate, which is for 127.0.0.1 and example.com
	defer web.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, addr, ca, says string }{
		{"trusted", "example.com", ca, ""},
		{"not trusted", "example.com", "", "no TLS connection to trust"},
		{"another's certificate", "pbx.example.net", ca, "no TLS connection to trust"},
		{"no such file", "example.com", ca + "x", "dial.ami.ca"},
		{"no certificate", "example.com", os.Args[0], "no certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newAsterisk(t)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			s.listen(t, tls.NewListener(l, &tls.Config{Certificates: web.TLS.Certificates}))
			s.challenge = "" // the secret may be sent as it is: nobody can listen
			set := s.settings()
			set.AMI.Addr, set.AMI.TLS, set.AMI.CA = c.addr, true, c.ca
			set.AMI.Connect = func(_ context.Context, addr string) (net.Conn, error) {
				if addr != net.JoinHostPort(c.addr, "5039") {
					t.Errorf("addr = %s", addr)
				}
				return net.Dial("tcp", l.Addr().String())
			}
			got, err := s.dial(t.Context(), set)
			_ = l.Close()
			if c.says == "" {
				if err != nil || !strings.Contains(got.Detail, "Connected") {
					t.Errorf("result = %+v, %v", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error = %v, want words with %q", err, c.says)
			}
			if strings.Contains(s.bytes(), secret) {
				t.Error("the secret was sent to somebody else")
			}
		})
	}
}
