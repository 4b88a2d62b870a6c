package phone_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"ringback/callback"
	"ringback/phone"
)

// told is a check's steps as lines: "ok setting", "MEND your phone".
func told(steps []phone.Step) string {
	var out []string
	for _, s := range steps {
		mark := "ok "
		if !s.OK {
			mark = "MEND "
		}
		out = append(out, mark+s.What)
	}
	return strings.Join(out, ", ")
}

func TestCheckOfATelephoneSystem(t *testing.T) {
	const all = "ok setting, ok number, ok telephone system, ok sign-in, ok right to call, ok your phone, ok dialplan, "
	for _, c := range []struct {
		name string
		set  func(*asterisk, *phone.Settings)
		call bool
		want string
		// says is in the last step.
		says  string
		rings int
	}{
		{name: "all well", want: all + "ok test call", says: "not made"},
		{name: "with a call", call: true, want: all + "ok test call", says: "Connected with +12015550123.", rings: 1},
		{
			name: "with a call that is busy", call: true, want: all + "ok test call", says: "would suggest: Busy", rings: 1,
			set: func(s *asterisk, _ *phone.Settings) {
				s.originate = func(a action) []string { return story(a, "4", "BUSY", "17") }
			},
		},
		{
			name: "with a call nobody picks up", call: true, want: all + "MEND test call", says: "was not picked up", rings: 1,
			set: func(s *asterisk, _ *phone.Settings) {
				s.originate = func(a action) []string { return story(a, "3", "", "19") }
			},
		},
		{
			name: "no rule", want: "ok setting, MEND number", says: "no rule",
			set: func(_ *asterisk, set *phone.Settings) { set.AMI.NumberFormat = "+49=0" },
		},
		{
			name: "no secret", want: "ok setting, ok number, MEND secret", says: "none kept",
			set: func(_ *asterisk, set *phone.Settings) {
				set.AMI.Secret = func() (string, error) { return "", callback.Errorf(callback.CodeKey, "none kept") }
			},
		},
		{
			name: "another program", want: "ok setting, ok number, MEND telephone system", says: "not Asterisk's manager interface",
			set: func(s *asterisk, _ *phone.Settings) { s.banner = "220 smtp\r\n" },
		},
		{
			name: "wrong secret", want: "ok setting, ok number, ok telephone system, MEND sign-in", says: "refuses user",
			set: func(s *asterisk, _ *phone.Settings) { s.secret = "x" },
		},
		{
			name: "no right", call: true, want: "ok setting, ok number, ok telephone system, ok sign-in, MEND right to call", says: "may not start calls",
			set: func(s *asterisk, _ *phone.Settings) { s.may = []string{"ListCommands", "Getvar"} },
		},
		{
			name: "no such phone", call: true, want: strings.Replace(all, "ok your phone", "MEND your phone", 1) + "|",
			set: func(s *asterisk, _ *phone.Settings) { s.values["DEVICE_STATE(PJSIP/anna)"] = "INVALID" },
		},
		{
			name: "phone is off", want: strings.Replace(all, "ok your phone", "MEND your phone", 1) + "|",
			set: func(s *asterisk, _ *phone.Settings) { s.values["DEVICE_STATE(PJSIP/anna)"] = "UNAVAILABLE" },
		},
		{
			name: "no such extension", call: true, want: strings.Replace(all, "ok dialplan", "MEND dialplan", 1) + "|", says: "has nothing for +12015550123 in context from-internal",
			set: func(s *asterisk, _ *phone.Settings) { s.values["DIALPLAN_EXISTS(from-internal,+12015550123,1)"] = "0" },
		},
		{
			name: "may not ask", want: all + "ok test call",
			set: func(s *asterisk, _ *phone.Settings) { s.may = []string{"Originate", "ListCommands"} },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newAsterisk(t)
				set := s.settings()
				if c.set != nil {
					c.set(s, &set)
				}
				p, err := phone.New(set)
				if err != nil {
					t.Fatal(err)
				}
				steps := p.Check(t.Context(), customer, c.call)
				if got, want := told(steps), strings.TrimSuffix(c.want, ", |"); got != want {
					t.Errorf("steps:\n%s\nwant:\n%s", got, want)
				}
				last := steps[len(steps)-1]
				if !strings.Contains(last.Detail, c.says) {
					t.Errorf("last step = %+v, want %q", last, c.says)
				}
				for _, step := range steps {
					if strings.Contains(step.Detail+step.Do, secret) {
						t.Errorf("%s tells the secret", step.What)
					}
					if !step.OK && step.Do == "" && c.name != "no secret" {
						t.Errorf("%s does not say what to do", step.What)
					}
				}
				if got := len(s.actions("Originate")); got != c.rings {
					t.Errorf("%d calls were made, want %d", got, c.rings)
				}
			})
		})
	}
}

func TestCheckOfPrograms(t *testing.T) {
	path, _ := program(t, "softphone", "exit 0")
	for _, c := range []struct {
		name string
		set  phone.Settings
		want string
		says string
	}{
		{"command", phone.Settings{Command: []string{path, "dial {tel}"}}, "ok setting, ok program, ok arguments, ok test call", ""},
		{"absent", phone.Settings{Command: []string{filepath.Join(t.TempDir(), "none"), "{tel}"}}, "ok setting, MEND program", "is not found"},
		{"no number", phone.Settings{Command: []string{path, "dial"}}, "ok setting, ok program, MEND arguments", "not among them"},
		{"desktop", phone.Settings{Opener: []string{path}}, "ok setting, ok desktop, ok program, ok address, ok test call", ""},
		{"no desktop", phone.Settings{}, "ok setting, ok desktop, ok test call", ""},
		{"no desktop, though asked for", phone.Settings{With: phone.Tel}, "ok setting, MEND desktop", "over SSH"},
		{"copy", phone.Settings{With: phone.Copy}, "ok setting, ok test call", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := phone.New(c.set)
			if err != nil {
				t.Fatal(err)
			}
			steps := p.Check(t.Context(), callback.Phone{}, false)
			if got := told(steps); got != c.want || !strings.Contains(steps[len(steps)-1].Detail, c.says) {
				t.Errorf("steps:\n%s\nwant:\n%s\nwith %q in %+v", got, c.want, c.says, steps[len(steps)-1])
			}
		})
	}
}

// A test call needs a number that somebody named.
func TestCheckCallsNobodyUnasked(t *testing.T) {
	s := newAsterisk(t)
	s.values["DIALPLAN_EXISTS(from-internal,+12015550123,1)"] = "1"
	p, err := phone.New(s.settings())
	if err != nil {
		t.Fatal(err)
	}
	steps := p.Check(t.Context(), callback.Phone{}, true)
	if last := steps[len(steps)-1]; last.OK || !strings.Contains(last.Do, "NUMBER") || len(s.actions("Originate")) != 0 {
		t.Errorf("last step = %+v", last)
	}
}
