package main

import (
	"fmt"
	"strings"
)

// pageHead is what DIFFERENCES.md says before its tables.
const pageHead = `# Where Picket and the rule set differ

The regression tests of the OWASP Core Rule Set say of each rule what it should match and what it should not. Picket is no
set of rules about requests: it looks for attacks at APIs, and leaves what a service allows to guards. So it reports nothing for many tests
that match, and reports some that another rule would. This page lists each group of such tests, with how many there are and why
we stand by it; what has no reason is to be mended, or to be given one.

The groups were made by looking at what Picket does not report, so they are an account of it and no test of it.

It is printed by ` + "`go run ./filter/inspect/accuracy -differences`" + `, from the groups in ` + "`stands.go`" + `, so that its numbers stay true.
`

// differencesPage is DIFFERENCES.md, with so many tests of each group at its end.
func (r *report) differencesPage(examples int) string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, t := range r.Tables {
		fmt.Fprintf(&b, "\n```\n%s\n```\n", wrap(t.Remark, 150))
	}
	r.section(&b, "Rules match, Picket passes, and we stand by it", true, true)
	r.section(&b, "Rules should not match, Picket reports, and we stand by it", false, true)
	r.section(&b, "Rules match, Picket passes: no reason yet", true, false)
	r.section(&b, "Rules should not match, Picket reports: no reason yet", false, false)
	for _, d := range r.Differences {
		for _, i := range evenly(len(d.tests), examples) {
			fmt.Fprintf(&b, "\n    %s: %s", d.Name, d.tests[i])
		}
	}
	return b.String()
}

// section writes the groups of one kind as a table; nothing where there are none.
func (r *report) section(b *strings.Builder, title string, passed, reason bool) {
	rows := ""
	for _, d := range r.Differences {
		switch {
		case d.Passed != passed || (d.Reason != "") != reason:
		case reason:
			rows += fmt.Sprintf("| %s | %d | %s | %s |\n", d.Name, d.Tests, ruleList(d.Rules), d.Reason)
		default:
			rows += fmt.Sprintf("| %s | %d | %s |\n", d.Name, d.Tests, ruleList(d.Rules))
		}
	}
	if rows == "" {
		return
	}
	head := "| tests of | count | rules |\n|---|---|---|\n"
	if reason {
		head = "| group | tests | rules | why |\n|---|---|---|---|\n"
	}
	fmt.Fprintf(b, "\n## %s\n\n%s%s", title, head, rows)
}

// ruleList names rules, or their files where there are many.
func ruleList(rules []int) string {
	var names []string
	for _, r := range rules {
		name := fmt.Sprint(r)
		if len(rules) > 8 {
			name = fmt.Sprintf("%d...", r/1000)
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// wrap breaks lines between words before they get longer than width.
func wrap(text string, width int) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		n := 0
		for i, word := range strings.Fields(line) {
			switch {
			case i == 0:
			case n+1+len(word) > width:
				b.WriteString("\n  ")
				n = 2
			default:
				b.WriteByte(' ')
				n++
			}
			b.WriteString(word)
			n += len(word)
		}
		b.WriteByte('\n')
	}
	return strings.TrimRight(b.String(), "\n")
}
