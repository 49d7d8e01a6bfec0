package main

import (
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"go.yaml.in/yaml/v3"

	"picket/envoy/bootstrap"
)

// All Envoys here have the configuration that Picket's bootstrap writes, so that only the filters differ: object is a
// mapping of it, list a sequence.
type (
	object = map[string]any
	list   = []any
)

const typePrefix = "type.googleapis.com/"

// config is Envoy's in front of upstream, with Picket in it.
func (b *bench) config(upstream, control string, workers int) bootstrap.Config {
	return bootstrap.Config{
		NodeID: "bench", Cluster: "default", Listeners: []string{"127.0.0.1:0"}, Admin: "127.0.0.1:0", TrustedHops: 1,
		// An edge listener is not on loopback and reads the client's address from X-Forwarded-For.
		ForwardedAddress: true,
		Upstream:         &url.URL{Scheme: "http", Host: upstream}, Control: control, Module: b.module, Workers: workers,
	}
}

// document is a configuration that can be changed.
type document struct{ root object }

func parse(c bootstrap.Config) (*document, error) {
	text, err := c.Bootstrap()
	if err != nil {
		return nil, err
	}
	d := &document{}
	if err := yaml.Unmarshal(text, &d.root); err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return d, nil
}

func (d *document) encode() ([]byte, error) {
	text, err := yaml.Marshal(d.root)
	if err != nil {
		return nil, fmt.Errorf("write configuration: %w", err)
	}
	return text, nil
}

func (d *document) resources() object { return d.root["static_resources"].(object) }

// filters gives Picket's filters and the router of the first listener.
func (d *document) filters() (picket list, router any) {
	all := manager(d.resources()["listeners"].(list)[0].(object))["http_filters"].(list)
	return all[:len(all)-1], all[len(all)-1]
}

// manager is a listener's connection manager.
func manager(listener object) object {
	chain := listener["filter_chains"].(list)[0].(object)
	return chain["filters"].(list)[0].(object)["typed_config"].(object)
}

// listen replaces the listeners by copies of the first, one for each name, with these filters before the router.
func (d *document) listen(filters map[string]list) error {
	_, router := d.filters()
	first, err := yaml.Marshal(d.resources()["listeners"].(list)[0])
	if err != nil {
		return fmt.Errorf("copy listener: %w", err)
	}
	var all list
	for name, before := range filters {
		var l object
		if err := yaml.Unmarshal(first, &l); err != nil {
			return fmt.Errorf("copy listener: %w", err)
		}
		l["name"] = name
		manager(l)["http_filters"] = append(append(list{}, before...), router)
		all = append(all, l)
	}
	d.resources()["listeners"] = all
	return nil
}

func extension(name, message string, fields object) object {
	typed := object{"@type": typePrefix + message}
	maps.Copy(typed, fields)
	return object{"name": name, "typed_config": typed}
}

// emptyFilter runs the module that does nothing.
func emptyFilter(module string) object {
	return extension("empty", "envoy.extensions.filters.http.wasm.v3.Wasm", object{"config": object{
		"name": "empty", "root_id": "empty", "failure_policy": "FAIL_RELOAD", "allow_on_headers_stop_iteration": true,
		"vm_config": object{
			"vm_id": "empty", "runtime": "envoy.wasm.runtime.v8",
			"code": object{"local": object{"filename": module}},
		},
	}})
}

// rbacFilter denies n addresses, none of which is a client's, by Envoy's own filter with its fastest matcher (a trie).
func rbacFilter(n int) object {
	ranges := make(list, n)
	at := netip.MustParseAddr("10.0.0.0")
	for i := range ranges {
		ranges[i] = object{"address_prefix": at.String(), "prefix_len": 32}
		at = at.Next()
	}
	action := func(name string) object {
		return object{"action": extension("action", "envoy.config.rbac.v3.Action", object{"name": name, "action": name})}
	}
	input := extension("envoy.matching.inputs.source_ip", "envoy.extensions.matching.common_inputs.network.v3.SourceIPInput", nil)
	matcher := extension("ip_matcher", "xds.type.matcher.v3.IPMatcher", object{
		"range_matchers": list{object{"ranges": ranges, "on_match": action("DENY")}},
	})
	return extension("envoy.filters.http.rbac", "envoy.extensions.filters.http.rbac.v3.RBAC", object{"matcher": object{
		"matcher_tree": object{"input": input, "custom_match": matcher}, "on_no_match": action("ALLOW"),
	}})
}

const authzCluster = "authz"

// authzFilter asks a server about each request; body is how much of a body it is shown, 0: none.
func authzFilter(body int) object {
	fields := object{
		"transport_api_version": "V3",
		"grpc_service":          object{"envoy_grpc": object{"cluster_name": authzCluster}, "timeout": "5s"},
	}
	if body > 0 {
		fields["with_request_body"] = object{"max_request_bytes": body, "allow_partial_message": true}
	}
	return extension("envoy.filters.http.ext_authz", "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", fields)
}

// addAuthzCluster adds the cluster that leads to the server at address.
func (d *document) addAuthzCluster(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
	socket := object{"socket_address": object{"address": host, "port_value": number}}
	d.resources()["clusters"] = append(d.resources()["clusters"].(list), object{
		"name": authzCluster, "type": "STATIC", "connect_timeout": "1s",
		"typed_extension_protocol_options": object{options: object{
			"@type": typePrefix + options, "explicit_http_config": object{"http2_protocol_options": object{}},
		}},
		"load_assignment": object{"cluster_name": authzCluster, "endpoints": list{
			object{"lb_endpoints": list{object{"endpoint": object{"address": socket}}}},
		}},
	})
	return nil
}
