package main

import (
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// The metrics are at an address of their own, in a form that Prometheus' own checker likes; the desks' address has no
// way to them.
func TestMetrics(t *testing.T) {
	t.Parallel()
	told, _ := startServe(t, "--db", "sqlite:"+filepath.Join(t.TempDir(), "server.db"), "--metrics", "127.0.0.1:0")
	if told.Metrics == "" || strings.HasPrefix(told.Metrics, told.URL) {
		t.Fatalf("%+v", told)
	}
	if code, _ := get(t, told.URL+"/metrics", told.Admin.Token); code != http.StatusNotFound {
		t.Fatalf("the desks' address answers %d", code)
	}
	if code, _ := get(t, told.URL+"/v1/me", told.Admin.Token); code != http.StatusOK {
		t.Fatalf("me: %d", code)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, told.URL+"/v1/events", strings.NewReader(`{"stream":"s","events":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+told.Admin.Token)
	req.Header.Set("X-Ringback-Device", "desk-1")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("push: %d %v", resp.StatusCode, err)
	}
	code, text := get(t, told.Metrics, "")
	if code != http.StatusOK {
		t.Fatalf("metrics: %d %s", code, text)
	}
	for _, want := range []string{
		`ringback_request_duration_seconds_count{route="GET /v1/me",status="200"} 1`, `ringback_pushes_total 1`, `ringback_receipts_total{status="rejected"} 0`,
		`ringback_feed_position{team="main"} \d`, `ringback_leases_live{team="main"} 0`, `ringback_quarantine_events{team="main"} 0`,
		`ringback_quarantine_oldest_age_seconds{team="main"} 0`, `ringback_listeners 0`, `ringback_build_info{epoch=".+",version=".+"} 1`, `go_goroutines \d`,
	} {
		if !regexp.MustCompile(`(?m)^` + strings.ReplaceAll(want, "{", `\{`)).MatchString(text) {
			t.Errorf("lacks %s", want)
		}
	}
	if strings.Contains(text, told.Admin.ID) && told.Admin.ID != "admin" || strings.Contains(text, "rb_") {
		t.Error("the metrics name somebody")
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "ringback_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	for _, path := range []string{"/", "/debug/pprof/", "/v1/me"} {
		if code, _ := get(t, strings.TrimSuffix(told.Metrics, "/metrics")+path, ""); code != http.StatusNotFound {
			t.Errorf("%s at the metrics' address: %d", path, code)
		}
	}
}

// Numbers that need no token are for this machine.
func TestMetricsStayHere(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		":7322": "open to the network", "0.0.0.0:7322": "open to the network", "198.51.100.7:7322": "open to the network", "7322": "cannot be served at",
	} {
		code, _, errs := run(t, "serve", "--db", "sqlite:"+filepath.Join(t.TempDir(), "server.db"), "--metrics", addr)
		if code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%s: %d %s", addr, code, errs)
		}
	}
}
