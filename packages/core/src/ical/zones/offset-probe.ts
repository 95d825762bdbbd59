/** Asks the runtime for offsets: seconds east of UTC at an instant. About a microsecond and a half a call. */
export function createOffsetProbe(ianaName: string): (instantMs: number) => number {
  // `longOffset` gives the offset with its seconds ("8/11/1887, GMT+00:53:28") and no date fields that could be Julian or BC.
  const format = new Intl.DateTimeFormat('en-US', { timeZone: ianaName, year: 'numeric', timeZoneName: 'longOffset' })
  const known = new Map<string, number>()
  return (instantMs) => {
    const text = format.format(instantMs)
    const offset = text.slice(text.lastIndexOf('GMT') + 3)
    let seconds = known.get(offset)
    if (seconds === undefined) {
      seconds = secondsOf(offset)
      known.set(offset, seconds)
    }
    return seconds
  }
}

/** `''` (UTC), `+03:00`, `-00:44:30`; some locales' data write U+2212 for the minus. */
function secondsOf(text: string): number {
  if (text === '') return 0
  const [hours = 0, minutes = 0, seconds = 0] = text.slice(1).split(':').map(Number)
  const total = hours * 3600 + minutes * 60 + seconds
  return text.startsWith('+') ? total : -total
}
