/** The version of the zone database behind the runtime's Intl, such as `2026c`; `unknown` where the runtime does not tell. */
export function tzdataVersion(): string {
  const { process } = globalThis as { process?: { versions?: { tz?: unknown } } }
  const version = process?.versions?.tz
  return typeof version === 'string' ? version : 'unknown'
}
