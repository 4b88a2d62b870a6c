package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"ringback/callback"
	"ringback/client"
)

// line is the phone on the desk and the right to use it.
type line struct {
	app    *app
	ctx    context.Context
	claims *client.Claims
	mu     sync.Mutex
	held   map[string]held
}

// held is a lease that is kept alive until it is given back.
type held struct {
	lease callback.Lease
	stop  context.CancelFunc
}

// newLine makes the line of a desk; ctx ends the keeping of leases.
func newLine(ctx context.Context, a *app, d *desk) *line {
	return &line{app: a, ctx: ctx, claims: client.NewClaims(d.client, nil), held: map[string]held{}}
}

// Claim implements ui.Line. The lease is renewed until it is released.
func (l *line) Claim(ctx context.Context, caseID string, purpose callback.LeasePurpose) (callback.Lease, error) {
	lease, err := l.claims.Claim(ctx, caseID, purpose)
	if err != nil {
		return callback.Lease{}, err
	}
	keep, stop := context.WithCancel(l.ctx)
	l.mu.Lock()
	if old, ok := l.held[caseID]; ok {
		old.stop()
	}
	l.held[caseID] = held{lease, stop}
	l.mu.Unlock()
	go l.claims.Keep(keep, lease, func(error) { l.forget(caseID, lease.ID) })
	return lease, nil
}

// forget drops a lease that is gone.
func (l *line) forget(caseID, leaseID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h, ok := l.held[caseID]; ok && h.lease.ID == leaseID {
		h.stop()
		delete(l.held, caseID)
	}
}

// Release implements ui.Line. A lease that cannot be given back runs out by
// itself.
func (l *line) Release(ctx context.Context, caseID string) error {
	l.mu.Lock()
	h, ok := l.held[caseID]
	delete(l.held, caseID)
	l.mu.Unlock()
	if !ok {
		return nil
	}
	h.stop()
	return l.claims.Release(ctx, h.lease.ID)
}

// releaseAll gives every lease back when the desk closes.
func (l *line) releaseAll() {
	l.mu.Lock()
	var ids []string
	for id := range l.held {
		ids = append(ids, id)
	}
	l.mu.Unlock()
	for _, id := range ids {
		_ = l.Release(l.ctx, id)
	}
}

// Dial implements ui.Line: it starts the call by what the settings name, never
// through a shell, and falls back to showing the number.
func (l *line) Dial(ctx context.Context, phone callback.Phone) (callback.DialResult, error) {
	if !phone.Known() {
		return callback.DialResult{}, callback.Errorf(callback.CodeInvalid, "there is no number to dial on this case")
	}
	d := l.app.settings.Dial
	argv, how, err := dialCommand(d, phone, l.app.opener())
	if err != nil {
		return callback.DialResult{}, err
	}
	if argv == nil {
		return callback.DialResult{How: "copied", Detail: "Number copied; dial it on your phone.", Copy: phone.E164}, nil
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), argv[0], argv[1:]...)
	if err := cmd.Start(); err != nil {
		return callback.DialResult{}, callback.Errorf(callback.CodeInvalid, "%s did not start: %w", argv[0], err).
			WithHint("check it with: ringback doctor; the number is %s", phone.E164)
	}
	return l.watch(cmd, how, phone)
}

// startPatience is how long a dialling program may take to show that it
// fails at once.
const startPatience = 700 * time.Millisecond

// watch sees whether the program fails at once; one that still runs after a
// moment is taken to have started the call.
func (l *line) watch(cmd *exec.Cmd, how string, phone callback.Phone) (callback.DialResult, error) {
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			return callback.DialResult{}, callback.Errorf(callback.CodeInvalid, "%s ended with: %w", cmd.Path, err).
				WithHint("check it with: ringback doctor; the number is %s", phone.E164)
		}
	case <-time.After(startPatience):
	}
	return callback.DialResult{How: how, Detail: "Calling " + phone.E164 + "."}, nil
}

// opener names the program that opens addresses on this machine, or "" when
// there is no desktop to open them on.
func (a *app) opener() string {
	switch runtime.GOOS {
	case "darwin":
		return "open"
	case "windows":
		return "rundll32"
	}
	if a.env("DISPLAY") == "" && a.env("WAYLAND_DISPLAY") == "" {
		return ""
	}
	if path, err := exec.LookPath("xdg-open"); err == nil {
		return path
	}
	return ""
}

// dialCommand gives the argument vector that starts a call, or nil when the
// number can only be copied.
func dialCommand(d dialSettings, phone callback.Phone, opener string) (argv []string, how string, err error) {
	tel, err := callback.TelURI(phone)
	if err != nil {
		return nil, "", callback.Errorf(callback.CodeInvalid, "%w", err)
	}
	with := d.With
	if with == "auto" {
		switch {
		case len(d.Command) > 0:
			with = "command"
		case d.SIPHost != "":
			with = "sip"
		default:
			with = "tel"
		}
	}
	uri := tel
	if with == "sip" || with == "command" && d.SIPHost != "" {
		if uri, err = callback.SIPURI(phone, d.SIPHost); err != nil {
			return nil, "", callback.Errorf(callback.CodeInvalid, "%w", err).WithHint("set dial.sip_host in the settings")
		}
	}
	switch with {
	case "copy":
		return nil, "", nil
	case "command":
		if len(d.Command) == 0 {
			return nil, "", callback.Errorf(callback.CodeInvalid, "dial.with is command, but dial.command is empty").WithHint(`set it, for example: command = ["linphonecsh", "dial", "{sip}"]`)
		}
		return fillCommand(d.Command, phone, tel, uri), "command", nil
	}
	if opener == "" {
		return nil, "", nil
	}
	if opener == "rundll32" {
		return []string{opener, "url.dll,FileProtocolHandler", uri}, "opened", nil
	}
	return []string{opener, uri}, "opened", nil
}

// fillCommand puts the number into the arguments. Only digits and a plus can
// come from outside.
func fillCommand(template []string, phone callback.Phone, tel, sip string) []string {
	digits := strings.TrimPrefix(phone.E164, "+")
	r := strings.NewReplacer("{number}", "+"+digits, "{digits}", digits, "{tel}", tel, "{sip}", sip)
	out := make([]string, len(template))
	for i, arg := range template {
		out[i] = r.Replace(arg)
	}
	return out
}

// describeDial says in words how calls are started.
func (a *app) describeDial() string {
	probe := callback.Phone{E164: "+12015550123"}
	argv, how, err := dialCommand(a.settings.Dial, probe, a.opener())
	switch {
	case err != nil:
		return err.Error()
	case argv == nil:
		return "the number is copied to the clipboard (nothing here can open a call)"
	}
	return fmt.Sprintf("%s: %s", how, strings.Join(argv, " "))
}
