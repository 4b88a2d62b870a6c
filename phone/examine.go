package phone

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ringback/callback"
)

// Step is one thing that a check of the set-up looked at.
type Step struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	// Do says how to mend it, or what else would prove more.
	Do string `json:"do,omitempty"`
}

// Check proves the set-up step by step, up to the first one that nothing can
// be proved after. It looks only; with call it also rings, as Dial does. A
// number that is not known stands for none: a made-up one is tried out.
func (p *Phone) Check(ctx context.Context, number callback.Phone, call bool) []Step {
	given := number.Known()
	if !given {
		number = probe
	}
	steps := []Step{{What: "setting", OK: true, Detail: p.Describe()}}
	switch p.with {
	case Asterisk:
		steps = append(steps, p.checkAMI(ctx, number)...)
	case Command:
		steps = append(steps, p.checkCommand(number)...)
	case Tel, SIP:
		steps = append(steps, p.checkDesktop(ctx, number)...)
	}
	if given && p.with != Asterisk {
		if argv, err := p.argv(number); err == nil && argv == nil {
			steps = append(steps, Step{What: "number", OK: true, Detail: "copied as " + callback.Line(number.E164).String()})
		}
	}
	for _, s := range steps {
		if !s.OK {
			return steps
		}
	}
	if !call {
		return append(steps, Step{What: "test call", OK: true, Detail: "not made", Do: "to ring a phone: ringback doctor dial NUMBER --call"})
	}
	if !given {
		return append(steps, Step{What: "test call", Detail: "there is no number to call", Do: "name one: ringback doctor dial NUMBER --call"})
	}
	return append(steps, p.checkCall(ctx, number))
}

func (p *Phone) checkCall(ctx context.Context, number callback.Phone) Step {
	r, err := p.Dial(ctx, number)
	if err != nil {
		return failedStep("test call", err)
	}
	s := Step{What: "test call", OK: true, Detail: r.Detail}
	if rule, ok := r.Suggest.Rule(); ok {
		s.Detail += " At the desk this would suggest: " + rule.Meaning + "."
	}
	return s
}

// failedStep takes a callback.Error apart: what happened, and what to do.
func failedStep(what string, err error) Step {
	var e *callback.Error
	if errors.As(err, &e) {
		return Step{What: what, Detail: callback.Line(e.Message).String(), Do: e.Hint}
	}
	return Step{What: what, Detail: callback.Line(err.Error()).String()}
}

func (p *Phone) checkCommand(number callback.Phone) []Step {
	path, err := exec.LookPath(p.set.Command[0])
	if err != nil {
		do := "install it, or name it with its folder in dial.command"
		if len(p.set.Command) == 1 && strings.ContainsRune(p.set.Command[0], ' ') {
			// No shell takes a line apart, so that no number can be taken for a word of it.
			do = `write each word by itself: command = ["program", "--to={number}"]`
		}
		return []Step{{What: "program", Detail: callback.Line(p.set.Command[0]).String() + " is not found", Do: do}}
	}
	steps := []Step{{What: "program", OK: true, Detail: path}}
	argv, err := p.argv(number)
	switch {
	case err != nil:
		return append(steps, failedStep("arguments", err))
	case !fills(p.set.Command):
		return append(steps, Step{What: "arguments", Detail: "the number is not among them", Do: "put {number}, {digits}, {tel} or {sip} into dial.command"})
	}
	return append(steps, Step{What: "arguments", OK: true, Detail: callback.Line(quoted(argv[1:])).String()})
}

// quoted shows an argument vector so that one can see where an argument ends.
func quoted(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		if out[i] = a; a == "" || strings.ContainsAny(a, " '\"") {
			out[i] = "'" + a + "'"
		}
	}
	return strings.Join(out, " ")
}

func (p *Phone) checkDesktop(ctx context.Context, number callback.Phone) []Step {
	argv, err := p.argv(number)
	if err != nil {
		return []Step{failedStep("address", err)}
	}
	if argv == nil {
		s := Step{What: "desktop", OK: p.set.With == Auto || p.set.With == "", Detail: "none here, as over SSH; numbers are copied to the clipboard"}
		if !s.OK {
			s.Do = "set dial.with to command, ami or copy, or start ringback on the desktop"
		}
		return []Step{s}
	}
	steps := []Step{{What: "desktop", OK: true, Detail: strings.Join(p.set.Opener, " ")}}
	address := argv[len(argv)-1]
	return append(steps, handler(ctx, p.set.Opener[0], address), Step{What: "address", OK: true, Detail: address})
}

// handlerPatience bounds asking the desktop.
const handlerPatience = 5 * time.Second

// handler asks which program opens such addresses, where that can be asked.
func handler(ctx context.Context, opener, address string) Step {
	scheme, _, _ := strings.Cut(address, ":")
	s := Step{What: "program", OK: true, Detail: "whichever the desktop has for " + scheme + ": addresses"}
	if filepath.Base(opener) != "xdg-open" {
		return s
	}
	ask, err := exec.LookPath("xdg-mime")
	if err != nil {
		return s
	}
	ctx, cancel := context.WithTimeout(ctx, handlerPatience)
	defer cancel()
	out, err := exec.CommandContext(ctx, ask, "query", "default", "x-scheme-handler/"+scheme).Output()
	if name := callback.Line(string(out)).String(); err == nil && name != "" {
		s.Detail = name
		return s
	}
	return Step{
		What: "program", Detail: "none is registered for " + scheme + ": addresses",
		Do: "install a softphone, or register one with: xdg-mime default NAME.desktop x-scheme-handler/" + scheme,
	}
}
