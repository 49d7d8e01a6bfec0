package scenario

import (
	"time"

	"picket/controlplane"
)

// Defaults gives those of the built-in pack, in its order. "go test ./controlplane/scenario -update" writes this file.
func Defaults() []Default {
	return []Default{
		{
			Name: "scraping", Over: 250, Within: 10 * time.Minute, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One caller takes far more records of an endpoint than others do.",
		},
		{
			Name: "search-scraping", Over: 600, Within: time.Hour, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 30,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One caller searches or exports far more often than others do.",
		},
		{
			Name: "exhaustion-requests", Over: 3000, Within: time.Minute, Action: controlplane.ActionThrottle, For: 15 * time.Minute, PerMinute: 600,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API4:2023", "CWE-770"},
			Description: "One caller sends far more requests to an endpoint than others do. An address may stand for many, and must send four times as many.",
		},
		{
			Name: "exhaustion-bytes", Over: 1000000000, Within: 10 * time.Minute, Action: controlplane.ActionThrottle, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API4:2023", "CWE-400"},
			Description: "One caller takes far more data from an endpoint than others do.",
		},
		{
			Name: "exhaustion-time", Over: 900000, Within: 5 * time.Minute, Action: controlplane.ActionThrottle, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API4:2023", "CWE-400"},
			Description: "One caller keeps an endpoint busy for far longer than others do, as with searches that are meant to be slow.",
		},
		{
			Name: "card-testing", Over: 15, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One caller tries payments, and nearly all are refused.",
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
			Name: "credential-stuffing-spread", Over: 60, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "Far more accounts fail at one login than usual, spread over many addresses. Only addresses with several failing accounts and not one success are decided about. A login that is broken fails for one account an address.",
		},
		{
			Name: "credential-stuffing-fingerprint", Over: 30, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One program (by its TLS fingerprint) tries many accounts from several addresses, and nearly none opens. Browsers share fingerprints, but their users get in.",
		},
		{
			Name: "password-guessing", Over: 20, Within: 10 * time.Minute, Action: controlplane.ActionThrottle, For: 30 * time.Minute, PerMinute: 6,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "Many passwords are tried for one account.",
		},
		{
			Name: "password-guessing-spread", Over: 40, Within: 24 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "Over a day, passwords are tried for one account from several networks. Only addresses with several wrong ones and not one right are decided about.",
		},
		{
			Name: "otp-guessing", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 30 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307", "CWE-1390"},
			Description: "One caller tries one-time codes, and nearly all are wrong.",
		},
		{
			Name: "otp-guessing-spread", Over: 100, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307"},
			Description: "One-time codes are guessed from many addresses together. Only addresses with several wrong codes and not one right are decided about.",
		},
		{
			Name: "account-enumeration", Over: 20, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "CWE-204"},
			Description: "One address asks a login, reset, code or registration which accounts there are, and most are unknown.",
		},
		{
			Name: "reset-flood", Over: 60, Within: time.Hour, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 2,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "API4:2023", "CWE-640", "CWE-799"},
			Description: "One address has passwords of many accounts reset.",
		},
		{
			Name: "registration-flood", Over: 100, Within: time.Hour, Action: controlplane.ActionThrottle, For: time.Hour, PerMinute: 2,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API6:2023", "CWE-799"},
			Description: "One address makes many accounts.",
		},
		{
			Name: "endpoint-scan", Over: 20, Within: time.Minute, Action: controlplane.ActionDeny, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API9:2023", "CWE-200"},
			Description: "One caller asks for many endpoints that do not exist, within a minute. A page of an application that misses files finds most of what it asks for.",
		},
		{
			Name: "endpoint-scan-slow", Over: 50, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API9:2023", "CWE-200"},
			Description: "One caller looks for endpoints over hours.",
		},
		{
			Name: "method-probing", Over: 6, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 30 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-650"},
			Description: "One caller tries methods that endpoints do not take.",
		},
		{
			Name: "decoy-call", Over: 1, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API9:2023", "CWE-200"},
			Description: "One caller uses an endpoint that the policy declares as a decoy, which nobody honest has reason to call. Once may be a link that a browser fetched.",
		},
		{
			Name: "exploit-paths", Over: 2, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-538"},
			Description: "One caller asks for files that only scanners look for, such as .env, .git or wp-login.php.",
		},
		{
			Name: "undocumented-endpoint", Over: 20, Within: time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.6, Severity: controlplane.SeverityLow, Labels: []string{"API9:2023", "CWE-1059"},
			Description: "An endpoint that the policy file does not name answers calls, while it names at least twenty others.",
		},
		{
			Name: "deprecated-endpoint", Over: 10, Within: time.Hour, Action: controlplane.ActionObserve, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.5, Severity: controlplane.SeverityLow, Labels: []string{"API9:2023", "CWE-477"},
			Description: "A caller still uses an endpoint that the policy declares as old.",
		},
		{
			Name: "unauthenticated-access", Over: 2, Within: time.Hour, Action: controlplane.ActionObserve, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.85, Severity: controlplane.SeverityCritical, Labels: []string{"API2:2023", "CWE-306"},
			Description: "An endpoint that turns away callers without credentials answered some of them with success.",
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
			Name: "scanner-tool", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityMedium, Labels: []string{"API8:2023", "CWE-200"},
			Description: "One caller's requests bear the mark of a scanner or exploit tool.",
		},
		{
			Name: "request-smuggling", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API8:2023", "CWE-444"},
			Description: "One caller sends requests that servers read in different ways.",
		},
		{
			Name: "admin-probing", Over: 5, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API5:2023", "CWE-285"},
			Description: "One caller is refused at many endpoints for administrators.",
		},
		{
			Name: "admin-first-use", Over: 0, Within: 10 * time.Minute, Action: controlplane.ActionObserve, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.5, Severity: controlplane.SeverityMedium, Labels: []string{"API5:2023", "CWE-285"},
			Description: "A caller that is known for half an hour used an endpoint for administrators for the first time, and got in.",
		},
		{
			Name: "sim-swap-many", Over: 8, Within: time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API6:2023", "CWE-840"},
			Description: "One caller changes the SIM cards, or moves away the numbers, of many lines.",
		},
		{
			Name: "sim-swap-after-reset", Over: 1, Within: 30 * time.Minute, Action: controlplane.ActionTag, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityCritical, Labels: []string{"API6:2023", "CWE-840"},
			Description: "From one address, passwords are reset and SIM cards changed right after, more than once.",
		},
		{
			Name: "skipped-step", Over: 0, Within: 30 * time.Minute, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.75, Severity: controlplane.SeverityHigh, Labels: []string{"API6:2023", "CWE-841"},
			Description: "A payment, SIM change or port-out without the one-time code that nearly everybody gives before it.",
		},
		{
			Name: "key-sharing", Over: 5, Within: time.Hour, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.75, Severity: controlplane.SeverityMedium, Labels: []string{"API2:2023", "CWE-522"},
			Description: "One API key is used by many different programs in many networks. A key that an app's many users share, with tokens of their own, is none of these.",
		},
		{
			Name: "key-leak", Over: 15, Within: time.Hour, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-522"},
			Description: "One API key that is known for a while is suddenly used from many networks that it was never used from. A partner who moves adds a few.",
		},
		{
			Name: "token-replay", Over: 1, Within: 10 * time.Minute, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-294"},
			Description: "One token is used at the same time by two programs in two networks. Somebody who changes from one network to another keeps the program.",
		},
		{
			Name: "token-many-networks", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionTag, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.8, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-294"},
			Description: "One token is used from more networks within minutes than anybody can reach.",
		},
		{
			Name: "token-tampering", Over: 2, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-347"},
			Description: "One caller sends tokens that are forged, as the filter finds inside them.",
		},
		{
			Name: "token-guessing", Over: 20, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: 30 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API2:2023", "CWE-307", "CWE-347"},
			Description: "One address tries one credential after another, and the service refuses nearly all. Clients that an outage logged out try the same ones again.",
		},
		{
			Name: "object-enumeration", Over: 50, Within: time.Minute, Action: controlplane.ActionDeny, For: 15 * time.Minute, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One caller goes through the records of an endpoint within a minute. An address may stand for an office, so that without a second sign of a program (neighbouring ids, ids that do not exist, records of others) it takes four times as many. What is for everybody, as a catalogue, is left to scraping.",
		},
		{
			Name: "object-enumeration-slow", Over: 150, Within: 6 * time.Hour, Action: controlplane.ActionDeny, For: 6 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One caller goes through records so slowly that no minute stands out, over six hours. Only with a second sign of a program.",
		},
		{
			Name: "object-enumeration-day", Over: 300, Within: 24 * time.Hour, Action: controlplane.ActionDeny, For: 24 * time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One caller goes through records over a whole day. Only with a second sign of a program.",
		},
		{
			Name: "object-enumeration-addresses", Over: 60, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One person's token goes through records from many networks, so that no address stands out.",
		},
		{
			Name: "object-enumeration-fleet", Over: 300, Within: time.Hour, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityHigh, Labels: []string{"API1:2023", "CWE-639"},
			Description: "Many addresses without accepted credentials go through one endpoint's records together, a few each. Only addresses that count through numbers themselves are decided about.",
		},
		{
			Name: "object-foreign", Over: 10, Within: 10 * time.Minute, Action: controlplane.ActionDeny, For: time.Hour, PerMinute: 60,
			Mode: controlplane.ModeEnforce, Confidence: 0.9, Severity: controlplane.SeverityCritical, Labels: []string{"API1:2023", "CWE-639"},
			Description: "One caller asks again and again for records whose path names another owner than its token does, and gets them.",
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
	}
}
