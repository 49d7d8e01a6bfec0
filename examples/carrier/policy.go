package carrier

import _ "embed"

//go:embed policy.yaml
var policyFile []byte // never changed

// Policy gives the policy file for Picket in front of this API, in enforce mode.
func Policy() []byte { return append([]byte(nil), policyFile...) }
