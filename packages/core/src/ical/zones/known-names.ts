import { windowsZones } from './windows-zones.ts'

/** Other names of the zone database, by their first part: what `Intl.supportedValuesOf` and the Windows table do not list. */
const aliases: readonly (readonly [area: string, names: string])[] = [
  ['Africa', 'Timbuktu'],
  [
    'America',
    'Argentina/ComodRivadavia Atka Ensenada Fort_Wayne Knox_IN Montreal Nipigon Pangnirtung Porto_Acre Rainy_River Rosario Santa_Isabel Shiprock Thunder_Bay Virgin Yellowknife',
  ],
  ['Antarctica', 'South_Pole'],
  [
    'Asia',
    'Ashkhabad Choibalsan Chongqing Chungking Dacca Harbin Istanbul Kashgar Macao Tel_Aviv Thimbu Ujung_Pandang Ulan_Bator',
  ],
  ['Atlantic', 'Jan_Mayen'],
  ['Australia', 'ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna'],
  ['Brazil', 'Acre DeNoronha East West'],
  ['Canada', 'Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon'],
  ['Chile', 'Continental EasterIsland'],
  ['Europe', 'Belfast Nicosia Tiraspol Uzhgorod Zaporozhye'],
  ['Mexico', 'BajaNorte BajaSur General'],
  ['Pacific', 'Johnston Samoa Yap'],
  ['US', 'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific Samoa'],
  ['Etc', 'GMT GMT0 GMT+0 GMT-0 Greenwich UCT UTC Universal Zulu'],
]

/** Names without a slash. Nothing else that short is believed: ICU also knows abbreviations, and to it `BST` is Bangladesh. */
const slashless =
  'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel ' +
  'Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT ' +
  'UTC Universal W-SU WET Zulu'

/** Where the runtime's canonical name is one that the zone database has since replaced. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['Africa/Asmera', 'Africa/Asmara'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['America/Catamarca', 'America/Argentina/Catamarca'],
  ['America/Coral_Harbour', 'America/Atikokan'],
  ['America/Cordoba', 'America/Argentina/Cordoba'],
  ['America/Godthab', 'America/Nuuk'],
  ['America/Indianapolis', 'America/Indiana/Indianapolis'],
  ['America/Jujuy', 'America/Argentina/Jujuy'],
  ['America/Louisville', 'America/Kentucky/Louisville'],
  ['America/Mendoza', 'America/Argentina/Mendoza'],
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Asia/Katmandu', 'Asia/Kathmandu'],
  ['Asia/Rangoon', 'Asia/Yangon'],
  ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
  ['Atlantic/Faeroe', 'Atlantic/Faroe'],
  ['Europe/Kiev', 'Europe/Kyiv'],
  ['Pacific/Enderbury', 'Pacific/Kanton'],
  ['Pacific/Ponape', 'Pacific/Pohnpei'],
  ['Pacific/Truk', 'Pacific/Chuuk'],
])

/** Every name known beforehand, in lower case, as the database spells it. Made when it is first needed. */
let spellings: ReadonlyMap<string, string> | undefined

/** The list of names, spelled properly. */
export function knownNames(): ReadonlyMap<string, string> {
  spellings ??= new Map(listNames().map((name) => [name.toLowerCase(), name]))
  return spellings
}

function listNames(): string[] {
  const west = Array.from({ length: 12 }, (_, i) => `Etc/GMT+${i + 1}`)
  const east = Array.from({ length: 14 }, (_, i) => `Etc/GMT-${i + 1}`)
  return [
    ...Intl.supportedValuesOf('timeZone'),
    ...windowsZones.flatMap(([, zones]) => zones.split(' ')),
    ...renamed.values(),
    ...aliases.flatMap(([area, names]) => names.split(' ').map((name) => `${area}/${name}`)),
    ...slashless.split(' '),
    ...west,
    ...east,
  ]
}

const areas =
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(?:\/[A-Za-z0-9_-]{1,30}){1,2}$/i

/** Canonical names by any known name in lower case: at most as many as there are names. */
const canonical = new Map<string, string | null>()

/**
 * The runtime may know names that are newer than our lists. Asking costs 30 µs when it does not, which hostile files could
 * multiply, so that it is asked about so many unknown names in the life of a process and no more.
 */
let questionsLeft = 500

/**
 * The current name of a zone of the database, from any of its names in any case: `us/eastern` is `America/New_York`, `GMT` is
 * `UTC`. `null` for everything else.
 */
export function canonicalName(name: string): string | null {
  const key = name.toLowerCase()
  const known = canonical.get(key)
  if (known !== undefined) return known
  const listed = knownNames().get(key)
  if (listed === undefined) {
    if (questionsLeft === 0 || !areas.test(name)) return null
    questionsLeft--
  }
  const found = ask(listed ?? name)
  canonical.set(key, found)
  return found
}

function ask(name: string): string | null {
  try {
    const answer = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone
    return renamed.get(answer) ?? answer
  } catch {
    return null
  }
}
