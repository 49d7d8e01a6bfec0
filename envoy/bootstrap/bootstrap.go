package bootstrap

import "fmt"

const (
	connectionManager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
	routerType        = "envoy.extensions.filters.http.router.v3.Router"
	filterStateType   = "envoy.extensions.filters.http.set_filter_state.v3.Config"
	inspectorType     = "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"
	connectionsType   = "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig"
)

// Bootstrap gives Envoy's whole configuration as YAML. The error holds every mistake in c, one line each.
// With TLS or ControlTLS it refers to files that Secrets gives.
func (c Config) Bootstrap() ([]byte, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	upstream, err := c.upstreamCluster()
	if err != nil {
		return nil, err
	}
	return encode(object{
		{"node", c.node()},
		{"admin", c.admin()},
		{"overload_manager", c.overload()},
		{"static_resources", object{
			{"listeners", c.listeners()},
			{"clusters", list{upstream, c.controlCluster()}},
		}},
	})
}

func (c Config) node() object {
	return object{
		{"id", orDefault(c.NodeID, "picket")},
		{"cluster", orDefault(c.Cluster, "default")},
		{"metadata", object{{ModuleKey, c.Module}}},
	}
}

// admin is nil where there is none. It does not count towards the limit of connections: operators get in at all times.
func (c Config) admin() any {
	if c.Admin == "" {
		return nil
	}
	host, port, _ := listenAddress(c.Admin)
	return object{{"address", socketAddress(host.String(), port)}, {"ignore_global_conn_limit", true}}
}

// overload bounds what clients can make Envoy hold, as its guide for edge proxies asks.
func (c Config) overload() object {
	return object{{"resource_monitors", list{
		extension("envoy.resource_monitors.global_downstream_max_connections", connectionsType,
			field{"max_active_downstream_connections", orDefault(c.MaxConnections, defaultMaxConnections)}),
	}}}
}

func (c Config) listeners() list {
	var all list
	for i, l := range c.Listeners {
		all = append(all, c.listener(fmt.Sprintf("picket_%d", i), l))
	}
	return all
}

// listener leaves per_connection_buffer_limit_bytes at 1 MiB: the filter may hold the start of a body, and a smaller
// buffer would turn that into 413.
func (c Config) listener(name, address string) object {
	host, port, _ := listenAddress(address)
	chain := object{{"filters", list{c.connectionManager()}}}
	o := object{{"name", name}, {"address", socketAddress(host.String(), port)}}
	if c.TLS != nil {
		chain = append(chain, field{"transport_socket", c.listenerSocket()})
		o = append(o, field{"listener_filters", list{extension("envoy.filters.listener.tls_inspector", inspectorType,
			field{"enable_ja4_fingerprinting", true})}})
	}
	return append(o, field{"filter_chains", list{chain}})
}

// connectionManager trusts nobody's headers but those of TrustedHops, and gives the filter and the service one form of
// each path. Timeouts end what never becomes a request, and leave long streams alone: request_timeout would end a gRPC
// stream that a client keeps open.
func (c Config) connectionManager() object {
	return extension("envoy.filters.network.http_connection_manager", connectionManager,
		field{"stat_prefix", "picket"},
		field{"codec_type", "AUTO"},
		field{"use_remote_address", true},
		field{"xff_num_trusted_hops", c.TrustedHops},
		field{"normalize_path", true},
		field{"merge_slashes", true},
		field{"path_with_escaped_slashes_action", c.escapedSlashes()},
		field{"server_header_transformation", "PASS_THROUGH"},
		field{"upgrade_configs", list{object{{"upgrade_type", "websocket"}}}},
		field{"request_headers_timeout", "10s"},
		field{"stream_idle_timeout", "3600s"},
		field{"common_http_protocol_options", object{{"idle_timeout", "3600s"}}},
		field{"http2_protocol_options", object{
			{"max_concurrent_streams", 100},
			{"initial_stream_window_size", 65536},
			{"initial_connection_window_size", 1048576},
			{"allow_connect", true},
		}},
		field{"http_filters", c.httpFilters()},
		field{"route_config", c.routes()},
	)
}

func (c Config) escapedSlashes() string {
	if c.KeepEscapedSlashes {
		return "KEEP_UNCHANGED"
	}
	return "UNESCAPE_AND_REDIRECT"
}

func (c Config) httpFilters() list {
	var filters list
	if c.TLS != nil {
		filters = append(filters, fingerprintFilter())
	}
	return append(filters,
		c.trafficFilter(c.clientSettings()),
		c.policyFilter(),
		extension("envoy.filters.http.router", routerType, field{"suppress_envoy_headers", true}),
	)
}

func fingerprintFilter() object {
	return extension("picket-ja4", filterStateType, field{"on_request_headers", list{object{
		{"object_key", FingerprintState},
		{"factory_key", "envoy.string"},
		{"skip_if_empty", true},
		{"format_string", object{{"text_format_source", object{{"inline_string", "%TLS_JA4_FINGERPRINT%"}}}}},
	}}})
}

// routes leads everything to the service, however long it takes.
func (c Config) routes() object {
	route := object{{"cluster", UpstreamCluster}, {"timeout", "0s"}}
	if isTLS(c.Upstream) {
		route = append(route, field{"host_rewrite_literal", c.Upstream.Host}, field{"append_x_forwarded_host", true})
	}
	return object{{"virtual_hosts", list{object{
		{"name", "service"},
		{"domains", list{"*"}},
		{"routes", list{object{{"match", object{{"prefix", "/"}}}, {"route", route}}}},
	}}}}
}
