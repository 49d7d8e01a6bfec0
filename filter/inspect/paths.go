package inspect

// traversal looks for ways up the tree and for files that only attacks ask for. A lone ../ proves nothing.
func (l *lookup) traversal() {
	var up, odd, dots, here int
	first := -1
	for i := 0; i < l.n; {
		n, strange := l.upward(i)
		switch {
		case n > 0:
			if first < 0 {
				first = i
			}
			up++
			odd += strange
			i += n
			continue
		case l.text[i] == '.':
			dots++
			if i > 1 && l.text[i-1] == 0 && isAlpha(l.byteAt(i+1)) { // the ending that is checked is not the one that is opened
				l.mark(Traversal, 0.7, "cut-ending", i-1, i+4)
			}
		case l.has(i, "/./") || l.has(i, "\\.\\"):
			here++
		}
		i++
	}
	l.climb(up, odd, here, first)
	if dots >= 8 && dots*3 >= l.n && (l.find(0, l.n, "/") >= 0 || l.any(kTarget)) && l.find(0, l.n, " ") < 0 && l.find(0, l.n, "#") < 0 {
		l.mark(Traversal, 0.8, "dots", 0, l.n)
	}
	l.files(up+here, max(first, 0))
}

// upward gives the length of one step up at i, and how strange its form is: ../ ..\ ..;/ ....// .../ ..//
func (l *lookup) upward(i int) (n, strange int) {
	if l.text[i] != '.' || l.byteAt(i+1) != '.' {
		return 0, 0
	}
	j := i
	for l.byteAt(j) == '.' {
		j++
	}
	if j-i > 2 {
		strange++
	}
	if l.byteAt(j) == ';' {
		strange += 16
		j++
	}
	k := j
	for l.byteAt(k) == '/' || l.byteAt(k) == '\\' {
		k++
	}
	if k == j {
		if l.hasAny(j, "0x2f|0x5c|%2f|%5c|%c0%af|%c1%9c") {
			return j - i + 4, strange + 1
		}
		return 0, 0
	}
	if k-j > 1 || l.text[j] == '\\' {
		strange++
	}
	if j-i > 3 && k-j == 1 && strange == 1 {
		return k - i, 0 // an ellipsis before a slash
	}
	return k - i, strange
}

// climb judges how far up it goes; source code imports from two or three steps up.
func (l *lookup) climb(up, odd, here, first int) {
	var c float32
	switch {
	case up >= 4:
		c = 0.92
	case up == 3:
		c = pick(l.zone >= ZoneForm && first == 0 && l.asset(), 0.45, 0.72)
	case up == 2:
		c = pick(l.zone < ZoneJSON && first == 0 && !l.asset(), 0.6, 0.45)
	case up == 1:
		c = 0.15
	case here >= 3:
		c = 0.6
	}
	if up > 0 && odd > 0 {
		c += pick(odd >= 16, 0.4, 0.2)
	}
	if up > 0 && up < 6 && l.holds(l.n, "import|from|require") {
		c *= 0.5
	}
	if up == 2 && first > 0 && (l.byteAt(0) == '/' || l.byteAt(0) == '\\') && l.find(0, l.n, " ") < 0 && l.find(0, l.n, "{") < 0 {
		c += 0.2
	}
	if up > 1 && first == 0 && l.byteAt(l.n-1) == 0 {
		c = 0.95
	}
	if c > 0 {
		l.mark(Traversal, min(c, 0.97), "climbs", max(first, 0), min(max(first, 0)+12, l.n))
	}
}

// asset says whether the text ends as the name of a page's part does.
func (l *lookup) asset() bool {
	dot := l.n
	for dot > 0 && isWord(l.text[dot-1]) {
		dot--
	}
	return dot > 0 && l.text[dot-1] == '.' && listed(l.text[dot:l.n], "css js ts tsx jsx json png jpg jpeg gif svg webp scss less md html htm vue woff woff2 map pdf")
}

// targets are files that attacks ask for, told by their name anywhere in a path. Those in weakTargets are named by
// administrators too.
const targets = "etc/kubernetes/ var/mail/ var/spool/cron etc/passwd etc/shadow etc/group etc/issue etc/sudoers etc/cron etc/ld.so etc/gshadow etc/exports etc/motd proc/self proc/version proc/cmdline proc/net proc/cpuinfo proc/mounts boot.ini win.ini system.ini " +
	"windows/system32 windows\\system32 winnt/system32 ntuser.dat web-inf/ web-inf\\ meta-inf/ .htpasswd .htaccess .ssh/ .aws/ .kube/config .docker/config .bash_history .mysql_history .netrc .pgpass .git/config .git/head .svn/entries wp-config.php config.php~ " +
	"config/database.yml config/secrets.yml global.asa localstart.asp tomcat-users.xml system32/drivers system32\\drivers repair/sam repair\\sam config\\sam config/sam inetpub/wwwroot inetpub\\wwwroot etc\\passwd etc\\shadow etcpasswd windowswin.ini web-infweb.xml root/.ssh var/run/secrets sys/class/ dev/random dev/zero"

const weakTargets = "etc/hosts etc/hostname etc/resolv.conf etc/fstab etc/os-release etc/ssh sshd_config apache2.conf access_log access.log error_log error.log auth.log var/log/syslog var/log/messages php.ini my.cnf nginx.conf httpd.conf server.xml web.config .env"

// files judges names of targets; steps is how many steps up or on the spot stand in the value.
func (l *lookup) files(steps, from int) {
	if !l.any(kTarget) {
		l.wrappers()
		return
	}
	if l.zone == ZoneFileName && l.has(0, "web.config") && l.n == 10 { // as a file that is sent it tells the server what to run
		l.mark(Traversal, 0.6, "system-file", 0, 10)
	}
	if l.find(0, l.n, "etc//") >= 0 || l.find(0, l.n, "etc/./") >= 0 {
		l.mark(Traversal, 0.8, "system-file", 0, l.n)
	}
	l.listedFiles(targets, steps, from, false)
	l.listedFiles(weakTargets, steps, from, true)
	if l.has(0, "/proc/") && isDigit(l.byteAt(6)) && l.find(0, l.n, " ") < 0 {
		l.mark(Traversal, 0.8, "process-file", 0, 7)
	}
	l.wrappers()
}

func (l *lookup) listedFiles(list string, steps, from int, weak bool) {
	for i := 0; i < len(list); {
		end := i
		for end < len(list) && list[end] != ' ' {
			end++
		}
		if at := l.find(0, l.n, list[i:end]); at >= 0 {
			if steps == 0 {
				from = at
			}
			l.file(steps, min(from, at), at, at+end-i, weak)
		}
		i = end + 1
	}
}

// any says whether some token is of that kind.
//
//go:noinline
func (l *lookup) any(k kind) bool {
	for i := range l.tokens[:l.count] {
		if l.tokens[i].kinds&k != 0 {
			return true
		}
	}
	return false
}

func (l *lookup) file(steps, from, at, end int, weak bool) {
	before := l.byteAt(at - 1)
	if isWord(before) && at > 0 || before == '-' {
		return
	}
	whole := l.find(0, l.n, " ") < 0
	top := at <= 1 || l.has(0, "file:") || l.byteAt(1) == ':' || l.has(0, "\\\\") || l.byteAt(0) == '/' || l.byteAt(0) == '~' || l.byteAt(0) == '.'
	c := float32(0)
	switch {
	case steps > 0:
		c = 0.97
	case weak:
		c = 0.4
		if whole && top && at > 0 && l.byteAt(end) == 0 && (l.zone < ZoneJSON && l.zone != ZonePath || l.zone == ZoneFileName || l.opens) {
			c = 0.65
		}
	case whole && top:
		c = pick(at > 0, 0.85, 0.7)
	case l.has(at, "etc/passwd") || l.has(at, "etc/shadow") || whole && l.has(at, "proc/self/") || whole && (l.has(at, "boot.ini") || l.has(at, "win.ini")):
		c = 0.6
	}
	if c > 0 {
		l.mark(Traversal, c, pick2(steps > 0, "climbs-to-file", "system-file"), from, end)
	}
}

func pick2(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

const wrapperList = "php://filter php://input php://fd php://memory phar:// expect:// zip:// glob:// ogg:// data://text compress.zlib:// compress.bzip2:// ssh2:// rar:// jar:http jar:file"

// wrappers: schemes by which PHP and Java include what is no file.
func (l *lookup) wrappers() {
	if l.find(0, l.n, "://") < 0 && l.find(0, l.n, ":/") < 0 {
		return
	}
	for i := 0; i < len(wrapperList); {
		end := i
		for end < len(wrapperList) && wrapperList[end] != ' ' {
			end++
		}
		if at := l.find(0, l.n, wrapperList[i:end]); at >= 0 {
			l.mark(Traversal, 0.85, "stream-wrapper", at, at+end-i)
		}
		i = end + 1
	}
	if l.has(0, "file:/") && l.byteAt(7) > ' ' && (l.zone < ZoneForm || l.marks[Traversal].confidence > 0 || !l.holds(20, "/home/|/users/")) {
		l.mark(Traversal, 0.7, "file-url", 0, 8)
	}
}
