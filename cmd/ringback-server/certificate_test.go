package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pemPair is a certificate with its key as files hold them.
type pemPair struct{ chain, key []byte }

func vouched(t *testing.T, serial int64, until time.Time) pemPair {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: until.AddDate(-1, 0, 0), NotAfter: until, DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pemPair{
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}),
	}
}

// put replaces a file as certbot does: what is behind the name is another file.
func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// met gives the serial number of the certificate that a server shows to whoever
// connects now.
func met(t *testing.T, addr string) int64 {
	t.Helper()
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}} // which one is shown is the question
	conn, err := d.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	serial := conn.(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	return serial
}

// A renewed certificate is taken while the server serves; what cannot be used,
// as half a renewal, leaves the one of before, is said once, and is tried again.
func TestARenewedCertificateIsTakenWhileServing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chain, key := filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	one, two, three := vouched(t, 1, now.AddDate(0, 0, 30)), vouched(t, 2, now.AddDate(0, 3, 0)), vouched(t, 3, now.AddDate(0, 0, -1))
	put(t, chain, one.chain)
	put(t, key, one.key)
	said := &lines{more: make(chan struct{}, 1)}
	c, err := newCertificate(chain, key, func() time.Time { return now }, slog.New(slog.NewTextHandler(said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	shows := func(after time.Duration, want int64) {
		t.Helper()
		now = now.Add(after)
		held, err := c.show(nil)
		if err != nil || held.Leaf.SerialNumber.Int64() != want {
			t.Fatalf("it shows %v (%v), want %d; log: %s", held.Leaf.SerialNumber, err, want, said.text())
		}
	}
	says := func(bad, good int) {
		t.Helper()
		if b, g := strings.Count(said.text(), "cannot be used"), strings.Count(said.text(), "read anew"); b != bad || g != good {
			t.Fatalf("%d and %d, want %d bad and %d good: %s", b, g, bad, good, said.text())
		}
	}
	shows(2*certificateLook, 1)
	says(0, 0)

	put(t, chain, two.chain) // and its key is not there yet
	shows(certificateLook-time.Second, 1)
	says(0, 0)
	shows(time.Second, 1)
	says(1, 0)
	shows(certificateLook, 1)
	says(1, 0)
	put(t, key, two.key)
	shows(time.Second, 1)
	shows(certificateLook, 2)
	says(1, 1)

	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	shows(certificateLook, 2)
	says(2, 1)
	put(t, key, two.key)
	shows(certificateLook, 2)
	says(2, 2)

	put(t, chain, three.chain) // it has ended already
	put(t, key, three.key)
	shows(certificateLook, 2)
	says(3, 2)
	put(t, chain, one.chain)
	put(t, key, one.key)
	shows(time.Second, 2)
	c.reread()
	shows(0, 1)
	says(3, 3)
}

// On SIGHUP the server shows the new certificate at once, and serves on.
func TestServeReadsTheCertificateAnewOnHangup(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there is no SIGHUP to send")
	}
	dir := t.TempDir()
	chain, key := filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")
	one, two := vouched(t, 1, time.Now().AddDate(0, 0, 30)), vouched(t, 2, time.Now().AddDate(0, 0, 90))
	put(t, chain, one.chain)
	put(t, key, one.key)
	said := &lines{more: make(chan struct{}, 1)}
	told, stop := startServeLog(t, said, "--db", "sqlite:"+filepath.Join(dir, "server.db"), "--tls-cert", chain, "--tls-key", key)
	u, err := url.Parse(told.URL)
	if err != nil || u.Scheme != "https" {
		t.Fatalf("%+v %v", told, err)
	}
	if n := met(t, u.Host); n != 1 {
		t.Fatalf("it shows %d", n)
	}
	put(t, chain, two.chain)
	put(t, key, two.key)
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	said.await(t, "read anew")
	if n := met(t, u.Host); n != 2 {
		t.Fatalf("after SIGHUP it shows %d", n)
	}
	if code := stop(); code != 0 {
		t.Fatalf("stopped with %d", code)
	}
}

// A certificate that cannot be used at the start is refused: no administrator is
// made whose token nobody could use.
func TestServeRefusesACertificateThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	chain, key := filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")
	put(t, chain, vouched(t, 1, time.Now().AddDate(0, 0, 30)).chain)
	put(t, key, vouched(t, 2, time.Now().AddDate(0, 0, 30)).key)
	code, out, errs := run(t, "serve", "--addr", "127.0.0.1:0", "--db", "sqlite:"+filepath.Join(dir, "server.db"), "--tls-cert", chain, "--tls-key", key)
	if code != 2 || out != "" || !strings.Contains(errs, "certificate cannot be used") || !strings.Contains(errs, "--tls-key") {
		t.Fatalf("exit %d: %q %q", code, out, errs)
	}
}
