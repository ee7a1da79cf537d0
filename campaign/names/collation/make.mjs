// Writes order.txt, han.txt, marks.txt, expansions.txt and ranges.txt beside this file, from the ICU inside Node.
//
//   node campaign/names/collation/make.mjs
//
// order.txt       one line per first-level letter of CLDR's root order; on it, the characters that differ from the
//                 first only by accent are parted by a space, those that differ only by case or form are not.
// marks.txt       combining marks in their second-level order, one line per rank.
// expansions.txt  characters that sort as a sequence of others (æ = ae).
// han.txt         the ideographs of the Basic Multilingual Plane in CLDR's stroke order.
// ranges.txt      which code points belong to which script (ISO 15924).
// Arabic letters follow CLDR's Uyghur order, which keeps the Arabic alphabet's; Persian kaf and yeh join the Arabic ones.
import { writeFileSync } from 'node:fs'
import { argv, versions } from 'node:process'

const SCRIPTS = ('Latn Grek Copt Cyrl Glag Geor Armn Hebr Arab Syrc Mand Thaa Nkoo Tfng Ethi Deva Beng Guru Gujr Orya ' +
  'Taml Telu Knda Mlym Sinh Mtei Sylo Saur Mong Olck Cher Cans Thai Laoo Tavt Tibt Lepc Limb Tale Talu Lana Cham Bali ' +
  'Java Sund Bugi Mymr Kali Khmr Yiii Lisu Bopo Hang Hira Kana Hani Adlm Rohg Vaii Osge Newa Cakm Plrd Hmnp Wcho Nagm ' +
  'Bamu Batk Phag Samr Runr Dogr Gong Gonm Takr Sharada:Shrd').split(' ').map(s => s.split(':').pop())
const known = SCRIPTS.filter(s => { try { return new RegExp(`\\p{sc=${s}}`, 'u') } catch { return false } })
const of = Object.fromEntries(known.map(s => [s, new RegExp(`^\\p{sc=${s}}$`, 'u')]))
const root = new Intl.Collator('en'), base = new Intl.Collator('en', { sensitivity: 'base' })
const accent = new Intl.Collator('en', { sensitivity: 'accent' })
const uyghur = new Intl.Collator('ug'), stroke = new Intl.Collator('zh-u-co-stroke')
const head = `# Made by make.mjs from ICU ${versions.icu}, CLDR ${versions.cldr}, Unicode ${versions.unicode}.\n`
const write = (name, lines) => writeFileSync(new URL(name, import.meta.url), head + lines.join('\n') + '\n')
const HIGH = '\uffff'

function scriptOf(ch) {
  for (const s of known) if (of[s].test(ch)) return s
  return null
}

const letters = [], marks = [], ranges = []
for (let cp = 0x20; cp < 0x20000; cp++) {
  if (cp >= 0xd800 && cp < 0xe000) continue
  const ch = String.fromCodePoint(cp), script = scriptOf(ch)
  if (script) {
    const last = ranges.at(-1)
    if (last && last[2] === script && last[1] === cp - 1) last[1] = cp
    else ranges.push([cp, cp, script])
  }
  if (/^(\p{sc=Hani}|[가-힣])$/u.test(ch) && !/[々〆〇]/.test(ch)) continue
  const common = cp < 0x3100 && /^[\p{P}\p{N}\p{Lm}\p{M}]$/u.test(ch)
  if (!(script && /^[\p{L}\p{M}\p{N}\p{P}]$/u.test(ch)) && !common) continue
  if (ch.normalize('NFC') !== ch || base.compare(ch, '') === 0 && !/\p{M}/u.test(ch)) continue
  if (/^\p{M}$/u.test(ch) && base.compare('a' + ch, 'a') === 0) { if (root.compare('a' + ch, 'a')) marks.push(ch); continue }
  const apart = ch.normalize('NFD')
  if (apart !== ch && base.compare([...apart].filter(c => !/\p{Mn}/u.test(c) || base.compare('a' + c, 'a')).join(''), ch) === 0 &&
      [...apart].slice(1).every(c => base.compare('a' + c, 'a') === 0)) continue
  letters.push(ch)
}
for (const [from, to] of [[0x20000, 0x323af]]) ranges.push([from, to, 'Hani'])

letters.sort((a, b) => root.compare(a, b) || (a < b ? -1 : 1))
const classes = [], expansions = []
for (const ch of letters) {
  const top = classes.at(-1)
  if (top && base.compare(top[0], ch) === 0) { top.push(ch); continue }
  const prefix = top && root.compare(top[0] + HIGH, ch) > 0
  if (prefix) expansions.push([ch, top[0]])
  else classes.push([ch])
}

function rest(ch, start) { // second and later letters of an expansion, by binary search over the classes
  let found = start
  while (base.compare(found, ch) !== 0 && found.length < 6) {
    let low = 0, high = classes.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (base.compare(found + classes[middle][0], ch) <= 0) low = middle
      else high = middle - 1
    }
    found += classes[low][0]
  }
  return base.compare(found, ch) === 0 ? found : null
}
const lines = []
for (const [ch, start] of expansions) {
  const found = rest(ch, start)
  if (found) lines.push(`${ch} ${found}`)
  else classes.push([ch])
}
classes.sort((a, b) => root.compare(a[0], b[0]))

const isArabic = c => of.Arab.test(c[0]) && /\p{L}/u.test(c[0])
const arabic = classes.filter(isArabic).sort((a, b) => uyghur.compare(a[0], b[0]))
const take = letter => arabic.splice(arabic.findIndex(c => c[0] === letter), 1)[0]
const [kaf, yeh] = [take('ک'), take('ی')]
arabic.find(c => c[0] === 'ك').push(...kaf)
arabic.find(c => c[0] === 'ي').push(...yeh)
const first = classes.findIndex(isArabic)
const ordered = [...classes.slice(0, first), ...arabic, ...classes.slice(first).filter(c => !isArabic(c))]

const line = group => group.reduce((text, ch, i) =>
  text + (i && (accent.compare(group[i - 1], ch) || 'کی'.includes(ch)) ? ' ' : '') + ch, '')
write('order.txt', ordered.map(line))
write('expansions.txt', lines)
marks.sort((a, b) => root.compare('a' + a, 'a' + b))
write('marks.txt', marks.reduce((out, m, i) => {
  if (i && accent.compare('a' + marks[i - 1], 'a' + m) === 0) out[out.length - 1] += m
  else out.push(m)
  return out
}, []))
const han = []
for (let cp = 0x3400; cp < 0xa000; cp++) {
  const ch = String.fromCodePoint(cp)
  if (/\p{Unified_Ideograph}/u.test(ch)) han.push(ch)
}
han.push(...'﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩')
han.sort(stroke.compare)
write('han.txt', [han.join('')])
const hex = n => n.toString(16).toUpperCase()
write('ranges.txt', ranges.map(([a, b, s]) => `${hex(a)} ${hex(b)} ${s}`))
console.log({ letters: letters.length, classes: ordered.length, expansions: lines.length, marks: marks.length, han: han.length, ranges: ranges.length })
