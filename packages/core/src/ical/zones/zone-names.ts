/**
 * Abbreviations for TZNAME, `CEST` or `MSK`, as English-speaking people of some country write them; where Intl has none, the offset
 * as the zone database writes it, `+03`.
 */
export function createZoneNamer(ianaName: string): (instantMs: number, offset: number) => string {
  const formats = new Map<string, Intl.DateTimeFormat>()
  const formatOf = (locale: string): Intl.DateTimeFormat => {
    const made = formats.get(locale)
    if (made !== undefined) return made
    const format = new Intl.DateTimeFormat(locale, { timeZone: ianaName, year: 'numeric', timeZoneName: 'short' })
    formats.set(locale, format)
    return format
  }
  return (instantMs, offset) => {
    for (const locale of ['en-US', 'en-GB', 'en-IE', 'en-AU', 'en-IN', 'en-NZ', 'en-ZA']) {
      const name = formatOf(locale)
        .formatToParts(instantMs)
        .find(({ type }) => type === 'timeZoneName')?.value
      if (name !== undefined && /^[A-Z]{3,5}$/.test(name) && (name !== 'GMT' || offset === 0)) return name
    }
    const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
    const size = Math.abs(offset)
    const minutes = size % 3600 === 0 ? '' : two((size % 3600) / 60)
    return `${offset < 0 ? '-' : '+'}${two(size / 3600)}${minutes}`
  }
}
