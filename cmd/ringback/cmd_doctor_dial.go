package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/phone"
)

func (a *app) doctorDialCommand() *cobra.Command {
	var call, setSecret bool
	cmd := &cobra.Command{
		Use:   "dial [NUMBER]",
		Short: "Prove step by step that this desk can dial",
		Long: `Prove step by step that this desk can dial: what the settings say, whether the
program or the telephone system is there, whether it lets us in, and whether it
takes the number. Nothing rings unless you ask for it with --call.`,
		Example: `ringback doctor dial
ringback doctor dial +12015550123 --call
ringback doctor dial --set-secret < secret.txt`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if setSecret {
				if err := a.setAMISecret(); err != nil {
					return err
				}
			}
			var number callback.Phone
			if len(args) == 1 {
				var err error
				if number, err = dialledNumber(args[0]); err != nil {
					return err
				}
			}
			p, err := a.phone()
			if err != nil {
				return a.tell([]finding{settingFinding(err)})
			}
			return a.tell(findingsOf(p.Check(cmd.Context(), number, call)))
		},
	}
	cmd.Flags().BoolVar(&call, "call", false, "ring NUMBER for real")
	cmd.Flags().BoolVar(&setSecret, "set-secret", false, "read the secret of the telephone system's user from standard input and keep it")
	return cmd
}

func findingsOf(steps []phone.Step) []finding {
	out := make([]finding, len(steps))
	for i, s := range steps {
		out[i] = finding(s)
	}
	return out
}

// settingFinding is the finding of settings that do not fit.
func settingFinding(err error) finding {
	var e *callback.Error
	if !errors.As(err, &e) {
		return failedFinding("setting", err)
	}
	return finding{What: "setting", Detail: callback.Line(e.Message).String(), Do: callback.Line(e.Hint).String()}
}

// dialledNumber reads a number as a person writes it, with its country code.
func dialledNumber(s string) (callback.Phone, error) {
	bare := strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "", "/", "").Replace(s)
	digits, ok := strings.CutPrefix(bare, "+")
	// ITU-T E.164 has at most 15 digits.
	if !ok || len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return callback.Phone{}, callback.Errorf(callback.CodeInvalid, "%q is no number with a country code", callback.Line(s)).
			WithHint("write it like +12015550123")
	}
	return callback.Phone{E164: bare, Raw: s}, nil
}

// setAMISecret keeps the secret of the telephone system's user.
func (a *app) setAMISecret() error {
	d := a.settings.Dial.AMI
	if d.Addr == "" || d.User == "" {
		return callback.Errorf(callback.CodeInvalid, "no telephone system is set up that a secret could be for").
			WithHint("set dial.ami.addr and dial.ami.user first; see docs/dialling.md")
	}
	secret, err := a.askSecret(fmt.Sprintf("Secret of %s at %s: ", callback.Line(d.User), callback.Line(d.Addr)))
	if err != nil {
		return err
	}
	if secret == "" {
		return callback.Errorf(callback.CodeInvalid, "no secret is given").WithHint("put it on standard input")
	}
	where, err := a.secrets().set(a.amiSecretName(), secret)
	if err != nil {
		return err
	}
	a.notef("The secret is in %s.", where)
	if a.env(amiSecretVariable) != "" || d.SecretFile != "" {
		a.notef("It is not used as long as %s or dial.ami.secret_file is set.", amiSecretVariable)
	}
	return nil
}

// askSecret reads one line, without showing it when a person types it.
func (a *app) askSecret(prompt string) (string, error) {
	if f, ok := a.in.(*os.File); ok && isTerminal(a.in) {
		fmt.Fprint(a.err, prompt)
		raw, err := term.ReadPassword(f.Fd())
		fmt.Fprintln(a.err)
		if err != nil {
			return "", callback.Errorf(callback.CodeInvalid, "the secret could not be read: %w", err)
		}
		return strings.TrimSpace(string(raw)), nil
	}
	line, _ := bufio.NewReader(a.in).ReadString('\n')
	return strings.TrimSpace(line), nil
}
