package east

// prose is what people write, in their languages, and what is not prose but honest text of machines.
func prose() map[string]string {
	return map[string]string{
		"say": "‹english›|‹portuguese›|‹italian›|‹turkish›|‹swedish›|‹japanese›|‹chinese›|‹hindi›|‹arabic›",
		"english": "Running ‹5..40› min late, sorry! Can we move it to ‹clock›?|Loved it – ‹3..5›/5, would come back; the ‹word› room wasn't ready, though.|" +
			"Patient reports ‹symptom›; advised rest & fluids, review in ‹2..9› days.|It's the 3rd time this week: the app \"forgets\" my seat (‹10..40›‹A|C|F›).|" +
			"Could you union-square the pictures? I'd like them on one page, please.|gg wp, same team tomorrow? ‹first› can't make it before ‹clock› :(|" +
			"Here's my homework: the answer is x > 3 or x < -2, I think?|Don't know why; it worked yesterday... rebooted ‹2..5›x already!|" +
			"Parents' evening: bring ‹first›'s report, and/or last year's. Thanks -- ‹first›",
		"portuguese": "Não consigo abrir o app desde ontem à noite, só dá \"erro ‹400..599›\".|Paciente refere ‹symptom›; nega febre. Retorno em ‹7..30› dias.|" +
			"Ótimo atendimento!! Voltarei com certeza ;-)|Onde fica a caixa d'água? O técnico já está a caminho (‹clock›).|Amei o livro “‹title›”, recomendo a todos.|Preço: R$ ‹10..900›,‹10..99› à vista ou ‹2..12›x sem juros",
		"italian": "C'è un'altra camera libera? L'ultima volta l'aria condizionata non andava.|Visita di controllo dall'‹8..11› marzo; il paziente riferisce ‹symptom›.|" +
			"Perché non posso cancellare l'ordine? È già il terzo tentativo...|Buonasera, vorrei prenotare per ‹2..9› persone alle ‹clock›, all'aperto per favore.|Dov'è finito il mio bagaglio?!",
		"turkish":  "Kargom hâlâ gelmedi, ‹2..9› gündür bekliyorum.|Türkiye'nin en iyi oteli; kahvaltı %100 harika!|Hastanın şikâyeti: ‹symptom›.|Ödevi yükleyemiyorum, 'dosya çok büyük' diyor.|İstanbul'dan ‹city›'ye en ucuz bilet ne kadar?",
		"swedish":  "Går det att boka om till fredag kl. ‹clock›?|Appen kraschar när jag väljer 'Åland' i listan.|Patienten mår bättre; fortsätt med ‹drug› 1x2.|Jättebra kurs! Men ljudet i lektion ‹2..30› är för lågt.|Hej, var är min väska?",
		"japanese": "予約を‹2..9›名に変更したいのですが、可能でしょうか?|アプリが落ちます。機種はPixel 8です。|とても面白い授業でした(笑)|患者は‹symptom›を訴えている。|【至急】鍵の受け取り場所を教えてください!!",
		"chinese":  "请问可以改签到‹date›吗?谢谢!|这门课讲得很好,就是作业太多了……|患者主诉:‹symptom›,建议复查。|充值‹10..500›元没到账,订单号‹#12›|“三体”真好看;强烈推荐!",
		"hindi":    "मेरा ऑर्डर अभी तक नहीं आया, कृपया जाँच करें।|बहुत अच्छा ऐप है! ‹3..5›/5|क्या हम ‹clock› बजे मिल सकते हैं?|रोगी को ‹symptom› है।|होमवर्क कल तक जमा करूँगा :)",
		"arabic":   "لم تصل رسالة التأكيد حتى الآن، رقم الحجز ‹#8›|تطبيق رائع، شكرًا لكم!|هل يمكن تغيير الموعد إلى الساعة ‹clock›؟|المريض يشكو من ‹symptom›.|أين يقع الفندق؟ (قرب المطار)",
		"essay":    "‹3..6* *‹say››",
		"sqltalk": "To ‹select a plan|drop a course|insert a coin|delete your account›, open ‹Settings|the ‹word› tab› and choose where it applies; or ask ‹first› from the ‹word› table.|" +
			"Lesson ‹2..12›: a UNION of two SELECTs must have the same number of columns, and ORDER BY comes last.|" +
			"I'd select from the set menu where possible, and/or order by phone -- group by table, having a limit of ‹2..9› each.|" +
			"The student union will select ‹2..9› members from all departments, where 1 = 1st choice; update expected by ‹clock›.|" +
			"Create a table of values, insert the results into column ‹2..5›, then drop the lowest and average the rest.|" +
			"Q: What does \"DELETE FROM orders WHERE id = 5\" do? A: it removes one row; without WHERE, all of them!|" +
			"Delete from my list whatever isn't vegan; the union rep's 'or else' email -- that too.",
		"shelltalk": "Run `npm install && npm run build`, then copy dist/ to the bucket; it takes ‹2..9› min.|Use grep -r TODO src/ ‹pipe› wc -l to count them (‹10..99› here).|" +
			"If ping fails, check the cable; if it doesn't, whoami only tells you who you are.|Type `cd ~/‹word› && ls -la` – the file should be there.|" +
			"On Windows: right-click > Properties > Security; on a Mac: sudo rm the old cask first, cat the log & send it to us.|The cat; the dog ‹pipe› the id card ‹pipe›‹pipe› both? ;-)",
		"codetalk": "Why does `if (a < b && b > c)` warn? I expected `a<b` first.|In Python, [x for x in range(‹2..99›) if x % 2 == 0] gives evens.|The <b>bold</b> tag is old; use <strong> instead, e.g. <strong>‹word›</strong>.|" +
			"onClick={() => setOpen(!open)} re-renders the list, any idea?|const ‹word› = items.map(i => `${i.name}: ${i.qty}`).join(', ')|std::vector<std::pair<int, char>> v; // is this ok?",
		"markdown": "## ‹word› notes\n\n* [ ] call ‹first›\n* [x] see [the doc](https://‹webhost›/d/‹w8›)\n\n> “‹say›”\n\n‹pipe› a ‹pipe› b ‹pipe›\n‹pipe›---‹pipe›---‹pipe›\n‹pipe› ‹1..9› ‹pipe› ‹10..99› ‹pipe›\n\n```‹js|go|sh›\n‹codetalk›\n```",
	}
}
