package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// demoFlags shape the make-believe team.
type demoFlags struct {
	dir               string
	seed              uint64
	addr, as          string
	noUI, fresh, busy bool
}

// demoReport is the one line that `demo --no-ui --json` prints; scripts and
// tests stand on it.
type demoReport struct {
	URL   string     `json:"url"`
	Dir   string     `json:"dir"`
	Users []demoUser `json:"users"`
	// Made is the end of the make-believe year.
	Made time.Time `json:"made"`
}

type demoUser struct {
	ID    string            `json:"id"`
	Name  string            `json:"name"`
	Role  callback.UserRole `json:"role"`
	Team  string            `json:"team"`
	Token string            `json:"token"`
	// Desk is the folder of their desk, which is signed in: RINGBACK_DATA.
	Desk string `json:"desk"`
}

func (a *app) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open the desk on a make-believe team and its year of calls",
		Long: `Open the desk on a make-believe team: 14,000 responses of a year, two teams,
eleven worked months and a queue for today. Everything in it is synthetic; the
phone numbers are reserved for fiction.

A server of its own runs behind the demo on this machine and stops with it.`,
		Example: `ringback demo
ringback demo --as supervisor --colleagues
ringback demo --no-ui --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.dir, "dir", "", "folder of the demo (default: ringback-demo beside the desk's own)")
	fl.Uint64Var(&f.seed, "seed", 1, "another seed makes another team")
	fl.StringVar(&f.addr, "addr", "127.0.0.1:0", "where the demo's server listens")
	fl.StringVar(&f.as, "as", "agent", "sit down as: a role, or a person's id")
	fl.BoolVar(&f.noUI, "no-ui", false, "serve only, until interrupted")
	fl.BoolVar(&f.fresh, "fresh", false, "make the team anew")
	fl.BoolVar(&f.busy, "colleagues", false, "let the other agents work, so that things move")
	a.lookFlags(cmd)
	return cmd
}

func (a *app) demo(ctx context.Context, f demoFlags) error {
	if f.dir == "" {
		f.dir = filepath.Join(a.dataHome(), "ringback-demo")
	}
	if !f.noUI && !a.interactive() {
		return callback.Errorf(callback.CodeInvalid, "the desk needs a terminal").WithHint("without one, use: ringback demo --no-ui --json")
	}
	srv, report, err := a.startDemoServer(ctx, f)
	if err != nil {
		return err
	}
	for i, u := range report.Users {
		report.Users[i].Desk = demoDesk(report.Dir, u)
	}
	me, err := report.find(f.as)
	if err != nil {
		return errors.Join(err, srv.stop())
	}
	if err := a.signAllIn(report); err != nil {
		return errors.Join(err, srv.stop())
	}
	if f.busy {
		ctx, cancel := context.WithCancel(ctx)
		done := a.startColleagues(ctx, report, me.ID, f.seed)
		defer func() { cancel(); <-done }()
	}
	if f.noUI {
		if err := a.announceDemo(report); err != nil {
			return errors.Join(err, srv.stop())
		}
		return srv.wait(ctx)
	}
	err = a.showDemo(ctx, f, report, me)
	return errors.Join(err, srv.stop())
}

// showDemo signs the demo's own desk in and opens it.
func (a *app) showDemo(ctx context.Context, f demoFlags, report demoReport, u demoUser) error {
	a.sitDown(f.dir, u)
	if in, ok := a.in.(*os.File); ok {
		forgetTyped(in) // making the team took a while, and what was typed meanwhile is no command
	}
	return a.showDesk(ctx, undoWindow)
}

func (r demoReport) find(who string) (demoUser, error) {
	for _, u := range r.Users {
		if u.ID == who || string(u.Role) == who {
			return u, nil
		}
	}
	return demoUser{}, callback.Errorf(callback.CodeInvalid, "nobody in the demo is %q", callback.Line(who)).
		WithHint("use agent, supervisor, trainer, administrator or a person's id")
}

func (a *app) announceDemo(r demoReport) error {
	if a.flags.asJSON {
		return a.printJSON(r)
	}
	a.sayf("The demo's server listens at %s. Interrupt it to stop.", r.URL)
	w := a.table("ID", "NAME", "ROLE", "TEAM", "TOKEN, FOR REST")
	for _, u := range r.Users {
		row(w, u.ID, u.Name, u.Role, u.Team, u.Token)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.sayf("Everybody is signed in. From another shell: RINGBACK_DATA=%s ringback sync", r.Users[0].Desk)
	return nil
}

// demoServer is the server process behind a demo. It lives as long as its
// standard input is open, so it ends with the desk even if that is killed.
type demoServer struct {
	cmd   *exec.Cmd
	stdin io.Closer
	// done gets how the process ended, and is then closed.
	done chan error
}

// serverProgram finds ringback-server beside this program, else on the PATH.
func serverProgram() (string, error) {
	name := "ringback-server"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(self); err == nil {
			self = real
		}
		beside := filepath.Join(filepath.Dir(self), name)
		if _, err := os.Stat(beside); err == nil {
			return beside, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", callback.Errorf(callback.CodeNotFound, "%s is neither beside this program nor on the PATH", name).WithHint("build both with: make build")
	}
	return path, nil
}

func (a *app) startDemoServer(ctx context.Context, f demoFlags) (*demoServer, demoReport, error) {
	program, err := serverProgram()
	if err != nil {
		return nil, demoReport{}, err
	}
	args := []string{"demo", "--json", "--until-stdin-closes", "--dir", f.dir, "--addr", f.addr, "--seed", strconv.FormatUint(f.seed, 10)}
	if f.fresh {
		args = append(args, "--fresh")
	}
	cmd := exec.Command(program, args...)
	cmd.Env = a.environ
	cmd.Stderr = a.err
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, demoReport{}, fmt.Errorf("start the demo's server: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, demoReport{}, fmt.Errorf("start the demo's server: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, demoReport{}, callback.Errorf(callback.CodeInternal, "the demo's server did not start: %w", err)
	}
	srv := &demoServer{cmd: cmd, stdin: stdin, done: make(chan error, 1)}
	report, err := readReport(ctx, stdout)
	go func() {
		srv.done <- cmd.Wait()
		close(srv.done)
	}()
	if errors.Is(err, errNoReport) {
		return nil, demoReport{}, srv.ended()
	}
	if err != nil {
		return nil, demoReport{}, errors.Join(err, srv.stop())
	}
	return srv, report, nil
}

// errNoReport: the demo's server ended before it was ready.
var errNoReport = errors.New("no report")

// ended gives the error of a server that went by itself. One that failed has
// said why on standard error, and that is enough.
func (s *demoServer) ended() error {
	_ = s.stdin.Close() // it is of no more use
	if exit := (*exec.ExitError)(nil); errors.As(<-s.done, &exit) && exit.ExitCode() > 0 {
		return exitAs(exit.ExitCode())
	}
	return callback.Errorf(callback.CodeInternal, "the demo's server ended before it was ready").WithHint("say ringback demo again; --fresh makes the team anew")
}

// readReport waits for the server's one line.
func readReport(ctx context.Context, r io.Reader) (demoReport, error) {
	type answer struct {
		report demoReport
		err    error
	}
	ch := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(r).ReadBytes('\n')
		if err != nil {
			ch <- answer{err: errNoReport}
			return
		}
		var out answer
		if err := json.Unmarshal(line, &out.report); err != nil {
			out.err = fmt.Errorf("read the demo's server: %w", err)
		}
		ch <- out
	}()
	select {
	case out := <-ch:
		return out.report, out.err
	case <-ctx.Done():
		return demoReport{}, ctx.Err()
	}
}

// stopPatience is how long the server may take to finish its requests.
const stopPatience = 3 * time.Second

// stop ends the server and waits for it. How it ended is of no more interest.
func (s *demoServer) stop() error {
	if err := s.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("stop the demo's server: %w", err)
	}
	select {
	case err := <-s.done:
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			return nil
		}
		return err
	case <-time.After(stopPatience):
		return s.cmd.Process.Kill()
	}
}

// wait serves until the context ends or the server does.
func (s *demoServer) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return s.stop()
	case err := <-s.done:
		if err != nil {
			return callback.Errorf(callback.CodeInternal, "the demo's server ended: %w", err)
		}
		return nil
	}
}
