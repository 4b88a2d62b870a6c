package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/knadh/koanf/v2"

	"ringback/callback"
	"ringback/phone"
)

// dialSettings say how a call is started; see docs/dialling.md.
type dialSettings struct {
	// With is one of phone.Ways.
	With string `koanf:"with"`
	// Command is the program and its arguments; {number}, {digits}, {tel} and
	// {sip} stand for the number.
	Command []string    `koanf:"command"`
	SIPHost string      `koanf:"sip_host"`
	AMI     amiSettings `koanf:"ami"`
}

// amiSettings are those of an Asterisk telephone system. Its secret is not
// among them: it comes from RINGBACK_DIAL_AMI_SECRET, a file that only its
// owner can read, or the keyring.
type amiSettings struct {
	Addr       string `koanf:"addr"`
	User       string `koanf:"user"`
	SecretFile string `koanf:"secret_file"`
	// Channel is the agent's own phone, "PJSIP/anna".
	Channel  string `koanf:"channel"`
	Context  string `koanf:"context"`
	Priority int    `koanf:"priority"`
	CallerID string `koanf:"caller_id"`
	// Number says how numbers are dialled, "+e164" or rules.
	Number string `koanf:"number"`
	// TimeoutS is how many seconds a phone may ring.
	TimeoutS int    `koanf:"timeout_s"`
	TLS      bool   `koanf:"tls"`
	CA       string `koanf:"ca"`
}

// noSecretIn refuses a settings file that holds a secret: such files are
// shown, copied and mailed.
func noSecretIn(k *koanf.Koanf, path string) error {
	if !k.Exists("dial.ami.secret") {
		return nil
	}
	return callback.Errorf(callback.CodeInvalid, "dial.ami.secret stands in the settings file %s, where anybody may see it", path).
		WithHint("remove it there and run: ringback doctor dial --set-secret")
}

// phone sets the phone up as the settings say.
func (a *app) phone() (*phone.Phone, error) {
	d := a.settings.Dial
	return phone.New(phone.Settings{
		With: d.With, Command: d.Command, SIPHost: d.SIPHost, NewID: a.newID,
		Opener: phone.Desktop(runtime.GOOS, a.env, exec.LookPath),
		AMI: phone.AMI{
			Addr: d.AMI.Addr, User: d.AMI.User, Secret: a.amiSecret, Channel: d.AMI.Channel, Context: d.AMI.Context, Priority: d.AMI.Priority,
			CallerID: d.AMI.CallerID, NumberFormat: d.AMI.Number, TimeoutS: d.AMI.TimeoutS, TLS: d.AMI.TLS, CA: d.AMI.CA,
		},
	})
}

// amiSecretName is the name of the secret where secrets are kept.
func (a *app) amiSecretName() string {
	return "ami-" + fingerprint(a.settings.Dial.AMI.Addr, a.settings.Dial.AMI.User)
}

const amiSecretVariable = "RINGBACK_DIAL_AMI_SECRET"

// amiSecret finds the secret of the telephone system's user.
func (a *app) amiSecret() (string, error) {
	if v := a.env(amiSecretVariable); v != "" {
		return v, nil
	}
	if path := a.settings.Dial.AMI.SecretFile; path != "" {
		return readSecretFile(path)
	}
	v, err := a.secrets().get(a.amiSecretName())
	if errors.Is(err, errNoSecret) {
		return "", callback.Errorf(callback.CodeKey, "no secret is known for user %s of the telephone system", callback.Line(a.settings.Dial.AMI.User)).
			WithHint("run: ringback doctor dial --set-secret")
	}
	return v, err
}

// readSecretFile reads a secret from a file that nobody else can read.
func readSecretFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", callback.Errorf(callback.CodeKey, "the file of dial.ami.secret_file cannot be read: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", callback.Errorf(callback.CodeKey, "%s can be read by others", path).WithHint("run: chmod 600 %s", filepath.ToSlash(path))
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", callback.Errorf(callback.CodeKey, "the file of dial.ami.secret_file cannot be read: %w", err)
	}
	secret, _, _ := strings.Cut(string(raw), "\n")
	return strings.TrimSpace(secret), nil
}

// examineDialling says in one line how calls are started.
func (a *app) examineDialling() finding {
	p, err := a.phone()
	if err != nil {
		f := failedFinding("dialling", err)
		f.Do = "see: ringback doctor dial"
		return f
	}
	return finding{What: "dialling", OK: true, Detail: p.Describe() + " (to prove it: ringback doctor dial)"}
}
