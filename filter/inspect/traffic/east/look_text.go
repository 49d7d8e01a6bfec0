package east

func lookCode() []family {
	return []family{
		{name: "look/sql-course", place: "json", look: true,
			vals: one("‹sqltalk›", "‹sqltalk› ‹sqltalk›"),
			reqs: one(`POST /v1/lessons/‹#4›/comments json
{"author":"‹person›","text":"§","at":"‹iso›"}`)},
		{name: "look/sql-answer-form", place: "form", look: true,
			vals: one("SELECT titolo FROM libri WHERE prezzo < ‹10..90› ORDER BY titolo", "SELECT a.nome, b.nota FROM alunos a JOIN notas b ON a.id = b.aluno_id", "INSERT INTO cities (name) VALUES ('‹word›');"),
			reqs: one(`POST /kurs/sql/odev/‹1..20› form
cevap=§&sure=‹10..600›&_csrf=‹W32›`)},
		{name: "look/prose-select", place: "query", look: true,
			vals: one("select committee on health and social care", "union of south africa stamps from 1950 or 1951", "insert coin arcade table", "drop table cocktail bar ‹city›", "order by phone ‹city›", "where to sleep(10+ hours) in ‹city›"),
			reqs: one("GET /search?q=§&src=typed", "GET /v1/explore?term=§&limit=‹5..50›")},
		{name: "look/apostrophes", place: "query", look: true,
			vals: one("dell'‹word› and o'‹word›", "rock 'n' roll or jazz", "'‹word›' or '‹word›'", "l'1=uno ovvero 'uno'", "d'Artagnan -- the musketeer", "O'Reilly's \"SQL\" (‹2..4›nd ed.)"),
			reqs: one("GET /livros?busca=§&ordem=relevancia", "GET /v2/artists?name=§")},
		{name: "look/code-review", place: "json", look: true,
			vals: one("‹codetalk›", "Use `strings.EqualFold(a, b)`; `==` breaks for 'İ' vs 'i'.", "nit: `if x == 1 || y == 1 {` -> switch?", "```diff\n- $sql = \"SELECT * FROM t WHERE id=\" . $id;\n+ $stmt = $db->prepare('SELECT * FROM t WHERE id = ?');\n```"),
			reqs: one(`POST /api/v4/projects/‹#5›/merge_requests/‹#3›/discussions json
{"body":"§","position":{"base_sha":"‹x40›","new_path":"pkg/‹word›.go","new_line":‹1..900›}}`)},
		{name: "look/notebook-cell", place: "json", look: true,
			vals: one("import pandas as pd\ndf = pd.read_csv('‹word›.csv')\ndf[df['‹word›'] > ‹1..99›].groupby('city').sum()", "!pip install --quiet ‹word›\nimport os\nprint(os.getcwd())", "%%sql\nSELECT * FROM ‹word› LIMIT 10", "for i in range(‹3..30›):\n    print(f\"{i}: {i**2}\")"),
			reqs: one(`PATCH /notebooks/‹uuid›/cells/‹1..40› json
{"cell_type":"code","source":"§","metadata":{"tags":[]},"execution_count":‹1..99›}`)},
		{name: "look/playground", place: "form", look: true,
			vals: one("package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"‹say›\")\n}\n", "#include <stdio.h>\nint main(void) { printf(\"%d\\n\", ‹1..99› & 3); return 0; }\n", "<?php\n$a = [‹1..9›, ‹1..9›];\necho array_sum($a) . PHP_EOL;\n"),
			reqs: one(`POST /compile form
version=2&lang=auto&body=§&withVet=true`)},
		{name: "look/css-theme", place: "json", look: true,
			vals: one("@media (max-width: ‹300..900›px) { .nav > a:hover { color: #‹x6›; background: url('/img/‹word›.png') no-repeat; } }", "/* ‹word› */ body { font: 14px/1.5 'Inter', sans-serif; --gap: calc(100% - ‹2..40›px); }"),
			reqs: one(`PUT /v1/sites/‹slug›/theme json
{"css":"§","dark":true}`)},
		{name: "look/html-signature", place: "json", look: true,
			vals: one("<div dir=\"ltr\"><b>‹person›</b><br>‹job›<br><a href=\"mailto:‹l5›@‹slug›.com\">‹l5›@‹slug›.com</a><br><img src=\"https://‹webhost›/logo.png\" height=\"40\"></div>", "<table cellpadding=\"0\"><tr><td style=\"padding-right:8px\">‹company›</td></tr></table>"),
			reqs: one(`PUT /mail/settings json
{"signature":{"html":"§","enabled":true},"reply_to":"‹mail›"}`)},
		{name: "look/email-template", place: "json", look: true,
			vals: one("<h1>Olá, {{ user.first_name }}!</h1><p>Seu pedido {{order.id}} saiu para entrega.</p>{% if order.gift %}<p>🎁</p>{% endif %}", "Merhaba {{name}}, kodunuz: {{code}} ({{ttl}} dk)", "Hej ${firstName}, din tid är ${appointment.time}.", "Gentile {{#if doctor}}Dott. {{/if}}{{surname}}, ..."),
			reqs: one(`POST /v3/templates json
{"name":"‹word›_‹pt|it|tr›","subject":"‹title›","body":"§","engine":"liquid"}`)},
		{name: "look/svg-icon", place: "multipart", look: true,
			vals: one("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><path d=\"M‹1..20› ‹1..20›L‹1..20› ‹1..20›z\" fill=\"#‹x6›\"/><title>‹word›</title></svg>", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"‹16..64›\"><style>.a{fill:none;stroke:#‹x6›}</style><circle class=\"a\" cx=\"8\" cy=\"8\" r=\"‹2..7›\"/></svg>"),
			reqs: one(`POST /icons multipart
name
‹word›
~~
file;‹word›.svg;image/svg+xml
§`)},
		{name: "look/xslt-mapping", place: "xml", look: true,
			vals: one("//order[@id='‹#4›']/line[price > ‹10..90›]/text()", "concat(/p/name/first, ' ', /p/name/last)", "count(//item[qty and not(@void)])"),
			reqs: one(`PUT /mappings/‹w6› xml
<mapping version="1.0"><field target="‹word›" select="§"/><field target="total" select="sum(//net)"/></mapping>`)},
		{name: "look/regex-rule", place: "json", look: true,
			vals: one("^(?:\\+55)?\\s?\\(?\\d{2}\\)?\\s?9?\\d{4}-?\\d{4}$", "(?i)\\b(drop|select|union)\\b", "^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$", "<script[^>]+src=\"https://cdn\\.‹slug›\\.com/[^\"]+\""),
			reqs: one(`POST /v1/forms/‹w8›/validators json
{"field":"‹word›","pattern":"§","message":"‹say›"}`)},
		{name: "look/latex", place: "json", look: true,
			vals: one("\\frac{d}{dx}\\left(x^{‹2..9›}\\right) = ‹2..9›x^{‹1..8›}", "$$\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$$ dove $n > ‹1..9›$", "\\begin{cases} x + y = ‹1..9› \\\\ x - y < ‹1..9› \\end{cases}"),
			reqs: one(`POST /v1/blackboard/‹w6›/cells json
{"type":"math","src":"§","align":"center"}`)},
	}
}

func lookProse() []family {
	return []family{
		{name: "look/essay-sql-injection", place: "json", look: true,
			vals: one(
				"In week ‹2..12› we learn why a login that pastes text into its query breaks: a quote ends the string, and what follows is read as SQL. The cure is a prepared statement. ‹say›",
				"SQL-injektion innebär att indata tolkas som kod. Använd parametrar, aldrig strängkonkatenering! ‹say›",
				"A injeção de SQL ocorre quando a aplicação confia no usuário; veja o capítulo ‹2..9›, \"UNION e seus perigos\"."),
			reqs: one(`POST /v1/courses/‹#3›/essays json
{"student":"‹person›","title":"‹title›","text":"§"}`)},
		{name: "look/shell-howto", place: "json", look: true,
			vals: one("‹shelltalk›", "‹shelltalk› ‹say›"),
			reqs: one(`POST /api/kb/articles/‹#4›/answers json
{"answer":"§","accepted":‹true|false›}`)},
		{name: "look/markdown-doc", place: "json", look: true,
			vals: one("‹markdown›"),
			reqs: one(`PUT /v1/docs/‹W10› json
{"title":"‹title›","markdown":"§","rev":‹1..99›}`)},
		{name: "look/chat-emoticons", place: "json", look: true,
			vals: one("<3 <3 ‹first› </3", ">:( ... jk :-P ;)", "(╯°□°)╯︵ ┻━┻ && ┬─┬ ノ( ゜-゜ノ)", "‹2..9›>‹1..2› && ‹1..2›<‹3..9› obvs", "<- this || that ->"),
			reqs: one(`POST /v1/guilds/‹#9›/messages json
{"content":"§","tts":false}`)},
		{name: "look/cook-recipe", place: "form", look: true,
			vals: one("1/2 cup sugar; 3/4 tsp salt -- mix & rest; sleep 10 min; cat-tongue biscuits | 1 per guest", "2 ovos + 1/2 xíc. de leite; bata tudo (exceto o sal) && asse a 180°", "Drop dough on a table, select a size, cut; insert walnuts"),
			reqs: one(`POST /receitas form
titulo=‹word›&preparo=§&minutos=‹5..90›`)},
		{name: "look/bug-report-paths", place: "json", look: true,
			vals: one("File \"/usr/lib/python3/dist-packages/‹word›/‹word›.py\", line ‹10..999›, in load", "C:\\Users\\‹first›\\AppData\\Local\\‹Appname›\\logs\\‹word›.log is locked", "import x from '../../lib/‹word›' fails after the upgrade", "See ~/.config/‹word›/config.toml or /etc/‹word›/‹word›.conf"),
			reqs: one(`POST /support/v2/reports json
{"os":"‹linux|win32|darwin›","detail":"§","contact":"‹mail›"}`)},
		{name: "look/job-posting", place: "json", look: true,
			vals: one("Must know C#/.NET, SQL (SELECT/JOIN), bash && git; exec-level talks; or equivalent. Salary > € ‹30..90›k", "Wir suchen: System-Admin (ping, curl, netcat) – 100% remote; eval after 6 months"),
			reqs: one(`POST /v1/jobs json
{"company":"‹company›","city":"‹city›","text":"§"}`)},
		{name: "look/lyrics-poem", place: "multipart", look: true,
			vals: one("‹title›\n\nAnd 1, and 2, and 3 = me --\nor 'twas it you; who's there?\n(; the rest is silence ;)\n‹say›", "like \"%\" of all I have;\ngroup by group, we sleep..."),
			reqs: one(`POST /poems multipart
author
‹person›
~~
text
§`)},
		{name: "look/names-odd", place: "json", look: true,
			vals: one("‹first› O'Drop-Table", "Null", "Mr. True", "Ng", "‹first› <‹l4›> ‹surname›", "Sleep, ‹first› (Dr.)", "‹first› and/or ‹first›", "Ö; Å", "Bobby T.; DROP-IN guest"),
			reqs: one(`POST /v1/guests json
{"name":"§","table":‹1..40›,"diet":"‹word›"}`)},
		{name: "look/address-odd", place: "form", look: true,
			vals: one("Rua 1 = Lote 1; Qd. 7 // Bl. C", "‹street› -- fundos", "1/1 Union St. & Select Ave.", "No:1'A, Kat:2 || zil çalışmıyor", "c/o etc. & passwd. lodge, via Bin ‹1..9›"),
			reqs: one(`POST /delivery/adresse form
rua=§&cidade=‹city›&cep=‹#5›-‹#3›`)},
		{name: "look/medical-abbreviations", place: "json", look: true,
			vals: one("pt c/o CP x‹2..9›d; r/o MI; EKG->NSR; BP 1‹20..60›/‹70..99›; K+ 4.‹0..9› & Na+ 13‹5..9› || repeat", "Δ: RR>20 or HR>90 and T>38; SIRS=1; -- see /ped/ chart", "UNION: fracture united; select ORIF; drop foot (L) no"),
			reqs: one(`POST /v1/handover json
{"bed":"‹1..40›‹A|B›","sbar":"§"}`)},
		{name: "look/subject-line", place: "form", look: true,
			vals: one("Re: Bcc: me next time, please", "To: all – Subject: party!", "Fwd: Content-Type of your upload", "CC/BCC etiquette (‹word›)"),
			reqs: one(`POST /contact form
email=‹mail›&subject=§&message=‹say›`)},
		{name: "look/multiline-message", place: "form", look: true,
			vals: one("Hello,\r\nSet-up: done.\r\nLocation: ‹city›\r\nDate: ‹date›\r\n\r\nBye", "To do:\r\n- milk\r\n- bread\r\nFrom: the shop at ‹street›"),
			reqs: one(`POST /feedback form
name=‹person›&message=§&rating=‹1..5›`)},
	}
}
