package south

// Look-alikes: honest, though their words and marks are those of attacks.

func writerSpots() []string {
	return []string{
		"json POST /repos/‹user›/‹slug›/issues body", "json POST /articles/‹num›/comments comment.text", "form POST /posts/new content", "jsonapi PATCH ~ body", "gqlvar POST /-/graphql input.body", "rpc POST /rpc comment.text", "multipart POST /c/‹slug›/reply text", "xml POST /wiki/import page.text", "json POST ~ message",
	}
}

func shortSpots() []string {
	return []string{"query GET /search q", "json POST ~ title", "form POST /posts/new subject", "gqlvar POST /-/graphql title", "jsonapi POST ~ name", "cookie GET /search last_query", "path GET /tags -", "header GET ~ x-search-context"}
}

func looksLikeSQL() []family {
	look := func(name string, at []string, say ...string) family {
		return family{name: "look/" + name, lookalike: true, at: at, say: say}
	}
	return []family{
		look("sql-essay", writerSpots(), "In this chapter we SELECT rows FROM a table and then UPDATE them; a UNION of two queries must have the same columns. ‹sentence›", "Why does `DROP TABLE` ask for a lock? ‹sentence› I'd rather DELETE the rows WHERE the ‹noun› is null.", "SQL injection happens when someone types ' OR 1=1 -- into a login form; use bound parameters. ‹sentence›", "Bobby Tables taught us to escape quotes: Robert'); DROP TABLE students;-- is only a joke. ‹sentence›"),
		look("sql-words-in-talk", writerSpots(), "Please select one ‹noun› from the list and insert it into the ‹noun›.", "The union of workers and the ‹noun› will order by phone, or drop the table off at ‹city›.", "He or she -- whoever is last -- should delete from memory where we met.", "Join us at ‹city› and/or ‹city›; having fun is the only group by-law.", "Select committee drops union demand; update from ‹city› where talks go on", "Grant all of us a day off, alter nothing, and truncate the speech"),
		look("sql-words-in-title", shortSpots(), "select ‹noun› from ‹city›", "Union Station, ‹city›", "how to drop a table at a restaurant", "‹noun› or ‹noun›?", "insert ‹noun› into ‹noun›", "where is ‹city› and why", "top 10 and 1=1 jokes", "order by ‹name›"),
		look("sql-question", writerSpots(), "My query fails:\n\n‹backticks›sql\nSELECT ‹letters›, count(*)\nFROM ‹en-noun›s\nWHERE state = '‹state›' AND id IN (‹num›, ‹num›)\nGROUP BY 1;\n‹backticks›\n\n‹sentence›", "`INSERT INTO ‹en-noun›s (id, name) VALUES (‹num›, '‹user›') ON CONFLICT DO NOTHING` gives ERROR 42P10. ‹sentence›", "How do I write \"select * from ‹en-noun› where name = 'O''Brien'\" with an ORM?"),
		look("sql-migration", []string{"json POST /repos/‹user›/‹slug›/files content", "upload POST /migrations file", "rpc POST /rpc migration.sql"}, "-- ‹date› ‹slug›\nALTER TABLE ‹en-noun›s ADD COLUMN ‹letters› varchar(‹10..255›) NOT NULL DEFAULT '';\nCREATE INDEX CONCURRENTLY idx_‹letters› ON ‹en-noun›s (‹letters›);", "BEGIN;\nDROP TABLE IF EXISTS tmp_‹letters›;\nUPDATE ‹en-noun›s SET state='‹state›' WHERE state IS NULL;\nCOMMIT;"),
		look("sql-error-report", writerSpots(), "pq: duplicate key value violates unique constraint \"‹en-noun›s_pkey\" (SQLSTATE 23505) at ‹stamp›", "You have an error in your SQL syntax near '‹noun›' at line ‹1..9› -- customer got this on ‹date›. ‹sentence›", "ORA-01756: quoted string not properly terminated; ‹name› saw it in the ‹noun› form"),
		look("apostrophes", append(shortSpots(), "form POST /login username", "query GET /users name"), "‹name›", "rock 'n' roll", "'til ‹date›", "the ‹1960..1999›'s ‹noun›", "Qur'an & ‹noun›", "5' ‹1..11›\" tall", "Ge'ez -- ‹noun›", "l'‹noun› d'‹city›", "O'‹Reilly|Toole› and Sons' ‹noun›", "'‹noun›'"),
		look("quoted-search", shortSpots(), "\"‹noun›\" OR \"‹noun›\"", "'‹noun›' and '‹noun›'", "‹noun› -- ‹noun›", "\"‹name›\" -‹noun› +‹noun›", "‹noun› = ‹noun›", "1 = 1 proof", "‹noun› #‹num›"),
		look("comparisons", append(writerSpots(), "query GET /calc expr"), "if a < b and b < c then a < c; 2 > 1, so 1=1 holds. ‹sentence›", "‹num› >= ‹num› || ‹num› != ‹num›", "f(x) = x^2 - ‹num›*x + ‹num›, x in (0, ‹num›)", "‹num›*(‹num›-‹num›)/‹1..99› = ‹dec›", "P(A|B)=P(B|A)*P(A)/P(B) ‹sentence›"),
	}
}

func looksLikeCode() []family {
	look := func(name string, say ...string) family {
		return family{name: "look/" + name, lookalike: true, at: writerSpots(), say: say}
	}
	return []family{
		look("code-js", "‹sentence›\n\n‹backticks›js\nconst ‹goword› = await fetch(`/api/‹en-noun›/${id}`).then(r => r.json());\nif (‹goword› && ‹goword›.length > ‹num›) { console.log('‹noun›'); }\n‹backticks›", "`document.querySelector('#‹en-noun›').addEventListener('click', () => alert('hi'))` doesn't fire. ‹sentence›", "useEffect(() => { setTimeout(() => set‹upper›(x => x + 1), ‹num›); return () => clearTimeout(t) }, [‹en-noun›])"),
		look("code-python", "‹backticks›python\nimport os\nfor ‹goword› in os.listdir('/data/‹en-noun›'):\n    print(f\"{‹goword›!r}: {len(‹goword›)}\")\n‹backticks›\n‹sentence›", "Traceback (most recent call last):\n  File \"/app/‹dirs›/main.py\", line ‹num›, in <module>\n    raise ValueError('‹noun›')\nValueError: ‹noun›", "df[df['‹en-noun›'] > ‹num›].groupby('‹en-noun›').agg({'x': 'mean'}) # ‹sentence›"),
		look("code-go", "‹backticks›go\nif err := db.QueryRow(\"SELECT name FROM ‹en-noun›s WHERE id = $1\", id).Scan(&‹goword›); err != nil {\n\treturn fmt.Errorf(\"load: %w\", err)\n}\n‹backticks›", "cmd := exec.Command(\"git\", \"rev-parse\", \"HEAD\") // ‹sentence›", "for i := range ‹num› { go func() { ch <- ‹goword›[i] }() }"),
		look("code-php", "I have <?php echo htmlspecialchars($_POST['‹en-noun›']); ?> in my template. ‹sentence›", "‹backticks›php\n$stmt = $pdo->prepare('SELECT * FROM ‹en-noun› WHERE id = ?');\n$stmt->execute([$id]);\n‹backticks›", "Fatal error: Uncaught TypeError: ‹letters›(): Argument #1 ($‹goword›) must be of type string in /var/www/html/‹dirs›.php:‹num›"),
		look("code-java", "Exception in thread \"main\" java.lang.NullPointerException: Cannot invoke \"String.length()\"\n\tat com.‹letters›.‹letters›.Main.run(Main.java:‹num›)", "@GetMapping(\"/‹en-noun›/{id}\") public ResponseEntity<‹upper›> get(@PathVariable Long id) { … } ‹sentence›", "List<Map<String, Object>> rows = jdbc.queryForList(\"select 1\"); // ‹sentence›", "log4j 2.‹0..14›: is `${ctx:‹letters›}` in the pattern layout safe? ‹sentence›"),
		look("code-c", "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", ‹num› & 0x‹hex2›); return 0; }", "char buf[‹num›]; snprintf(buf, sizeof buf, \"%s/%s\", dir, name); // ‹sentence›", "for (int i = 0; i < n && a[i] != 0; i++) s += a[i] << ‹1..7›;"),
		look("code-template", "Hugo: `{{ range .Pages }}<a href=\"{{ .Permalink }}\">{{ .Title }}</a>{{ end }}` ‹sentence›", "In Helm, {{ .Values.‹en-noun›.‹en-noun› | default \"‹noun›\" | quote }} is empty. ‹sentence›", "{% for ‹goword› in ‹en-noun›s %}{{ ‹goword›.name|upper }}{% endfor %} -- ‹sentence›", "GitHub Actions: ${{ github.event.inputs.‹en-noun› }} vs ${{ secrets.‹upper› }}? ‹sentence›"),
		look("code-diff", "--- a/‹dirs›.go\n+++ b/‹dirs›.go\n@@ -‹1..90›,‹1..9› +‹1..90›,‹1..9› @@\n-\tif ‹goword› == nil {\n+\tif ‹goword› == nil || len(‹goword›) == 0 {\n", "```suggestion\n  return <‹upper› id={‹goword›.id} onClick={() => set(‹num›)} />;\n```\n‹sentence›"),
		look("code-yaml", "on:\n  push:\n    branches: ['‹main|dev›', 'release/**']\njobs:\n  build:\n    steps:\n      - run: npm ci && npm test -- --coverage\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ‹service›}\ndata:\n  start.sh: |\n    #!/bin/sh\n    exec ./‹service› --port ‹1000..9000›\n", "services:\n  ‹service›:\n    image: ‹lib›:‹ver›\n    command: [\"sh\", \"-c\", \"sleep 2; ./run\"]\n"),
		look("code-review", "nit: `‹goword› != nil && ‹goword›.‹upper›()` reads better; also `rm -rf dist/` in the Makefile is scary. ‹sentence›", "Shouldn't `innerHTML = ‹goword›` be `textContent`? <script> tags in names would run. ‹sentence›", "`eval()` here? ‹sentence› `JSON.parse` is enough.", "`../‹en-noun›/‹en-noun›` import is fine but `../../../../shared` isn't. ‹sentence›"),
		{name: "look/regex", lookalike: true, at: append(shortSpots(), "json PUT /rules/‹num› pattern", "form POST /filters regex"), say: []string{"^[a-z0-9_-]{3,‹4..32›}$", "(?i)\\b(‹noun›|‹noun›)s?\\b", "^\\d{3}-\\d{2}-\\d{4}$", "/^https?:\\/\\/[^\\s\\/$.?#].[^\\s]*$/i", "(?<=\\$)[0-9]+(\\.[0-9]{2})?", "[^<>\"'%;()&+]*", "\\w+@\\w+\\.(com|‹br|tr|jp›)"}},
		{name: "look/latex", lookalike: true, at: writerSpots(), say: []string{"Let $x \\in \\mathbb{R}$ with $\\frac{‹1..9›}{x} < ‹num›$; then $\\sum_{i=1}^{n} x_i^{‹2..5›} \\geq 0$. ‹sentence›", "\\begin{align} a &= b + ‹num› \\\\ c &= \\sqrt{‹num›} \\end{align}", "$$\\int_0^{‹1..9›} e^{-x^2}\\,dx$$ ‹sentence›", "\\textbf{‹noun›}\\cite{‹user›‹1990..2025›} \\input{‹slug›}"}},
	}
}

func looksLikeShell() []family {
	look := func(name string, at []string, say ...string) family {
		return family{name: "look/" + name, lookalike: true, at: at, say: say}
	}
	return []family{
		look("install-guide", writerSpots(), "Run:\n\n```sh\nsudo apt-get update && sudo apt-get install -y ‹lib›\ncurl -fsSL https://‹domain›/install.sh | sh\n```\n‹sentence›", "1. git clone https://‹domain›/‹user›/‹lib›.git; cd ‹lib›\n2. npm i && npm run build\n‹sentence›", "`pip install ‹lib›==‹ver› && python -m ‹letters›` fails on ‹city›'s server. ‹sentence›"),
		look("shell-words-in-talk", writerSpots(), "The cat sat on the ‹noun›; who am I to echo that?", "My cat & dog | ‹noun›: sleep 5 hours, find food, kill time.", "ping me when you're at ‹city›; I'll curl up with a ‹noun› and wait", "Top chef's touch: make more, cut less, sort the ‹noun› && tail the ‹noun›.", "ID please; host, head waiter or whoever is at the door -- ‹sentence›", "Let's nap (sleep 20 min); then ls... erm, list the ‹noun›s!"),
		look("log-lines", append(writerSpots(), "json POST /logs lines[]", "upload POST /support/logs log"), "‹ip› - - [‹date›:‹hour›:12 +0000] \"GET /‹dirs›?id=‹num›&q=%27 HTTP/1.1\" ‹200..504› ‹num› \"-\" \"‹browser›\"", "‹syslogdate› ‹service› sshd[‹num›]: Failed password for invalid user ‹user› from ‹ip› port ‹1024..65000› ssh2", "‹stamp› ERROR [‹service›] sh: 1: /usr/bin/‹letters›: not found; exit=127", "{\"level\":\"warn\",\"msg\":\"rm: cannot remove '/tmp/‹letters›'\",\"n\":‹num›}"),
		look("command-field", []string{"json POST /v1/jobs spec.container.args[]", "json PATCH /pipelines/‹num› script[]", "form POST /ci/lint content"}, "go test ./... -race -run 'Test‹upper›' | tee out.txt", "make build VERSION=‹ver› && ./bin/‹service› --help", "docker run --rm -v $(pwd):/src ‹lib›:‹ver› sh -c 'ls /src'", "if [ \"$CI\" = true ]; then npm ci; fi", "kubectl -n ‹slug› get pods -o wide | grep ‹service›"),
		look("unix-paths", append(shortSpots(), "json PUT /settings dir", "query GET /blob path"), "/usr/local/share/‹en-noun›/‹slug›.‹ext›", "~/Documents/‹noun›/‹noun›.‹ext›", "./‹dirs›/index.ts", "../‹en-noun›/README.md", "/etc/nginx/sites-available/‹slug›", "src/../docs/‹slug›.md", "/var/log/‹service›/‹date›.log"),
		look("windows-paths", append(shortSpots(), "json POST /sync/files path", "filename POST /upload file"), "C:\\Users\\‹user›\\Documents\\‹noun› (‹1..9›).‹ext›", "\\\\fileserver\\‹en-noun›\\‹2019..2026›\\‹slug›.xlsx", "D:\\Games\\‹en-noun›\\save‹1..9›.dat", "%APPDATA%\\‹letters›\\config.ini", "C:\\fakepath\\‹slug›.‹ext›"),
		look("ampersands-and-pipes", shortSpots(), "‹noun› & ‹noun›", "R&D; Q&A | ‹noun›", "‹noun› | ‹noun› | ‹domain›", "AT&T; ‹city›", "Salt & Pepper || Sugar", "‹noun›; ‹noun›; ‹noun›", "$‹1..90› off (today only)", "`‹noun›`", "1 > 0 && 2 < 3"),
		look("snippets-of-dollars", append(shortSpots(), "json POST ~ price.note"), "$(‹num›)", "US$ ‹num›; R$ ‹num›", "${name}", "A$AP ‹noun›", "$‹upper› to the moon", "save $$$ on ‹noun›", "#{‹num›} in line", "{‹num›}"),
		look("crontab", writerSpots(), "‹0..59› ‹0..23› * * ‹0..6› /usr/local/bin/‹service› >> /var/log/‹service›.log 2>&1", "*/‹2..30› * * * * root test -x /usr/sbin/anacron || ( cd / && run-parts /etc/cron.daily ) -- ‹sentence›", "@reboot sleep ‹10..60› && systemctl restart ‹service›"),
	}
}
