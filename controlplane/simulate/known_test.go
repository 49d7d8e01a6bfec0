package simulate

// undetected are attacks of which a scenario that must fire does not fire today. It must shrink.
func undetected() map[string]bool {
	known := map[string]bool{}
	for _, name := range []string{
		"stuffing-fast", "stuffing-spread", "stuffing-fingerprint", "stuffing-fleet", "guessing-one-account", "spraying",
		"otp-guessing", "enumeration-login", "enumeration-reset", "bola-slow", "bola-owner", "id-guessing", "unprotected-endpoint",
		"scraping", "scanning-fast", "scanning-slow", "method-probing", "undocumented", "deprecated", "decoy",
		"injection-repeated", "injection-worked", "key-leak", "token-replay", "token-tampering", "token-unsigned",
		"function-level", "resource-exhaustion", "sim-swap-shop", "sim-swap-after-reset", "port-out-abuse", "skipped-steps", "forged-name",
	} {
		known[name] = true
	}
	return known
}

// hits are timelines in which an honest caller is hit, or a scenario fires that should not, today. It must shrink.
func hits() map[string]bool {
	return map[string]bool{
		"batch-own-records": true, // nothing tells yet that the records are the caller's own
	}
}
