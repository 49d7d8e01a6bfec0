package inspect

// code looks for source code of server languages that runs commands or reads files.
func (l *lookup) code() {
	for i := 0; i < l.count; i++ {
		t := &l.tokens[i]
		switch {
		case t.what == tokPunct && t.ch == '<':
			l.serverTag(i)
		case t.kinds&kCode != 0:
			l.codeCall(i)
		case t.kinds&kClass != 0:
			l.codeClass(i)
		case t.what == tokPunct && t.ch == '$' && l.is(i+1, '_') || l.seq(i, "$ _get|_post|_request|_server|_cookie|_files|_session|globals"):
			l.markAt(Command, 0.6, "php-variable", i, i+3)
		case l.seq(i, "$ env { Q"):
			l.markAt(Command, 0.7, "script-runtime", i, i+4)
		case l.seq(i, "@ { ["):
			l.markAt(Command, 0.7, "perl-interpolation", i, i+4)
		case l.seq(i, "% x") && (l.among(i+2, "({[|")) && !l.number(i-1):
			l.markAt(Command, 0.8, "ruby-command", i, i+4)
		}
	}
}

// serverTag: <?php, <?=, <% ... %>.
func (l *lookup) serverTag(i int) {
	at := int(l.tokens[i].start)
	switch {
	case l.has(at, "<?php"), l.has(at, "<?="):
		end := l.find(at, l.n, "?>")
		talk := (at > 0 && end > 0 || l.zone >= ZoneForm && l.zone != ZoneFileName && l.n > 16) && !l.within(i, 40, "system exec passthru shell_exec eval assert popen proc_open base64_decode file_get_contents include require phpinfo _get")
		l.mark(Command, pick(talk, 0.45, 0.85), "php-tag", at, max(end, at+5))
	case l.has(at, "<%") && !l.has(at, "<%=") && !l.has(at, "<%-") && l.find(at, at+200, "%>") > 0:
		l.mark(Command, 0.6, "server-tag", at, at+2)
	}
}

const shellCalls = "system exec execsync execfile passthru shell_exec popen proc_open pcntl_exec spawn spawnsync popen2 popen3 check_output getoutput"

// codeCall: system('id'), phpinfo(), runtime.getruntime().exec(...).
func (l *lookup) codeCall(i int) {
	call := l.is(i+1, '(') || l.seq(i-1, ") A Q")
	member := l.is(i-1, '.') || l.seq(i-2, "- >")
	arg := l.quote(i+2) || l.is(i+2, '$') || l.kind(i+2, kCommand|kCode|kLoose) || l.is(i+2, '{')
	switch {
	case l.seq(i-1, ". execute ( )") && (l.quote(i-2) || l.is(i-2, ']')):
		l.markAt(Expression, 0.85, "groovy", max(i-3, 0), i+3)
	case l.seq(i, "getruntime ( )") && l.among(i+3, ".;") && !l.within(i+4, 24, "exec"): // what Java's programs ask about their own memory
	case l.anyWord(i, "getruntime processbuilder shell_exec passthru proc_open pcntl_exec pcntl_fork getenginebyname registerundefinedfiltercallback invokefunction"):
		l.markAt(Command, 0.85, "code-execution", i, i+2)
	case l.anyWord(i, "phpinfo show_source highlight_file var_dump print_r get_defined_vars getallheaders apache_request_headers") && call:
		l.markAt(Command, 0.8, "code-call", i, i+2)
	case l.anyWord(i, shellCalls) && call && arg:
		c := float32(0.8)
		if member && !l.anyWord(i-2, "os runtime kernel child_process process subprocess io") && !l.is(i-2, ')') {
			c = 0.4
		}
		l.markAt(Command, c, "code-execution", max(i-2, 0), i+4)
	case l.word(i, "__import__"):
		l.markAt(Command, 0.9, "python-import", i, i+3)
	case l.word(i, "require") && call && l.seq(i+2, "Q child_process|fs|net|http|os"):
		l.requireCall(i)
	case call && arg && !member && l.anyWord(i, "eval assert base64_decode file_get_contents file_put_contents readfile call_user_func create_function preg_replace gzinflate str_rot13 unserialize include require fsockopen putenv ini_set scandir opendir array_map fopen"):
		l.markAt(Command, 0.6, "code-call", i, i+4)
	}
}

func (l *lookup) requireCall(i int) {
	c := float32(0.6)
	if l.word(i+3, "child_process") {
		c = 0.85
	}
	l.markAt(Command, c, "node-require", i, i+5)
}

// codeClass: os.system, java.lang.Runtime, __class__.__mro__.
func (l *lookup) codeClass(i int) {
	dot := l.is(i+1, '.')
	switch {
	case dot && l.seq(i, "os A system|popen|exec|execl|spawnl ("):
		l.markAt(Command, 0.9, "python-os", i, i+4)
	case dot && l.seq(i, "subprocess A popen|call|run|check_output|check_call|getoutput ("):
		l.markAt(Command, 0.75, "python-subprocess", i, i+4)
	case dot && l.seq(i, "jdk|groovy A jshell|lang"):
		l.markAt(Expression, 0.7, "java-class", i, i+5)
	case l.seq(i, "t ( java|javax|org ."):
		l.markAt(Expression, 0.85, "type-operator", i, i+5)
	case l.seq(i-1, ". mainmodule"):
		l.markAt(Template, 0.8, "node-internals", i-2, i+3)
	case dot && l.seq(i, "java|javax A lang|io|util|net|script|nio .") && (l.anyWord(i+4, "runtime processbuilder system class thread scriptenginemanager urlclassloader") || l.kind(i+4, kCode)):
		l.markAt(Expression, 0.7, "java-class", i, i+5)
	case l.word(i, "class") && (dot || l.is(i+1, '[')) && l.within(i+2, 5, "classloader"), l.word(i, "classloader") && dot && l.anyWord(i+2, "loadclass resources url urls"):
		l.markAt(Expression, 0.85, "class-loader", i, i+4)
	case l.anyWord(i, "getclass forname getprotectiondomain getdeclaredmethods classloader") && (l.is(i-1, '.') && (l.quote(i-2) || l.word(i-2, "class") || l.among(i-2, "]}")) || l.seq(i-2, "this .")):
		l.markAt(Expression, 0.85, "reflection", max(i-3, 0), i+3)
	case l.seq(i, "kernel . exit|exec|system|fork|spawn|open ("):
		l.markAt(Command, 0.7, "script-runtime", i, i+4)
	case l.anyWord(i, "__subclasses__ __globals__ __builtins__ __mro__ __bases__"):
		l.markAt(Template, 0.9, "python-internals", i, i+2)
	case l.anyWord(i, "__class__ __init__ __base__ __getitem__ __getattribute__") && (dot || l.is(i-1, '.') || l.is(i+1, '[')):
		l.markAt(Template, 0.7, "python-internals", max(i-1, 0), i+2)
	case l.anyWord(i, "invokertransformer templatesimpl jdbcrowsetimpl"):
		l.markAt(Deserialization, 0.8, "gadget-class", i, i+1)
	}
}

// templates looks for expressions that a template engine or an expression language would compute.
func (l *lookup) templates() {
	for i := 0; i < l.count; i++ {
		t := &l.tokens[i]
		if t.what != tokPunct {
			continue
		}
		switch t.ch {
		case '{':
			l.braces(i)
		case '$', '#', '%', '*', '@':
			l.expression(i)
		case '[':
			if l.seqs(i+1, "# assign|list|include|import|if\n[ N * N") {
				l.markAt(Template, 0.8, "arithmetic", i, i+4)
			}
		case '<':
			if l.seq(i+1, "% =") {
				l.computed(i, i+3, Template, "<%=")
				if l.anyWord(i+3, "file dir io kernel system global process") || l.is(i+3, '`') || l.seq(i+3, "% x") {
					l.markAt(Template, 0.85, "ruby", i, i+6)
				}
			}
			if l.seq(i+1, "# assign|list|include|import|if") {
				l.markAt(Template, pick(l.zone >= ZoneForm && l.anyWord(i+2, "if list") && l.find(0, l.n, "</#") > 0, 0.4, 0.8), "freemarker", i, i+4)
			}
		}
	}
}

// braces: {{...}}, {%...%}, {php}, {system(...)}.
func (l *lookup) braces(i int) {
	switch {
	case l.has(int(l.tok(i).start), "{{<%[%"):
		l.markAt(Template, 0.9, "probe", max(i-1, 0), i+8)
	case l.is(i+1, '{'):
		j := i + 2
		for l.among(j, "{=-") {
			j++
		}
		l.computed(i, j, Template, "{{")
	case l.has(int(l.tok(i).start), "{smarty_internal"), l.seq(i+1, "@ math"):
		l.markAt(Template, 0.85, "smarty", i, i+4)
	case l.seq(i+1, "if Z ("):
		l.markAt(Template, 0.8, "smarty", i, i+4)
	case l.seq(i+1, "% print|import|include|extends|debug|set|for|if|with|block|autoescape|load|raw|macro"):
		if l.dangerWithin(i+3, 40) {
			l.markAt(Template, 0.85, "template-statement", i, i+6)
		} else if l.anyWord(i+2, "debug import include") {
			l.markAt(Template, 0.6, "template-statement", i, i+4)
		}
	case l.anyWord(i+1, "php system passthru exec") && (l.among(i+2, "}(")):
		l.markAt(Template, 0.8, "smarty", i, i+4)
	case l.tok(i-1).what == tokWord && l.is(i-2, '\\') && i > 1: // LaTeX
	case l.seq(i+1, "N * N }"), l.seq(i+1, "N * Q") && l.is(l.literal(i+3), '}'), l.seq(i+1, "@ N * N"):
		l.markAt(Template, 0.85, "arithmetic", i, i+5)
	case l.seq(i+1, "$ smarty"):
		l.markAt(Template, 0.85, "smarty", i, i+4)
	}
}

// computed judges what stands between a template's brackets: names are honest, arithmetic and internals are not.
func (l *lookup) computed(i, j int, c Class, _ string) {
	switch {
	case l.is(j, '#') && l.find(int(l.tok(j).start), l.n, "\"constructor\"") >= 0:
		l.markAt(c, 0.85, "constructor", i, j+4)
	case l.arithmetic(j):
		l.markAt(c, 0.9, "arithmetic", i, j+3)
	case l.dangerWithin(j, 24):
		l.markAt(c, 0.9, "template-internals", i, j+4)
	case l.anyWord(j, "self config request settings application lipsum cycler joiner namespace dump _self global process root") && !l.is(j+1, '}') && !l.plainMember(j):
		l.markAt(c, 0.75, "template-object", i, j+3)
	case l.seqs(j, "config|self|_self|lipsum|cycler|settings }\nQ A . Y"):
		l.markAt(c, 0.7, "template-object", i, j+2)
	case l.seq(j, "Q Q") && (l.among(j+2, ".[")), l.seqs(j, "[ ] .\n( ) ."):
		l.markAt(c, 0.85, "empty-literal", i, j+4)
	case l.quote(j) && l.is(l.literal(j), '.') && l.is(l.literal(j)+2, '('):
		l.markAt(c, 0.7, "literal-call", i, j+6)
	case l.seq(j, "app . request"), l.seq(j, "# with") && (l.quote(j+2) || l.is(j+2, '(')):
		l.markAt(c, 0.75, "template-object", i, j+4)
	case l.word(j, "constructor") && (l.among(j+1, ".[")):
		l.markAt(c, 0.7, "constructor", i, j+4)
	case l.within(j, 16, "constructor") && l.bracketWithin(j, 16):
		l.markAt(c, 0.85, "constructor", i, j+4)
	}
}

// plainMember: settings.title is a name like any other; settings.secret_key is not, nor is self.__init__.
func (l *lookup) plainMember(j int) bool {
	return l.seq(j+1, ". W") && l.tok(j+2).ch != '_' && l.is(j+3, '}') && !l.anyWord(j+2, "secret_key items environ application")
}

func (l *lookup) bracketWithin(i, n int) bool {
	for j := i; j < i+n && j < l.count; j++ {
		if l.is(j, '(') {
			return true
		}
	}
	return false
}

// arithmetic: a literal times, plus or minus a literal, and nothing else of a name before it.
func (l *lookup) arithmetic(j int) bool {
	for l.among(j, "(-") {
		j++
	}
	lit := func(k int) bool { return l.number(k) || l.quote(k) }
	k := j + 1
	if l.quote(j) {
		k = l.literal(j)
	}
	operator := l.among(k, "*+-/%~")
	if !lit(j) || !operator {
		return false
	}
	return lit(k+1) || l.is(k+1, '*') && lit(k+2) || l.is(k+1, '(')
}

// dangerWithin says whether one of the n tokens from i leads to running code or reading files.
func (l *lookup) dangerWithin(i, n int) bool {
	for j := i; j < i+n && j < l.count; j++ {
		if l.seq(j, "} }") {
			return false
		}
		if l.anyWord(j, "getruntime forname processbuilder __class__ __globals__ __subclasses__ __builtins__ __mro__ __import__ popen getclass exec system passthru shell_exec attr freemarker registerundefinedfiltercallback getfilter child_process fromcharcode defineclass newinstance scriptenginemanager classloader _memberaccess dnslookup get_flashed_messages url_for secret_key servletcontext filter_var readfile file_get_contents mainmodule getresource") && !l.is(j+1, '}') {
			return true
		}
	}
	return false
}

// expression: ${...}, #{...}, %{...}, *{...}, @{...}.
func (l *lookup) expression(i int) {
	if !l.is(i+1, '{') || l.tok(i+1).gap != 0 {
		if l.seq(i, "# set ( $") {
			l.markAt(Template, 0.85, "velocity", i, i+4)
		}
		if l.seq(i, "@ system .") {
			l.markAt(Template, 0.8, "razor", i, i+5)
		}
		if l.seq(i, "@ (") && l.arithmetic(i+2) {
			l.markAt(Template, 0.8, "razor", i, i+5)
		}
		if l.seq(i, "$ class|velocitycount .") {
			l.markAt(Template, 0.75, "velocity", i, i+4)
		}
		return
	}
	j := i + 2
	for l.among(j, "{@#(") {
		j++
	}
	if l.is(i, '$') && l.interpolation(i, j) {
		return
	}
	switch {
	case l.arithmetic(i + 2), l.arithmetic(j):
		l.markAt(Template, 0.9, "arithmetic", i, j+3)
	case (l.kind(j, kCall) || l.seq(j, "import A Q")) && l.is(j+1, '('):
		l.markAt(Template, 0.7, "expression-call", i, j+2)
	case l.seq(j, "applicationscope|sessionscope|requestscope|pagecontext|servletcontext|facescontext|_memberaccess }"):
		l.markAt(Expression, 0.65, "expression-object", i, j+2)
	case l.seq(j, "t ( java|org|javax"), l.dangerWithin(j, 24):
		l.markAt(Expression, 0.92, "expression-internals", i, j+4)
	case l.anyWord(j, "systemproperties systemenvironment _memberaccess context application applicationscope sessionscope requestscope pagecontext param header headervalues initparam cookie request session servletcontext facescontext") && (l.among(j+1, ".[=")):
		l.markAt(Expression, 0.75, "expression-object", i, j+3)
	case l.seqs(j, "new java|javax|org\nZ ("):
		l.markAt(Expression, 0.9, "expression-call", i, j+3)
	case l.is(i, '%') && j > i+2 && l.is(i+2, '('):
		l.markAt(Expression, 0.8, "expression-ognl", i, j+2)
	case l.quote(j) && (l.is(l.literal(j), '.') && l.is(l.literal(j)+2, '(')):
		l.markAt(Expression, pick(l.quote(j+1), 0.85, 0.65), "literal-call", i, j+3)
	case l.is(i+2, '@') && l.is(j+1, '.'), l.is(i+2, '#') && l.anyWord(j, "context request session application parameters attr"):
		l.markAt(Expression, 0.8, "expression-ognl", i, j+3)
	}
}

// interpolation: ${jndi:...} and what hides it (CVE-2021-44228).
func (l *lookup) interpolation(i, j int) bool {
	colon := l.is(j+1, ':')
	switch {
	case l.seq(j, "run {"):
		l.markAt(Command, 0.85, "shell", i, j+4)
	case l.word(j, "jndi") && colon:
		l.markAt(JNDI, 0.98, "jndi", i, j+3)
	case l.seq(i+2, "$ {"), l.seq(i+3, "$ {") && l.tok(i+3).gap == 0, l.seq(i+4, "$ {") && l.tok(i+4).gap == 0 && l.tok(i+3).gap == 0:
		l.markAt(JNDI, 0.9, "nested-lookup", i, i+6)
	case l.is(i+2, ':') && (l.among(i+3, ":-")):
		l.markAt(JNDI, 0.85, "empty-lookup", i, i+5)
	case l.anyWord(j, "lower upper") && colon:
		l.markAt(JNDI, 0.85, "lookup", i, j+3)
	case l.anyWord(j, "java date main ctx sys base64 script url dns const") && colon:
		l.markAt(JNDI, 0.7, "lookup", i, j+3)
	case l.word(j, "env") && colon:
		l.markAt(JNDI, l.envLookup(i), "lookup", i, j+3)
	case l.within(i+2, 12, "jndi"):
		l.markAt(JNDI, 0.9, "jndi", i, i+8)
	default:
		return false
	}
	return true
}

// envLookup: ${env:STAGE} is a deployment's; with a default, or within a word, it hides something.
func (l *lookup) envLookup(i int) float32 {
	for j := i; j < i+12 && j < l.count; j++ {
		if l.seqs(j, ": -\n: :") {
			return 0.85
		}
	}
	if t := l.tok(i + 4); l.count <= i+8 && contains(l.text[t.start:t.end], "aws_secret") {
		return 0.6
	}
	return 0.35
}
