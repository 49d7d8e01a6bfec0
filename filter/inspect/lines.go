package inspect

const splitHeaders = "set-cookie location content-length content-type http x-xss-protection x-forwarded-for x-forwarded-host host transfer-encoding refresh access-control-allow-origin x-injected x-injected-header x-custom x-test cookie server status"

const mailHeaders = "bcc cc to subject from reply-to content-type content-transfer-encoding mime-version x-mailer sender return-path date"

// lines looks for line breaks that start a header of HTTP or of a mail, or a command of SMTP.
func (l *lookup) lines(zone Zone) {
	for i := 0; i < l.n; i++ {
		if c := l.text[i]; c != '\n' && c != '\r' {
			continue
		}
		j := i
		for l.byteAt(j) == '\n' || l.byteAt(j) == '\r' {
			j++
			if j >= l.n {
				return
			}
		}
		l.line(zone, i, j)
		i = j
	}
}

func (l *lookup) line(zone Zone, from, i int) {
	for l.byteAt(i) == ' ' {
		i++
	}
	end := i
	for end < l.n && (isAlpha(l.text[end]) || l.text[end] == '-') {
		end++
	}
	name := l.text[i:end]
	colon := l.byteAt(end) == ':'
	oneLine, returns := l.single, l.text[from] == '\r' || zone == ZoneXML
	if zone == ZonePath || zone == ZoneCookie || zone <= ZoneCookie && isDigit(l.byteAt(i)) && isDigit(l.byteAt(i+3)) {
		l.mark(CRLF, 0.6, "line-break", from, i)
	}
	if l.byteAt(0) == '*' && isDigit(l.byteAt(1)) && l.byteAt(i) == '$' && isDigit(l.byteAt(i+1)) {
		l.mark(NoSQL, 0.85, "store-command", 0, i+2)
	}
	if l.n < 400 && l.byteAt(i) == '<' && l.has(from, "\r\n\r\n") {
		l.mark(CRLF, 0.8, "response-body", from, i+1)
	}
	switch {
	case colon && listed(name, mailHeaders) && (!listed(name, splitHeaders) || l.find(0, from, "@") > 0):
		l.mailLine(oneLine, from, i, end)
	case colon && listed(name, splitHeaders) && !listed(name, "status server host"):
		link := l.skip(end + 1)
		sure := oneLine || l.n < 160 && (!listed(name, "location refresh") || l.byteAt(link) == '/' || l.has(link, "http") || isDigit(l.byteAt(link)) || link == l.n)
		l.mark(CRLF, pick(sure, 0.92, 0.4), "header", from, end+1)
	case colon && l.n < 400 && (hasPrefix(name, "x-") || hasPrefix(name, "access-control-") || listed(name, "cache-control content-encoding content-disposition authorization")):
		l.mark(CRLF, 0.7, "header", from, end+1)
	case colon && l.n < 200 && returns && listed(name, "host server status connection"):
		l.mark(CRLF, 0.7, "header", from, end+1)
	case hasPrefix(name, "http") && l.byteAt(end) == '/':
		l.mark(CRLF, pick(oneLine || l.text[from] == '\r' && l.n < 400, 0.95, 0.5), "response", from, end+1)
	case returns && l.n < 400 && (listed(name, "flushall flushdb slaveof shutdown") || listed(name, "set config eval hset lpush del") && l.byteAt(end) == ' ' && l.byteAt(end+1) != '-'):
		l.mark(CRLF, 0.8, "store-command", from, end)
	case end == i && l.text[i] == '.' && l.imap(i+1):
		l.mark(Mail, 0.85, "imap-command", from, end+6)
	case end == i:
		return
	case isDigit(l.byteAt(end)) && end-i <= 2 && l.imap(end):
		l.mark(Mail, 0.85, "imap-command", from, end+6)
	case listed(name, "rcpt mail") && (l.has(end, " to:") || l.has(end, " from:")), listed(name, "data ehlo helo quit rset vrfy") && returns && (l.byteAt(end) == '\r' || l.byteAt(end) == '\n' || end == l.n || end < l.n && name[0] != 'd' && l.n < 200):
		l.mark(Mail, 0.9, "smtp-command", from, end)
	case zone <= ZoneCookie && colon && end-i > 2 && (returns || contains(name, "-")), l.text[from] == '\r' && colon && contains(name, "-") && l.n < 400 && l.lineBreaks() < 3:
		l.mark(CRLF, 0.75, "header", from, end+1)
	case listed(name, "get post put delete head") && l.find(end, end+80, " http/") >= 0:
		l.mark(CRLF, 0.85, "request", from, end)
	}
}

func (l *lookup) mailLine(oneLine bool, from, i, end int) {
	before := l.find(0, from, "@") >= 0 && l.find(0, from, "\n") < 0
	after := l.find(end, end+80, "@") >= 0
	switch {
	case listed(l.text[i:end], "bcc cc to reply-to") && after && l.n < 400 && from < 120:
		l.mark(Mail, 0.9, "mail-header", from, end+1)
	case before && from < 80, oneLine && (l.find(0, from, ":") < 0 || l.find(0, from, "://") > 0):
		l.mark(Mail, 0.92, "mail-header", from, end+1)
	case l.text[from] == '\r' && from < 80 && l.find(0, from, ":") < 0 && l.n < 300 && l.find(end, l.n, "\r\n\r\n") > 0:
		l.mark(Mail, 0.9, "mail-body", from, end+1)
	case l.text[from] == '\r' && listed(l.text[i:end], "subject reply-to from to") && from < 80 && l.find(0, from, ":") < 0 && l.n < 400:
		l.mark(Mail, 0.6, "mail-header", from, end+1)
	case listed(l.text[i:end], "bcc content-type mime-version reply-to") && l.n < 300:
		l.mark(Mail, 0.8, "mail-header", from, end+1)
	}
}

// imap: a tag's digits, then a command of IMAP (RFC 9051).
func (l *lookup) imap(i int) bool {
	i = digits(l.text[:l.n], i)
	if l.byteAt(i) != ' ' {
		return false
	}
	end := i + 1
	for isAlpha(l.byteAt(end)) {
		end++
	}
	return listed(l.text[i+1:end], "fetch create delete select list lsub store login append search examine copy expunge logout rename status uid capability noop authenticate starttls close check idle")
}
