package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ringback/callback"
)

// finding is one thing that the doctor looked at.
type finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Do     string `json:"do,omitempty"`
}

func (a *app) doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at the setup and say what to mend",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.tell(a.examine(cmd.Context()))
		},
	}
	cmd.AddCommand(a.doctorDialCommand())
	return cmd
}

// tell prints findings, and fails if one of them is bad.
func (a *app) tell(findings []finding) error {
	ok := true
	for _, f := range findings {
		ok = ok && f.OK
	}
	if a.flags.asJSON {
		if err := a.printJSON(map[string]any{"ok": ok, "findings": findings}); err != nil {
			return err
		}
	} else {
		a.sayFindings(findings)
	}
	if !ok {
		return errSilent
	}
	return nil
}

func (a *app) sayFindings(findings []finding) {
	for _, f := range findings {
		mark := "ok  "
		if !f.OK {
			mark = "MEND"
		}
		a.sayf("%s  %s: %s", mark, f.What, f.Detail)
		if f.Do != "" {
			a.sayf("      → %s", f.Do)
		}
	}
}

func (a *app) examine(ctx context.Context) []finding {
	out := []finding{a.examineFolder(), a.examineTerminal(), a.examineDialling()}
	s, err := a.session(ctx)
	if err != nil {
		return append(out, failedFinding("sign-in", err))
	}
	out = append(out, finding{What: "sign-in", OK: true, Detail: fmt.Sprintf("%s (%s) at %s", callback.Line(s.Me.Name), s.Me.Role, s.URL)})
	d, err := a.openDesk(ctx, 0)
	if err != nil {
		return append(out, failedFinding("desk", err))
	}
	defer func() { _ = d.close() }()
	out = append(out, a.examineKey(d))
	out = append(out, a.examineServer(ctx, d), a.examineAge(d))
	if stats, err := d.store.Stats(); err != nil {
		out = append(out, failedFinding("outbox", err))
	} else {
		f := finding{What: "outbox", OK: stats.Quarantined == 0, Detail: fmt.Sprintf("%d wait to be sent, %d were refused", stats.Pending, stats.Quarantined)}
		if !f.OK {
			f.Do = "look at the refused ones in the Sync screen"
		}
		out = append(out, f)
	}
	if r, err := d.store.Check(ctx); err != nil {
		out = append(out, failedFinding("storage", err))
	} else {
		f := finding{What: "storage", OK: r.OK, Detail: fmt.Sprintf("%d cases and %d events recomputed, %d problems", r.Cases, r.Events, len(r.Problems))}
		if !r.OK {
			f.Do = "see: ringback check"
		}
		out = append(out, f)
	}
	return out
}

// examineAge says how old what the desk knows is.
func (a *app) examineAge(d *desk) finding {
	at := d.fetchedAt()
	if at == nil {
		return finding{What: "fetched", OK: true, Detail: "nothing yet, or not all", Do: "run: ringback sync"}
	}
	return finding{What: "fetched", OK: true, Detail: callback.Ago(a.now().Sub(*at)) + " ago"}
}

func failedFinding(what string, err error) finding {
	f := finding{What: what, Detail: callback.Line(err.Error()).String()}
	return f
}

func (a *app) examineFolder() finding {
	dir := a.settings.Data
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return finding{What: "folder", Detail: err.Error(), Do: "choose another with --data or RINGBACK_DATA"}
	}
	probe := filepath.Join(dir, ".probe")
	if err := os.WriteFile(probe, []byte("ok"), 0o600); err != nil {
		return finding{What: "folder", Detail: err.Error(), Do: "make it writable, or free some space"}
	}
	_ = os.Remove(probe)
	return finding{What: "folder", OK: true, Detail: dir}
}

// examineKey says where the desk's key is kept.
func (a *app) examineKey(d *desk) finding {
	f := finding{What: "key", OK: true}
	_, err := os.Stat(a.secrets().path(a.deskKey(a.deskFolder(d.session)).name))
	switch {
	case a.vaultOf().locked():
		f.Detail = "sealed with a passphrase"
	case err == nil:
		f.Detail = "in a file that only you can read: whoever has this machine's disk can open the desk"
		f.Do = "where there is no keyring, run: ringback passphrase set"
	default:
		f.Detail = "in the system's keyring"
	}
	return f
}

func (a *app) examineTerminal() finding {
	if !a.interactive() {
		return finding{What: "terminal", OK: true, Detail: "none here: commands work, the full-screen desk needs one"}
	}
	return finding{What: "terminal", OK: true, Detail: "TERM=" + a.env("TERM") + ", theme " + a.settings.Theme}
}

func (a *app) examineServer(ctx context.Context, d *desk) finding {
	ctx, cancel := context.WithTimeout(ctx, pingPatience)
	defer cancel()
	before := a.now()
	me, err := d.client.Me(ctx)
	if err != nil {
		return failedFinding("server", err)
	}
	after := a.now()
	skew := me.ServerTime.Sub(before.Add(after.Sub(before) / 2)).Round(time.Second)
	f := finding{What: "server", OK: skew.Abs() < 2*time.Minute, Detail: fmt.Sprintf("answers in %s, version %s; this clock is %s off", after.Sub(before).Round(time.Millisecond), callback.Line(me.Version), skew.Abs())}
	if !f.OK {
		f.Do = "set this machine's clock; records are kept in order all the same"
	}
	return f
}
