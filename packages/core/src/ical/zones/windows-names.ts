import { canonicalName } from './known-names.ts'
import { windowsZones } from './windows-zones.ts'

/** Names that older Windows versions and Outlook wrote and CLDR no longer lists. */
const retired: readonly (readonly [name: string, zone: string])[] = [
  ['Armenian Standard Time', 'Asia/Yerevan'],
  ['Kamchatka Standard Time', 'Asia/Kamchatka'],
  ['Mexico Standard Time', 'America/Mexico_City'],
  ['Mexico Standard Time 2', 'America/Mazatlan'],
  ['Mid-Atlantic Standard Time', 'Etc/GMT+2'],
]

let byName: ReadonlyMap<string, string> | undefined
let byZone: ReadonlyMap<string, string> | undefined

/** The IANA zone of a Windows name in any case (CLDR windowsZones, territory 001); `null` for other names. */
export function zoneOfWindowsName(name: string): string | null {
  byName ??= new Map(
    [...windowsZones.map(([short, zones]) => [fullName(short), zones.split(' ', 1)[0]!] as const), ...retired].map(
      ([full, zone]) => [full.toLowerCase(), zone],
    ),
  )
  // Some programs name the zone by what it is called in summer.
  return byName.get(name.toLowerCase().replace(/ daylight time$/, ' standard time')) ?? null
}

/** The Windows name of an IANA zone or one of its aliases; `null` when Windows has none (`Antarctica/Troll`). */
export function windowsNameOf(iana: string): string | null {
  byZone ??= new Map(
    windowsZones.flatMap(([short, zones]) => zones.split(' ').map((zone) => [zone, fullName(short)] as const)),
  )
  const canonical = canonicalName(iana)
  if (canonical === null) return null
  return byZone.get(canonical === 'UTC' ? 'Etc/UTC' : canonical) ?? null
}

function fullName(short: string): string {
  return short.endsWith(' ~') ? `${short.slice(0, -1)}Standard Time` : short
}
