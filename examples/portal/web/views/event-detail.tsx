import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type Calendar, type CalendarEvent, call, type EventDetail, type Me } from '../api.ts'
import { hueOf } from '../colors.ts'
import { addDays, dayTitle, timeOf } from '../dates.ts'
import { ruleWords } from '../rule-words.ts'
import { useTexts } from '../texts/index.ts'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { initials } from '../ui/initials.ts'
import { LinkedText } from '../ui/linked-text.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { useWindowKeys } from '../ui/shortcuts.ts'
import { useWhen } from '../ui/when.ts'
import { Window } from '../ui/window.tsx'
import { occurrencePath, type Scope } from './event-paths.ts'
import { ScopeWindow } from './scope-window.tsx'
import { calendarTitle } from './sidebar.tsx'

const Row = ({ icon, children }: { readonly icon: IconName; readonly children: ComponentChildren }) => (
  <div class="detail-row">
    <Icon name={icon} />
    <div>{children}</div>
  </div>
)

type Answer = 'ACCEPTED' | 'TENTATIVE' | 'DECLINED'

const answerKind = (answer: string): string =>
  answer === 'ACCEPTED' ? 'ok' : answer === 'TENTATIVE' ? 'warn' : answer === 'DECLINED' ? 'err' : ''

/** An event to be read: everything that came with it, wherever it came from. */
export const EventDetailWindow = ({
  event,
  calendar,
  me,
  onClose,
  onEdit,
  onDelete,
  onSeries,
  onAnswered,
}: {
  readonly event: CalendarEvent
  readonly calendar: Calendar
  readonly me: Me
  readonly onClose: () => void
  /** `null` where the person may only read. */
  readonly onEdit: (() => void) | null
  readonly onDelete: (() => void) | null
  /** Shows the series that the event was changed apart from. */
  readonly onSeries: () => void
  readonly onAnswered: () => void
}) => {
  const texts = useTexts()
  const { grid } = texts
  const { moment } = useWhen()
  const detail = useLoaded(occurrencePath(event), (signal) =>
    call<EventDetail>('GET', occurrencePath(event), { signal }),
  )
  const [asking, setAsking] = useState<Answer | null>(null)
  const answer = useAction(async (value: Answer, scope: Scope) => {
    setAsking(null)
    const [path, query] = occurrencePath(event, scope).split('?')
    await call('PUT', `${path}/answer${query === undefined ? '' : `?${query}`}`, { body: { answer: value } })
    detail.reload()
    onAnswered()
  })
  useWindowKeys((code) => {
    const act = code === 'KeyE' ? onEdit : code === 'Delete' ? onDelete : null
    act?.()
    return act !== null
  })
  const { data } = detail
  const busyOnly = calendar.level === 'free-busy'
  const title = busyOnly ? texts.busy : event.title === '' ? texts.untitled : event.title

  const lastDay = event.allDay && event.end > event.start ? addDays(event.end, -1) : event.end.slice(0, 10)
  const from = timeOf(event.startMs, me.timeZone, texts.locale)
  const to = timeOf(event.endMs, me.timeZone, texts.locale)
  const dayWords = (day: string): string => `${dayTitle(day, texts.locale)} ${day.slice(0, 4)}`
  const mineStart = new Intl.DateTimeFormat('en-CA', { timeZone: me.timeZone }).format(event.startMs)
  const mineEnd = new Intl.DateTimeFormat('en-CA', { timeZone: me.timeZone }).format(
    Math.max(event.startMs, event.endMs - 1),
  )
  const when = event.allDay
    ? event.start === lastDay
      ? `${dayWords(event.start)}, ${texts.allDay.toLowerCase()}`
      : `${dayWords(event.start)} – ${dayWords(lastDay)}`
    : mineStart === mineEnd
      ? `${dayWords(mineStart)}, ${from}–${to}`
      : `${dayWords(mineStart)}, ${from} – ${dayWords(mineEnd)}, ${to}`
  const otherClock =
    event.timeZone !== null && event.timeZone !== me.timeZone && event.timeZone !== 'UTC'
      ? grid.onClock(event.timeZone, event.start.slice(11, 16))
      : null

  const people = data?.attendees.filter(({ kind }) => kind === 'person' || kind === 'group') ?? []
  const count = (kind: string): number => people.filter((one) => one.answer === kind).length
  const answers = grid.answered(count('ACCEPTED'), count('TENTATIVE'), count('NEEDS-ACTION'))
  const mine = data?.attendees.find((one) => one.me)
  const marks = [grid.busyStates[event.busy], grid.importanceWords[event.importance]].filter((word) => word !== '')
  const reminderWords = (minutes: number): string =>
    minutes === 0 ? grid.reminderAt : minutes < 0 ? grid.reminderAfter : grid.reminderBefore(minutes)

  return (
    <>
      <Window
        aside
        title={title}
        sub={
          <>
            {calendarTitle(calendar, me)}
            {calendar.exchange && <span class="tag">Exchange</span>}
            {calendar.joined !== null && <span class="tag">{calendar.joined}</span>}
          </>
        }
        hue={hueOf(event.color, calendar.color)}
        actions={
          onEdit !== null && (
            <button type="button" class="button" autofocus onClick={onEdit}>
              <Icon name="pencil" />
              {grid.edit}
            </button>
          )
        }
        onClose={onClose}
        footer={
          <>
            {mine !== undefined && onEdit !== null && (
              <fieldset class="answer">
                <legend>{grid.willYouCome}</legend>
                {(
                  [
                    ['ACCEPTED', grid.yes],
                    ['TENTATIVE', grid.maybe],
                    ['DECLINED', grid.no],
                  ] as const
                ).map(([value, word]) => (
                  <button
                    key={value}
                    type="button"
                    class="button"
                    aria-pressed={mine.answer === value}
                    disabled={answer.busy}
                    onClick={() => (event.recurrenceId === null ? void answer.run(value, 'all') : setAsking(value))}
                  >
                    {mine.answer === value && <Icon name="check" />}
                    {word}
                  </button>
                ))}
              </fieldset>
            )}
            {onDelete !== null && (
              <button type="button" class="button danger" onClick={onDelete}>
                <Icon name="trash" />
                {event.recurrenceId === null ? grid.deleteDo : grid.deleteAsk}
              </button>
            )}
            {onEdit === null && (
              <button type="button" class="button" onClick={onClose}>
                {texts.close}
              </button>
            )}
          </>
        }
      >
        <div class="detail" style={{ '--hue': hueOf(event.color, calendar.color) }}>
          {onEdit === null && (
            <Note kind="warn">
              <p>
                <strong>{texts.readOnly}</strong> {grid.readOnlyWhy}
              </p>
            </Note>
          )}
          {event.status === 'CANCELLED' && <p class="state err">{texts.cancelled}</p>}
          <Row icon="clock">
            <p>{when}</p>
            {(otherClock !== null || !event.allDay) && (
              <p class="hint">
                {[event.allDay ? '' : me.timeZone, otherClock ?? ''].filter((part) => part !== '').join(' · ')}
              </p>
            )}
          </Row>
          {event.repeat !== null && (
            <Row icon="repeat">
              <p>{ruleWords(event.repeat, texts)}</p>
              {data?.ownOverride && (
                <p class="hint">
                  {grid.changedAlone}{' '}
                  <button type="button" class="link-words" onClick={onSeries}>
                    {grid.showSeries}
                  </button>
                </p>
              )}
            </Row>
          )}
          {event.place !== '' && (
            <Row icon="pin">
              <p>
                <LinkedText text={event.place} />
              </p>
            </Row>
          )}
          {data !== null && data.reminders.length > 0 && (
            <Row icon="bell">
              <p>{data.reminders.map(reminderWords).join(', ')}</p>
            </Row>
          )}
          {!busyOnly && (
            <Row icon="eye">
              <p>{[...marks, event.private ? texts.privateMark : ''].filter((word) => word !== '').join(' · ')}</p>
            </Row>
          )}
          {event.description !== '' && (
            <Row icon="text">
              <p class="description">
                <LinkedText text={event.description} />
              </p>
            </Row>
          )}
          {data !== null && (data.conference ?? data.url) !== null && (
            <Row icon="link">
              {[...new Set([data.conference, data.url])].map((url) =>
                url === null ? null : (
                  <p key={url}>
                    <LinkedText text={url} />
                  </p>
                ),
              )}
            </Row>
          )}
          {data !== null && data.categories.length > 0 && (
            <Row icon="tag">
              <p class="tags">
                <span class="hidden-text">{grid.categories}: </span>
                {data.categories.map((name) => (
                  <span key={name} class="tag">
                    {name}
                  </span>
                ))}
              </p>
            </Row>
          )}
          {data !== null && data.attachments.length > 0 && (
            <Row icon="clip">
              <p class="tags">
                <span class="hidden-text">{grid.attachments}: </span>
                {data.attachments.map(({ name, url, bytes }) => {
                  const words = [name, bytes === null ? '' : grid.size(Math.ceil(bytes / 1024))]
                    .filter((word) => word !== '')
                    .join(' · ')
                  return url === null ? (
                    <span key={words} class="tag">
                      {words}
                    </span>
                  ) : (
                    <a key={url} class="tag" href={url} target="_blank" rel="noopener noreferrer">
                      {words}
                    </a>
                  )
                })}
              </p>
            </Row>
          )}
          {data !== null && (data.attendees.length > 0 || data.organizer !== null) && (
            <Row icon="people">
              <p>
                <strong>{grid.attendees(data.attendees.length)}</strong>
                {answers !== '' && <span class="sub"> · {answers}</span>}
              </p>
              <ul class="people">
                {data.organizer !== null && (
                  <li>
                    <span class="avatar-small" aria-hidden="true">
                      {initials(data.organizer.name)}
                    </span>
                    <span title={data.organizer.email}>{data.organizer.name}</span>
                    <span class="state info">{grid.organizer}</span>
                  </li>
                )}
                {data.attendees
                  .filter(({ email }) => email !== data.organizer?.email)
                  .map(({ name, email, answer: given, me: isMe, optional }) => (
                    <li key={email}>
                      <span class="avatar-small" aria-hidden="true">
                        {initials(name)}
                      </span>
                      <span title={email}>
                        {isMe ? `${name} (${grid.you})` : name}
                        {optional && <span class="sub"> · {grid.optional}</span>}
                      </span>
                      <span class={`state ${answerKind(given)}`}>{grid.answers[given]}</span>
                    </li>
                  ))}
              </ul>
            </Row>
          )}
          {data?.changed && !['portal', 'invitation'].includes(data.changed.door) && (
            <p class="origin">
              <Icon name="refresh" />
              {grid.origin(grid.doorsIn[data.changed.door] ?? grid.elsewhere, moment(data.changed.atMs))}
              {(calendar.exchange || calendar.joined !== null) && (
                <a href={calendar.exchange ? '/exchange' : '/outside'}>{grid.history}</a>
              )}
            </p>
          )}
          <ErrorNote error={answer.error ?? detail.error} />
        </div>
      </Window>
      {asking !== null && (
        <ScopeWindow
          event={event}
          act="answer"
          // A cut of somebody else's series would be a series that its organizer does not know.
          scopes={['one', 'all']}
          onClose={() => setAsking(null)}
          onChosen={(scope) => void answer.run(asking, scope)}
        />
      )}
    </>
  )
}
