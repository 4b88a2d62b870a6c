// Package phone is the telephone on the desk: it starts a call by whatever the
// desk is set up with, a program that opens tel: or sip: addresses, any
// command, or an Asterisk telephone system, and says what it learnt of the
// call. Where nothing can dial, it hands the number back to be copied.
//
// Of a number only digits ever leave this package, and a program gets them as
// arguments, never through a shell.
package phone

import (
	"context"
	"slices"
	"strings"

	"ringback/callback"
)

// The ways to start a call, as the setting dial.with names them.
const (
	// Auto takes the first that is set up: command, ami, sip, tel.
	Auto = "auto"
	// Tel and SIP open an address on the desktop.
	Tel = "tel"
	SIP = "sip"
	// Command starts a program.
	Command = "command"
	// Asterisk asks a telephone system over its manager interface (AMI).
	Asterisk = "ami"
	// Copy only hands the number back.
	Copy = "copy"
)

// Ways gives the values that Settings.With may have.
func Ways() []string { return []string{Auto, Tel, SIP, Command, Asterisk, Copy} }

// Settings say how calls are started.
type Settings struct {
	// With is one of Ways; empty means Auto.
	With string
	// Command is a program and its arguments, in which {number}, {digits},
	// {tel} and {sip} stand for the number.
	Command []string
	// SIPHost is the host, with a port if need be, that sip addresses are made
	// with. A leading "sips:" asks for TLS all the way.
	SIPHost string
	// Opener is the program, with its first arguments, that opens an address
	// on this machine; Desktop finds it. Empty means that nothing does.
	Opener []string
	AMI    AMI
	// NewID mints the ids by which a telephone system tells calls apart. They
	// must never repeat.
	NewID func() string
}

// Phone is a telephone that is set up. It may be used from many goroutines.
type Phone struct {
	set     Settings
	with    string
	numbers rules
}

// New takes the settings, or says in one sentence what in them does not fit.
func New(set Settings) (*Phone, error) {
	p := &Phone{set: set, with: set.with()}
	if !slices.Contains(Ways(), p.with) {
		return nil, wrong("dial.with is %q", callback.Line(set.With)).WithHint("use one of: %s", strings.Join(Ways(), ", "))
	}
	if p.with == Command && len(set.Command) == 0 {
		return nil, wrong("dial.with is command, but dial.command is empty").
			WithHint(`set it, for example: command = ["linphonecsh", "dial", "{sip}"]`)
	}
	if p.with == SIP || p.with == Command && (set.SIPHost != "" || strings.Contains(strings.Join(set.Command, " "), "{sip}")) {
		if _, err := sipAddress(probe, set.SIPHost); err != nil {
			return nil, err
		}
	}
	if p.with != Asterisk {
		return p, nil
	}
	if set.NewID == nil {
		return nil, callback.Errorf(callback.CodeInternal, "the phone has no way to make ids")
	}
	p.set.NewID = func() string { return token(set.NewID()) }
	ami, err := set.AMI.settled()
	if err != nil {
		return nil, err
	}
	p.set.AMI = ami
	p.numbers, err = parseRules(ami.NumberFormat)
	return p, err
}

// with settles Auto.
func (s Settings) with() string {
	switch {
	case s.With != Auto && s.With != "":
		return s.With
	case len(s.Command) > 0:
		return Command
	case s.AMI.Addr != "":
		return Asterisk
	case s.SIPHost != "":
		return SIP
	}
	return Tel
}

// Dial starts a call. With a telephone system it returns when the customer
// answered, or when it is known that they will not; otherwise as soon as a
// program took the number. When ctx ends while a telephone system still rings,
// the call is hung up.
//
// Errors are a callback.Error: nobody was called.
func (p *Phone) Dial(ctx context.Context, number callback.Phone) (callback.DialResult, error) {
	if !number.Known() {
		return callback.DialResult{}, wrong("there is no number to dial on this case")
	}
	if p.with == Asterisk {
		return p.originate(ctx, number)
	}
	argv, err := p.argv(number)
	if err != nil {
		return callback.DialResult{}, err
	}
	shown := e164(number)
	if argv == nil {
		return callback.DialResult{How: "copied", Detail: "Number copied; dial it on your phone.", Copy: shown}, nil
	}
	if err := start(ctx, argv, shown); err != nil {
		return callback.DialResult{}, err
	}
	how := "opened"
	if p.with == Command {
		how = "command"
	}
	return callback.DialResult{How: how, Detail: "Calling " + shown + withExt(number) + "."}, nil
}

// Describe says in words how calls are started.
func (p *Phone) Describe() string {
	if p.with == Asterisk {
		return p.set.AMI.describe()
	}
	argv, err := p.argv(probe)
	switch {
	case err != nil:
		return err.Error()
	case argv == nil:
		return "the number is copied to the clipboard"
	}
	return callback.Line(p.with + ": " + strings.Join(argv, " ")).String()
}

// token makes an id that a telephone system gives back as it was: nothing in
// it can be trimmed, split or cut. Asterisk takes channel ids of 149 letters.
func token(id string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, id)
	return "ringback-" + safe[:min(len(safe), 100)]
}

// probe is a number to try settings with; nobody has it (NANP 555-01XX).
var probe = callback.Phone{E164: "+12015550123"}

func wrong(format string, args ...any) *callback.Error {
	return callback.Errorf(callback.CodeInvalid, format, args...)
}
