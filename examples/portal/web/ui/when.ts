import { useTexts } from '../texts/index.ts'

/** Days of the browser's own time zone, as keys. */
const dayKey = (ms: number): string => new Date(ms).toDateString()
const dayMs = 86_400_000

/** Moments in the person's words: today and yesterday by name. */
export const useWhen = (): { readonly moment: (ms: number) => string; readonly date: (ms: number) => string } => {
  const { locale, doors } = useTexts()
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' })
  const dated = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' })
  // The year is said where it is another.
  const date = (ms: number): string => {
    const isThisYear = new Date(ms).getFullYear() === new Date().getFullYear()
    return (isThisYear ? day : dated).format(ms)
  }
  return {
    date,
    moment: (ms) => {
      const now = Date.now()
      if (dayKey(ms) === dayKey(now)) return doors.today(time.format(ms))
      if (dayKey(ms) === dayKey(now - dayMs)) return doors.yesterday(time.format(ms))
      return `${date(ms)}, ${time.format(ms)}`
    },
  }
}
