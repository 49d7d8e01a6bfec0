package east

// lexicon is all rules: what a slot's name stands for.
func lexicon() map[string][]string {
	rules := map[string][]string{}
	for _, part := range []map[string]string{people(), places(), wires(), prose(), weapons()} {
		for name, text := range part {
			rules[name] = alternatives(text)
		}
	}
	return rules
}

func people() map[string]string {
	return map[string]string{
		"first":   "Beatriz|Thiago|João|Márcia|Giulia|Lorenzo|Niccolò|Elif|Mehmet|Çağla|Åsa|Björn|Linnéa|Yuki|Haruto|Aoi|Ananya|Rohan|Priya|Wei|Xiuying|Omar|Layla|Siobhán|Declan|Grace|Kwame|Zoë|Renée|Miloš",
		"surname": "D'Angelo|O'Sullivan|Dell'Acqua|N'Diaye|Al-Masri|Souza e Silva|da Conceição|Yılmaz|Öztürk|Lindström|Åkesson|Takahashi|Nakamura|Sharma|Iyer|Zhang|Ouyang|Van der Merwe|St. John|Ferreira-Lima|Hakimi|Quiñones|Brennan|Okonkwo|De'Ath|L'Heureux|Mbeki",
		"native":  "高橋 陽菜|中村 大翔|张伟|欧阳修英|ليلى المصري|عمر حكيمي|अनन्या शर्मा|रोहन अय्यर|Çağla Öztürk|Åsa Lindström|Niccolò Dell'Acqua|Beatriz da Conceição",
		"person":  "‹first› ‹surname›|‹first› ‹surname›|‹first› ‹L1›. ‹surname›|‹surname›, ‹first›|‹native›",
		"user":    "‹l5›‹10..99›|‹neko|kaplan|lobo|falco|älg|tiger›_‹w4›|‹first›.‹l6›|x_‹l4›_x|‹l3›-‹l5›",
		"mail":    "‹l4›.‹l6›@‹example.org|posta.it|correio.com.br|mail.jp|eposta.com.tr|univ.edu|kliniken.se|example.cn›|‹l6›+‹l4›@gmail.com|‹l2›.o'‹l5›@example.ie",
		"phone":   "+55 11 9‹#4›-‹#4›|+39 06 ‹#4› ‹#4›|+81-90-‹#4›-‹#4›|+90 (532) ‹#3› ‹#2› ‹#2›|+46 70-‹#3› ‹#2› ‹#2›|+91 98‹#3› ‹#5›|(+86) 138-‹#4›-‹#4›|+20 2 ‹#8›",
		"job":     "enfermeira|infermiere|hemşire|sjuksköterska|看護師|radiologist|IT & ops lead|R&D engineer|VP, Sales/Marketing|barista|docente|game master|QA <-> dev liaison",
		"drug":    "Amoxicillin 500mg|Metformin 850 mg|Paracetamol|Dipirona 1g|Tachipirina|Ibuprofen (200 mg)|L-Thyroxin 75µg|Insulin glargine 100 U/mL|Atorvastatin",
		"symptom": "chest pain on exertion|dor de cabeça há 3 dias|febbre > 38,5°|baş ağrısı ve mide bulantısı|yrsel & illamående|食欲不振|खांसी और बुखार|صداع مستمر|头晕乏力|BP 140/90, HR 88|SpO2 < 92%",
		"company": "Rossi & Figli S.r.l.|Açaí do Zé Ltda.|Kaplan Yazılım A.Ş.|Lindqvist AB|株式会社みどり|北京云图科技有限公司|Chai & Co. Pvt. Ltd.|شركة النيل|O'Hara + Partners|Toys \"R\" Fun|Yahoo!-like Ventures|AT&B Health; Dept. 4",
		"title":   "O Alquimista|Il nome della rosa|Kürk Mantolu Madonna|ノルウェイの森|三体|Sagan om ringen|ألف ليلة وليلة|गोदान|Who's Afraid of C++?|Select Poems of Insert Coin|The Union of Two Tables|Drop Everything & Read",
	}
}

func places() map[string]string {
	return map[string]string{
		"city":     "São Paulo|Belo Horizonte|L'Aquila|Reggio nell'Emilia|İstanbul|Diyarbakır|Göteborg|Malmö|大阪|札幌|القاهرة|मुंबई|成都|Xi'an|Ra's al-Khaimah|'s-Hertogenbosch|Newcastle-upon-Tyne|St. John's",
		"street":   "Rua da Consolação, ‹10..3000› - apto ‹10..99›|Via dell'Orso ‹1..90›/b|İstiklal Cd. No:‹1..400› D:‹1..20›|Kungsgatan ‹1..80›, 2 tr|東京都渋谷区神南‹1..3›-‹1..20›-‹1..9›|‹10..999› King's Rd (rear)|朝阳区建国路‹10..99›号|شارع التحرير ‹1..200›",
		"iata":     "GRU|GIG|FCO|MXP|IST|SAW|ARN|GOT|HND|KIX|CAI|DEL|BOM|PEK|CTU|DUB",
		"country":  "BR|IT|TR|SE|JP|EG|IN|CN|IE|PT",
		"currency": "BRL|EUR|TRY|SEK|JPY|EGP|INR|CNY|USDT|BTC",
		"timezone": "America/Sao_Paulo|Europe/Rome|Europe/Istanbul|Europe/Stockholm|Asia/Tokyo|Asia/Kolkata|Africa/Cairo|Etc/GMT+3",
		"languages": "pt-BR,pt;q=0.9,en;q=0.8|it-IT,it;q=0.8,en-US;q=0.5,en;q=0.3|tr-TR,tr;q=0.9,en-US;q=0.8|sv-SE,sv;q=0.9,en;q=0.7|ja,en-US;q=0.9|" +
			"zh-CN,zh;q=0.9|ar-EG,ar;q=0.9,en;q=0.5|hi-IN,hi;q=0.9,en-IN;q=0.8|en-GB,en;q=0.9",
	}
}

func wires() map[string]string {
	return map[string]string{
		"slug":    "aurora|clinica-sol|viagem-certa|mavi-tur|norrsken|sakura-edu|chai-labs|torre-games|yunduo|qamar|open-atlas|delta-9|piazza|karma-health",
		"Appname": "ClinicaSol|ViagemCerta|MaviTur|Norrsken|SakuraLearn|TorreGames|QamarPay|OpenAtlas",
		"apihost": "api.‹slug›.‹io|com|dev|health|games›|‹slug›-gateway.example.net|‹eu|sa|apac›.api.‹slug›.com|‹slug›.example.com:8443",
		"webhost": "app.‹slug›.com|www.‹slug›.com|‹slug›.example.org|console.‹slug›.io",
		"route":   "dashboard|patients/‹#6›|trips/‹w8›|courses/‹#3›/lesson-‹1..30›|en/play|profile/‹user›|settings?tab=billing|#/orders|r/‹w6›",
		"utm":     "utm_source=‹newsletter|instagram|qr›&utm_medium=‹email|social›&utm_campaign=‹w6›|ref=‹w8›|gclid=‹U30›|fbclid=IwAR‹U40›",
		"cookies": "sid=‹x32›; theme=‹dark|light›; lang=‹pt|it|tr|sv›|_ga=GA1.2.‹#9›.‹s›; _gid=GA1.2.‹#9›.‹s›; session=‹U40›|" +
			"JSESSIONID=‹X32›; XSRF-TOKEN=‹uuid›; consent=%7B%22ads%22%3Afalse%2C%22v%22%3A‹1..4›%7D|" +
			"laravel_session=‹b64:{\"iv\":\"‹B12›\",\"mac\":\"‹x32›\"}›; remember=1|connect.sid=s%3A‹U24›.‹U32›; ab=‹a|b›|OptanonConsent=isGpcEnabled=0&datestamp=‹date›&version=6.‹1..30›.0; _fbp=fb.1.‹ms›.‹#10›",
		"jwt":  "‹b64u:{\"alg\":\"‹RS256|ES256|PS256|HS256|EdDSA›\",\"typ\":\"‹JWT|at+jwt›\",\"kid\":\"‹U16›\"}›.‹b64u:{\"iss\":\"https://id.‹slug›.com/\",\"sub\":\"‹uuid›\",\"aud\":\"‹slug›-api\",\"exp\":‹s›,\"iat\":‹s›,\"scope\":\"openid ‹read|write|patient/*.read›\"}›.‹U64›",
		"link": "https://‹webhost›/‹route›|https://‹youtu.be|vimeo.com|github.com|example.org|medium.com›/‹w10›|https://cdn.‹slug›.com/‹img|media›/‹x12›.‹png|jpg|webp|mp4›|https://‹webhost›/search?q=‹w5›+‹w4›&page=‹1..20›",
		"tag":  "c++|c#|.net|node.js|r&d|nível-1|çocuk|健康|viaggi|#travel|@home|e-sports|k8s|a/b-test",
		"file": "relatório final (2).pdf|referto-‹date›.pdf|ödev_‹1..9›.docx|IMG_‹#4›.HEIC|画像.png|بيان.xlsx|Screenshot ‹date› at 10.‹#2›.‹#2›.png|data..backup.csv|notes & todo.txt|l'esame.odt|v2.final.final.pptx",
		"word": "saffron|harbor|quiz|lantern|orchid|vector|comet|basalt|meadow|cipher|walnut|kite|mistral|pixel",
	}
}
