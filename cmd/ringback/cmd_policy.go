package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Read, check, try and change the team's rules (supervisors)",
		Long: `Read, check, try and change the team's rules: which answers open cases, deadlines,
calling hours, retries, the serving order, the words of the question. A policy
is YAML; FILE may be - for standard input.

Take it with "policy show", change the text, see what it would do with "policy
diff" and "policy try", and put it in force with "policy apply". Every version
is kept. One that cannot be used is refused, and the one in force stays.`,
		Example: `ringback policy show > policy.yaml
ringback policy try policy.yaml
ringback policy apply policy.yaml`,
	}
	cmd.AddCommand(
		a.policyShowCommand(), a.policyLintCommand(), a.policyDiffCommand(),
		a.policyTryCommand(), a.policyApplyCommand(), a.policyEditCommand(), a.policyHolidaysCommand(),
	)
	return cmd
}

func (a *app) policyShowCommand() *cobra.Command {
	var version int
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Print the policy in force as YAML",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			p, err := c.Policy(cmd.Context(), version)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(p)
			}
			text, err := policyYAML(p)
			if err != nil {
				return err
			}
			return a.sayYAML(text)
		},
	}
	cmd.Flags().IntVar(&version, "version", 0, "an earlier version (default: the one in force)")
	return cmd
}

// sayYAML prints a text that may be stored and applied again: as it is, but for
// what could drive a terminal that shows it.
func (a *app) sayYAML(text string) error {
	if isTerminal(a.out) {
		var shown strings.Builder
		for line := range strings.Lines(text) {
			shown.WriteString(callback.Clean(line).String())
		}
		text = shown.String()
	}
	if _, err := io.WriteString(a.out, text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// readPolicy reads a file that can be applied, or says what is wrong with it.
func (a *app) readPolicy(path string) (callback.Policy, error) {
	text, err := a.readText(path, maxPolicyBytes)
	if err != nil {
		return callback.Policy{}, err
	}
	p, flaws := readPolicyYAML(text)
	return p, a.policyFlaws(path, flaws)
}

// policyFlaws lists what is wrong with a policy's YAML, as compilers do; nil
// if there is nothing.
func (a *app) policyFlaws(file string, flaws []policyFlaw) error {
	if len(flaws) == 0 {
		return nil
	}
	for _, f := range flaws {
		a.notef("%s:%d: %s", callback.Line(file), f.Line, flawText(f))
	}
	return callback.Errorf(callback.CodeInvalid, "%s has %s; it was not used", callback.Line(file), count(len(flaws), "problem"))
}

func flawText(f policyFlaw) string {
	if f.Path == "" {
		return callback.Line(f.What).String()
	}
	return callback.Line(f.Path + ": " + f.What).String()
}

func (a *app) policyLintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lint FILE",
		Short: "Say what is wrong with a policy, line by line; needs no server",
		Long: `Say what is wrong with a policy, line by line. It needs no server. Where this
machine has a desk, it also warns of skills that the rules ask for, and of
languages that the open cases are in, which nobody on the team is said to have.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := a.readText(args[0], maxPolicyBytes)
			if err != nil {
				return err
			}
			p, flaws := readPolicyYAML(text)
			if a.flags.asJSON {
				warnings := []callback.Unmet{}
				if len(flaws) == 0 {
					warnings = append(warnings, a.unmanned(cmd.Context(), p)...)
				}
				if err := a.printJSON(map[string]any{"ok": len(flaws) == 0, "problems": orEmpty(flaws), "warnings": warnings}); err != nil {
					return err
				}
			}
			if err := a.policyFlaws(args[0], flaws); err != nil || a.flags.asJSON {
				return err
			}
			for _, u := range a.unmanned(cmd.Context(), p) {
				a.notef("warning: %s", u.Words())
			}
			a.sayf("%s can be applied over version %d.", callback.Line(args[0]), p.Version)
			return nil
		},
	}
}

// unmanned lists what a policy would ask for in vain, as far as this machine's
// desk knows the team; nothing if there is no desk.
func (a *app) unmanned(ctx context.Context, p callback.Policy) []callback.Unmet {
	var out []callback.Unmet
	if b, err := a.readBook(); err != nil || a.settings.Token != "" && b.Met[fingerprint(cmp.Or(a.settings.URL, b.Met[b.Current].URL), a.settings.Token)].Folder == "" {
		return nil // nobody is asked over the network
	}
	s, err := a.session(ctx)
	if err != nil {
		return nil
	}
	if _, err := os.Stat(filepath.Join(a.deskFolder(s), "outbox.db")); err != nil {
		return nil // asking must not begin a desk
	}
	_ = a.withDesk(ctx, func(d *desk) error {
		team, err := d.store.Roster()
		if err != nil {
			return err
		}
		trial := p.Trial(p, team.Seat(d.Me.ID), a.now().UTC())
		if err := d.store.EachOpen(ctx, trial.Add); err != nil {
			return err
		}
		out = trial.Unmet()
		for _, u := range p.Unmanned(team) {
			if !slices.ContainsFunc(out, func(x callback.Unmet) bool { return x.Skill == u.Skill }) {
				out = append(out, u)
			}
		}
		return nil
	})
	return out
}

// policyDiffJSON is what `ringback policy diff --json` and `apply --json`
// print.
type policyDiffJSON struct {
	// Version is the one in force.
	Version int            `json:"version"`
	Changes []policyChange `json:"changes"`
}

func (a *app) policyDiffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff FILE",
		Short: "Say how a policy differs from the one in force",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			next, err := a.readPolicy(args[0])
			if err != nil {
				return err
			}
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			now, err := c.Policy(cmd.Context(), 0)
			if err != nil {
				return err
			}
			changes, err := policyChanges(now, next)
			if err != nil {
				return err
			}
			if a.flags.asJSON {
				return a.printJSON(policyDiffJSON{now.Version, changes})
			}
			if len(changes) == 0 {
				a.sayf("%s says the same as version %d, which is in force.", callback.Line(args[0]), now.Version)
			}
			a.sayChanges(changes)
			return nil
		},
	}
}

func (a *app) policyApplyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "apply FILE",
		Short: "Put a policy in force; every desk gets it with its next sync",
		Long: `Put a policy in force. The version that stands in FILE must be the one in force,
so that two editors do not overwrite each other. A policy that cannot be used is
refused with the lines that are wrong, and the one in force stays.

Open cases keep the deadlines they were given; their order and calling hours
follow the new policy at once.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			next, err := a.readPolicy(args[0])
			if err != nil {
				return err
			}
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			return a.applyPolicy(cmd.Context(), c, next)
		},
	}
}

// applyPolicy puts a policy in force and says what changed.
func (a *app) applyPolicy(ctx context.Context, c *remoteClient, next callback.Policy) error {
	now, err := c.Policy(ctx, 0)
	if err != nil {
		return err
	}
	if next.Team != now.Team {
		return callback.Errorf(callback.CodeInvalid, "the policy is of team %s, not of %s", callback.Line(next.Team), callback.Line(now.Team)).
			WithHint("change its team if that is meant")
	}
	if next.Version != now.Version {
		return callback.Errorf(callback.CodeConflict, "the policy has changed: version %d is in force, and yours is made of version %d", now.Version, next.Version).
			WithHint("see what changed with policy diff, repeat your change on what policy show prints, and apply that")
	}
	changes, err := policyChanges(now, next)
	if err != nil {
		return err
	}
	done := policyDiffJSON{now.Version, changes}
	if len(changes) > 0 {
		if now, err = c.SetPolicy(ctx, next); err != nil {
			return err
		}
		done.Version = now.Version
	}
	if a.flags.asJSON {
		return a.printJSON(done)
	}
	if len(changes) == 0 {
		a.sayf("Nothing differs from version %d, which stays in force.", done.Version)
		return nil
	}
	a.sayChanges(changes)
	a.sayf("Version %d is in force.", done.Version)
	return nil
}
