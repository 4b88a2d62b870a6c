package callback

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"
)

var updatePlan = flag.Bool("update", false, "make dialplan.txt anew from the library")

// The table is the library's: after another version of it has come,
// go test ./callback -run DialPlan -update makes it anew.
func TestDialPlanIsTheLibrarys(t *testing.T) {
	want := makeDialPlan(t)
	if *updatePlan {
		zones := libraryZones(t)
		for _, k := range slices.Sorted(maps.Keys(zones)) {
			want += fmt.Sprintf("Z\t%s\t%s\n", k, strings.Join(zones[k], ","))
		}
		if err := os.WriteFile("dialplan.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	rows, _, _ := strings.Cut(dialPlan, "\nZ\t")
	if diff := cmp.Diff(want, rows+"\n"); diff != "" {
		t.Errorf("dialplan.txt is not the library's any more; make it anew with -update:\n%.2000s", diff)
	}
}

func makeDialPlan(t *testing.T) string {
	t.Helper()
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	byCode := map[int][]*phonenumbers.PhoneMetadata{}
	for _, m := range all.GetMetadata() {
		byCode[int(m.GetCountryCode())] = append(byCode[int(m.GetCountryCode())], m)
	}
	var b strings.Builder
	b.WriteString("# Made from libphonenumber's metadata (Apache License 2.0) by dialplan_test.go; see dialplan.go.\n")
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		list := byCode[code]
		order := phonenumbers.GetRegionCodesForCountryCode(code)
		slices.SortFunc(list, func(a, b *phonenumbers.PhoneMetadata) int {
			return slices.Index(order, a.GetId()) - slices.Index(order, b.GetId())
		})
		for _, m := range list {
			own := ""
			if len(list) > 1 {
				own = ownPattern(m)
			}
			var lengths []string
			for _, n := range m.GetGeneralDesc().GetPossibleLength() {
				lengths = append(lengths, fmt.Sprint(n))
			}
			rule := m.GetNationalPrefixTransformRule()
			for i := 1; i < 10; i++ {
				rule = strings.ReplaceAll(rule, fmt.Sprint("$", i), fmt.Sprint("${", i, "}"))
			}
			row := []string{
				"R", m.GetId(), fmt.Sprint(code), strings.Join(lengths, ","), m.GetInternationalPrefix(),
				m.GetNationalPrefixForParsing(), rule, m.GetGeneralDesc().GetNationalNumberPattern(), own,
			}
			fmt.Fprintln(&b, strings.Join(row, "\t"))
		}
	}
	return b.String()
}

// ownPattern tells a region's numbers from those of its neighbours on the same
// country code.
func ownPattern(m *phonenumbers.PhoneMetadata) string {
	if lead := m.GetLeadingDigits(); lead != "" {
		return "(?:" + lead + ")[0-9]*"
	}
	var out []string
	for _, d := range []*phonenumbers.PhoneNumberDesc{
		m.GetPremiumRate(), m.GetTollFree(), m.GetSharedCost(), m.GetVoip(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(),
		m.GetVoicemail(), m.GetFixedLine(), m.GetMobile(),
	} {
		if p := d.GetNationalNumberPattern(); p != "" && p != "NA" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return strings.Join(out, "|")
}

// libraryZones reads the library's own file of prefixes and their zones: names,
// then each prefix as the distance from the one before, with its zones.
func libraryZones(t *testing.T) map[string][]string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/nyaruka/phonenumbers").Output()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "data", "prefix_to_timezone.xml.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(packed)
	number := func(v any) {
		if err := binary.Read(in, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	var size, count uint32
	number(&size)
	text := make([]byte, size)
	if _, err := io.ReadFull(in, text); err != nil {
		t.Fatal(err)
	}
	number(&count)
	names, out, key := strings.Split(string(text), "\n"), map[string][]string{}, uint64(0)
	for range count {
		step, err := binary.ReadUvarint(in)
		if err != nil {
			t.Fatal(err)
		}
		key += step
		var n uint8
		number(&n)
		for range n {
			var at uint16
			number(&at)
			out[fmt.Sprint(key)] = append(out[fmt.Sprint(key)], names[at])
		}
	}
	return out
}
