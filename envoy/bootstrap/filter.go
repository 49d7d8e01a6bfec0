package bootstrap

import (
	"fmt"
	"slices"
	"strings"
)

const wasmType = "envoy.extensions.filters.http.wasm.v3.Wasm"

// addressSource tells the filter to take the client's address from source.address, which is right in every Envoy.
const addressSource = "source"

// anyClient is right in every Envoy.
const anyClient = "address=" + addressSource

// addressSetting tells the filter where to read the client's address. X-Forwarded-For, which the filter has at hand, is
// cheaper than source.address: "xff:N" is the entry that stands N places before the last, where N proxies are trusted.
// But Envoy writes one of the machine's own addresses there for a client on loopback, so it is not read by default where
// such clients can connect.
func (c Config) addressSetting() string {
	if c.ForwardedAddress || !slices.ContainsFunc(c.Listeners, servesLoopback) {
		return fmt.Sprintf("xff:%d", c.TrustedHops)
	}
	return addressSource
}

// clientSettings tells the filter how to know its clients: where their address stands, and that none has a certificate
// where no listener has TLS, which saves asking for it with each request.
func (c Config) clientSettings() string {
	s := "address=" + c.addressSetting()
	if c.TLS == nil {
		s += " tls=no"
	}
	return s
}

func servesLoopback(listener string) bool {
	a, _, err := listenAddress(listener)
	return err != nil || a.IsUnspecified() || a.IsLoopback()
}

// trafficFilter handles the requests and owns the stream. It is static, so that a push of policy never touches it.
func (c Config) trafficFilter(client string) object {
	settings := typed("google.protobuf.StringValue", field{"value", c.settings(client)})
	return extension(Filter, wasmType, field{"config", c.plugin(Filter, settings)})
}

// policyFilter carries the policy into the VM of the traffic filter. Its default is no policy, taken at once, so that a
// control plane that is away delays nothing; the filter keeps the last good policy when none comes.
func (c Config) policyFilter() object {
	return object{
		{"name", PolicyFilter},
		{"disabled", true},
		{"config_discovery", object{
			{"config_source", object{
				{"resource_api_version", "V3"},
				{"initial_fetch_timeout", "5s"},
				{"api_config_source", object{
					{"api_type", "DELTA_GRPC"},
					{"transport_api_version", "V3"},
					{"set_node_on_first_message_only", true},
					{"grpc_services", list{object{{"envoy_grpc", object{{"cluster_name", ControlCluster}}}}}},
				}},
			}},
			{"type_urls", list{"type.googleapis.com/" + wasmType}},
			{"apply_default_config_without_warming", true},
			{"default_config", typed(wasmType, field{"config", c.plugin(PolicyFilter, typed("google.protobuf.BytesValue"))})},
		}},
	}
}

// plugin is the same for both filters but for name and configuration: two filters share a VM only while vm_config is
// the same to the last field. FAIL_RELOAD is the one failure policy that heals a VM after a panic.
func (c Config) plugin(name string, configuration object) object {
	return object{
		{"name", name},
		{"root_id", name},
		{"failure_policy", "FAIL_RELOAD"},
		{"allow_on_headers_stop_iteration", true},
		{"vm_config", object{
			{"vm_id", VM},
			{"runtime", "envoy.wasm.runtime.v8"},
			{"code", object{{"local", object{{"filename", c.Module}}}}},
		}},
		{"configuration", configuration},
	}
}

func (c Config) settings(client string) string {
	s := []string{"signals=" + ControlCluster, "tick=" + orDefault(c.Tick, defaultTick).String()}
	if c.Workers > 0 {
		s = append(s, fmt.Sprintf("workers=%d", c.Workers))
	}
	return strings.Join(append(s, client), " ")
}
