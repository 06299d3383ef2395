/** English function words. They say more about the language than a tweet's nouns do. */
export const ENGLISH = words(`
    the to a and i of in is you for it on my that with me at be this so have are was just not your but we all from
    up what out can if about like when i'm get no do its it's how one now they more go he she his her our us or by
    an as been will don't can't who why there their them him has had did does am were would could should than then
    too very only want know think really today tomorrow time good new love day some because im dont cant lol gonna
    wanna u ur please thanks thank great happy best see back make going still right never always every here off
    after over again need got let people life man game night morning year week way look first last say said even
    much any into most which while where these those being before between
  `);

/**
 * Function words of other languages, one set for each language. Words that English tweets also use are left out: "die", "was",
 * "no", "me", "son", "come", names, and phrases that people write for fun ("por favor", "mon ami", "la vida").
 */
export const OTHERS: ReadonlySet<string>[] = [
  // Spanish
  `
    que el una unos unas por para pero porque está están estoy estás más muy cuando como esto esta este eso esa ese
    hay tengo tiene tienes tienen quiero quiere puedo puede ser soy eres somos fue era nada todo todos toda todas
    también siempre nunca sólo solo ahora hoy mañana ayer donde dónde qué cómo quién sí tu sus nos lo le les se con
    sin sobre desde hasta entre gracias mejor hacer hace día días años mucho muchas muchos así aunque cada otro otra
    nuestro nuestra algo alguien bien
  `,
  // Portuguese
  `
    que não nao uma você voce vocês eu ele ela eles elas isso isto esse essa este esta meu minha seu sua das pelo
    pela pra por sem mais muito muita também tambem quando onde como porque está estou estão estava tem tenho foi
    ser são sou era fazer vai vou hoje amanhã ontem agora sempre nunca tudo todos nada mesmo gente depois antes
    ainda só já até obrigado obrigada dia melhor quem num numa ao aos nos nas
  `,
  // French
  `
    je tu il elle nous vous ils elles une est sont suis es êtes était pas dans pour avec que qui mais où donc quand
    comme c'est j'ai qu'il d'un d'une n'est n'ai ça cette ces mon ma mes ton ta tes sa ses notre votre leur leurs
    aussi très trop tous toute toutes rien jamais toujours encore être avoir fait faire va vais aujourd'hui demain
    hier merci bien plus moins parce alors même du au aux chez bonne beaucoup peu
  `,
  // Italian
  `
    che il lo gli della delle degli dello dei del nel nella sono sei siamo è era questo questa questi quello quella
    non con più molto anche quando dove perché perchè mio mia tuo tua suo sua hai abbiamo hanno fare oggi domani
    ieri sempre tutto tutti niente adesso ora grazie bene chi ma ancora solo una ci si essere stato stata già così
    ogni
  `,
  // German
  `
    der das und ich nicht ist ein eine einen einem einer mit für auf dem des sich auch wir ihr sie sind bin bist
    haben habe hatte wird werden wurde kann können aber oder wenn weil dass noch nur schon sehr mehr immer heute
    morgen gestern jetzt hier mir mich dir dich uns euch mein meine dein deine kein keine von zu zum zur bei nach
    aus über unter danke alles nichts wie wieder gibt doch ja nein warum wer wo vom im beim
  `,
  // Dutch
  `
    de het een ik je jij niet en zijn ben bent voor op aan maar ook nog wel naar uit bij hij zij wij ze mijn jouw
    haar ons onze heb hebt heeft hebben gaat gaan kan kunnen wordt worden moet moeten zo als dan nu vandaag morgen
    gisteren altijd nooit geen meer veel goed waar wat waarom deze dit daar er lekker
  `,
  // Indonesian and Malay
  `
    yang dan di ke dari untuk dengan ini itu tidak nggak gak ga aku saya kamu kita kami mereka dia ada adalah akan
    sudah udah belum bisa juga saja aja lagi kalau kalo karena tapi atau seperti sangat banget mau harus apa siapa
    kenapa bagaimana gimana hari pagi malam besok kemarin terima kasih orang semua jadi buat sama dalam pada nak tak
    dah kat boleh macam
  `,
  // Tagalog
  `
    ang mga ng sa na ko ka ako ikaw siya kami tayo sila niya namin natin nila hindi oo ito iyan yan yun yung lang
    naman din rin kasi pero kapag dahil bakit ano sino saan kailan talaga sobra gusto ayaw wala meron salamat mahal
    araw gabi bukas kahapon ngayon nga
  `,
  // Turkish
  `
    bir bu ve için çok ama değil ben sen biz siz onlar benim senin yok daha gibi kadar ne nasıl neden niye kim şey
    iyi güzel bugün yarın dün şimdi hiç ile mı mu mü da olan oldu olarak olsun diye sonra önce sana
  `,
  // Polish
  `
    nie się jest na że to jak ale od dla tak jestem jesteś są był była być masz mnie ciebie cię tego tym ta już
    tylko jeszcze bardzo dzisiaj dziś jutro wczoraj dlaczego czy gdzie kiedy kto wszystko nic dobrze dziękuję może
    który która więc oraz przez
  `,
  // Vietnamese
  `
    là không và của có được rất quá mình này cho với những một người tôi bạn ngày hôm nay đã đang sẽ cũng nhưng khi
    thì rồi
  `,
  // Swedish, Danish, Norwegian
  `
    och att det är som på för med av till inte har jag vi ett om så kan ska från när också bara mycket idag imorgon
    igår nu här där vad hur varför min mitt din ditt sig blir vara eller og at er jeg ikke til af vil skal fra når
    også bare meget hvad hva hvordan hvorfor hvor mig meg dig deg seg være bliver noget noe mange nok
  `,
].map(words);

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
