/** What programs call themselves, and what people call them; the first that fits wins. */
const known: readonly (readonly [pattern: RegExp, name: (found: RegExpExecArray) => string])[] = [
  [/\bDAVx5\/(\d+(?:\.\d+)?)/, ([, version]) => `DAVx⁵ ${version}`],
  [/\bThunderbird\/(\d+)/, ([, version]) => `Thunderbird ${version}`],
  [/Google-Calendar-Importer/, () => 'Google Calendar'],
  [/Microsoft Outlook (\d+)/, ([, version]) => `Outlook ${version}`],
  [/Microsoft Office|Outlook/, () => 'Outlook'],
  [/^iOS\/(\d+)/, ([, version]) => `iOS ${version}`],
  [/^(?:macOS|Mac OS X|Mac_OS_X)\/(\d+)/, ([, version]) => `macOS ${version}`],
  [/\bEvolution\/(\d+\.\d+)/, ([, version]) => `Evolution ${version}`],
  [/\bvdirsyncer\/(\d+\.\d+)/, ([, version]) => `vdirsyncer ${version}`],
  [/\bcurl\/(\d+)/, ([, version]) => `curl ${version}`],
  [/\bFirefox\/(\d+)/, ([, version]) => `Firefox ${version}`],
  [/\bEdg\/(\d+)/, ([, version]) => `Edge ${version}`],
  [/\bChrome\/(\d+)/, ([, version]) => `Chrome ${version}`],
  [/\bSafari\//, () => 'Safari'],
]

const maxUnknownLength = 60

/** A program's name for people, from its User-Agent; `null` when it did not say one. An unknown one is shown as it is. */
export const programOf = (userAgent: string | null): string | null => {
  if (userAgent === null || userAgent.trim() === '') return null
  for (const [pattern, name] of known) {
    const found = pattern.exec(userAgent)
    if (found !== null) return name(found)
  }
  return userAgent.length <= maxUnknownLength ? userAgent : `${userAgent.slice(0, maxUnknownLength)}…`
}
