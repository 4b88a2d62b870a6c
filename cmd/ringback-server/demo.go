package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/sample"
	"ringback/server"
)

// demoUser is one person who may sign in to the demo.
type demoUser struct {
	ID    string            `json:"id"`
	Name  string            `json:"name"`
	Role  callback.UserRole `json:"role"`
	Team  string            `json:"team"`
	Token string            `json:"token"`
}

// demoReport is the line that tells where the demo's server is.
type demoReport struct {
	URL   string     `json:"url"`
	Dir   string     `json:"dir"`
	Users []demoUser `json:"users"`
	// Made is the end of the make-believe year.
	Made time.Time `json:"made"`
}

// demoRecord is kept beside the demo's database, so that the next start finds
// the people and knows how old today's queue is.
type demoRecord struct {
	Seed  uint64     `json:"seed"`
	Made  time.Time  `json:"made"`
	Users []demoUser `json:"users"`
}

// demoFlags shape the demo.
type demoFlags struct {
	dir, addr string
	seed      uint64
	fresh     bool
	asJSON    bool
	// tied ends the demo with its standard input, so that it does not outlive
	// the program that started it.
	tied bool
}

// staleAfter is how long a demo's queue is today's; after it the team is made
// anew.
const staleAfter = 12 * time.Hour

func (a *app) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve a make-believe team and its year of calls",
		Long: `Serve a make-believe team and its year of calls on an embedded database, until
interrupted. "ringback demo" starts it and opens a desk on it. Everything in it
is synthetic.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.asJSON = a.flags.asJSON
			d := &demo{demoFlags: f, in: cmd.InOrStdin(), out: cmd.OutOrStdout(), progress: cmd.ErrOrStderr()}
			return d.run(cmd.Context())
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.dir, "dir", filepath.Join(os.TempDir(), "ringback-demo"), "folder of the demo")
	fl.StringVar(&f.addr, "addr", anyPort, "where to listen")
	fl.Uint64Var(&f.seed, "seed", 1, "another seed makes another team")
	fl.BoolVar(&f.fresh, "fresh", false, "make the team anew")
	fl.BoolVar(&f.tied, "until-stdin-closes", false, "stop when standard input is closed")
	return cmd
}

// demo is one run of the command.
type demo struct {
	demoFlags
	in            io.Reader
	out, progress io.Writer
}

func (d *demo) database() string { return filepath.Join(d.dir, "server.db") }
func (d *demo) recordPath() string {
	return filepath.Join(d.dir, "demo.json")
}

func (d *demo) run(ctx context.Context) (err error) {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return callback.Errorf(callback.CodeInternal, "the demo's folder %s cannot be made: %w", d.dir, err).WithHint("name another with --dir")
	}
	if url, ok := d.running(ctx); ok {
		return callback.Errorf(callback.CodeLocked, "a demo is running in %s already, at %s", d.dir, url).
			WithHint("close it, or name another folder with --dir")
	}
	rec, ok := d.recall()
	if !ok {
		if rec, err = d.build(ctx); err != nil {
			return err
		}
	}
	srv, err := server.Open(ctx, d.config())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Close()) }()
	return d.serve(ctx, srv, rec)
}

func (d *demo) config() server.Config {
	return server.Config{DSN: "sqlite:" + d.database(), Version: version, Serve: true}
}

// urlPath is the file that tells where a running demo listens.
func (d *demo) urlPath() string { return filepath.Join(d.dir, "demo.url") }

// portPath is the file that tells where the demo listened last.
func (d *demo) portPath() string { return filepath.Join(d.dir, "demo.addr") }

// listen takes the address of the last start, if none is asked for and it is
// free: links and desks of before lead to it still.
func (d *demo) listen() (net.Listener, error) {
	if last, err := os.ReadFile(d.portPath()); err == nil && d.addr == anyPort && loopbackAddr(string(last)) {
		if ln, err := net.Listen("tcp", string(last)); err == nil {
			return ln, nil
		}
	}
	return net.Listen("tcp", d.addr)
}

// anyPort lets the system choose the port.
const anyPort = "127.0.0.1:0"

// loopbackAddr tells whether an address is of this machine alone.
func loopbackAddr(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && loopback(host)
}

// running tells whether another demo answers from this folder. A file left
// behind by one that was killed leads to no answer.
func (d *demo) running(ctx context.Context) (url string, ok bool) {
	raw, err := os.ReadFile(d.urlPath())
	if err != nil {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, string(raw)+"/healthz", nil)
	if err != nil {
		return "", false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", false
	}
	_ = resp.Body.Close()
	return string(raw), resp.StatusCode == http.StatusOK
}

// recall finds the team of an earlier start, if it is the one asked for and
// its queue is still today's.
func (d *demo) recall() (demoRecord, bool) {
	var rec demoRecord
	raw, err := os.ReadFile(d.recordPath())
	if err != nil || d.fresh || json.Unmarshal(raw, &rec) != nil {
		return rec, false
	}
	if rec.Seed != d.seed || time.Since(rec.Made) > staleAfter {
		return rec, false
	}
	_, err = os.Stat(d.database())
	return rec, err == nil
}

// build makes the team, its year and its people in a new database. The record
// is written last: a build that was cut short is begun anew.
func (d *demo) build(ctx context.Context) (rec demoRecord, err error) {
	if err := d.clear(); err != nil {
		return rec, err
	}
	srv, err := server.Open(ctx, d.config())
	if err != nil {
		return rec, err
	}
	defer func() { err = errors.Join(err, srv.Close()) }()
	rec = demoRecord{Seed: d.seed, Made: time.Now().UTC()}
	year := sample.Make(sample.Options{Seed: d.seed, Now: rec.Made})
	for _, t := range year.Teams {
		if _, err := srv.AddTeam(ctx, t.ID, t.Name); err != nil {
			return rec, err
		}
		if _, err := srv.SetPolicy(ctx, "demo", t.ID, t.Policy); err != nil {
			return rec, err
		}
	}
	for _, u := range year.Users {
		t, err := srv.AddUser(ctx, "demo", callback.NewUser{ID: u.ID, Name: u.Name, Role: u.Role, Team: u.Team})
		if err != nil {
			return rec, err
		}
		rec.Users = append(rec.Users, demoUser{t.ID, t.Name, t.Role, t.Team, t.Token})
	}
	for _, t := range year.Teams {
		if err := d.load(ctx, srv, year, t); err != nil {
			return rec, err
		}
	}
	if err := srv.Tick(ctx, time.Now()); err != nil {
		return rec, err
	}
	d.tell("Ready.\n")
	return rec, d.remember(rec)
}

// clear removes what an earlier demo left, desks included: their cases are
// gone.
func (d *demo) clear() error {
	files := []string{"demo.json", "server.db", "server.db-wal", "server.db-shm", "server.db.instance", "server.db.key", "server.db.erased", "desks", "colleagues"}
	for _, name := range files {
		if err := os.RemoveAll(filepath.Join(d.dir, name)); err != nil {
			return callback.Errorf(callback.CodeInternal, "the earlier demo cannot be removed: %w", err).WithHint("close it, or name another folder with --dir")
		}
	}
	return nil
}

func (d *demo) remember(rec demoRecord) error {
	raw, err := json.MarshalIndent(rec, "", "  ")
	if err != nil {
		return fmt.Errorf("write the demo's record: %w", err)
	}
	if err := os.WriteFile(d.recordPath(), raw, 0o600); err != nil {
		return callback.Errorf(callback.CodeInternal, "write the demo's record: %w", err)
	}
	return nil
}

// load brings a team's year in: the responses day by day, as they came, then
// what the agents did about them.
func (d *demo) load(ctx context.Context, srv *server.Server, year sample.Year, t sample.Team) error {
	rows := year.Responses(t.ID)
	opened := map[string]string{}
	return srv.Bulk(ctx, t.ID, func(b *server.Bulk) error {
		taken := 0
		err := b.Intake(days(rows), func(_ int, report callback.IntakeReport) {
			for i, r := range report.Results {
				if r.Opened {
					opened[rows[taken+i].ExternalID] = r.CaseID
				}
			}
			taken += len(report.Results)
			d.tell("\rMaking %s: %d of %d responses", t.Name, taken, len(rows))
		})
		if err != nil {
			return err
		}
		events := year.History(t.ID, opened)
		d.tell("\rMaking %s: %d responses, %d calls and notes      \n", t.Name, len(rows), len(events))
		return b.Load(events)
	})
}

// days makes each day's rows an arrival of their own.
func days(rows []callback.Intake) (out []server.Arrival) {
	for from := 0; from < len(rows); {
		to := sameDay(rows, from)
		out = append(out, server.Arrival{At: rows[to-1].AnsweredAt, IntakeBatch: callback.IntakeBatch{Rows: rows[from:to]}})
		from = to
	}
	return out
}

// sameDay gives the end of the run of rows answered on the day of rows[from]. A
// row that asks for a time ends its run, so that its case is opened before it.
func sameDay(rows []callback.Intake, from int) int {
	day := rows[from].AnsweredAt.Truncate(24 * time.Hour)
	for to := from + 1; to < len(rows); to++ {
		if rows[to-1].AskedFor != nil || !rows[to].AnsweredAt.Truncate(24*time.Hour).Equal(day) {
			return to
		}
	}
	return len(rows)
}

// tell shows progress, one line over the other, if a person is watching.
func (d *demo) tell(format string, args ...any) {
	if f, ok := d.progress.(*os.File); ok && term.IsTerminal(f.Fd()) {
		fmt.Fprintf(f, format, args...)
	}
}

// serve answers until ctx ends or whoever started the demo is gone.
func (d *demo) serve(ctx context.Context, srv *server.Server, rec demoRecord) error {
	ln, err := d.listen()
	if err != nil {
		return callback.Errorf(callback.CodeInternal, "the demo cannot listen at %s: %w", d.addr, err).WithHint("choose another with --addr")
	}
	dir, err := filepath.Abs(d.dir)
	if err != nil {
		dir = d.dir
	}
	report := demoReport{URL: "http://" + ln.Addr().String(), Dir: dir, Users: rec.Users, Made: rec.Made}
	if err := os.WriteFile(d.urlPath(), []byte(report.URL), 0o600); err != nil {
		return callback.Errorf(callback.CodeInternal, "write the demo's address: %w", err)
	}
	defer func() { _ = os.Remove(d.urlPath()) }()
	// That the next start finds the port taken is no harm.
	_ = os.WriteFile(d.portPath(), []byte(ln.Addr().String()), 0o600)
	if err := d.announce(report); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if d.tied {
		go func() {
			_, _ = io.Copy(io.Discard, d.in)
			cancel()
		}()
	}
	h := srv.HTTPServer()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(ln) }()
	janitor := make(chan error, 1)
	go func() { janitor <- srv.Run(ctx) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		srv.Stop()
		end, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer stop()
		err = h.Shutdown(end)
	}
	cancel()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, <-janitor)
}

func (d *demo) announce(r demoReport) error {
	if d.asJSON {
		return json.NewEncoder(d.out).Encode(r)
	}
	_, err := fmt.Fprintf(d.out, "The demo listens at %s; its people and tokens are in %s.\n", r.URL, d.recordPath())
	return err
}
