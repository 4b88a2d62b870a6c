package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"
	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"

	"ringback/callback"
	"ringback/phone"
)

// settings are what a person can set, by flag, else by an environment variable
// RINGBACK_…, else in the settings file, else as built in.
type settings struct {
	// Data is the desk's own folder.
	Data  string `koanf:"data"`
	URL   string `koanf:"url"`
	Token string `koanf:"token"`
	// Theme is auto, dark, light or ansi.
	Theme string `koanf:"theme"`
	Calm  bool   `koanf:"calm"`
	Mouse bool   `koanf:"mouse"`
	// Region and Zone help imports read numbers and times.
	Region string `koanf:"region"`
	Zone   string `koanf:"zone"`
	// Keyring is auto, or off to keep secrets in files of mode 0600.
	Keyring string `koanf:"keyring"`
	// PlainHTTP allows a server beyond this machine without TLS.
	PlainHTTP bool         `koanf:"plain_http"`
	Dial      dialSettings `koanf:"dial"`
}

// configure reads the settings before a command runs.
func (a *app) configure(cmd *cobra.Command) error {
	k := koanf.New(".")
	path := a.flags.config
	if path == "" {
		path = a.env("RINGBACK_CONFIG")
	}
	named := path != ""
	if !named {
		path = filepath.Join(a.configHome(), "ringback", "config.toml")
	}
	if _, err := os.Stat(path); err == nil {
		if err := k.Load(file.Provider(path), toml.Parser()); err != nil {
			return callback.Errorf(callback.CodeInvalid, "the settings file %s cannot be read: %w", path, err).WithHint("mend it, or name another with --config")
		}
		if err := noSecretIn(k, path); err != nil {
			return err
		}
	} else if named {
		return callback.Errorf(callback.CodeNotFound, "there is no settings file %s", path)
	}
	if err := k.Load(env.Provider(".", env.Opt{Prefix: "RINGBACK_", EnvironFunc: func() []string { return a.environ }, TransformFunc: envKey}), nil); err != nil {
		return callback.Errorf(callback.CodeInvalid, "read the environment: %w", err)
	}
	s := settings{Theme: "auto", Mouse: true, Keyring: "auto", Dial: dialSettings{With: "auto"}}
	if err := k.Unmarshal("", &s); err != nil {
		return callback.Errorf(callback.CodeInvalid, "the settings in %s do not fit: %w", path, err)
	}
	a.settings = s
	return a.settleFlags(cmd)
}

// settleFlags lets flags win, and fills what is still empty.
func (a *app) settleFlags(cmd *cobra.Command) error {
	s := &a.settings
	if a.flags.data != "" {
		s.Data = a.flags.data
	}
	if a.flags.url != "" {
		s.URL = a.flags.url
	}
	if f := cmd.Flags().Lookup("theme"); f != nil && f.Changed {
		s.Theme = f.Value.String()
	}
	if f := cmd.Flags().Lookup("calm"); f != nil && f.Changed {
		s.Calm = true
	}
	if f := cmd.Flags().Lookup("no-mouse"); f != nil && f.Changed {
		s.Mouse = false
	}
	if s.Data == "" {
		s.Data = filepath.Join(a.dataHome(), "ringback")
	}
	s.URL = trimURL(s.URL)
	switch s.Theme {
	case "auto", "dark", "light", "ansi":
	default:
		return callback.Errorf(callback.CodeInvalid, "theme %q is not known", s.Theme).WithHint("use auto, dark, light or ansi")
	}
	if !slices.Contains(phone.Ways(), s.Dial.With) {
		return callback.Errorf(callback.CodeInvalid, "dial.with is %q", s.Dial.With).WithHint("use one of: %s", strings.Join(phone.Ways(), ", "))
	}
	return nil
}

// trimURL gives a server's address as the book has it.
func trimURL(url string) string { return strings.TrimRight(url, "/") }

// envKey turns RINGBACK_DIAL_SIP_HOST into dial.sip_host. A variable that is
// empty counts as one that is not set.
func envKey(name, value string) (string, any) {
	if value == "" {
		return "", nil
	}
	key := strings.ToLower(strings.TrimPrefix(name, "RINGBACK_"))
	if rest, ok := strings.CutPrefix(key, "dial_"); ok {
		key = "dial." + rest
	}
	if rest, ok := strings.CutPrefix(key, "dial.ami_"); ok {
		key = "dial.ami." + rest
	}
	if key == "dial" {
		key = "dial.with"
	}
	if key == "dial.command" {
		return key, strings.Fields(value)
	}
	return key, value
}

// configHome and dataHome follow the XDG base directories, on every system:
// people look for ~/.config on a Mac too.
func (a *app) configHome() string {
	if v := a.env("XDG_CONFIG_HOME"); v != "" {
		return v
	}
	if home := a.env("HOME"); home != "" {
		return filepath.Join(home, ".config")
	}
	return xdg.ConfigHome
}

func (a *app) dataHome() string {
	if v := a.env("XDG_DATA_HOME"); v != "" {
		return v
	}
	if home := a.env("HOME"); home != "" {
		return filepath.Join(home, ".local", "share")
	}
	return xdg.DataHome
}
