package hostile

import (
	"fmt"
	"strings"
)

// vectors are texts that attack a terminal, hide, or turn round the words beside them. Each must be refused by the
// allow-list as it stands, which TestTheAllowListSees makes sure of.
var vectors = []string{
	"\x1b[31mred", "\x1b[2J\x1b[Hgone", "\x1b[8mconcealed", "\x1b[5mblink", "\x1b[?1049l", "\x1b[?25h\x1b[?1000h", "\x1bc", "\x1b7\x1b8", "\x1b#8",
	"\x1b]0;owned\x07", "\x1b]2;owned\x1b\\", "\x1b]52;c;cm0gLXJm\x07", "\x1b]52;c;?\x07", "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
	"\x1b]4;1;rgb:ff/00/00\x07", "\x1b]11;#ffffff\x07", "\x1b]1337;File=name=eA==:AA==\x07", "\x1b]9;bell", "\x1b]777;notify;a;b\x07",
	"\x1bP$q\"p\x1b\\", "\x1bP+q544e\x1b\\", "\x1bPunterminated", "\x1b_app\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", "\x1b[21t", "\x1b[20t", "\x1b[6n", "\x1b[c",
	"\x1b[200~pasted\x1b[201~", "\x1b[", "\x1b", "\x9b31mraw C1", "\u009b31mC1", "\u009d0;title\u009c", "\u0090q\u009c", "\u0085next", "\u0084\u008d",
	"bell\x07bell", "back\b\b\b\bspace", "carriage\rreturn", "null\x00byte", "vertical\x0btab\x0c", "shift\x0eout\x0f", "enq\x05", "del\x7f",
	"\u202eright to left\u202c", "\u202dforced\u202c", "\u2066isolate\u2069", "\u2067rtl\u2069", "\u2068first\u2069", "mark\u200f\u200e\u061c",
	"zero\u200bwidth", "join\u200der", "\u2060word\u2060joiner", "\ufeffbom", "soft\u00adhyphen", "line\u2028sep", "para\u2029sep",
	"tag\U000e0041\U000e0042\U000e007f", "private\ue000\U000f0000\U0010ffff", "variation\ufe0f\U000e0100", "annot\ufff9a\ufffab\ufffb",
	"z" + strings.Repeat("\u0301", 60) + "algo", "e" + strings.Repeat("\u20dd", 20), "bad utf8 \xff\xfe\xc0\x80", "cut \xe2\x82", "surrogate \xed\xa0\x80",
	"👨\u200d👩\u200d👧\u200d👦 family", "\u180emongolian\u115f\u3164filler", "\u034fgrapheme", "\x1b[38;2;0;0;0;48;2;0;0;0mblack on black", "\x1b[1;1H\x1b[0J",
}

// mark is what stands before a vector, so that a test can tell that the desk came to draw it.
func mark(n int) string { return fmt.Sprintf("V%02dx", n) }

// planted is what the server is told in the place of a vector.
func planted(n int) string { return mark(n) + "Q" }
