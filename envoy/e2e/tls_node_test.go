package e2e

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"connectrpc.com/connect"

	"picket/controlplane/app"
	"picket/envoy/bootstrap"
	picketv1 "picket/proto/picket/v1"
	"picket/proto/picket/v1/picketv1connect"
)

// The names in the node's certificates; it says something else of itself.
const (
	nodeName    = "spiffe://corp.example/node/edge-1"
	renewedName = "spiffe://corp.example/node/edge-1-renewed"
	claimedNode = "spiffe://corp.example/vault/1"
)

const groupsPolicy = enforcing + `
groups:
  front: {nodes: ["spiffe://corp.example/node/*"]}
  vault: {nodes: ["spiffe://corp.example/vault/*"]}
`

// mutual is a rig whose Envoy and control plane prove who they are to each other.
type mutual struct {
	*rig
	servers, nodes *authority
	server, node   pair
}

func newMutual(t *testing.T) *mutual {
	t.Helper()
	m := &mutual{servers: newAuthority(t, "servers"), nodes: newAuthority(t, "nodes"), server: newPair(t), node: newPair(t)}
	m.servers.sign(t, m.server, certificate(t, "picket", 100))
	m.nodes.sign(t, m.node, certificate(t, "edge-1", 200, nodeName))
	o := both()
	o.offline, o.policy = true, groupsPolicy
	o.config = func(c *bootstrap.Config) {
		c.NodeID, c.Cluster = claimedNode, "vault"
		c.ControlTLS = &bootstrap.ControlTLS{CA: m.servers.file, Cert: m.node.cert(), Key: m.node.key(), ServerName: "localhost"}
		if _, err := c.Write(c.Dir); err != nil {
			t.Fatal(err)
		}
	}
	m.rig = newRig(t, o)
	m.serve(t)
	m.waitWorkers(instances)
	return m
}

// serve starts the control plane with TLS on both of its servers.
func (m *mutual) serve(t *testing.T) {
	t.Helper()
	p := startApp(t, app.Options{
		HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", State: app.Memory, PolicyFile: m.policy, Deltas: true, ECDS: true,
		TLSCert: m.server.cert(), TLSKey: m.server.key(), NodeCA: m.nodes.file,
		Module: func() string { return m.o.module }, Version: "test",
	})
	t.Cleanup(p.stop)
	operator := &http.Client{Transport: &http.Transport{TLSClientConfig: m.servers.trusted(t, nil)}}
	p.admin = picketv1connect.NewAdminClient(operator, "https://"+p.http, connect.WithInterceptors(authorized(p.token)))
	m.plane = p
	m.link.lead(p.grpc)
}

// reconnect cuts every connection, so that the next ones begin with a handshake.
func (m *mutual) reconnect() {
	m.link.cut()
	m.link.lead(m.plane.grpc)
}

func TestCertificatesNameNodesAndAreRenewed(t *testing.T) {
	m := newMutual(t)
	var denied string
	t.Run("the certificate names the node, not its hello", func(t *testing.T) { m.wantNode(t, nodeName, "front") })
	t.Run("a node enforces its own group's decisions only", func(t *testing.T) { denied = m.ownGroupOnly(t) })
	t.Run("the server's renewed certificate is shown", func(t *testing.T) { m.serverRenews(t) })
	t.Run("the node's renewed certificate is shown", func(t *testing.T) { m.nodeRenews(t) })
	t.Run("a certificate of another authority is refused", func(t *testing.T) { m.strangerRefused(t, denied) })
}

// wantNode waits until a node of that name has all its workers current, and is in the group.
func (m *mutual) wantNode(t *testing.T, name, group string) {
	t.Helper()
	r := m.in(t)
	var node *picketv1.NodeView
	r.eventually(name+" is current", func() bool {
		for _, n := range r.nodes() {
			if n.Id == claimedNode || n.Group == "vault" {
				t.Fatalf("the node passes for %s of group %s", n.Id, n.Group)
			}
			if n.Id == name && n.State == "current" && n.XdsState == "acknowledged" && current(n) == instances {
				node = n
			}
		}
		return node != nil
	})
	if node.Group != group {
		t.Errorf("%s is in group %q, want %q", name, node.Group, group)
	}
}

func current(n *picketv1.NodeView) (k int) {
	for _, w := range n.Workers {
		if w.State == "current" {
			k++
		}
	}
	return k
}

// ownGroupOnly decides for both groups, and gives the id of what the node must enforce.
func (m *mutual) ownGroupOnly(t *testing.T) string {
	r := m.in(t)
	decide := func(group, ip string) string {
		return r.decideFor(&picketv1.DecideRequest{
			Action: "deny", Facet: "ip", Value: ip, Group: group, For: durationpb.New(time.Hour), Reason: "test",
		})
	}
	others, own := decide("vault", honest), decide("front", attacker)
	r.waitEnforced(own)
	r.deniedByAll(attacker, "/", own)
	for range 20 {
		wantServed(t, r.get(honest, "/"))
	}
	if d := r.explain(others).Decision; d.Workers != 0 || d.Strikes != 0 {
		t.Errorf("the other group's decision has %d workers and %d strikes, want none", d.Workers, d.Strikes)
	}
	return own
}

// serverRenews looks which certificate a node is shown before and after.
func (m *mutual) serverRenews(t *testing.T) {
	r := m.in(t)
	if got := m.shown(t); got != "100" {
		t.Fatalf("shown serial %s, want 100", got)
	}
	m.servers.sign(t, m.server, certificate(t, "picket", 101))
	r.eventually("the renewed certificate is shown", func() bool { return m.shown(t) == "101" })
	m.reconnect()
	m.wantNode(t, nodeName, "front")
}

// shown is the serial of the certificate that the control plane shows nodes.
func (m *mutual) shown(t *testing.T) string {
	t.Helper()
	c, err := tls.Dial("tcp", m.plane.grpc, m.servers.trusted(t, &m.node))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

// nodeRenews gives the node a certificate with another name, so that the control plane can tell which one it was shown.
func (m *mutual) nodeRenews(t *testing.T) {
	m.nodes.sign(t, m.node, certificate(t, "edge-1", 0x7e57, renewedName))
	m.in(t).eventually("Envoy has read the renewed certificate", func() bool { return m.loaded("7e57") })
	m.reconnect()
	m.wantNode(t, renewedName, "front")
}

// loaded tells whether Envoy holds a certificate with that serial, in hexadecimal digits.
func (m *mutual) loaded(serial string) bool {
	return strings.Contains(string(m.envoy.Get("/certs")), `"serial_number": "`+serial+`"`)
}

// strangerRefused gives the node a certificate of a stranger for a while. What it enforces stays.
func (m *mutual) strangerRefused(t *testing.T, denied string) {
	r := m.in(t)
	newAuthority(t, "nodes").sign(t, m.node, certificate(t, "edge-1", 0xbad, nodeName))
	r.eventually("Envoy has read the stranger's certificate", func() bool { return m.loaded("0bad") })
	m.reconnect()
	before := m.link.attempts()
	r.eventually("it is turned away again and again", func() bool {
		return m.link.attempts() >= before+3 && len(r.instances("silent")) == len(r.instances("current", "behind", "starting", "silent"))
	})
	wantDenied(t, r.get(attacker, "/"), denied)
	m.nodes.sign(t, m.node, certificate(t, "edge-1", 0x900d, renewedName))
	r.eventually("Envoy has read the good certificate", func() bool { return m.loaded("900d") })
	m.reconnect()
	m.wantNode(t, renewedName, "front")
	r.deniedByAll(attacker, "/", denied)
}
