package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ringback/callback"
)

func (a *app) policyEditCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "edit",
		Short: "Change the policy in your editor (VISUAL or EDITOR) and apply it",
		Long: `Change the policy in your editor (VISUAL, else EDITOR, else vi) and apply it. If
something is wrong, the editor opens again with your text and the problems at
its head; leave it without a change to give up. Your text is kept then.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, c, err := a.remote(cmd)
			if err != nil {
				return err
			}
			now, err := c.Policy(cmd.Context(), 0)
			if err != nil {
				return err
			}
			text, err := policyYAML(now)
			if err != nil {
				return err
			}
			return a.editPolicy(cmd.Context(), c, text)
		},
	}
}

// editPolicy lets a person change a text until it can be applied, or until
// they give up. A text that was changed and not applied is never lost.
func (a *app) editPolicy(ctx context.Context, c *remoteClient, text string) (err error) {
	dir, err := os.MkdirTemp("", "ringback-policy-")
	if err != nil {
		return callback.Errorf(callback.CodeInternal, "no file can be made to edit: %w", err)
	}
	path, keep := filepath.Join(dir, "policy.yaml"), false
	defer func() {
		if !keep {
			_ = os.RemoveAll(dir)
		} else if err != nil {
			a.notef("Your text is kept in %s", path)
		}
	}()
	var flaws []policyFlaw
	for {
		said, err := a.editOnce(ctx, path, withFlaws(text, flaws))
		if err != nil {
			return err
		}
		said = withoutFlaws(said)
		if said == text {
			if len(flaws) > 0 {
				return errors.Join(a.policyFlaws(path, flaws), os.WriteFile(path, []byte(text), 0o600))
			}
			a.sayf("Nothing was changed.")
			return nil
		}
		text, keep = said, true
		var next callback.Policy
		if next, flaws = readPolicyYAML(text); len(flaws) > 0 {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return callback.Errorf(callback.CodeInternal, "%s cannot be written: %w", path, err)
		}
		if err := a.applyPolicy(ctx, c, next); err != nil {
			return err
		}
		keep = false
		return nil
	}
}

// flawMark begins the lines that tell problems; YAML takes them for comments.
const flawMark = "#! "

// withFlaws puts problems at the head of a text. Lines are counted in the text
// as it will stand below them.
func withFlaws(text string, flaws []policyFlaw) string {
	if len(flaws) == 0 {
		return text
	}
	var out strings.Builder
	head := len(flaws) + 1
	for _, f := range flaws {
		fmt.Fprintf(&out, "%sline %d: %s\n", flawMark, f.Line+head, flawText(f))
	}
	fmt.Fprintf(&out, "%sNothing was applied. Mend this, or leave without a change to give up.\n", flawMark)
	return out.String() + text
}

func withoutFlaws(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, flawMark) {
			out.WriteString(line)
		}
	}
	return out.String()
}

// editOnce opens the editor on a text and gives what the person made of it.
func (a *app) editOnce(ctx context.Context, path, text string) (string, error) {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return "", callback.Errorf(callback.CodeInternal, "%s cannot be written: %w", path, err)
	}
	argv := a.editor()
	cmd := exec.CommandContext(ctx, argv[0], append(argv[1:], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = a.in, a.out, a.err, a.environ
	if err := cmd.Run(); err != nil {
		hint := "set EDITOR to the one you use"
		var left *exec.ExitError
		if errors.As(err, &left) {
			hint = "nothing was applied"
		}
		return "", callback.Errorf(callback.CodeInvalid, "the editor %s: %w", callback.Line(argv[0]), err).WithHint("%s", hint)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", cannotRead(path, err)
	}
	return string(raw), nil
}

// editor gives the words of the editor's command. No shell reads them.
func (a *app) editor() []string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if words := strings.Fields(a.env(name)); len(words) > 0 {
			return words
		}
	}
	return []string{"vi"}
}
