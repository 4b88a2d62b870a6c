package phone_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ringback/callback"
	"ringback/phone"
)

// headers are all that ringback ever says to a telephone system.
var headers = []string{
	"Action", "ActionID", "AuthType", "CallerID", "Channel", "ChannelId", "Async", "Context", "Events", "Exten", "Key", "Priority",
	"Secret", "Timeout", "Username", "Variable",
}

var actions = []string{"Challenge", "Login", "Originate", "Hangup", "Logoff", "Getvar", "ListCommands"}

// evil draws texts that try to become a line, a header or an action.
var evil = rapid.OneOf(
	rapid.String(),
	rapid.SampledFrom([]string{
		"\r\nAction: Originate\r\nApplication: System\r\nData: rm -rf /\r\n\r\n", "a\nApplication: System", "a\rApplication: System",
		"\r\n\r\nAction: Command\r\nCommand: core stop now\r\n\r\n", "x\x00\r\n", "\u2028Application: System", "\u0085Application: System",
		"${SHELL(id)}", "`id`", "$(id)", "; id", "| id", "& id", "'\"", "../../etc", "Local/1@x)(", "a,b", "%0d%0aApplication: System", "\xff\r\n\xfe",
	}),
	rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) }),
)

// TestNothingBecomesALine gives hostile values to every setting and to the
// number. What reaches the wire are our own headers, each once in its action,
// and no others.
func TestNothingBecomesALine(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := newAsterisk(t)
		s.challenge = rapid.SampledFrom([]string{"", "421376512"}).Draw(rt, "challenge")
		set := s.settings()
		or := func(good, name string) string {
			if rapid.IntRange(0, 3).Draw(rt, name+" is evil") == 0 {
				return evil.Draw(rt, name)
			}
			return good
		}
		hostileSecret := or(secret, "secret")
		set.AMI.User, set.AMI.CallerID = or("ringback", "user"), evil.Draw(rt, "caller id")
		set.AMI.Channel, set.AMI.Context = or("PJSIP/anna", "channel"), or("", "context")
		set.AMI.NumberFormat = or("", "number format")
		set.AMI.Secret = func() (string, error) { return hostileSecret, nil }
		mint := set.NewID
		suffix := evil.Draw(rt, "id")
		set.NewID = func() string { return mint() + suffix }
		s.user, s.secret = lineOf(set.AMI.User), hostileSecret
		if s.challenge == "" {
			s.secret = lineOf(hostileSecret)
		}
		p, err := phone.New(set)
		if err != nil {
			return
		}
		number := callback.Phone{E164: or("+12015550123", "number"), Ext: evil.Draw(rt, "ext"), Raw: evil.Draw(rt, "raw"), Region: evil.Draw(rt, "region")}
		result, err := p.Dial(t.Context(), number)
		if callback.Line(result.Detail).Altered() {
			rt.Errorf("the result is not clean: %q", result.Detail)
		}
		if err == nil {
			accepted++
		}
		onlyOurs(rt, s)
	})
	if accepted < 5 {
		t.Errorf("only %d calls came about: the test is blind", accepted)
	}
}

// lineOf is what is left of a value on the wire, as the double reads it.
func lineOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

func onlyOurs(t interface{ Errorf(string, ...any) }, s *asterisk) {
	raw := s.bytes()
	for _, line := range strings.Split(strings.TrimSuffix(raw, "\r\n"), "\r\n") {
		if line == "" {
			continue
		}
		key, value, _ := strings.Cut(line, ": ")
		if !slices.Contains(headers, key) || key == "Action" && !slices.Contains(actions, value) {
			t.Errorf("a line that is not ours: %q", line)
		}
		if strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("a line in a line: %q", line)
		}
	}
	if n := strings.Count(raw, "Action: "); n < strings.Count(raw, "\r\n\r\n") {
		t.Errorf("more messages than actions: %q", raw)
	}
}

// FuzzNumber gives any text as the number to every way of dialling.
func FuzzNumber(f *testing.F) {
	f.Add("+12015550123", "")
	f.Add("+1201555\r\nApplication: System", "7\r\n")
	f.Add("+1 201;rm -rf /", "$(id)")
	f.Fuzz(func(t *testing.T, e164, ext string) {
		s := newAsterisk(t)
		number := callback.Phone{E164: e164, Ext: ext}
		p, err := phone.New(s.settings())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Dial(context.Background(), number); err == nil {
			onlyOurs(t, s)
			exten := s.actions("Originate")[0]["Exten"]
			if strings.Trim(exten, "+0123456789") != "" {
				t.Errorf("dialled %q", exten)
			}
		}
		for _, set := range []phone.Settings{{With: phone.Tel, Opener: []string{"open"}}, {With: phone.SIP, SIPHost: "sips:pbx", Opener: []string{"open"}}} {
			p, err := phone.New(set)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range p.Check(context.Background(), number, false) {
				if step.What == "address" && step.OK && strings.Trim(step.Detail, "telsipuhornbx:+0123456789;=@") != "" {
					t.Errorf("address %q", step.Detail)
				}
			}
		}
	})
}
