package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ringback/callback"
	"ringback/server"
)

// metrics are what a Prometheus server reads of this one, at an address of their
// own: the one that desks know has no way to them. They hold counts, ages and the
// ids of teams, nothing that tells of a person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	receipts *prometheus.CounterVec
	pushes   prometheus.Counter
}

// vitalsWait bounds how long a reading may ask the database.
const vitalsWait = 5 * time.Second

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ringback_request_duration_seconds", Help: "How long requests took, live streams left out, by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route", "status"}),
		receipts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ringback_receipts_total", Help: "Events that were judged, by the verdict of their receipt.",
		}, []string{"status"}),
		pushes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "ringback_pushes_total", Help: "Pushes of desks that were answered with receipts.",
		}),
	}
	// Those that never came count as 0, so that a rate can be told from the first one on.
	for _, s := range []callback.Status{callback.Applied, callback.Shadowed, callback.DuplicateEvent, callback.Rejected, callback.Retry} {
		m.receipts.WithLabelValues(string(s))
	}
	m.registry.MustRegister(m.requests, m.receipts, m.pushes, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Request implements server.Meter.
func (m *metrics) Request(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Receipts implements server.Meter.
func (m *metrics) Receipts(byStatus map[callback.Status]int) {
	m.pushes.Inc()
	for status, n := range byStatus {
		m.receipts.WithLabelValues(string(status)).Add(float64(n))
	}
}

// vitals reads a server's state when it is asked for.
type vitals struct {
	s   *server.Server
	now func() time.Time
}

var (
	buildDesc      = prometheus.NewDesc("ringback_build_info", "1, with the version and the epoch that is served.", []string{"version", "epoch"}, nil)
	listenersDesc  = prometheus.NewDesc("ringback_listeners", "Desks on the live line.", nil, nil)
	positionDesc   = prometheus.NewDesc("ringback_feed_position", "Head of the team's feed; it rises with each change.", []string{"team"}, nil)
	leasesDesc     = prometheus.NewDesc("ringback_leases_live", "Leases that run now.", []string{"team"}, nil)
	quarantineDesc = prometheus.NewDesc("ringback_quarantine_events", "Refused events that wait for a supervisor.", []string{"team"}, nil)
	oldestDesc     = prometheus.NewDesc("ringback_quarantine_oldest_age_seconds", "How long the oldest of them has waited; 0 if there is none.", []string{"team"}, nil)
)

// Describe implements prometheus.Collector.
func (v vitals) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{buildDesc, listenersDesc, positionDesc, leasesDesc, quarantineDesc, oldestDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. A database that does not answer makes
// the reading fail, so that nobody takes silence for health.
func (v vitals) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), vitalsWait)
	defer cancel()
	now, err := v.s.Vitals(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(positionDesc, err)
		return
	}
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(buildDesc, 1, version, v.s.Epoch())
	gauge(listenersDesc, float64(now.Listeners))
	for _, t := range now.Teams {
		age := 0.0
		if !t.Oldest.IsZero() {
			age = max(0, v.now().Sub(t.Oldest).Seconds())
		}
		gauge(positionDesc, float64(t.Position), t.Team)
		gauge(leasesDesc, float64(t.Leases), t.Team)
		gauge(quarantineDesc, float64(t.Quarantined), t.Team)
		gauge(oldestDesc, age, t.Team)
	}
}

// checkMetrics refuses an address that others could reach: the numbers need no
// token.
func checkMetrics(addr string) error {
	if addr == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return callback.Errorf(callback.CodeInvalid, "the metrics cannot be served at %q", addr).WithHint("write it as 127.0.0.1:7322")
	}
	if !loopback(host) {
		return callback.Errorf(callback.CodeInvalid, "the metrics at %q would be open to the network", addr).
			WithHint("serve them on this machine, as 127.0.0.1:7322, and let a collector here or a proxy that asks for a password pass them on")
	}
	return nil
}

// serve serves the metrics of a server at an address until the returned function
// is called. An empty address serves nothing.
func (m *metrics) serve(ctx context.Context, addr string, s *server.Server, now func() time.Time, log *slog.Logger) (at string, stop func(), err error) {
	if addr == "" {
		return "", func() {}, nil
	}
	if err := m.registry.Register(vitals{s, now}); err != nil {
		return "", nil, callback.Errorf(callback.CodeInternal, "the metrics cannot be set up: %w", err)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return "", nil, callback.Errorf(callback.CodeInvalid, "cannot listen on %s for the metrics: %w", addr, err).WithHint("choose another with --metrics")
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 2 * vitalsWait}))
	h := &http.Server{
		Handler: mux, ReadHeaderTimeout: vitalsWait, ReadTimeout: vitalsWait, WriteTimeout: 3 * vitalsWait, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() { _ = h.Serve(l) }() // it ends when stop closes it
	return "http://" + l.Addr().String() + "/metrics", func() { _ = h.Close() }, nil
}
