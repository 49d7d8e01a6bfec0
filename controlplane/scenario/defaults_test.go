package scenario

import (
	"fmt"
	"strings"
	"time"

	"picket/controlplane"
)

// source writes defaults.go, so that nobody who only asks for the defaults pays for compiling the pack.
func source(pack *Pack) string {
	var b strings.Builder
	b.WriteString("package scenario\n\nimport (\n\t\"time\"\n\n\t\"picket/controlplane\"\n)\n\n" +
		"// Defaults gives those of the built-in pack, in its order. \"go test ./controlplane/scenario -update\" writes this file.\n" +
		"func Defaults() []Default {\n\treturn []Default{\n")
	for _, s := range pack.Scenarios {
		d := s.Default()
		fmt.Fprintf(&b, "\t\t{\n\t\t\tName: %q, Over: %d, Within: %s, Action: %s, For: %s, PerMinute: %d,\n", d.Name, d.Over, duration(d.Within), action(d.Action), duration(d.For), d.PerMinute)
		fmt.Fprintf(&b, "\t\t\tMode: %s, Confidence: %v, Severity: %s, Labels: %#v,\n", mode(d.Mode), d.Confidence, severity(d.Severity), d.Labels)
		fmt.Fprintf(&b, "\t\t\tDescription: %q,\n\t\t},\n", d.Description)
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

func duration(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{time.Hour, "time.Hour"}, {time.Minute, "time.Minute"}, {time.Second, "time.Second"}} {
		if d%u.unit == 0 {
			if d == u.unit {
				return u.name
			}
			return fmt.Sprintf("%d * %s", d/u.unit, u.name)
		}
	}
	return fmt.Sprint(int64(d))
}

func action(a controlplane.Action) string {
	return "controlplane.Action" + strings.ToUpper(string(a[:1])) + string(a[1:])
}

func mode(m controlplane.Mode) string {
	return "controlplane.Mode" + strings.ToUpper(string(m[:1])) + string(m[1:])
}

func severity(s controlplane.Severity) string {
	return "controlplane.Severity" + strings.ToUpper(string(s[:1])) + string(s[1:])
}
