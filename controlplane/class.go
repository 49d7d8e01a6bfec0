package controlplane

import "strconv"

// Class is a kind of attack or misuse inside one request or response. filter/inspect has the same ones in this order.
type Class struct {
	Name  string // as policies and metrics say it: "sqli"
	Title string // as people say it: "SQL injection"
	// OWASP is the item of OWASP's API Security Top 10 of 2023 where it has one, else of the Top 10 of 2021: that of 2023
	// has no item for injection any more. Empty: none.
	OWASP string
	CWE   int // MITRE's Common Weakness Enumeration; 0: none
}

// Labels gives "OWASP A03:2021, CWE-89", as far as there is one; else "".
func (c Class) Labels() string {
	var text string
	if c.OWASP != "" {
		text = "OWASP " + c.OWASP
	}
	if c.OWASP != "" && c.CWE != 0 {
		text += ", "
	}
	if c.CWE != 0 {
		text += "CWE-" + strconv.Itoa(c.CWE)
	}
	return text
}

// Classes gives all of them in their order. The caller owns the slice.
func Classes() []Class {
	return []Class{
		{"sqli", "SQL injection", "A03:2021", 89},
		{"nosqli", "NoSQL injection", "A03:2021", 943},
		{"xss", "cross-site scripting", "A03:2021", 79},
		{"cmdi", "command injection", "A03:2021", 78},
		{"traversal", "path traversal or file inclusion", "A01:2021", 22},
		{"ssrf", "server-side request forgery", "API7:2023", 918},
		{"ssti", "server-side template injection", "A03:2021", 1336},
		{"el", "expression language injection", "A03:2021", 917},
		{"jndi", "JNDI look-up injection", "A03:2021", 917},
		{"ldap", "LDAP injection", "A03:2021", 90},
		{"xpath", "XPath injection", "A03:2021", 643},
		{"xxe", "XML external entity or entity bomb", "API8:2023", 611},
		{"ssi", "server-side include injection", "A03:2021", 97},
		{"crlf", "header injection by line breaks", "A03:2021", 93},
		{"mail", "mail header injection", "A03:2021", 93},
		{"deserialization", "unsafe deserialization", "A08:2021", 502},
		{"prototype", "prototype pollution", "API3:2023", 1321},
		{"graphql", "GraphQL abuse", "API4:2023", 770},
		{"jsonbomb", "JSON bomb", "API4:2023", 400},
		{"oddity", "HTTP that servers read in different ways", "API8:2023", 444},
		{"scanner", "mark of a scanner or exploit tool", "", 0},
		{"token", "forged token", "API2:2023", 347},
		{"urlcredential", "credential in the URL", "API2:2023", 598},
		{"mistyped", "value of another kind than declared", "", 1287},
		{"mediatype", "body that is not what its content type says", "API8:2023", 436},
		{"malformed", "body that cannot be read", "", 1286},
		{"encoding", "compressed body that cannot be looked into", "API4:2023", 409},
		{"leak", "error text that gives away the inside", "API8:2023", 209},
		{"personal", "personal data in a response", "API3:2023", 359},
	}
}

// ClassOf gives the class of a name, and whether there is one.
func ClassOf(name string) (Class, bool) {
	for _, c := range Classes() {
		if c.Name == name {
			return c, true
		}
	}
	return Class{}, false
}
