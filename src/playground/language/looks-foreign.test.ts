import { describe, expect, test } from "vitest";
import { looksForeign } from "./looks-foreign.ts";

/** A false alarm is worse than a miss, so tweets that are short, slangy or full of names must pass. */
const ENGLISH = `
@nasa the launch from Cape Canaveral was so beautiful 😍 https://t.co/x
Oh great, another Monday and the 7:40 to London is cancelled. Just what I needed 🙄
can’t believe she’s gone &amp; i never got to say thank you 💔
lmaooo bruh
Los Angeles, San Francisco, Las Vegas & San Diego
El Paso to Los Alamos via Las Cruces
Real Madrid 2-0 Atletico de Madrid FT
Con Air and Die Hard, man on fire
que sera sera
mi casa su casa
por favor and muchas gracias to everyone
hasta la vista baby
c'est la vie
creme de la creme
dat ass tho
gimme dat
man u
ily sm bb
sum1 pls help me wit dis
ain't nobody got time fo dat
wen u b chillin w ur dog
Mesut Özil und Toni Kroos
Van Gogh, van Dijk, de Bruyne
De Niro in Casino
GOOOAL! Di Maria!!
Kung Fu Panda na na na na
na na na na hey hey goodbye
𝓱𝓮𝓵𝓵𝓸 𝔀𝓸𝓻𝓵𝓭
ＨＥＬＬＯ　ＷＯＲＬＤ
Привет means hello
Learning Japanese: 今日 means today
ありがとう everyone, what a concert
BTS 방탄소년단 new album out now
#한국 #서울 trip starts
Pokémon café in Zürich was naïve
Cinco de Mayo con la familia
La La Land
Lil Nas X, Cardi B, Da Baby
El Chapo
Sin City
Bella ciao
Trump y Putin
a
😍😍😍
https://t.co/x
@a @b @c
2-1 !!
I <mask> this song
`;

const FOREIGN = `
Qué día tan bonito, no quiero que se acabe nunca 😍
El tren llega tarde otra vez, gracias por nada
RT @pepe: no puedo con esto jajaja
Bom dia gente, hoje vou dormir cedo porque amanhã tem prova
Eu não acredito que isso aconteceu comigo
Quelle belle journée, je suis tellement heureuse 😍
J'adore cette chanson, elle est trop belle
Il treno è in ritardo anche oggi, grazie mille
Non ci posso credere, abbiamo vinto!
Was für ein schöner Tag, ich bin so glücklich 😍
Der Zug hat schon wieder zwei Stunden Verspätung, danke Bahn
Wat een mooie dag, ik ben zo blij
Ik kan niet wachten tot morgen
Keretanya telat lagi, terima kasih ya
Hindi ako makapaniwala na nanalo tayo
Bugün hava çok güzel, çok mutluyum
Pociąg znowu się spóźnił, bardzo dziękuję
Tåget är försenat igen, tack så mycket
Jeg kan ikke tro at vi vant
Hôm nay trời đẹp quá, mình rất vui
今日は本当にいい天気ですね
电车又晚点了，真是太好了
오늘 날씨 정말 좋다
Какой прекрасный день, я так счастлива
يا له من يوم جميل، أنا سعيدة جدا
איזה יום יפה
आज का दिन बहुत अच्छा है
วันนี้อากาศดีมาก
Τι ωραία μέρα σήμερα
`;

const lines = (list: string) => list.trim().split("\n");

describe("English passes", () => {
  test.each(lines(ENGLISH))("%s", (text) => expect(looksForeign(text)).toBe(false));
});

describe("other languages do not", () => {
  test.each(lines(FOREIGN))("%s", (text) => expect(looksForeign(text)).toBe(true));
});
