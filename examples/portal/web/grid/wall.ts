const formats = new Map<string, Intl.DateTimeFormat>()

/** An instant on the clock of a time zone: `2026-11-25T10:00:00`. */
export const wallOf = (ms: number, timeZone: string): string => {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return format.format(ms).replace(' ', 'T')
}

/** A wall clock or a day read as if it were UTC, ms: to add and to compare. */
export const wallMs = (wall: string): number => Date.parse(wall.length === 10 ? `${wall}T00:00:00Z` : `${wall}Z`)

/** The same back: a day where `day` is set. */
export const wallText = (ms: number, day = false): string => new Date(ms).toISOString().slice(0, day ? 10 : 19)

/** Moves a wall clock or a day. */
export const shiftWall = (wall: string, deltaMs: number): string => wallText(wallMs(wall) + deltaMs, wall.length === 10)

/** The instant of a wall clock in a time zone: of two the first, in a gap by the clock before it. */
export const instantOf = (wall: string, timeZone: string): number => {
  const wanted = wallMs(wall)
  const offset = (ms: number): number => wallMs(wallOf(ms, timeZone)) - ms
  const [before, after] = [wanted - offset(wanted - 86_400_000), wanted - offset(wanted + 86_400_000)]
  return wallMs(wallOf(before, timeZone)) === wanted || wallMs(wallOf(after, timeZone)) !== wanted ? before : after
}
