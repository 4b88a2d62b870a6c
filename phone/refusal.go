package phone

import (
	"strings"

	"ringback/callback"
)

// refusal makes a sentence of a response that is an error: what happened,
// where, and what to do. dialled is the number as it was asked for.
func (a AMI) refusal(doing string, m message, dialled string) error {
	said := callback.Line(m.get("Message")).String()
	fold := strings.ToLower(said)
	switch {
	case strings.HasPrefix(fold, "authentication failed"):
		return callback.Errorf(callback.CodeUnauthorized, "the telephone system at %s refuses user %s", a.Addr, callback.Line(a.User)).
			WithHint("check the name, secret, permit and deny in its manager.conf, and set the secret anew with: ringback doctor dial --set-secret")
	case strings.HasPrefix(fold, "permission denied"):
		return callback.Errorf(callback.CodeForbidden, "user %s may not start calls on the telephone system at %s", callback.Line(a.User), a.Addr).
			WithHint("add originate to the user's write line, and call to its read line, in manager.conf")
	case strings.HasPrefix(fold, "extension does not exist"):
		return wrong("the dialplan at %s has nothing for %s in context %s", a.Addr, dialled, a.Context).
			WithHint("set dial.ami.context, or dial.ami.number to what the dialplan matches (a number with + needs a pattern such as _+X.)")
	case strings.HasPrefix(fold, "channel not specified"), strings.HasPrefix(fold, "invalid channel"):
		return wrong("the telephone system at %s does not take %s for a phone", a.Addr, callback.Line(a.Channel)).
			WithHint(`set dial.ami.channel to the agent's own phone, for example "PJSIP/anna"`)
	case strings.HasPrefix(fold, "invalid/unknown command"):
		return callback.Errorf(callback.CodeForbidden, "the telephone system at %s does not know how to start calls", a.Addr).
			WithHint("load its manager module, or use another way in dial.with")
	case strings.HasPrefix(fold, "invalid priority"), strings.HasPrefix(fold, "originate with"):
		return wrong("the telephone system at %s refuses context %s with priority %d", a.Addr, a.Context, a.Priority).
			WithHint("set dial.ami.context and dial.ami.priority to what the dialplan has")
	}
	if r := []rune(said); len(r) > 200 {
		said = string(r[:200]) + "…"
	}
	if said == "" {
		said = "no reason given"
	}
	return wrong("the telephone system at %s refuses %s: %s", a.Addr, doing, said).
		WithHint("check it with: ringback doctor dial")
}
