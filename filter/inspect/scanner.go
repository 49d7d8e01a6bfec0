package inspect

// scannerFiles are what scanners ask every server for.
const scannerFiles = "/www /c99 /r57 /b374k /wso /alfa /shell /webshell /cmd /backup /dump /site /db /credentials /secrets /luci/ /.vscode/ /latest/meta-data /druid/ /console.portal /currentsetting.htm /gponform /aspxspy /_all_dbs /_users/ /_node/ /_config /_utils /_cat/ /_cluster/ /_snapshot /.npmrc /.kube/ /.docker/ /remote/fgt_lang /eval-stdin /.git/ /.env /.svn/ /.hg/ /.aws/ /.ssh/ /.htpasswd /.htaccess /.ds_store /pma/ /goform/ /administrator/ /docker-compose /web.config /jenkins/ /debug/pprof /wp-content/plugins /console/login /wp-login.php /wp-config /wp-admin/ /xmlrpc.php /phpmyadmin /phpinfo /server-status /alfacgiapi /perl.alfa /elmah.axd /trace.axd /nacos/ /hudson/ /vpns/ /geoserver/web /evox/ " +
	"/actuator/env /actuator/heapdump /actuator/gateway /actuator/jolokia /manager/html /cgi-bin/ /vendor/phpunit /solr/admin /jmx-console /web-console /_ignition/ /telescope/requests /hnap1 /boaform /setup.cgi /adminer /id_rsa /invoker/ /autodiscover/ /owa/auth /ecp/ /struts2 /info.php /reportserver /appsettings.json /composer.lock /web-inf/ /api/jsonws /jolokia/ /wp-json/wp/v2/users /+cscot"

func (in *Inspector) scannerPath(p []byte) {
	if _, _, ok := in.known(p, kScanPath); !ok && (len(p) == 0 || p[len(p)-1] != '~') {
		return
	}
	var folded [256]byte
	n := copy(folded[:], p)
	for i := range n {
		folded[i] = lower(folded[i])
	}
	for i := 0; i < len(scannerFiles); {
		end := i
		for end < len(scannerFiles) && scannerFiles[end] != ' ' {
			end++
		}
		s := scannerFiles[i:end]
		at := indexOf(folded[:n], s)
		if at >= 0 && i < weakFiles {
			in.weakFile(folded[at+len(s):n], at < 8)
			at = -1
		}
		if at >= 0 && (s[len(s)-1] == '/' || at+len(s) == n || !isAlpha(folded[at+len(s)])) {
			in.found(Scanner, 0.8, "well-known-target", p[at:min(at+len(s), len(p))])
			return
		}
		i = end + 1
	}
	if hidden(folded[:n]) {
		in.found(Scanner, 0.6, "hidden-file", nil)
	}
	if at := indexOf(folded[:n], "/."); at >= 0 && (hasSuffix(folded[:n], ".php") || hasSuffix(folded[:n], ".jsp") || hasSuffix(folded[:n], ".aspx")) {
		in.found(Scanner, 0.6, "hidden-script", nil)
	}
	for _, s := range [...]string{".bak", ".sql", ".sql.gz", ".sql.zip", ".tar.gz.bak", ".dump", ".swp", ".old", ".orig", ".save", "~"} {
		if n > len(s) && string(folded[n-len(s):n]) == s && !contains(folded[:n], "%20") && (s != "~" || n > 4 && contains(folded[n-5:n], ".")) {
			in.found(Scanner, 0.55, "backup-file", nil)
		}
	}
}

// hidden says whether a path's first part is a hidden file, which no service has there but by mistake; well-known
// addresses (RFC 8615) are meant to be there.
func hidden(p []byte) bool {
	return len(p) > 3 && p[1] == '.' && isAlpha(p[2]) && !hasPrefix(p, "/.well-known")
}

// weakFiles is how much of scannerFiles are names that need an ending of a script or an archive.
const weakFiles = 101

// weakFile judges what follows such a name: digits, then the ending; archives count where a server's root is.
func (in *Inspector) weakFile(rest []byte, top bool) {
	for len(rest) > 0 && (isDigit(rest[0]) || rest[0] == '-' || rest[0] == '_') {
		rest = rest[1:]
	}
	if listed(rest, ".php .jsp .aspx .asp .phtml .php5") || top && listed(rest, ".cgi .zip .tar .tar.gz .tgz .rar .7z .gz .sql .json") {
		in.found(Scanner, 0.6, "well-known-target", nil)
	}
}

// known gives the first word of that kind.
func (in *Inspector) known(b []byte, k kind) (from, to int, ok bool) {
	for i := 0; i < len(b); i++ {
		h := uint32(hashSeed)
		for from = i; i < len(b) && isWord(b[i]); i++ {
			h = hashStep(h, lower(b[i]))
		}
		if i > from && in.words.kinds(h)&k != 0 {
			return from, i, true
		}
	}
	return 0, 0, false
}

// loose looks at headers whose own grammar is full of punctuation: only what that grammar has no use for asks for the
// deep look.
func (in *Inspector) loose(value []byte) {
	prev := byte(' ')
	for i, c := range value {
		odd := false
		switch c {
		case '<', '\\', '{', '\'', '`', '|', '&', '$', '%', '^':
			odd = true
		case '.', '-':
			odd = prev == c
		case ';':
			odd = prev == ';' || in.commandAfter(value[i+1:])
		case '"':
			odd = prev == ' ' || isWord(prev) && i+1 < len(value) && value[i+1] == ' '
		}
		if odd {
			in.value(value)
			return
		}
		prev = c
	}
}

// commandAfter says whether b begins with a command rather than with a parameter or a part of a platform's name.
func (in *Inspector) commandAfter(b []byte) bool {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) < 2 || b[1] == '=' {
		return false
	}
	_, to, ok := in.known(b[:min(len(b), 12)], kCommand|kLoose)
	return b[0] == '/' || b[0] == '(' || ok && (to == len(b) || b[to] != '=' && b[to] != '/')
}

// agent looks for the names that scanners give themselves, and for what no product's name has in it.
func (in *Inspector) agent(value []byte) {
	if foldEqual(value, 0, "hello, world") {
		in.found(Scanner, 0.7, "user-agent", nil) // worms of the Mirai family
	}
	product, odd := false, false
	for i := 0; i < len(value); i++ {
		h := uint32(hashSeed)
		from := i
		for i < len(value) && isWord(value[i]) {
			h = hashStep(h, lower(value[i]))
			i++
		}
		if i == from {
			continue
		}
		product = product || i+1 < len(value) && value[i] == '/' && isDigit(value[i+1])
		k := in.words.kinds(h)
		if k&kScanner != 0 {
			in.found(Scanner, 0.85, "user-agent", value[from:i])
		}
		odd = odd || k&(kDanger|kSchema|kStmt|kCall) != 0 || k&kLogic != 0 && i+1 < len(value) && (isDigit(value[i+1]) || value[i+1] == '\'')
	}
	if odd || !product {
		in.value(value)
		return
	}
	in.loose(value)
}
