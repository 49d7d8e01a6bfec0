package inspect

// shell looks for commands that break out of a command line: separators, substitutions, and command lines as values.
func (l *lookup) shell() {
	if l.parameter && l.count > 0 && l.count < 24 && l.tokens[0].kinds&(kCommand|kLoose) != 0 && (l.end(1) || l.argument(1)) {
		l.markAt(Command, 0.6, "command-parameter", 0, 2)
	}
	l.options()
	if at := l.find(1, l.n, "|'"); at > 0 && l.among(0, "=+-@") && l.find(at, l.n, "'!") > 0 {
		l.mark(Command, 0.7, "spreadsheet-link", 0, at+2) // a spreadsheet that reads it as CSV starts the program
	}
	if l.spells(0) {
		l.markAt(Command, 0.65, "obfuscated", 0, 6)
	}
	ticks := 0
	for i := 0; i < l.count; i++ {
		t := &l.tokens[i]
		if t.gap&gapLine != 0 && i > 0 || t.gap&gapLine != 0 && i == 0 {
			l.lineCommand(i)
		}
		switch {
		case t.what == tokWord:
			l.shellWord(i)
		case t.what != tokPunct:
		case t.ch == ';' || t.ch == '|' || t.ch == '&':
			l.separator(i)
		case t.ch == '`':
			if ticks++; ticks&1 == 1 {
				l.backtick(i)
			}
		case t.ch == '$':
			l.dollar(i)
		case (t.ch == '<' || t.ch == '>') && l.is(i+1, '('):
			l.afterSeparator(i, i+2, 0)
		case t.ch == '(' && l.seq(i+1, ") {"):
			l.shellshock(i)
		case t.ch == '/':
			l.binary(i)
		case t.ch == '{' && (i == 0 || t.gap != 0 || l.tok(i-1).what == tokPunct) && l.seq(i+1, "CL ,") && l.tok(i+2).gap == 0 && l.tok(i+3).gap == 0 && !l.end(i+3):
			l.markAt(Command, 0.8, "brace-command", i, i+3)
		}
	}
}

// options: a value that starts as an option and runs something.
func (l *lookup) options() {
	if at := l.find(0, l.n, " -oq"); at >= 0 && l.find(at, l.n, " -x/") > 0 {
		l.mark(Mail, 0.85, "mailer-option", at, l.n)
	}
	i := 0
	for l.is(i, '-') || l.tok(i).what == tokDash && i < l.count {
		i++
	}
	if i == 0 || l.tok(i).what != tokWord || l.tok(i).gap != 0 {
		return
	}
	for j := i; j < l.count; j++ {
		if l.zone < ZoneJSON && j > i && l.count < 8 && l.kind(j, kCommand) && !l.is(j+1, '=') && l.tok(j).gap != 0 || l.seqs(j, "$ {\n$ (") || l.anyWord(j, "proxycommand exec sleep curl wget sh bash nslookup id whoami checkpoint pager uploadpack") || l.seq(j, "/ tmp|etc|bin|var|usr|home|root") {
			l.markAt(Command, 0.65, "option", 0, j+2)
			return
		}
	}
}

// lineCommand: a line break, then a command.
func (l *lookup) lineCommand(i int) {
	if i == 0 || l.count < 40 && l.prose.stops < 3 && !l.kind(0, kCommand) && (l.kind(i, kCommand) || l.anyWord(i, "id sleep pwd dir echo find net type env") && i < 24 || l.is(i, '/')) {
		l.afterSeparator(i, i, -0.1)
	}
}

// shellshock is () { :;}; (CVE-2014-6271).
func (l *lookup) shellshock(i int) {
	l3 := l.tok(i + 3)
	if l3.what == tokPunct || l.word(i+3, "_") || l.word(i+3, "echo") || l.is(i+4, ';') || l.number(i+3) {
		c := float32(0.9)
		if l.is(i+3, '}') || l.quote(i+3) && i > 2 {
			c = 0.3
		}
		l.markAt(Command, c, "function-import", i, i+5)
	}
}

// separator judges ; | || & && and what follows.
func (l *lookup) separator(i int) {
	j := i + 1
	for l.among(j, ";|&") || l.is(j, '+') && l.tok(j+1).what != tokNumber || l.is(j, '^') {
		j++
	}
	bonus := float32(0)
	if i > 1 && l.tokens[i].ch == ';' && l.tokens[i-2].ch == '&' && l.tokens[i-1].gap|l.tokens[i].gap == 0 {
		return // an entity
	}
	if l.is(i, '&') && j == i+1 {
		bonus = -0.1
		whole := i == 0 && l.end(j+1) && l.tok(j).gap&gapSpace != 0
		if l.is(j+1, '=') || l.among(i-1, "(,=") || l.kind(j, kLoose) && !whole && !l.argument(j+1) && !l.anyWord(j, "id reg env") && !l.is(j+1, '^') && !l.is(j+1, '\\') {
			return // a query's next parameter
		}
	}
	if i > 0 && (l.quote(i-1) || l.is(i-1, ')')) || i == 0 {
		bonus += 0.1
	}
	l.afterSeparator(i, j, bonus)
}

// afterSeparator judges a command at j, which a separator at i puts where a command is read.
func (l *lookup) afterSeparator(i, j int, bonus float32) {
	at := j
	for n := 0; n < 4 && (l.quote(j) || l.among(j, "\\({$@")); n++ {
		j++
	}
	if l.seq(j-1, "{ cmd|command|payload }") {
		l.markAt(Command, 0.6, "placeholder", i, j+2)
		return
	}
	if l.is(j, '/') && l.tok(j+1).what != tokEnd && l.wild(int(l.tok(j).start)) {
		l.markAt(Command, 0.75, "wildcard-path", i, j+4)
		return
	}
	if l.path(j) {
		l.markAt(Command, min(0.85+bonus, 0.97), "separator-path", i, j+4)
		return
	}
	if l.is(i, '|') && l.tableLine(i) {
		return
	}
	if l.seq(i, "& ( Q") && l.within(i+3, 12, "ex iex ce nvoke ession") || l.seqs(i, "& ( Q W Q + Q\n& ( Q W + Q") {
		l.markAt(Command, 0.75, "powershell", i, i+6)
		return
	}
	if l.seq(j, "[ system|io|net . W") {
		l.markAt(Command, 0.8, "powershell", i, j+5)
		return
	}
	w := l.tok(j)
	if w.kinds&kArgs != 0 && !l.word(j, "clipboard") && l.seq(j+1, "- R") && l.tok(j+2).gap == 0 {
		l.markAt(Command, 0.85, "powershell", i, j+3)
		return
	}
	if l.seq(j, "usr|bin /") && l.tok(j+1).gap == 0 && l.runs(j) {
		l.markAt(Command, 0.75, "separator-path", i, j+4)
		return
	}
	if w.what == tokWord && j == at && l.is(j+1, '=') && l.tok(j+1).gap == 0 && l.assigned(j+2) {
		l.markAt(Command, 0.75, "assignment", i, j+3)
		return
	}
	c := float32(0)
	if j < l.count && w.kinds&(kCommand|kLoose) != 0 {
		c = l.commandLine(j)
	}
	switch {
	case l.filtered(i, j), l.company(i, j), l.has(0, "mozilla/") && !l.argument(j+1) && l.tok(j+1).what == tokWord:
		l.markAt(Command, 0.4, "separator-command", i, j+3)
	case c < 0.5 && l.obfuscated(at), w.what == tokWord && l.seq(j+1, ". exe"), l.seq(j, "% C %"):
		l.markAt(Command, 0.75, "separator-obfuscated", i, at+4)
	case c < 0.5 && (i == 0 || i == 3 && l.seq(0, "N . N")) && l.count-j <= 3 && w.kinds&(kCommand|kLoose|kCode) != 0 && l.prose.stops == 0 && !l.is(j+1, '=') && !l.is(j+1, ')'):
		l.markAt(Command, 0.6, "separator-command", i, j+3)
	case c > 0:
		l.markAt(Command, min(c+bonus, 0.97), "separator-command", i, j+3)
	}
}

// tableLine says whether the pipe at token i stands in a table's row, with more rows below: a pipe at the end of a line and
// another at the start of the next make a shell refuse the whole.
func (l *lookup) tableLine(i int) bool {
	for j := i + 1; j < l.count && j < i+64; j++ {
		if l.is(j, '|') && l.tok(j+1).gap&gapLine != 0 {
			return l.is(j+1, '|') && l.tok(j+2).gap&gapLine == 0
		}
		if l.tok(j).gap&gapLine != 0 {
			return false
		}
	}
	return false
}

// filtered: a pipe into a program that only reads what comes, as people explain; nothing is gained by it.
func (l *lookup) filtered(i, j int) bool {
	if !l.is(i, '|') || l.is(i+1, '|') || !l.anyWord(j, "grep egrep findstr sort head tail wc less more uniq cut jq column") {
		return false
	}
	return l.prose.words >= 3 && !l.is(j+1, '/') && !l.is(j+2, '/') && l.find(int(l.tok(j).end), l.n, "etc") < 0
}

// company: Cat & Whoami Consulting.
func (l *lookup) company(i, j int) bool {
	return l.seq(i-1, "W & C W") && l.tok(i).gap&l.tok(j).gap&l.tok(j+1).gap == gapSpace && l.tok(j+1).kinds == 0 && !l.anyWord(j, "ping curl wget nslookup net type del copy rm cat echo")
}

// wild says whether a path has a question mark between letters: /b?n/c?t.
func (l *lookup) wild(at int) bool {
	for i := at; i < at+12 && i < l.n && l.text[i] > ' '; i++ {
		if l.text[i] == '?' && isAlpha(l.byteAt(i-1)) && isAlpha(l.byteAt(i+1)) {
			return true
		}
	}
	return false
}

// assigned says whether a variable is used after a separator from i on: a=wh;b=oami;$a$b.
func (l *lookup) assigned(i int) bool {
	for j := i; j < i+16 && j < l.count; j++ {
		if (l.among(j, ";&")) && l.seq(j+1, "$ W") {
			return true
		}
	}
	return false
}

// path says whether an absolute path to a program starts at token i.
func (l *lookup) path(i int) bool {
	if !l.is(i, '/') && !l.is(i, '.') {
		return false
	}
	return l.seq(i, "/ bin|usr|sbin|etc|tmp|dev /")
}

// commandLine rates token i as a command by what it is and what follows.
//
//go:noinline
func (l *lookup) commandLine(i int) float32 {
	strong := l.kind(i, kCommand)
	if l.is(i+1, '(') || l.is(i+1, '=') && !l.word(i, "cmd") || l.is(i+1, ':') || l.is(i+1, '.') && !l.anyWord(i+2, "exe sh bat com") {
		return 0
	}
	if l.is(i+1, '>') && l.number(i+2) && l.tok(i+2).gap == 0 {
		return 0 // ping >900ms
	}
	ends := l.end(i+1) || l.among(i+1, ";|&`)#") || l.closing(i+1) || l.among(i+1, ">\\")
	option := l.argument(i+1) && (strong || !l.among(i+1, "<>")) // tags are no redirections
	switch {
	case l.is(i+1, '&') && l.tok(i+2).kinds == 0 && l.tok(i+2).what == tokWord && l.tok(i+2).gap&gapSpace != 0:
		return 0.4 // a name of two
	case strong && option && l.prose.stops > 0 && l.prose.words > 3 && (l.plainAfter(int(l.tok(i).start)) >= 2 || l.sentenceAfter(i+1)):
		return 0.45
	case strong && option:
		return 0.9
	case strong && ends:
		return 0.8
	case option && l.anyWord(i, "sort head tail more less cut top where join"):
		return 0.45 // what languages of queries call their steps too
	case option:
		return 0.75
	case l.word(i, "echo") && l.quote(i+1) && l.seq(l.literal(i+1), "> /"):
		return 0.8
	case l.word(i, "echo") && !l.end(i+1) && l.tok(i+1).what != tokPunct && l.count-i <= 5 && l.prose.stops < 2 && i < 12:
		return 0.66
	case !l.end(i+1) && l.tok(i+1).what != tokPunct && l.lastArgument(i+2) && (strong || l.word(i, "echo") && l.prose.stops < 2):
		return 0.68
	case ends && l.anyWord(i, "id pwd sleep env"), l.seq(i, "reg query|add|save|export|delete"):
		return 0.75
	case ends:
		return 0.4
	case strong && l.tok(i+1).gap&gapSpace != 0 && !l.is(i+1, '<'):
		return pick(l.prose.stops == 0, 0.62, 0.45)
	}
	return 0
}

// sentenceAfter says whether plain words go on behind a command's argument, and then a full stop: no command takes those.
func (l *lookup) sentenceAfter(i int) bool {
	n := 0
	for j := i + 1; j < l.count && !l.among(j, ";|&$`"); j++ {
		if t := l.tok(j); t.what == tokWord && t.gap&gapSpace != 0 && t.kinds&^kStop&^kLoose == 0 {
			n++
		}
	}
	return n >= 2 && l.is(l.count-1, '.') && l.tok(l.count-1).gap == 0
}

// closing says whether token i is a quote that ends something, not an apostrophe.
func (l *lookup) closing(i int) bool {
	return l.quote(i) && (l.tok(i+1).what != tokWord || l.tok(i+1).gap != 0)
}

// lastArgument says whether a command line ends at i.
//
//go:noinline
func (l *lookup) lastArgument(i int) bool {
	return l.end(i) || l.among(i, ";|&") || l.quote(i) || l.among(i, "#\\)><")
}

// argument says whether what stands at i is a command's argument: an option, a path, a URL, a host, a redirection.
//
//go:noinline
func (l *lookup) argument(i int) bool {
	t := l.tok(i)
	if i >= l.count {
		return false
	}
	switch {
	case t.gap == 0 && (t.what == tokDash || l.is(i, '-')):
		return false
	case t.what == tokDash, l.is(i, '-') && l.tok(i+1).what != tokPunct && l.tok(i+1).gap == 0, l.seq(i, "- -"):
		return true
	case l.is(i, '/') && t.gap == 0 && !l.anyWord(i-1, "cmd exe dir del net copy ping"):
		return false // curl/8.1
	case l.is(i, '/') && (l.tok(i+1).what != tokPunct && l.tok(i+1).gap == 0 || l.is(i+1, '-') && l.tok(i+1).gap != 0), l.seq(i, "+ W") && t.gap != 0:
		return true
	case l.is(i, '$'), l.is(i, '<') && !l.seq(i+1, "/ T >") && !l.is(i+1, '!'), l.seqs(i, "~ /\n. /\n. ."), l.is(i, '{'), l.seqs(i, "% A %\n? ?"):
		return true
	case l.seq(i, "http|https|ftp|c|d :"):
		return true
	case t.what == tokWord && l.seq(i-1, "C A :"):
		return true
	case l.seq(i, "N .") || l.number(i) && l.lastArgument(i+1) && l.anyWord(i-1, "sleep kill ping timeout"):
		return true
	case t.what == tokWord && l.seq(i+1, ". W") && l.tok(i+2).gap == 0 && t.gap != 0:
		return true
	case l.seq(i-1, "net|ipconfig user|localgroup|view|all"):
		return true
	}
	return t.gap&gapSpace == 0 && (l.among(i, "${"))
}

// spells says whether a command is spelled from i on with marks between its letters that a shell takes out.
func (l *lookup) spells(i int) bool {
	return l.tok(i).what == tokWord && l.tok(i+1).gap|l.tok(i+2).gap == 0 && (l.among(i+1, "^'\"\\")) && l.obfuscated(i)
}

// obfuscated says whether what stands at i spells a command with quotes, backslashes or variables between its letters.
func (l *lookup) obfuscated(i int) bool {
	var word [24]byte
	n, tricks := 0, 0
	start := int(l.tok(i).start)
	for at := start; at < l.n && n < len(word); at++ {
		c := l.text[at]
		switch {
		case isAlpha(c) || isDigit(c):
			word[n] = c
			n++
		case c == '\'' || c == '"' || c == '\\' || c == '^' || c == '`':
			tricks++
		case c == '$' && (l.byteAt(at+1) == '@' || l.byteAt(at+1) == '*' || isDigit(l.byteAt(at+1))):
			tricks++
			at++
		case c == '$' && l.has(at, "${") || c == '$' && l.has(at, "$("):
			return n > 0
		case c == '?' || c == '*':
			return n > 0 && l.has(start, "/")
		default:
			at = l.n
		}
	}
	return tricks > 0 && (n > 2 || n == 2 && (tricks > 1 || l.among(i+1, "\\$"))) && (listed(word[:n], listCommand) || listed(word[:n], "id sleep pwd net echo type find"))
}

// backtick: `id`, unless it is a code span in written language.
func (l *lookup) backtick(i int) {
	if l.is(i+1, '`') || l.is(i-1, '`') {
		return
	}
	if l.spells(i + 1) {
		l.markAt(Command, 0.85, "backtick-command", i, i+4)
	}
	if !l.kind(i+1, kCommand|kLoose|kCode) && !l.path(i+1) {
		return
	}
	c := float32(0.85)
	glued := i > 0 && l.tok(i).gap == 0 && !l.is(i-1, '(') && !l.is(i-1, '"')
	if !glued && (l.prose.words+l.prose.stops >= 4 || i > 0 && l.prose.words >= 2 || l.plainAfter(int(l.tok(l.literal(i)).start)) >= 2) {
		c = 0.3
	}
	if l.path(i+1) || l.commandLine(i+1) >= 0.5 || l.anyWord(i+1, "true false uname env echo") {
		l.markAt(Command, c, "backtick-command", i, i+4)
	}
}

// dollar: $(cmd ...), ${IFS}, $IFS, $'...'.
func (l *lookup) dollar(i int) {
	switch {
	case l.is(i+1, '(') && l.tok(i+1).gap == 0:
		l.substitution(i)
	case l.word(i+1, "ifs"), l.seq(i+1, "{ ifs"):
		l.markAt(Command, 0.95, "field-separator", i, i+3)
	case l.seq(i+1, "' \\"):
		l.markAt(Command, 0.7, "quoted-bytes", i, i+4)
	case l.seq(i+1, "{ W : N :"):
		l.markAt(Command, 0.85, "variable-part", i, i+6)
	}
}

func (l *lookup) substitution(i int) {
	switch {
	case l.kind(i+2, kCommand) && !l.is(i+3, '.') || l.path(i+2):
		l.markAt(Command, 0.9, "substitution", i, i+4)
	case l.kind(i+2, kLoose) && (l.argument(i+3) || l.among(i+3, ")>") || l.quote(i+3) || l.tok(i+3).what != tokPunct && l.tok(i+3).gap&gapSpace != 0) && !l.word(i+2, "this"):
		l.markAt(Command, 0.85, "substitution", i, i+4)
	case l.seq(i+2, "R - R"):
		l.markAt(Command, 0.85, "powershell", i, i+5)
	case l.is(i+2, '('), l.obfuscated(i + 2):
		l.markAt(Command, pick(l.is(i+2, '(') && l.among(i+4, "*+-/%"), 0.4, 0.5), "substitution", i, i+4)
	}
}

// binary judges absolute paths to programs and devices: /bin/sh, /dev/tcp/.
func (l *lookup) binary(i int) {
	at := int(l.tokens[i].start)
	if i > 0 && l.tokens[i].gap == 0 && (l.tok(i-1).what == tokWord || l.is(i-1, '.')) && !l.is(i+1, '?') {
		return
	}
	switch {
	case l.has(at, "/dev/tcp/"), l.has(at, "/dev/udp/"):
		l.mark(Command, 0.95, "network-device", at, at+9)
	case l.hasAny(at, "/bin/|/usr/bin/|/sbin/|/usr/sbin/|/usr/local/bin/"):
		l.program(i, at)
	case (l.among(i+1, "?*")) && l.seq(i+2, "? ? /"):
		l.mark(Command, 0.85, "wildcard-path", at, at+5)
	}
}

func (l *lookup) program(i, at int) {
	switch {
	case l.is(i-1, '!'):
		l.mark(Command, 0.3, "interpreter-line", at-2, at+5)
	case (i == 0 || i == 1) && l.runs(i):
		l.mark(Command, 0.7, "program-path", at, at+8)
	default:
		l.mark(Command, 0.45, "program-path", at, at+8)
	}
}

// runs says whether the path that starts at token i ends in a shell or a tool of attackers, with or without arguments.
func (l *lookup) runs(i int) bool {
	for j := i; j < i+10 && j < l.count; j++ {
		if l.seq(j-1, "/ id|sh|bash|zsh|ksh|cat|ls|nc|ncat|netcat|wget|curl|whoami|uname|ping|perl|sleep|nslookup|rm|chmod|ifconfig|ps") && !l.is(j+1, '/') && !l.is(j+1, '.') && (!l.is(j+1, '-') || l.tok(j+1).gap != 0) {
			return true
		}
	}
	return false
}

// shellWord judges words that are a command line by themselves.
func (l *lookup) shellWord(i int) {
	t := &l.tokens[i]
	if t.kinds&(kCommand|kLoose|kArgs|kCode) == 0 && !l.is(i+1, '=') && !l.anyWord(i, "proxycommand oproxycommand checkpoint compress upload receive") {
		return
	}
	first := i == 0 || i == 1 && l.tok(0).what == tokPunct
	switch {
	case l.seq(i, "cmd|powershell . exe W") && l.tok(i+3).kinds&^kStop&^kLoose == 0 && l.prose.stops > 0: // told of
	case l.anyWord(i, "cmd powershell pwsh") && (l.seqs(i+1, ". exe\n/ c|k|r|q|s|v") || l.is(i+1, '-') && l.argument(i+1)):
		l.markAt(Command, 0.85, "windows-shell", i, i+4)
	case l.seqs(i, "powershell|pwsh R - W\npowershell|pwsh start|get|invoke|new|set - W"):
		l.markAt(Command, 0.85, "windows-shell", i, i+4)
	case l.seq(i, "bash|sh|zsh|ksh|dash - c|i|ic|lc"):
		l.markAt(Command, 0.8, "shell", i, i+4)
	case l.seq(i, "nc|ncat|netcat - e|c|lvp|l|lvnp|nv|nlvp|vz"):
		l.markAt(Command, 0.9, "network-shell", i, i+4)
	case l.seqs(i, "proxycommand|oproxycommand =\ncheckpoint - action\ncompress|upload|receive - program|pack ="):
		l.markAt(Command, 0.85, "option", max(i-1, 0), i+3)
	case l.seqs(i-1, "% comspec % /\n{ run {"):
		l.markAt(Command, 0.85, "shell", i-1, i+4)
	case l.seq(i-1, "- exec CL"), l.seq(i+1, "= C") && l.tok(i-1).what == tokDash && l.argument(i+3):
		l.markAt(Command, 0.8, "option", i-1, i+3)
	case l.anyWord(i, "iex downloadstring downloadfile encodedcommand"):
		l.markAt(Command, 0.7, "powershell", i, i+3)
	case l.seq(i, "invoke - expression|webrequest|restmethod|command|wmimethod"):
		l.markAt(Command, 0.85, "powershell", i, i+3)
	case l.seq(i, "ps c :"): // a prompt
	case first && l.kind(i, kCommand) && (l.argument(i+1) || l.seq(i+1, ". exe")):
		l.firstCommand(i)
	case first && l.seq(i, "net user|localgroup|view|share"), first && l.seq(i, "sleep N E"):
		l.markAt(Command, 0.65, "command-line", i, i+3)
	case l.word(i, "cat") && l.has(int(l.tok(i+1).start), "/etc/"):
		l.markAt(Command, 0.9, "reads-system-file", i, i+4)
	case first && l.seq(i, "whoami|ifconfig|ipconfig|netstat|uname|systeminfo|printenv|tasklist E"):
		l.markAt(Command, 0.7, "command-line", i, i+1)
	}
}

// firstCommand: a whole value that is a command line; deployments send such, so what it does decides.
func (l *lookup) firstCommand(i int) {
	c := float32(0.55)
	if l.anyWord(i, "ping wget curl cat nc ncat nslookup rm dir ls ps uname ifconfig telnet certutil del type dig chmod bash rundll32 wmic reg") {
		c = 0.65
	}
	if l.anyWord(i, "curl wget") && l.within(i+1, 4, "x h d k l sl ssl fssl data header request s") {
		c = 0.45 // as documentation does
	}
	if l.anyWord(i, "php node python python3 make env grep tar ruby perl gcc psql mysql openssl ssh git docker") && !l.is(i+1, '-') {
		c = 0.3
	}
	l.markAt(Command, c, "command-line", i, i+3)
}
