package bootstrap

import (
	"bytes"
	"errors"
)

const (
	snippetHead = `# Picket in an Envoy that exists already. Envoy 1.39 or later.
#
# 1. Start Envoy with a node id and cluster: the cluster is the group whose policy the node enforces.
#    If the module does not lie at the same path as on the control plane's machine, add to the node:
#      node: {metadata: {` + ModuleKey + `: PATH}}
`
	snippetFilters = `
# 2. These two go first into http_filters of each HTTP connection manager, before the router. Keep them as they are:
#    they share a VM only while their vm_config is the same. The second never sees a request; it brings the policy.
#    Where the connection manager has use_remote_address: true and xff_num_trusted_hops: N, "address=xff:N" is a little
#    cheaper than "address=source", and the same for all clients but those on loopback. "workers=N", where N is Envoy's
#    --concurrency, lets the control plane show missing workers.
`
	snippetClusters = `
# 3. This goes into the static clusters (it may also come by CDS).
`
	snippetSecrets = `
# 4. These files must exist on the node, so that Envoy reads certificates again when they are renewed:
`
)

// Snippet gives, with comments that say where each part goes, what an Envoy that exists already needs. The error holds
// every mistake in c, one line each; Listeners, Admin and Upstream are not looked at.
func (c Config) Snippet() ([]byte, error) {
	c.TLS = nil
	if err := errors.Join(c.validateFilter(), c.validateTLS()); err != nil {
		return nil, err
	}
	parts := []struct {
		comment string
		content object
	}{
		{snippetFilters, object{{"http_filters", list{c.trafficFilter(anyClient), c.policyFilter()}}}},
		{snippetClusters, object{{"clusters", list{c.controlCluster()}}}},
	}
	out := bytes.NewBufferString(snippetHead)
	for _, p := range parts {
		b, err := encode(p.content)
		if err != nil {
			return nil, err
		}
		out.WriteString(p.comment)
		out.Write(b)
	}
	return c.appendSecrets(out)
}

// appendSecrets shows the secret files as comments.
func (c Config) appendSecrets(out *bytes.Buffer) ([]byte, error) {
	secrets, err := c.Secrets()
	if err != nil || len(secrets) == 0 {
		return out.Bytes(), err
	}
	out.WriteString(snippetSecrets)
	for _, s := range secrets {
		out.WriteString("#    " + c.Dir + "/" + s.Name + ":\n")
		for line := range bytes.Lines(s.Content) {
			out.WriteString("#      ")
			out.Write(line)
		}
	}
	return out.Bytes(), nil
}
