// Writes icu_order.txt: invented words per script in the order of the ICU inside Node, for test_sorting.py.
//   node tests/names/make_order.mjs
import { writeFileSync } from 'node:fs'
import { versions } from 'node:process'

const ALPHABETS = {
  Latn: 'aábcçdeéèfghiíjklłmnñoóöøprsštuüvwyzž', Cyrl: 'абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюя', Grek: 'αάβγδεέζηήθικλμνξοόπρσςτυφχψω',
  Armn: 'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ', Geor: 'აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ', Hebr: 'אבגדהוזחטיכלמנסעפצקרשת',
  Arab: 'ابپتثجچحخدذرزژسشصضطظعغفقكگڭلمنھوۇۆۈۋېىي', Deva: 'अआइईउएकखगघचछजझटठडढतथदधनपफबभमयरलवशसहािीुूेो', Beng: 'অআইউএকখগঘচছজটঠডতথদধনপফবভমযরলশসহ',
  Guru: 'ਅਆਇਈਉਕਖਗਘਚਛਜਝਟਠਡਤਥਦਧਨਪਫਬਭਮਯਰਲਵਸਹ', Gujr: 'અઆઇઈઉકખગઘચછજટઠડતથદધનપફબભમયરલવશસહ', Taml: 'அஆஇஈஉஎஒகஙசஞடணதநபமயரலவழளறனாிீுெ',
  Telu: 'అఆఇఈఉఎకఖగఘచజటడతదధనపబభమయరలవశసహ', Knda: 'ಅಆಇಈಉಎಕಖಗಘಚಜಟಡತದಧನಪಬಭಮಯರಲವಶಸಹ', Mlym: 'അആഇഈഉഎകഖഗഘചജടഡതദധനപബഭമയരലവശസഹ', Sinh: 'අආඇඉඊඋඑකඛගඝචජටඩතදධනපබභමයරලවශසහ',
  Thai: 'กขคงจฉชซญดตถทนบปผพฟมยรลวสหอะาเแโไ', Laoo: 'ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮະາເແໂໄ', Mymr: 'ကခဂဃငစဆဇညတထဒဓနပဖဗဘမယရလဝသဟအာိုေ', Khmr: 'កខគឃងចឆជឈញដឋឌណតថទធនបផពភមយរលវសហអាិីុេ',
  Ethi: 'ሀለሐመሠረሰሸቀበተቸነኘአከወዘየደጀገጠፀፈ', Mong: 'ᠠᠡᠢᠣᠤᠥᠦᠨᠪᠫᠬᠭᠮᠯᠰᠱᠲᠳᠴᠵᠶᠷᠸ', Cher: 'ᎠᎡᎢᎣᎤᎦᎧᎨᎩᎪᎭᎮᎳᎴᎵᎹᎺᏁᏂ', Tfng: 'ⴰⴱⴳⴷⴹⴻⴼⴽⵀⵃⵄⵅⵇⵉⵊⵍⵎⵏⵓⵔⵙⵜⵡⵢⵣ',
  Hira: 'あいうえおかがきぎくぐこさざしじただつづてなはばぱまやよらわんアイウカガキサタナハ', Kore: '가각간감강거건경고공관구국권규김나남노다도동라로류마민박배백사서선성송수신안양오유윤이임장전정조진최하한홍황',
  Hani: '一丁七九人入八刀力十大小山川工王木水火田白石立竹米羊老耳舟花李林金長門阿陈陳雨青非面革韋韓音風飛馬高魚鳥麥黃黑龍龜郑鄭刘劉张張',
}
const collator = script => new Intl.Collator({ Arab: 'ug', Hani: 'zh-u-co-stroke' }[script] ?? 'en')
let seed = 2021
const below = n => (seed = (seed * 48271) % 2147483647) % n
const lines = Object.entries(ALPHABETS).map(([script, letters]) => {
  const alphabet = [...letters], words = new Set()
  while (words.size < 60) {
    let word = Array.from({ length: 1 + below(5) }, () => alphabet[below(alphabet.length)]).join('')
    if ('LatnCyrlGrekArmn'.includes(script) && below(2)) word = word[0].toUpperCase() + word.slice(1)
    if (/[เแโไເແໂໄ](?![ก-ฮກ-ຮ])/.test(word)) continue
    words.add(word)
  }
  return [script, ...[...words].sort(collator(script).compare)].join(' ')
})
writeFileSync(new URL('icu_order.txt', import.meta.url), `# Made by make_order.mjs from ICU ${versions.icu}.\n${lines.join('\n')}\n`)
