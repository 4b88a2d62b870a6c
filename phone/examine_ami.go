package phone

import (
	"context"
	"fmt"
	"strings"

	"ringback/callback"
)

// checkAMI proves the way to a telephone system without ringing a phone.
func (p *Phone) checkAMI(ctx context.Context, number callback.Phone) []Step {
	a := p.set.AMI
	dialled, err := p.numbers.dial(number)
	if err != nil {
		return []Step{failedStep("number", err)}
	}
	steps := []Step{{What: "number", OK: true, Detail: fmt.Sprintf("%s is dialled as %s", e164(number), dialled)}}
	if _, err := a.Secret(); err != nil {
		return append(steps, failedStep("secret", err))
	}
	s, err := p.greet(ctx)
	if err != nil {
		return append(steps, failedStep("telephone system", err))
	}
	steps = append(steps, Step{What: "telephone system", OK: true, Detail: fmt.Sprintf("Asterisk's manager interface %s at %s", s.version, a.Addr)})
	defer s.leave()
	if err := s.login(ctx); err != nil {
		return append(steps, failedStep("sign-in", err))
	}
	steps = append(steps, s.checkSecrecy(), s.checkRight(ctx))
	if !steps[len(steps)-1].OK {
		return steps
	}
	return append(steps, s.checkChannel(ctx), s.checkDialplan(ctx, dialled))
}

// checkSecrecy says how the sign-in went, and who could listen.
func (s *session) checkSecrecy() Step {
	out := Step{What: "sign-in", OK: true, Detail: fmt.Sprintf("accepted for user %s", callback.Line(s.ami.User))}
	switch {
	case s.plainly:
		out.Detail += ", with the secret itself: challenges are switched off"
	case !s.ami.private():
		out.Detail += ", by challenge"
		out.Do = "numbers still travel in the clear; set dial.ami.tls = true if the system can"
	default:
		out.Detail += ", by challenge"
	}
	return out
}

// checkRight asks for the list of commands, which holds only those that the
// user may give.
func (s *session) checkRight(ctx context.Context) Step {
	m, err := s.reply(ctx, message{{"Action", "ListCommands"}})
	if err != nil {
		return failedStep("right to call", err)
	}
	if success(m) && m.get("Originate") == "" {
		m = message{{"Response", "Error"}, {"Message", "Permission denied"}}
	}
	if !success(m) {
		return failedStep("right to call", s.ami.refusal("the list of commands", m, ""))
	}
	return Step{What: "right to call", OK: true, Detail: "the user may start calls (write class originate)"}
}

// checkChannel asks for the state of the agent's phone.
func (s *session) checkChannel(ctx context.Context) Step {
	name := callback.Line(s.ami.Channel).String()
	state, why := s.value(ctx, "DEVICE_STATE("+s.ami.Channel+")")
	switch state {
	case "":
		return Step{What: "your phone", OK: true, Detail: name + ", unproved: " + why}
	case "INVALID":
		return Step{What: "your phone", Detail: name + " does not exist there", Do: "set dial.ami.channel to the agent's own phone"}
	case "UNAVAILABLE":
		return Step{What: "your phone", Detail: name + " is not registered", Do: "switch it on and let it sign in to the telephone system"}
	}
	return Step{What: "your phone", OK: true, Detail: name + " is " + strings.ToLower(strings.ReplaceAll(state, "_", " "))}
}

// checkDialplan asks whether the dialplan takes the number.
func (s *session) checkDialplan(ctx context.Context, dialled string) Step {
	where := fmt.Sprintf("%s in context %s", dialled, s.ami.Context)
	found, why := s.value(ctx, fmt.Sprintf("DIALPLAN_EXISTS(%s,%s,%d)", s.ami.Context, dialled, s.ami.Priority))
	switch found {
	case "":
		return Step{What: "dialplan", OK: true, Detail: where + ", unproved: " + why}
	case "0":
		return failedStep("dialplan", s.ami.refusal("the call", message{{"Message", "Extension does not exist."}}, dialled))
	}
	return Step{What: "dialplan", OK: true, Detail: "takes " + where}
}

// value evaluates a dialplan function, or says why that cannot be done: not
// every user may.
func (s *session) value(ctx context.Context, function string) (value, why string) {
	m, err := s.reply(ctx, message{{"Action", "Getvar"}, {"Variable", function}})
	if err != nil {
		return "", "the telephone system did not answer"
	}
	if value = callback.Line(m.get("Value")).String(); success(m) && value != "" && value != "(null)" {
		return value, ""
	}
	return "", "the user may not ask for it"
}

// reply asks within the time that an answer may take.
func (s *session) reply(ctx context.Context, action message) (message, error) {
	ctx, cancel := context.WithTimeout(ctx, replyPatience)
	defer cancel()
	return s.request(ctx, action, unseen)
}
