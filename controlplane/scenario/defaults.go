package scenario

import (
	"time"

	"picket/controlplane"
)

// Defaults gives those of the built-in pack, in its order. "go test ./controlplane/scenario -update" writes this file.
func Defaults() []Default {
	return []Default{
		{
			Name: "scraping", Over: 250, Within: 10 * time.Minute, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 6,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One caller takes far more records of an endpoint than those do who take most, and than it did before. A key may stand for a partner's whole business, and must take ten times as many; who looks without credentials at what is for everybody may be a search engine, and must take four times as many.",
		},
		{
			Name: "scraping-program", Over: 400, Within: time.Hour, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 6,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One program (by its TLS fingerprint) that hardly anybody who got in has ever used takes an endpoint's records from many addresses, each record about once. People come back to what others read.",
		},
		{
			Name: "scraping-fleet", Over: 250, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "Many addresses without credentials take a catalogue together, each a part of it. Only addresses that read one record after another, each once and nothing else, are decided about, and only where there are many of these. People look at lists, search, and come back; a search engine has a few addresses.",
		},
		{
			Name: "search-scraping", Over: 300, Within: time.Hour, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 3,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One caller searches or exports far more often than others do, and than it did before, and does hardly anything else. People use the rest of a service too, and so do tests of it.",
		},
		{
			Name: "exhaustion-requests", Over: 4500, Within: time.Minute, Action: controlplane.ActionThrottle, For: 15 * time.Minute, PerMinute: 600,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API4:2023", "CWE-770"},
			Description: "One caller sends far more requests to an endpoint than others do, and than it did before. An address or a key may stand for many, and must send four times as many.",
		},
		{
			Name: "exhaustion-bytes", Over: 1000000000, Within: 10 * time.Minute, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 3,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API4:2023", "API6:2023", "CWE-400"},
			Description: "One caller takes more data out of a service than all others together would, as with exports again and again.",
		},
		{
			Name: "exhaustion-time", Over: 900000, Within: 5 * time.Minute, Action: controlplane.ActionThrottle, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API4:2023", "CWE-400"},
			Description: "One caller keeps an endpoint busy for far longer than others do, with requests that are slow, as searches may be that are meant to be.",
		},
		{
			Name: "card-testing", Over: 6, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One caller tries payments for an hour, and nearly all are refused. Who mistypes a card gives up, or pays in the end.",
		},
		{
			Name: "card-testing-spread", Over: 25, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API6:2023", "CWE-799"},
			Description: "Far more payments are refused than usual, of many callers. Only those with several refused ones and not one that went through are decided about, and not who tries to pay for one thing again and again.",
		},
		{
			Name: "code-guessing", Over: 60, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799", "CWE-203"},
			Description: "Many callers together ask which codes are good, as of gift cards, and hardly any is. Only those with several bad ones and no good one are decided about. Where none is good at all, it is the service that has changed.",
		},
		{
			Name: "redeem-guessing", Over: 12, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799", "CWE-203"},
			Description: "One caller tries codes that are worth something, as of vouchers or gift cards, nearly none is good, and it does hardly anything else. Who mistypes one gets it right in the end; an application that tries one that is over again with each click does other things, too.",
		},
		{
			Name: "goods-unpaid", Over: 5, Within: 2 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API6:2023", "CWE-841"},
			Description: "One caller fetches one thing after another without the payment that most others make before, some of them where it is done for good, many where it is only fetched. Who paid yesterday, or takes what is free, fetches a few; where people come back for what they paid long ago, it is no habit.",
		},
		{
			Name: "failed-logins", Over: 10, Within: time.Minute, Action: controlplane.ActionDeny, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One address tries passwords within a minute, and nearly all of them are wrong.",
		},
		{
			Name: "credential-stuffing", Over: 15, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One address tries one account after another over an hour, and hardly any opens. An office mostly gets its passwords right.",
		},
		{
			Name: "credential-stuffing-slow", Over: 20, Within: 24 * time.Hour, Action: controlplane.ActionDeny, For: 24 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One address tries one account after another over a day, so slowly that no hour stands out, and hardly any opens.",
		},
		{
			Name: "credential-stuffing-spread", Over: 40, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "Far more accounts fail at one login than usual, spread over many addresses. Only addresses with more than one failing account and not one success are decided about. A login that is broken fails for one account an address.",
		},
		{
			Name: "credential-stuffing-fingerprint", Over: 30, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One program (by its TLS fingerprint) tries many accounts from several addresses, and nearly none opens. Browsers share fingerprints, but their users get in.",
		},
		{
			Name: "credential-stuffing-program", Over: 12, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One program (by its TLS fingerprint) that hardly anybody who got in has ever used tries many accounts, from another address each time and hardly any twice. The program is turned away at this login, and nowhere else.",
		},
		{
			Name: "password-guessing", Over: 20, Within: 10 * time.Minute, Action: controlplane.ActionThrottle, For: 30 * time.Minute, PerMinute: 6,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "Many passwords are tried for one account.",
		},
		{
			Name: "password-guessing-spread", Over: 25, Within: 24 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "Over a day, passwords are tried for one account from several networks. Only addresses with several wrong ones and not one right are decided about.",
		},
		{
			Name: "otp-guessing", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 30 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307", "CWE-1390"},
			Description: "One caller tries one-time codes, and nearly all are wrong.",
		},
		{
			Name: "otp-guessing-spread", Over: 50, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One-time codes are guessed from many addresses together. Only addresses with several wrong codes and not one right are decided about.",
		},
		{
			Name: "otp-guessing-accounts", Over: 30, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307", "CWE-1390"},
			Description: "One-time codes of many accounts are guessed from many addresses, a few of each, so slowly that none stands out. Only addresses with wrong codes of several accounts and not one right are decided about.",
		},
		{
			Name: "otp-flood", Over: 12, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307", "CWE-799"},
			Description: "One-time codes or approvals are asked for one account again and again, until its owner gives in. Who waits for a message asks a few times.",
		},
		{
			Name: "account-enumeration", Over: 12, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "CWE-204"},
			Description: "One address asks a login, reset, code or registration which accounts there are, and most are unknown.",
		},
		{
			Name: "account-enumeration-slow", Over: 7, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "CWE-204"},
			Description: "One address asks a reset or registration over an hour which accounts there are, and many are refused. Who forgot his address tries two or three.",
		},
		{
			Name: "account-enumeration-spread", Over: 30, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "CWE-204"},
			Description: "Many addresses ask a reset or registration which accounts there are, far more of them unknown or taken than usual. Only addresses that were turned away more than twice are decided about.",
		},
		{
			Name: "reset-flood", Over: 12, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "API4:2023", "CWE-640", "CWE-799"},
			Description: "One address has passwords of many accounts reset, and nobody does anything else there. Where many share an address, those who reset their own passwords log in with them.",
		},
		{
			Name: "registration-flood", Over: 15, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One address makes many accounts, and nobody uses any of them there. Where many share an address, those who register log in and look around.",
		},
		{
			Name: "account-availability", Over: 60, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "CWE-204"},
			Description: "One address asks again and again which names are free, and makes no account. Who types a name asks at each letter, and then registers.",
		},
		{
			Name: "endpoint-scan", Over: 20, Within: time.Minute, Action: controlplane.ActionDeny, For: 15 * time.Minute, PerMinute: 2,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API9:2023", "CWE-200"},
			Description: "One caller asks for many endpoints that do not exist, within a minute. A page of an application that misses files finds most of what it asks for.",
		},
		{
			Name: "endpoint-scan-slow", Over: 25, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 1,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API9:2023", "CWE-200"},
			Description: "One caller looks for endpoints over hours.",
		},
		{
			Name: "method-probing", Over: 12, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 30 * time.Minute, PerMinute: 6,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-650"},
			Description: "One caller tries methods that endpoints do not take.",
		},
		{
			Name: "decoy-call", Over: 1, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API9:2023", "CWE-200"},
			Description: "One caller uses an endpoint that the policy declares as a decoy, which nobody honest has reason to call. Once may be a link that a browser fetched.",
		},
		{
			Name: "exploit-paths", Over: 2, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 1,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-538"},
			Description: "One caller asks for files that only scanners look for, such as .env, .git or wp-login.php.",
		},
		{
			Name: "undocumented-endpoint", Over: 20, Within: time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.6, Severity: controlplane.SeverityLow, Labels: []string{"API9:2023", "CWE-1059"},
			Description: "An endpoint that the policy file does not name answers calls, while it names at least twenty others.",
		},
		{
			Name: "deprecated-endpoint", Over: 10, Within: time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.6, Severity: controlplane.SeverityLow, Labels: []string{"API9:2023", "CWE-477"},
			Description: "An endpoint that the policy declares as old still answers. Operators are told.",
		},
		{
			Name: "old-version", Over: 20, Within: 6 * time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityMedium, Labels: []string{"API9:2023", "CWE-1059", "CWE-477"},
			Description: "An endpoint that the policy file does not name answers, of which a later version is in use. Operators are told.",
		},
		{
			Name: "unauthenticated-access", Over: 2, Within: time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.85, Severity: controlplane.SeverityCritical, Labels: []string{"API2:2023", "CWE-306"},
			Description: "An endpoint that turns away callers without credentials answered some of them with success.",
		},
		{
			Name: "unauthenticated-records", Over: 8, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API2:2023", "API1:2023", "CWE-306", "CWE-639"},
			Description: "One address without credentials goes through the records of an endpoint that asks others for them. Links that are shared with strangers lead to a few.",
		},
		{
			Name: "records-open", Over: 4, Within: 2 * time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "API1:2023", "CWE-306"},
			Description: "An endpoint whose records belong to somebody, as nearly everybody with credentials reads a few of his own, answers callers without any. Operators are told.",
		},
		{
			Name: "sensitive-endpoint-open", Over: 5, Within: 10 * time.Minute, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.85, Severity: controlplane.SeverityCritical, Labels: []string{"API5:2023", "API2:2023", "CWE-306"},
			Description: "An endpoint for administration, export, payment or the change of a line answers callers without any credentials.",
		},
		{
			Name: "injection-attempts", Over: 5, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API8:2023", "CWE-74"},
			Description: "One caller tries injections again and again. One alone is stopped by the filter itself.",
		},
		{
			Name: "injection-worked", Over: 0, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API8:2023", "CWE-74", "CWE-209"},
			Description: "A response gives away the inside of the service, and answers a request with an injection.",
		},
		{
			Name: "error-leak", Over: 1, Within: time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-209"},
			Description: "Responses of an endpoint give away the inside of the service, without anybody's doing. Operators are told.",
		},
		{
			Name: "scanner-tool", Over: 3, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 1,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-200"},
			Description: "One caller's program says that it is a scanner or exploit tool.",
		},
		{
			Name: "scanner-targets", Over: 4, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 1,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-200", "CWE-538"},
			Description: "One caller asks for one well-known target of scanners after another. Who watches a server's status asks for the same again and again.",
		},
		{
			Name: "request-smuggling", Over: 8, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API8:2023", "CWE-444"},
			Description: "One caller sends requests that servers read in different ways. Gateways of partners, who show good credentials, may do so on every request, and are only told of.",
		},
		{
			Name: "personal-data", Over: 2000, Within: time.Hour, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 2,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API3:2023", "API6:2023", "CWE-359", "CWE-213"},
			Description: "One caller gets far more personal data out of an endpoint than others do, response after response. An address or a key may stand for many.",
		},
		{
			Name: "personal-data-open", Over: 100, Within: time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityHigh, Labels: []string{"API3:2023", "CWE-359", "CWE-213"},
			Description: "An endpoint gives personal data of many to callers without credentials. Operators are told.",
		},
		{
			Name: "personal-data-excess", Over: 300, Within: 2 * time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityMedium, Labels: []string{"API3:2023", "CWE-359", "CWE-213"},
			Description: "Responses of an endpoint carry personal data of many, for ordinary callers from many addresses. Operators are told.",
		},
		{
			Name: "admin-probing", Over: 5, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 2,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API5:2023", "CWE-285"},
			Description: "One caller is refused at many endpoints for administrators.",
		},
		{
			Name: "admin-first-use", Over: 0, Within: 10 * time.Minute, Action: controlplane.ActionObserve, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.5, Severity: controlplane.SeverityMedium, Labels: []string{"API5:2023", "CWE-285"},
			Description: "A caller that is known for half an hour used an endpoint for administrators for the first time, and got in.",
		},
		{
			Name: "admin-newcomer", Over: 6, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API5:2023", "CWE-285"},
			Description: "A caller who is known for half an hour goes through the records of an endpoint for administrators that it had never used, faster than those who use it.",
		},
		{
			Name: "admin-customer", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API5:2023", "CWE-285"},
			Description: "A caller who does what all customers do goes through the records of an endpoint for administrators, faster than those who work there. Who administers a tenant looks at a few.",
		},
		{
			Name: "sim-swap-many", Over: 8, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API6:2023", "CWE-840"},
			Description: "One caller changes the SIM cards, or moves away the numbers, of many lines.",
		},
		{
			Name: "sim-swap-burst", Over: 5, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API6:2023", "CWE-840"},
			Description: "One caller changes the SIM cards, or moves away the numbers, of several lines within minutes.",
		},
		{
			Name: "sim-swap-after-reset", Over: 1, Within: 30 * time.Minute, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API6:2023", "CWE-840"},
			Description: "From one address, passwords are reset and SIM cards changed right after, for more than one person with one program. One alone may have lost a phone.",
		},
		{
			Name: "change-after-reset", Over: 3, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API6:2023", "CWE-840", "CWE-640"},
			Description: "From one address, passwords of several persons are reset, and after it where their money or goods go is changed, by one program. At a help desk's terminal most people only look.",
		},
		{
			Name: "change-of-many", Over: 4, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API6:2023", "CWE-840", "CWE-287"},
			Description: "One address changes where the money or goods of several persons go who always came from elsewhere, with one program within an hour. Who moves does so for himself, and a terminal in a branch office serves fewer.",
		},
		{
			Name: "skipped-step", Over: 2, Within: 30 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API6:2023", "CWE-841"},
			Description: "Payments, SIM changes or port-outs without the one-time code that nearly everybody gives before them. Once may be a step that was done elsewhere.",
		},
		{
			Name: "key-sharing", Over: 5, Within: time.Hour, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.75, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "CWE-522"},
			Description: "One API key is used by many different programs in many networks. A key that an app's many users share, with tokens of their own, is none of these.",
		},
		{
			Name: "key-leak", Over: 6, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-522"},
			Description: "One API key that was used from a few networks for a while is suddenly used from many, by many different programs, or from even more where programs are not told apart. A partner who moves keeps his program, and a key that an application carries always comes from new networks. Only the new addresses are decided about.",
		},
		{
			Name: "key-elsewhere", Over: 3, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-522"},
			Description: "One API key is used by one other program from several addresses that it was never used from, while those who had it go on. A partner who moves keeps his program, and a new system of his begins at one or two addresses.",
		},
		{
			Name: "token-replay", Over: 1, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API2:2023", "CWE-294"},
			Description: "One token or session is used in turns by two programs in two networks. The address that came later is turned away, if nobody else uses it. Somebody who changes from one network to another keeps the program.",
		},
		{
			Name: "token-many-networks", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-294"},
			Description: "One token is used from more networks within minutes than anybody can reach.",
		},
		{
			Name: "token-travel", Over: 0, Within: time.Hour, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-294"},
			Description: "One token is used in two places too far apart for anybody to travel, by another program. Needs a database of addresses with places.",
		},
		{
			Name: "token-tampering", Over: 2, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-347"},
			Description: "One caller sends tokens that are forged, as the filter finds inside them.",
		},
		{
			Name: "token-guessing", Over: 50, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 30 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307", "CWE-347"},
			Description: "One address shows one credential after another, and the service refuses nearly all. Clients that an outage logged out try the same ones again, and log in.",
		},
		{
			Name: "object-unlisted", Over: 20, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One person reads one record after another and never asked for a list of them, where nearly all others open what a list has shown them. So ids come from elsewhere, or are made up. Partners' machines and staff keep ids of their own.",
		},
		{
			Name: "pages-walked", Over: 200, Within: time.Hour, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 3,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One person goes on and on through one list, each page once, far beyond what anybody else does and what people scroll. Partners' machines page through what is theirs, and searches are typed letter by letter.",
		},
		{
			Name: "object-enumeration", Over: 50, Within: time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One caller goes through the records of an endpoint within a minute, far more than those do who use it most. An address may stand for an office, so that without a second sign of a program (neighbouring ids, ids that do not exist, records of others) it takes four times as many. A key, or a token that no login gave out, is a partner's machines, which go in order, and takes ten times as many, or ids that do not exist. What is for everybody, as a catalogue, is left to scraping, and so are one's own records.",
		},
		{
			Name: "object-counting", Over: 26, Within: time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One person counts through the numbers of records as fast as no person reads, while others look at a few. A batch of one's own that has numbers in a row is shorter, or comes after a list, or is read at leisure.",
		},
		{
			Name: "object-enumeration-slow", Over: 150, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One caller goes through records so slowly that no minute stands out, over six hours. Only with a second sign of a program, and if nobody else does nearly as much, for people whose work it is go in order, too. A key is a partner's machines, which go in order, and so is most likely a token that no login gave out.",
		},
		{
			Name: "object-enumeration-addresses", Over: 60, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One person's token goes through records from many networks, so that no address stands out.",
		},
		{
			Name: "object-networks", Over: 12, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One person's token or session reads one record after another, each about once, from more networks within minutes than anybody can reach. Who changes networks on the way, or hides behind ever other ones, comes back to the same few records.",
		},
		{
			Name: "object-enumeration-fleet", Over: 150, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "Many addresses without credentials go through one endpoint's records together, a few each. Only addresses that count through numbers themselves are counted and decided about, not a few machines that read a catalogue. Pages that many read are asked for again and again.",
		},
		{
			Name: "object-foreign", Over: 9, Within: 5 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One caller asks for one record after another whose path names another owner than its token does, and gets them, while most others keep to their own. A family or an adviser comes back to the same few.",
		},
		{
			Name: "object-foreign-slow", Over: 40, Within: 24 * time.Hour, Action: controlplane.ActionDeny, For: 24 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API1:2023", "CWE-639"},
			Description: "Over hours, one caller reads ever more records whose path names another owner than its token does, each about once, and nobody else does nearly as much, as a department would. An adviser comes back to the same clients.",
		},
		{
			Name: "object-hoarding", Over: 60, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 24 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "Over hours, one person takes ever other records of an endpoint where all others read a few of their own, and more than somebody is likely to have. Staff, programs, and groups who do the same, are not meant; nor is a catalogue.",
		},
		{
			Name: "object-refused", Over: 20, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One person with credentials asks for one record after another, and the service refuses nearly all. A page without the right to its parts is refused some at a time.",
		},
		{
			Name: "object-guessing", Over: 30, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 30 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API1:2023", "CWE-639", "CWE-203"},
			Description: "One caller asks for many records that do not exist, as somebody does who guesses ids.",
		},
		{
			Name: "object-guessing-slow", Over: 100, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API1:2023", "CWE-639", "CWE-203"},
			Description: "One caller guesses ids over hours.",
		},
		{
			Name: "mass-assignment", Over: 8, Within: time.Hour, Action: controlplane.ActionDeny, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API3:2023", "CWE-915"},
			Description: "One caller sends ever more fields that nobody ever sent to this endpoint, as somebody does who guesses at what the service would take (role, balance, verified). A new version of an application brings the same few, and soon they are known.",
		},
	}
}
