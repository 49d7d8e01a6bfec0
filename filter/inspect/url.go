package inspect

// urls looks for addresses that a server should not be sent to. Only a value that is an address counts, but for
// metadata services, which no written language names by chance.
func (l *lookup) urls(zone Zone, name []byte) {
	if at := l.metadata(); at >= 0 {
		c := float32(0.93)
		if l.prose.words >= 5 && l.byteAt(at-1) != '/' && l.byteAt(at-1) != '@' || at == 0 && l.seq(0, "N . N / N E") { // a network is no address
			c = 0.45
		}
		l.mark(SSRF, c, "metadata-address", at, at+16)
	}
	start := l.skip(0)
	l.remote(start, zone >= ZoneForm && containsAny(name, "url|uri|link|href|target|website|homepage"))
	end := start
	for end < l.n && (isAlpha(l.text[end]) || isDigit(l.text[end]) || l.text[end] == '+') && end < start+12 {
		end++
	}
	scheme := l.text[start:end]
	switch {
	case (l.has(end, "://") || l.has(end, ":\\\\")) && l.byteAt(end+3) != '/':
		l.scheme(scheme, start, end+3, zone, name)
	case l.byteAt(end) == ':' && listed(scheme, "http https ftp"):
		for end++; l.byteAt(end) == '/'; end++ {
		}
		l.host(end, 0.15, zone, name)
	case l.has(start, "//"):
		l.host(start+2, 0, zone, name)
	case listed(scheme, "gopher dict netdoc jar unix") && l.byteAt(end) == ':':
		l.mark(SSRF, 0.7, "odd-scheme", start, end+1)
	case l.byteAt(end) == ':' && listed(scheme, "mailto sip sips xmpp acct im"):
	case zone != ZoneHeader || hasSuffix(name, "host"):
		l.bareHost(start, zone, name)
	}
	l.farSchemes(start + 3)
}

// farSchemes: addresses behind other text, of kinds that no sentence has use for.
func (l *lookup) farSchemes(from int) {
	for at := l.find(from, l.n, "://"); at >= 0; at = l.find(at+3, l.n, "://") {
		start := at
		for start > 0 && (isAlpha(l.text[start-1]) || isDigit(l.text[start-1])) {
			start--
		}
		if s := l.text[start:at]; listed(s, "gopher dict netdoc ldapi rmi iiop") || (listed(s, "ldap") || listed(s, "ldaps") && start > 0) && l.prose.words < 4 {
			l.mark(SSRF, 0.7, "odd-scheme", start, at+3)
		}
	}
}

// remote: an address that names a script to include, or a share. named: the field is one for addresses.
func (l *lookup) remote(start int, named bool) {
	if l.has(start, "\\\\") && isWord(l.byteAt(start+2)) && l.dotted(start+2) {
		l.mark(Traversal, 0.65, "share", start, start+8)
	}
	if l.has(start, "jdbc:") && l.within(1, l.count, "init autodeserialize queryinterceptors socketfactory runscript allowloadlocalinfile loggerfile") {
		l.mark(Deserialization, 0.85, "driver-option", start, l.n) // Java's drivers run scripts, make objects and read files
	}
	if !l.hasAny(start, "http|ftp|//|\\\\") {
		return
	}
	end := start
	for end < l.n && l.text[end] > ' ' && l.text[end] != '?' && l.text[end] != '#' && l.text[end] != 0 {
		end++
	}
	bare := l.byteAt(end) == '?' && end+1 == l.n || end < l.n && l.text[end] == 0 // the rest of what the service puts behind
	if !bare && l.byteAt(end) == '?' && !l.has(end, "?cmd=") && !l.has(end, "?c=") {
		return
	}
	const code, other = ".php .inc .phtml .jsp .php5 .asp", ".txt .jpg .gif .png .xml"
	dot := end
	for dot > start && l.text[dot-1] != '.' && l.text[dot-1] != '/' {
		dot--
	}
	ending := l.text[max(dot-1, start):end]
	if listed(ending, code) || listed(ending, other) && (bare || l.byteAt(end) == '?' || l.has(start, "ftp")) {
		l.mark(Traversal, pick(l.has(start, "http") && string(ending) == ".php" && !bare, pick(named, 0.45, 0.5), 0.65), "remote-file", start, end)
	}
}

// dotted says whether the name that starts at i has a dot before the next separator.
func (l *lookup) dotted(i int) bool {
	for ; i < l.n && l.text[i] != '\\' && l.text[i] > ' '; i++ {
		if l.text[i] == '.' {
			return true
		}
	}
	return false
}

// hints says whether a word or number of those addresses is there at all.
func (l *lookup) hints() bool {
	for i := range l.tokens[:l.count] {
		t := &l.tokens[i]
		if t.what == tokPunct || t.end-t.start < 3 {
			continue
		}
		switch s := l.text[t.start:t.end]; {
		case t.ch == '0' && listed(s, "169.254 168.63 192.0 100.100 2852039166 0251.0376 425.510 0xa9fea9fe 0xa9"), t.ch == 'f' && hasPrefix(s, "fd00"), t.ch == 'm' && hasPrefix(s, "meta"), t.ch == 'r' && hasPrefix(s, "rancher"), t.ch == 'c' && hasPrefix(s, "computeme"), t.ch == 'a' && hasPrefix(s, "a9fe"), t.ch == 'f' && hasPrefix(s, "ffff"):
			return true
		}
	}
	return false
}

// metadata gives the place of a cloud's metadata address, in the forms that have no other use, or -1.
func (l *lookup) metadata() int {
	if !l.hints() {
		return -1
	}
	for _, s := range [...]string{"169.254.169.254", "169.254.170.2", "metadata.google.internal", "100.100.100.200/latest", "latest/meta-data", "computemetadata/v1", "metadata/instance", "a9fea9fe", "::ffff:a9fe:", "0xa9.0xfe", "2852039166", "fd00:ec2::254", "0251.0376.0251", "425.510.425.510", "metadata.nicob.net", "metadata.tencentyun", "168.63.129.16", "192.0.0.192", "rancher-metadata"} {
		if at := l.find(0, l.n, s); at >= 0 {
			return at
		}
	}
	return -1
}

const oddSchemes = "gopher dict ldap ldaps ldapi tftp netdoc sftp smb imap pop3 telnet rmi iiop unix scp jar nntp finger"

func (l *lookup) scheme(scheme []byte, start, at int, zone Zone, name []byte) {
	switch {
	case zone >= ZoneForm && (string(scheme) == "ldaps" || named(name, dsnNames)):
		return // what a program is configured with
	case listed(scheme, "gopher dict netdoc tftp ldapi rmi iiop finger"):
		l.mark(SSRF, 0.9, "odd-scheme", start, at)
	case listed(scheme, oddSchemes):
		l.mark(SSRF, 0.55, "odd-scheme", start, at)
	case listed(scheme, "http https ftp ws wss url"):
		l.host(at, 0, zone, name)
		return
	}
	end := l.authorityEnd(at)
	for k := at; k < end; k++ {
		if l.text[k] == '@' {
			l.userInfo(at, k, zone)
		}
	}
}

// host judges the authority that starts at i; bonus is added for what was odd before it.
func (l *lookup) host(i int, bonus float32, zone Zone, name []byte) {
	end := l.authorityEnd(i)
	l.authority(i, end, bonus, zone, name)
	if c := l.byteAt(end); c == '#' || c == '\\' {
		if at := l.find(end, end+40, "@"); at >= 0 {
			l.userInfo(i, at, zone)
			l.authority(at+1, l.hostEnd(at+1), bonus+0.2, zone, name)
		}
	}
	if at := l.find(i, l.n, "://"); at >= 0 && l.find(i, at, "redirect_uri=") < 0 { // RFC 8252, 7.3: native applications listen on loopback
		l.authority(at+3, l.authorityEnd(at+3), bonus, zone, name)
	}
}

func (l *lookup) authorityEnd(i int) int {
	end := i
	for end < l.n && l.text[end] > ' ' && l.text[end] != '/' && l.text[end] != '?' && l.text[end] != '#' && l.text[end] != '\\' {
		end++
	}
	return end
}

// authority judges the host between i and end, without a user's name and the port.
func (l *lookup) authority(i, end int, bonus float32, zone Zone, name []byte) {
	for k := end - 1; k >= i; k-- {
		if l.text[k] == '@' {
			l.userInfo(i, k, zone)
			i, bonus = k+1, bonus+0.2
			break
		}
	}
	port := end
	for k := i; k < end; k++ {
		if l.text[k] == ':' && l.byteAt(i) != '[' {
			port = k
			break
		}
	}
	c := l.hostConfidence(l.text[i:port])
	if c == 0 {
		return
	}
	if c < 0.75 && bonus == 0 && !l.has(i, "kubernetes.") && (expectsLocal(zone, name) || l.find(end, l.n, "callback") >= 0 || l.find(end, l.n, "auth") >= 0 || string(name) == "next" || c < 0.7 && zone >= ZoneForm && dotted(l.text[i:port]) && named(name, endpointNames)) {
		c = 0.3
	}
	l.mark(SSRF, min(c+bonus, 0.97), "internal-address", i, end)
}

// userInfo: a name and a password in a URL within the request's own URL.
func (l *lookup) userInfo(i, end int, zone Zone) {
	for k := i; k < end; k++ {
		if l.text[k] == '{' || l.text[k] == '<' || l.text[k] == '*' {
			return // a placeholder, or masked
		}
		if l.text[k] == ':' && k > i && k+1 < end {
			l.mark(URLCredential, pick(zone == ZoneQuery || zone == ZonePath || zone == ZoneHeader, 0.7, 0.55), "user-info", i, end)
		}
	}
}

func (l *lookup) hostEnd(i int) int {
	for i < l.n && l.text[i] > ' ' && l.text[i] != '/' && l.text[i] != '?' {
		i++
	}
	return i
}

// expectsLocal: fields in which developers' own machines are named honestly.
func expectsLocal(zone Zone, name []byte) bool {
	if zone == ZoneHeader && (string(name) == "host" || string(name) == ":authority") {
		return true
	}
	var folded [maxName]byte
	n := copy(folded[:], name)
	for i := range n {
		folded[i] = lower(folded[i])
	}
	if containsAny(folded[:n], "redirect|origin|location|referer|referrer|return|post_logout|issuer|audience|local") {
		return true
	}
	return named(name, "lan lan_ip lanip")
}

//go:noinline
func contains(b []byte, s string) bool {
	for i := 0; i+len(s) <= len(b); i++ {
		if b[i] == s[0] && string(b[i:i+len(s)]) == s {
			return true
		}
	}
	return false
}

// hostConfidence rates a host: loopback, private and link-local ranges, odd forms of numbers, names that lead there.
func (l *lookup) hostConfidence(h []byte) float32 {
	if len(h) > 1 && h[len(h)-1] == '.' {
		h = h[:len(h)-1]
	}
	switch {
	case len(h) == 0:
		return 0
	case endsIn(h, ".internal .svc .cluster.local .consul .corp .lan .intranet .local .localhost .localdomain"),
		listed(h, "vault consul redis elasticsearch mongo mongodb kubernetes docker jenkins prometheus etcd rabbitmq minio grafana kibana intranet memcached postgres mysql admin"):
		return 0.65
	case h[0] == '[':
		return internal6(h)
	case hasPrefix(h, "localhost."), listed(h, "localhost 0 kubernetes.default kubernetes.default.svc metadata instance-data host.docker.internal"):
		return 0.72
	}
	if containsAny(h, "localtest.me|nip.io|xip.io|sslip.io|burpcollaborator.net|oastify.com|oast.|interact.sh|requestbin|spoofed.|lvh.me|1u.ms|rbndr.us|webhook.site|bxss.me|r87.me|requestrepo.com|pipedream.net|beeceptor.com|canarytokens|dnslog.|ceye.io") {
		return 0.8
	}
	a, odd, ok := address(h)
	switch {
	case !ok:
		return 0
	case odd && (internal4(a) || !dotted(h) || contains(h, "x")):
		return 0.92
	case internal4(a):
		return 0.7
	}
	return 0
}

// endsIn says whether b ends in one of the words, which are separated by spaces.
//
//go:noinline
func endsIn(b []byte, words string) bool {
	for i := 0; i < len(words); {
		end := i
		for end < len(words) && words[end] != ' ' {
			end++
		}
		if hasSuffix(b, words[i:end]) {
			return true
		}
		i = end + 1
	}
	return false
}

// internal6 rates an IPv6 address in brackets: loopback, link-local and private ones, and IPv4 within.
func internal6(h []byte) float32 {
	h = h[1:]
	for len(h) > 0 && (h[0] == '0' || h[0] == ':') {
		h = h[1:]
	}
	if hasPrefix(h, "64:ff9b::") {
		h = h[9:]
	}
	if hasPrefix(h, "ffff:") {
		h = h[5:]
		for hasPrefix(h, "0:") {
			h = h[2:]
		}
	}
	for _, s := range [...]string{"]", "1]", "fe80:", "fd", "fc", "7f", "127.", "10.", "192.168.", "a9fe", "169.254", "c0a8", "ac1", "a0"} {
		if hasPrefix(h, s) {
			return 0.8
		}
	}
	return 0
}

// address reads IPv4 in all forms that inet_aton takes: one to four parts, decimal, octal or hexadecimal. odd: not four
// decimal parts.
func address(h []byte) (a uint32, odd, ok bool) {
	var parts [4]uint64
	n, i := 0, 0
	for i < len(h) && n < 4 {
		v, next, strange := part(h, i)
		if next == i {
			return 0, false, false
		}
		odd = odd || strange
		parts[n], n, i = v, n+1, next
		if i < len(h) && h[i] == '.' {
			i++
			continue
		}
		break
	}
	if i < len(h) || n == 0 || parts[n-1] > 1<<32-1 || (n == 1 && parts[0] < 1<<24) {
		return 0, false, false
	}
	for k := range n - 1 {
		a |= uint32(parts[k]&255) << (24 - 8*k)
	}
	return a | uint32(parts[n-1]), odd || n < 4, true
}

func dotted(h []byte) bool { return contains(h, ".") }

func part(h []byte, i int) (v uint64, next int, odd bool) {
	base := uint64(10)
	if i+2 < len(h) && h[i] == '0' && h[i+1] == 'x' {
		base, i, odd = 16, i+2, true
	} else if i+1 < len(h) && h[i] == '0' && isDigit(h[i+1]) {
		base, odd = 8, true
	}
	for i < len(h) && (isDigit(h[i]) || base == 16 && isHex(h[i])) && v < 1<<40 {
		v = v*base + uint64(nibble(h[i]))
		i++
	}
	return v, i, odd
}

func internal4(a uint32) bool {
	switch {
	case a>>24 == 127, a>>24 == 10, a>>24 == 0, a>>16 == 0xc0a8, a>>20 == 0xac1, a>>16 == 0xa9fe, a>>22 == 0x191: // the last is 100.64.0.0/10
		return true
	}
	return false
}

// bareHost: an address in a field that names a URL or a host.
func (l *lookup) bareHost(start int, zone Zone, name []byte) {
	var folded [maxName]byte
	n := copy(folded[:], name)
	for i := range n {
		folded[i] = lower(folded[i])
	}
	if !containsAny(folded[:n], "url|uri|webhook|callback|dest|target") && (zone != ZoneHeader || string(name) == "host") {
		return
	}
	if l.find(start, l.n, " ") < 0 {
		l.host(start, -0.2, ZoneJSON, name)
	}
}
