package inspect

// buildFile says whether the text is a file that builds and deploys are made of: a Makefile, a Dockerfile, a difference, a
// script. One mark is typed quickly; several lines of structure, each where it belongs, make a value long.
func (l *lookup) buildFile() bool {
	breaks, lines := l.lineBreaks(), 0
	for i := 0; i < l.n; i++ {
		if i > 0 && l.text[i-1] != '\n' {
			continue
		}
		if l.structural(i) {
			lines++
		}
	}
	return lines >= 2 && lines == breaks+1 || lines >= 3 && lines*3 > breaks && l.n > 64
}

// structural says whether the line that starts at i is one of such a file's own.
func (l *lookup) structural(i int) bool {
	end := i
	for isWord(l.byteAt(end)) || l.byteAt(end) == '-' || l.byteAt(end) == '.' {
		end++
	}
	switch c := l.byteAt(i); {
	case c == '\t', c == '+' || c == '-' || c == '@', l.has(i, "  ") && l.byteAt(i+2) > ' ':
		return true
	case l.hasAny(i, "#!/|# |diff --|index "):
		return true
	case l.byteAt(end) == ':' && end > i:
		return true
	}
	return listed(l.text[i:end], "from run copy workdir cmd env arg expose entrypoint user set cd for do done if fi then else export exit")
}

// harmless says whether nothing in the text is what attackers run, or where they look.
func (l *lookup) harmless() bool {
	for i := range l.tokens[:l.count] {
		t := &l.tokens[i]
		if t.kinds&(kCommand|kLoose) == 0 {
			continue
		}
		starts := i == 0 || t.gap&gapLine != 0 || l.among(i-1, ";|&`(") || l.anyWord(i-1, "run exec eval sudo")
		if starts && l.anyWord(i, "id whoami uname nc ncat netcat socat nslookup dig ping telnet wget curl cat sleep certutil xxd base64 tftp ftp") {
			return false
		}
		if starts && l.anyWord(i, "perl python python3 ruby php node bash sh zsh powershell cmd") && !l.is(i+1, '[') && (l.is(i+1, '-') || l.end(i+1) || l.among(i+1, "./;|&`)")) && !l.word(i+2, "m") {
			return false
		}
	}
	return !l.holds(l.n, "/etc/|/dev/tcp|/dev/udp|${ifs|$ifs|rm -rf /\n|rm -rf / |rm -rf /*|rm -rf ~")
}
