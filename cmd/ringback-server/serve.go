package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"ringback/callback"
	"ringback/server"

	"github.com/spf13/cobra"
)

// serveFlags say where and how to listen.
type serveFlags struct {
	addr      string
	cert, key string
	plain     bool
	epoch     string
	// proxy tells that a proxy which speaks TLS stands in front.
	proxy bool
	// metrics is where a monitor on this machine reads them; empty for nowhere.
	metrics string
	// life is how long a desk may stay away before it must sign in again.
	life time.Duration
}

// shutdownWait is how long requests under way may take when the server is
// stopped.
const shutdownWait = 10 * time.Second

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the desks",
		Long: `Serves the desks until it is interrupted. The first start makes the team "main"
and an administrator, and prints once how to sign in.

Tokens and customers' numbers travel in requests, so plain HTTP is refused
beyond this machine: give --tls-cert and --tls-key, or put a proxy that speaks
TLS in front and say --behind-proxy. Then the proxy is believed: it must set
X-Forwarded-For and X-Forwarded-Proto itself, and nobody but it may reach the
server.

A certificate that was renewed is taken while the server serves: within a minute
of the files' change, when the next desk connects, or at once on SIGHUP. Files that
cannot be used leave the one of before, and the log says so.`,
		Example: "  ringback-server serve\n  ringback-server serve --addr :8443 --tls-cert cert.pem --tls-key key.pem --db postgres://ringback@db/ringback",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.serve(cmd.Context(), f)
		},
	}
	addr := a.getenv("RINGBACK_ADDR")
	if addr == "" {
		addr = "127.0.0.1:7321"
	}
	cmd.Flags().StringVar(&f.addr, "addr", addr, "address and port to listen on (RINGBACK_ADDR)")
	cmd.Flags().StringVar(&f.cert, "tls-cert", "", "certificate chain, PEM")
	cmd.Flags().StringVar(&f.key, "tls-key", "", "the certificate's key, PEM")
	cmd.Flags().StringVar(&f.epoch, "new-epoch", "", "begin a new history, so that the desks send again what they hold: now, or if-needed, when the database is not the one that was served last")
	cmd.Flags().Lookup("new-epoch").NoOptDefVal = epochNow
	cmd.Flags().BoolVar(&f.plain, "plain-http", false, "allow plain HTTP beyond this machine: tokens travel in the clear")
	cmd.Flags().BoolVar(&f.proxy, "behind-proxy", false, "a proxy in front speaks TLS and says where requests come from")
	cmd.Flags().StringVar(&f.metrics, "metrics", a.getenv("RINGBACK_METRICS"), "address of this machine to serve GET /metrics at, for Prometheus, such as 127.0.0.1:7322 (RINGBACK_METRICS)")
	cmd.Flags().DurationVar(&f.life, "token-life", 14*24*time.Hour, "how long a desk may stay away before it must sign in again; 0s is for ever")
	return cmd
}

// serving is what serve prints once it listens.
type serving struct {
	URL string `json:"url"`
	DB  string `json:"db"`
	// Metrics is where a monitor reads them, if that was asked for.
	Metrics string `json:"metrics,omitempty"`
	// Guides counts, by team, those that come with this server and that the team
	// lacks, or has as they came earlier; teams without any are left out.
	Guides map[string]int `json:"guides_to_publish,omitempty"`
	// Admin is there on the first start only: the only time the token is shown.
	Admin *callback.UserToken `json:"admin,omitempty"`
}

func (a *app) serve(ctx context.Context, f serveFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	var m *metrics
	change := func(c *server.Config) {
		c.Serve, c.BehindProxy, c.TokenLife = true, f.proxy, f.life
		if f.metrics != "" {
			m = newMetrics()
			c.Meter = m
		}
	}
	return a.withConfig(ctx, epochRules[f.epoch], change, func(s *server.Server) error { return a.serveOn(ctx, s, m, f) })
}

// epochNow is what --new-epoch means without a word behind it.
const epochNow = "now"

var epochRules = map[string]server.HistoryRule{
	"": server.HistoryStop, epochNow: server.HistoryNew, "if-needed": server.HistoryNewIfOther,
}

func (a *app) serveOn(ctx context.Context, s *server.Server, m *metrics, f serveFlags) error {
	// The address comes first: the administrator's token is shown once, and must
	// not be made where it cannot be told.
	log := slog.New(slog.NewTextHandler(a.err, nil))
	l, err := listen(ctx, f)
	if err != nil {
		return err
	}
	if f.cert != "" {
		c, err := newCertificate(f.cert, f.key, a.now, log)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		defer c.hangups(ctx)()
		l = tls.NewListener(l, c.config())
	}
	admin, err := firstAdmin(ctx, s)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	read, stop, err := m.serve(ctx, f.metrics, s, a.now, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer stop()
	guides, err := guidesToPublish(ctx, s)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	told := serving{URL: f.url(l.Addr()), DB: engineOf(a.dsn()), Metrics: read, Admin: admin, Guides: guides}
	if err := a.print(told, told.words); err != nil {
		return errors.Join(err, l.Close())
	}
	return runHTTP(ctx, s, l)
}

// guidesToPublish counts by team what an upgrade brought and nobody published.
func guidesToPublish(ctx context.Context, s *server.Server) (map[string]int, error) {
	teams, err := s.Teams(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, t := range teams {
		list, err := s.DefaultGuides(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			if d.Waits() {
				out[t.ID]++
			}
		}
	}
	return out, nil
}

// runHTTP serves until ctx ends, then lets requests under way finish. The
// clock's work runs beside it.
func runHTTP(ctx context.Context, s *server.Server, l net.Listener) error {
	h := s.HTTPServer()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	clock := make(chan error, 1)
	go func() { clock <- s.Run(inner) }() // it logs its failures and ends with the context
	var err error
	select {
	case err = <-failed:
	case err = <-clock: // another process serves the database
		clock <- nil
		err = errors.Join(err, h.Close())
	case <-ctx.Done():
		late, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
		defer stop()
		if err = h.Shutdown(late); err != nil {
			err = errors.Join(fmt.Errorf("some requests did not end in %s: %w", shutdownWait, err), h.Close())
		}
	}
	cancel()
	<-clock //nolint:errcheck // logged, or told already
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// check refuses to send tokens over the network in the clear.
func (f serveFlags) check() error {
	if (f.cert == "") != (f.key == "") {
		return callback.Errorf(callback.CodeInvalid, "a certificate and its key belong together").WithHint("give both --tls-cert and --tls-key")
	}
	if _, ok := epochRules[f.epoch]; !ok {
		return callback.Errorf(callback.CodeInvalid, "--new-epoch is %q", f.epoch).WithHint("write --new-epoch, or --new-epoch=if-needed")
	}
	if err := checkMetrics(f.metrics); err != nil {
		return err
	}
	if f.proxy && f.cert != "" {
		return callback.Errorf(callback.CodeInvalid, "TLS is spoken either here or by the proxy in front").WithHint("give --tls-cert and --tls-key, or --behind-proxy")
	}
	host, _, err := net.SplitHostPort(f.addr)
	if err != nil {
		return callback.Errorf(callback.CodeInvalid, "the address %q cannot be listened on", f.addr).WithHint("write it as 127.0.0.1:7321 or :7321")
	}
	if f.cert == "" && !f.plain && !f.proxy && !loopback(host) {
		return callback.Errorf(callback.CodeInvalid, "plain HTTP on %q would send tokens and customers' numbers in the clear", f.addr).
			WithHint("give --tls-cert and --tls-key, or --behind-proxy if a proxy in front speaks TLS; --plain-http allows it all the same")
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func listen(ctx context.Context, f serveFlags) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", f.addr)
	if err != nil {
		return nil, callback.Errorf(callback.CodeInvalid, "cannot listen on %s: %w", f.addr, err).WithHint("choose another with --addr")
	}
	return l, nil
}

// url is where desks find the server: the host that was asked for, and the
// port that was given.
func (f serveFlags) url(at net.Addr) string {
	scheme := "http"
	if f.cert != "" {
		scheme = "https"
	}
	host, _, _ := net.SplitHostPort(f.addr)
	_, port, _ := net.SplitHostPort(at.String())
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func (v serving) words(w io.Writer) {
	fmt.Fprintf(w, "ringback-server listens on %s (%s)\n", v.URL, v.DB)
	if v.Metrics != "" {
		fmt.Fprintf(w, "Metrics are at %s\n", v.Metrics)
	}
	for _, team := range slices.Sorted(maps.Keys(v.Guides)) {
		fmt.Fprintf(w, "Team %s does not have all guides that come with this server, or has earlier ones: %d.\n", callback.Line(team), v.Guides[team])
		fmt.Fprintln(w, "Its trainers and supervisors see which with: ringback guide list")
	}
	if v.Admin == nil {
		return
	}
	fmt.Fprintf(w, `
This is the first start. The team %q was made, and an administrator. Sign in with

    ringback login %s --token-file -

and this token, which is shown this once and belongs to the first desk that uses it:

    %s

Then add people with "ringback user add NAME", and let their desks in with
"ringback user pair CODE --user ID".
`, v.Admin.Team, v.URL, v.Admin.Token)
}
