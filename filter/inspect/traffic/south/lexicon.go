package south

import "maps"

// split cuts at each | that stands outside of slots.
func split(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range s {
		switch {
		case r == '‹':
			depth++
		case r == '›':
			depth--
		case r == '|' && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// slotEnd is where the slot closes whose content s begins with; len(s) where it does not.
func slotEnd(s string) int {
	depth := 0
	for i, r := range s {
		switch {
		case r == '‹':
			depth++
		case r == '›' && depth == 0:
			return i
		case r == '›':
			depth--
		}
	}
	return len(s)
}

// lexicon holds the words of every language and trade. Entries may hold slots of their own.
func lexicon() map[string][]string {
	all := general()
	maps.Copy(all, people())
	maps.Copy(all, tongues())
	maps.Copy(all, trades())
	maps.Copy(all, agents())
	maps.Copy(all, attackWords())
	maps.Copy(all, scriptWords())
	maps.Copy(all, reachWords())
	maps.Copy(all, templateWords())
	return all
}

func general() map[string][]string {
	return map[string][]string{
		"domain":   split("larkspur.dev|tideline.io|quillforge.com|mornpost.app|kestrelgames.gg|vagamundo.travel|saudeja.com.br|boltmeter.net|kumocloud.jp|ruzgar.com.tr|setu-health.in|qamar.social|pinecone-notes.org|hexhaven.io"),
		"extsite":  split("www.nature-letters.org|blog.‹domain›|docs.‹domain›|youtu.be|pt.wikipedia.org|tr.wikipedia.org|news.example.org|maps.example.com|images.example.net|open.example.edu|storage.example.cloud"),
		"scope":    split("read|read write|profile email|openid offline_access|notes:write|device.telemetry|patients.read|admin:org repo"),
		"uid":      split("‹uuid›|‹ulid›|usr_‹nano›|‹num›|auth0x‹hex24›|‹user›"),
		"id":       split("‹num›|‹uuid›|‹ulid›|‹hex24›|‹nano›"),
		"url":      split("https://‹extsite›/‹dirs›|https://‹extsite›/‹slug›?‹en-noun›=‹num›|https://cdn.‹domain›/img/‹hex16›.‹png|jpg|webp›|http://‹extsite›/‹date›/‹slug›.html#‹en-noun›|https://‹domain›"),
		"phone":    split("+55 11 9‹digits4›-‹digits4›|+90 5‹10..59› ‹digits3› ‹10..99› ‹10..99›|+81-90-‹digits4›-‹digits4›|+91 ‹70..99›‹digits3› ‹digits4›‹digit›|+971 5‹digit› ‹digits3› ‹digits4›|(‹201..989›) ‹digits3›-‹digits4›|+1 ‹201..989›.‹digits3›.‹digits4›"),
		"email":    split("‹user›@‹domain›|‹user›+‹en-noun›@‹domain›|‹user›.‹1960..2009›@mail.example|‹en-noun›@‹domain›"),
		"user":     split("‹handle›|‹handle›‹num›|‹handle›_‹en-noun›|‹handle›.‹handle›|‹en-noun›‹1..99›"),
		"handle":   split("marina|thiago|bruna|caio|elif|deniz|kerem|yuki|haruto|aiko|priya|arjun|meera|omar|layla|nour|conor|siobhan|jack|zoe|ravi|ines|rui|selin|sora|tariq|dana|otto|mika|fern"),
		"tz":       split("America/Sao_Paulo|Europe/Istanbul|Asia/Tokyo|Asia/Kolkata|Africa/Cairo|Asia/Dubai|America/New_York|Europe/Lisbon|UTC"),
		"locale":   split("en-US|en-GB|pt-BR|pt-PT|tr-TR|ja-JP|hi-IN|ar-EG|ar-SA"),
		"currency": split("USD|BRL|TRY|JPY|INR|EGP|AED|EUR"),
		"emoji":    split("🎉|😂|👍🏽|❤️|🔥|🙏|👩‍💻|🚀|🥲|🇧🇷|🇹🇷|🌧️|🎮|🏥|✈️"),
		"color":    split("#‹hex2›‹hex2›‹hex2›|rgb(‹0..255›, ‹0..255›, ‹0..255›)|teal|rebeccapurple|hsl(‹0..359› 60% 45%)"),
		"mime":     split("image/png|image/jpeg|application/pdf|text/csv|video/mp4|application/zip|audio/ogg"),
		"ext":      split("png|jpg|pdf|csv|mp4|zip|docx|xlsx|md|txt|log|tar.gz|ipynb|webp"),
		"en-noun":  split("report|ticket|branch|build|session|widget|sensor|gateway|profile|thread|album|match|guild|flight|cabin|ward|chart|dose|index|cluster|query|page|banner|draft|editor|topic|badge|route|fare|meter|valve|pump|token|cache|batch|shard|lobby|quest|avatar|feed|story|poll|trial|clinic|orchard|lantern|harbor|meadow|summit|pixel|canvas|ledger|parcel|beacon"),
		"lib":      split("lodash|react-query|numpy|serde|tokio|gin|rails|django|flask|spring-boot|laravel|vite|esbuild|pandas|left-pad|zod|axios|grpc-go"),
		"service":  split("checkout-worker|auth-api|ingest|media-proxy|search-indexer|lobby-server|telemetry-gw|notes-backend|cron-runner|mailer"),
		"state":    split("open|closed|draft|pending|active|archived|failed|queued|done|published"),
		"goword":   split("ctx|err|buf|req|resp|cfg|user|item|row|node"),
	}
}

func people() map[string][]string {
	return map[string][]string{
		"en.name": split("Siobhan O'Leary|Dara O'Neill|Pat D'Angelo|Jack Whitfield|Renee St. James|Fern Okafor|Luke Mac Giolla|Anne-Marie Dubois|Zoe Castellano|Conor McBride"),
		"pt.name": split("João D'Ávila|Inês Conceição|Thiago Gonçalves|Maria da Graça Sant'Anna|Caio Magalhães|Bruna Araújo|Rui Simões|Lívia Brandão|Antônio d'Oliveira"),
		"tr.name": split("Ayşe Yıldız|Çağrı Öztürk|Deniz Şahin|Kerem Güneş|Elif İnönü|Gökçe Ağaoğlu|Selin Çelik|Umut Kılıç"),
		"ja.name": split("佐藤 陽翔|鈴木さくら|高橋 美咲|田中健一|Yuki Ito|渡辺 蓮|小林あおい|Ken'ichi Mori"),
		"hi.name": split("प्रिया शर्मा|अर्जुन वर्मा|मीरा नायर|Ravi Deshpande|कबीर सिंह|अनन्या गुप्ता|Aarti D'Souza|विक्रम जोशी"),
		"ar.name": split("ليلى حداد|عمر الفاروق|نور الهدى|طارق بن زياد|Dana Al-Sa'ud|مريم العلي|Youssef Ma'mun|سلمى منصور"),
		"en.city": split("Galway|Portland|Leeds|Coeur d'Alene|Auckland|Martha's Vineyard"), "pt.city": split("São Paulo|Lisboa|Santa Bárbara d'Oeste|Belém|Coimbra"),
		"tr.city": split("İzmir|Eskişehir|Muğla|Şanlıurfa"), "ja.city": split("東京都渋谷区|札幌市|京都市左京区|那覇"),
		"hi.city": split("मुंबई|जयपुर|Bengaluru|वाराणसी"), "ar.city": split("القاهرة|دبي|الدار البيضاء|عمّان"),
		"en.address": split("‹1..900› ‹Orchard|Mill|King's|St. Mary's› ‹Rd.|Lane|Ave› #‹1..40›, ‹city›|Apt ‹1..30›-‹B|C›, ‹1..900› O'Connell St; ring twice|P.O. Box ‹num›, ‹city›"),
		"pt.address": split("Rua ‹das Flores|Sant'Ana|D. Pedro II›, nº ‹1..900› - ‹apto|fundos› ‹1..90›, ‹city›|Av. Paulista, ‹1..2000› (7º andar)"),
		"tr.address": split("‹Atatürk|Barış› Mah. ‹1..200›. Sok. No:‹1..90›/‹1..20›, ‹city›|‹city›, Cumhuriyet Cad. ‹1..90› D:‹1..12›"),
		"ja.address": split("〒‹digits3›-‹digits4› ‹city›‹1..9›丁目‹1..30›-‹1..20›|‹city› 中央‹1..9›-‹1..30›"),
		"hi.address": split("मकान नं. ‹1..400›, ‹गांधी|नेहरू› मार्ग, ‹city› - ‹100..999›‹digits3›|‹1..90›/‹A|B›, MG Road, ‹city›"),
		"ar.address": split("شارع ‹النيل|الحمراء› ‹1..200›، شقة ‹1..40›، ‹city›|‹city› - مبنى ‹1..90›، الطابق ‹1..12›"),
	}
}

func tongues() map[string][]string {
	return map[string][]string{
		"en.noun":     split("invoice|kitchen|deadline|garden|upgrade|release|neighbour|manual|weather|playlist|backup|clinic|keyboard|festival|ladder|bridge|editor|harvest|contract|window"),
		"pt.noun":     split("relatório|consulta|viagem|reunião|pedido|fogão|usuário|coração|lição|praia|atualização|bilhete|feijão|canção"),
		"tr.noun":     split("rapor|görüşme|yolculuk|güncelleme|öğrenci|çay|kullanıcı|ışık|bahçe|ödeme|şarkı|randevu"),
		"ja.noun":     split("会議|更新|旅行|予約|診察|ゲーム|写真|設定|お知らせ|配信|駅|弁当"),
		"hi.noun":     split("रिपोर्ट|यात्रा|अपडेट|डॉक्टर|परीक्षा|गाना|तस्वीर|सेटिंग|बगीचा|टिकट"),
		"ar.noun":     split("تقرير|رحلة|تحديث|موعد|طبيب|صورة|لعبة|إعدادات|كتاب|تذكرة"),
		"en.sentence": split("The ‹noun› we talked about isn't ready until ‹date›.|Could you take a look at the ‹noun› and the ‹noun› before lunch?|I've moved the ‹noun› to ‹city›; everyone else stays where they are.|Honestly, ‹name› did a great job with this ‹noun›!|After the ‹noun›, please drop the old ‹noun› off at the front desk.|We can't select a ‹noun› from the list or update it -- is that intended?|Do not delete the ‹noun› where the ‹noun› used to be.|It works, but only when the ‹noun› is plugged in (about ‹num› times out of ‹num›).|\"Nothing beats a good ‹noun›,\" said ‹name›.|Who's going to ‹city› & who's staying?|Price is down ‹1..90›% since ‹date›, which is > than I hoped.|Thanks - that's all I needed; see you on ‹date›!"),
		"pt.sentence": split("O ‹noun› ainda não está pronto, mas chega até ‹date›.|Você pode revisar o ‹noun› e a ‹noun› antes do almoço?|Não consigo abrir a ‹noun› desde ‹date›; alguém mais?|Falei com ‹name› sobre o ‹noun› em ‹city›.|Que ‹noun› maravilhoso!!! Parabéns, ‹name›.|A gota d'água foi o ‹noun› de ontem.|Custou R$ ‹10..900›,‹10..99› com ‹1..30›% de desconto."),
		"tr.sentence": split("‹noun› henüz hazır değil, ‹date› tarihine kadar bekleyin.|‹name› ile ‹city›'de ‹noun› hakkında konuştuk.|Bu ‹noun› neden açılmıyor? Yardımcı olur musunuz?|Türkiye'nin en güzel ‹noun› burada!|Lütfen ‹noun› ve ‹noun› kayıtlarını kontrol edin; %‹1..90› eksik."),
		"ja.sentence": split("‹noun›の件ですが、‹date›までにお願いします。|‹name›さんと‹city›で‹noun›について話しました！|「‹noun›」が開けません。どうすればいいですか？|‹noun›と‹noun›を確認してください（‹num›件）。|とても楽しい‹noun›でした♪"),
		"hi.sentence": split("‹noun› अभी तैयार नहीं है, कृपया ‹date› तक प्रतीक्षा करें।|‹name› ने ‹city› में ‹noun› के बारे में बताया।|क्या आप ‹noun› और ‹noun› देख सकते हैं?|बहुत बढ़िया ‹noun›! ‹num›% बेहतर।|मुझे ‹noun› नहीं मिल रहा है..."),
		"ar.sentence": split("‹noun› ليس جاهزًا بعد، يرجى الانتظار حتى ‹date›.|تحدثت مع ‹name› في ‹city› عن ‹noun›.|هل يمكنك مراجعة ‹noun› و‹noun›؟|شكرًا جزيلًا على ‹noun› الرائع!|السعر أقل بنسبة ‹num›٪؛ أليس كذلك؟"),
	}
}
