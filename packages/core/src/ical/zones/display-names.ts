import { ianaZone } from './iana.ts'
import { canonicalName, knownNames } from './known-names.ts'
import { zoneOfWindowsName } from './windows-names.ts'

/** Labels of the Windows time zone list that name no city of the zone database, and the Windows zone behind each. */
const labels: ReadonlyMap<string, string> = new Map(
  [
    ['International Date Line West', 'Dateline'],
    ['Aleutian Islands', 'Aleutian'],
    ['Hawaii', 'Hawaiian'],
    ['Alaska', 'Alaskan'],
    ['Pacific Time (US & Canada)', 'Pacific'],
    ['Arizona', 'US Mountain'],
    ['Mountain Time (US & Canada)', 'Mountain'],
    ['Yukon', 'Yukon'],
    ['Central America', 'Central America'],
    ['Central Time (US & Canada)', 'Central'],
    ['Guadalajara, Mexico City, Monterrey', 'Central Standard Time (Mexico)'],
    ['Saskatchewan', 'Canada Central'],
    ['Eastern Time (US & Canada)', 'Eastern'],
    ['Haiti', 'Haiti'],
    ['Indiana (East)', 'US Eastern'],
    ['Turks and Caicos', 'Turks And Caicos'],
    ['Atlantic Time (Canada)', 'Atlantic'],
    ['Georgetown, La Paz, Manaus, San Juan', 'SA Western'],
    ['Newfoundland', 'Newfoundland'],
    ['Brasilia', 'E. South America'],
    ['City of Buenos Aires', 'Argentina'],
    ['Greenland', 'Greenland'],
    ['Saint Pierre and Miquelon', 'Saint Pierre'],
    ['Salvador', 'Bahia'],
    ['Cape Verde Is.', 'Cape Verde'],
    ['Cabo Verde Is.', 'Cape Verde'],
    ['Dublin, Edinburgh, Lisbon, London', 'GMT'],
    ['Dublin, Edinburgh, Lissabon, London', 'GMT'],
    ['West Central Africa', 'W. Central Africa'],
    ['E. Europe', 'E. Europe'],
    ['Harare, Pretoria', 'South Africa'],
    ['Port Louis', 'Mauritius'],
    ['Ekaterinburg', 'Ekaterinburg'],
    ['Chennai, Kolkata, Mumbai, New Delhi', 'India'],
    ['Sri Jayawardenepura', 'Sri Lanka'],
    ['Astana', 'Central Asia'],
    ['Beijing, Chongqing, Hong Kong, Urumqi', 'China'],
    ['Canberra, Melbourne, Sydney', 'AUS Eastern'],
    ['Chokurdakh', 'Russia Time Zone 10'],
    ['Solomon Is., New Caledonia', 'Central Pacific'],
    ['Anadyr, Petropavlovsk-Kamchatsky', 'Russia Time Zone 11'],
    ["Nuku'alofa", 'Tonga'],
    ['Samoa', 'Samoa'],
  ].map(([label, name]) => [label!.toLowerCase(), name!]),
)

/** Cities of the zone database in lower case with spaces, and the zones that end in them. */
let cities: ReadonlyMap<string, readonly string[]> | undefined

/**
 * The zone behind a name made for people: `(UTC+01:00) Amsterdam, Berlin, …`, `GMT+03:00 Moscow`, `Eastern Time (US & Canada)`.
 * Of the cities the first counts that has the written offset today, in winter or summer; else the first at all, since countries
 * change their offsets and the lists in old files stay. `null` when the label tells nothing.
 */
export function zoneOfDisplayName(name: string): string | null {
  const prefixed = /^\(?(?:UTC|GMT)\s?([+\-\u2212]\d{1,2}:?\d{2})?\)?\s+(.+)$/i.exec(name)
  const label = (prefixed?.[2] ?? name).trim()
  const known = labels.get(label.toLowerCase())
  if (known !== undefined) return zoneOfWindowsName(`${known} Standard Time`) ?? zoneOfWindowsName(known)
  if (prefixed === null) return null
  const direct = canonicalName(label) ?? zoneOfWindowsName(label)
  if (direct !== null) return direct
  if (/^coordinated universal time$/i.test(label)) return 'UTC'
  return zoneOfCities(label, offsetOf(prefixed[1] ?? '+00:00'))
}

/** Seconds east of UTC of `+01:00`, `-0330` or `+3`; the sign is a must, digits out of range give `null`. */
export function offsetOf(text: string): number | null {
  const match = /^([+\-\u2212])(\d{1,2})(?::?(\d{2}))?$/.exec(text)
  if (match === null) return null
  const [hours, minutes] = [Number(match[2]), Number(match[3] ?? 0)]
  if (hours > 14 || minutes > 59) return null
  const seconds = hours * 3600 + minutes * 60
  return match[1] === '+' || seconds === 0 ? seconds : -seconds
}

function zoneOfCities(label: string, offset: number | null): string | null {
  cities ??= listCities()
  let first: string | null = null
  for (const part of label.split(/,| - |;/, 20)) {
    const city = part
      .trim()
      .toLowerCase()
      .replace(/ (?:islands?|is\.)$/, '')
    for (const zone of cities.get(city) ?? []) {
      const canonical = canonicalName(zone)
      if (canonical === null) continue
      if (offset === null || hasOffset(canonical, offset)) return canonical
      first ??= canonical
    }
  }
  return first
}

/** Any winter and summer will do that the table has; these are when this was written. */
function hasOffset(canonical: string, offset: number): boolean {
  const zone = ianaZone(canonical)
  return zone.offsetAt(Date.UTC(2026, 0, 15)) === offset || zone.offsetAt(Date.UTC(2026, 6, 15)) === offset
}

function listCities(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const name of knownNames().values()) {
    if (!name.includes('/') || name.startsWith('Etc/') || name.startsWith('US/')) continue
    const city = name
      .slice(name.lastIndexOf('/') + 1)
      .replaceAll('_', ' ')
      .toLowerCase()
    const zones = found.get(city)
    if (zones === undefined) found.set(city, [name])
    else zones.push(name)
  }
  return found
}
