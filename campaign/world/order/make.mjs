// Writes countries.txt beside this file: the order of countries in each language, by the ICU inside Node.
//
//   python -c 'import json; from campaign.world import countries, languages
//   print(json.dumps({tag: countries._names(tag) for tag in languages.LANGUAGES}))' > names.json
//   node campaign/world/order/make.mjs names.json
//
// Japanese by kana reading (the readings of its kanji are below), Traditional Chinese by strokes, Simplified by pinyin.
import { readFileSync, writeFileSync } from 'node:fs'
import { argv, versions } from 'node:process'

const READINGS = {
  AS: 'べいりょうさもあ', CN: 'ちゅうごく', CF: 'ちゅうおうあふりかきょうわこく', EH: 'にしさはら', EU: 'おうしゅうれんごう',
  GF: 'ふつりょうぎあな', GQ: 'せきどうぎにあ', HK: 'ほんこん', JP: 'にほん', KP: 'きたちょうせん', KR: 'かんこく',
  MK: 'きたまけどにあ', MP: 'きたまりあなしょとう', PF: 'ふつりょうぽりねしあ', SS: 'みなみすーだん', TL: 'ひがしてぃもーる',
  TW: 'たいわん', VG: 'えいりょうゔぁーじんしょとう', VI: 'べいりょうゔぁーじんしょとう', ZA: 'みなみあふりか',
}
const COLLATION = { 'zh-Hant': 'zh-Hant-u-co-stroke', 'zh-Hans': 'zh-Hans-u-co-pinyin' }
const names = JSON.parse(readFileSync(argv[2], 'utf8'))
const lines = Object.entries(names).map(([language, countries]) => {
  const collator = new Intl.Collator(COLLATION[language] ?? language)
  const read = ([code, name]) => language === 'ja' ? READINGS[code] ?? name : name
  if (language === 'ja') {
    const unread = Object.entries(countries).filter(c => !/^[ぁ-ヿ]/.test(read(c)))
    if (unread.length) throw new Error(`no reading for ${unread}`)
  }
  const sorted = Object.entries(countries).sort((a, b) => collator.compare(read(a), read(b)))
  return [language, ...sorted.map(([code]) => code)].join(' ')
})
const head = `# Made by make.mjs from ICU ${versions.icu}, CLDR ${versions.cldr}.`
writeFileSync(new URL('countries.txt', import.meta.url), [head, ...lines].join('\n') + '\n')
