import { type Calendar, call, type Me } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import type { CalendarData } from './use-calendar-data.ts'

const calendarPath = ({ id }: Calendar, mark: string): string => `/calendars/${encodeURIComponent(id)}${mark}`

/** What a person does with a whole calendar at once: shows, hides, lists and deletes it; and with the row that offers to connect them. */
export const useCalendarActions = ({
  data,
  run,
  onMe,
  done,
  say,
}: {
  readonly data: CalendarData
  /** Does something whose failure is told on the page. */
  readonly run: (work: () => Promise<unknown>) => Promise<void>
  readonly onMe: (me: Me) => void
  readonly done: () => void
  readonly say: (message: string) => void
}) => {
  const texts = useTexts()
  const ask = useConfirm()
  return {
    mark: (calendar: Calendar, name: 'favourite' | 'listed', on: boolean) =>
      run(async () => {
        await call(on ? 'PUT' : 'DELETE', calendarPath(calendar, `/${name}`))
        data.reload()
      }),
    hide: (calendar: Calendar) => {
      const hidden = !calendar.hidden
      const save = () => call(hidden ? 'PUT' : 'DELETE', calendarPath(calendar, '/hidden'))
      return run(() => data.tick(calendar.id, hidden, save))
    },
    remove: (calendar: Calendar) =>
      run(async () => {
        // Of a joined one the outside calendar stays.
        const outside = calendar.joined === null ? '' : ` ${texts.joined.leaveSub}`
        const text = `${texts.deleteCalendarAsk(calendar.name)}${outside}`
        if (!(await ask({ title: texts.doors.confirmTitle, text, act: texts.deleteIt }))) return
        await call('DELETE', calendarPath(calendar, ''))
        done()
      }),
    setBanner: (banner: boolean) =>
      run(async () => {
        onMe(await call<Me>('PATCH', '/me', { body: { banner } }))
        if (!banner) say(texts.doors.bannerClosed)
      }),
  }
}
