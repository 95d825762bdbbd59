import {
  adviceFor,
  isPlainHttp,
  type Program,
  programTitle,
  qrCode,
  type SetupInput,
  visitorProgram,
} from '@dayport/client-setup'
import { useEffect, useState } from 'preact/hooks'
import {
  type AppPassword,
  type Calendar,
  type CreatedAppPassword,
  call,
  type Me,
  type Portal,
  type SetupTicket,
} from '../api.ts'
import { programOf } from '../programs.ts'
import { useTexts } from '../texts/index.ts'
import { useDoors } from '../ui/doors-context.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { AdviceSteps } from './advice-steps.tsx'
import { canConnect, canExport } from './calendar-menu.ts'
import { calendarTitle } from './sidebar.tsx'

const tabs: readonly (readonly [Program, IconName])[] = [
  ['iphone', 'phone'],
  ['mac', 'laptop'],
  ['android', 'phone'],
  ['thunderbird', 'mail'],
  ['outlook', 'mail'],
  ['evolution', 'laptop'],
  ['google', 'feed'],
  ['other', 'gear'],
]

const firstTab = (): Program => {
  const program = visitorProgram(navigator.userAgent, navigator.maxTouchPoints)
  return tabs.some(([one]) => one === program) ? program : 'iphone'
}

const askEveryMs = 4_000

/** Whether the device came in: told by the open page's line, and asked for now and then where that line is not there. */
const useArrival = (created: CreatedAppPassword | null): AppPassword | null => {
  const [arrived, setArrived] = useState<AppPassword | null>(null)
  useEffect(() => {
    if (created === null) return
    setArrived(null)
    const ask = () => {
      void call<AppPassword[]>('GET', '/app-passwords').then(
        (list) => {
          const found = list.find(({ id, lastUsedMs }) => id === created.id && lastUsedMs !== null)
          if (found !== undefined) setArrived(found)
        },
        () => {},
      )
    }
    const timer = setInterval(ask, askEveryMs)
    addEventListener('dayport-device', ask)
    return () => {
      clearInterval(timer)
      removeEventListener('dayport-device', ask)
    }
  }, [created])
  return arrived
}

/** A code for the device's camera, made on a press: it stands for a ticket, not for a password. */
const CodeCard = ({ disabled }: { readonly disabled: boolean }) => {
  const { setup } = useTexts()
  const [ticket, setTicket] = useState<SetupTicket | null>(null)
  const make = useAction(async () => setTicket(await call<SetupTicket>('POST', '/setup-tickets', { body: {} })))
  const code = ticket === null ? null : qrCode(ticket.url)
  return (
    <section class="code-card" aria-labelledby="code-title">
      <h3 id="code-title">{setup.fast}</h3>
      {code === null || ticket === null ? (
        <button type="button" class="button" disabled={disabled || make.busy} onClick={make.run}>
          <Icon name="qr" />
          {setup.showCode}
        </button>
      ) : (
        <>
          <svg
            class="qr"
            viewBox={`0 0 ${code.size} ${code.size}`}
            role="img"
            aria-label={setup.codeName}
            shapeRendering="crispEdges"
          >
            <rect width={code.size} height={code.size} fill="#fff" />
            <path d={code.path} fill="#000" />
          </svg>
          <p class="hint" role="status">
            {setup.code(10)}
          </p>
          <a class="button" href={ticket.url} target="_blank" rel="noopener noreferrer">
            <Icon name="download" />
            {setup.codeHere}
          </a>
          {ticket.signer !== null && <p class="hint">{setup.signed(ticket.signer)}</p>}
        </>
      )}
      <ErrorNote error={make.error} />
    </section>
  )
}

/** How a phone or program is connected: its own steps with the values to copy, and a password made on a press. */
export const AdviceWindow = ({
  me,
  portal,
  calendars,
  calendar: first,
  onOutlook,
  onExport,
  onDoctor,
  onClose,
}: {
  readonly me: Me
  readonly portal: Portal
  readonly calendars: readonly Calendar[]
  /** The calendar that it was opened for; `null` from the list of connections. */
  readonly calendar: Calendar | null
  readonly onOutlook: (calendar: Calendar) => void
  readonly onExport: (calendar: Calendar) => void
  readonly onDoctor: () => void
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const { setup } = texts
  const doors = useDoors()
  const offered = calendars.filter(({ level }) => level !== 'none')
  const [chosen, setChosen] = useState(first?.id ?? offered[0]?.id ?? '')
  const [program, setProgram] = useState<Program>(firstTab)
  const unsafe = isPlainHttp(portal.caldavUrl)
  const [understood, setUnderstood] = useState(false)
  const [name, setName] = useState('')
  const [created, setCreated] = useState<CreatedAppPassword | null>(null)
  const arrived = useArrival(created)
  const calendar = offered.find(({ id }) => id === chosen) ?? null

  const create = useAction(async () => {
    const title = name.trim() === '' ? programTitle(program, me.locale) : name.trim()
    setCreated(await call<CreatedAppPassword>('POST', '/app-passwords', { body: { name: title } }))
  })
  const input: SetupInput = {
    language: me.locale,
    caldavUrl: portal.caldavUrl,
    principalUrl: `${portal.caldavUrl}principals/${encodeURIComponent(me.login)}/`,
    login: me.login,
    password: created?.password ?? null,
    calendarUrl: calendar?.caldavUrl ?? null,
  }
  const advice = adviceFor(program, input)
  const byDevice = advice.door === 'caldav'
  const off = byDevice && !doors.caldav

  const way = (on: boolean, act: ((calendar: Calendar) => void) | null, label: string, text: string) =>
    on && act !== null && calendar !== null ? (
      <button type="button" class="button main" onClick={() => act(calendar)}>
        {label}
      </button>
    ) : (
      <p>
        {text} {texts.doors.askAdmin}
      </p>
    )

  const body = () => {
    if (off) {
      return (
        <Note kind="plain" icon="info">
          <p>
            {setup.deviceOff} {texts.doors.askAdmin}
          </p>
        </Note>
      )
    }
    if (program === 'outlook') {
      const may = calendar !== null && canConnect(calendar)
      return (
        <>
          <AdviceSteps advice={advice} />
          {way(doors.outlook && may, onOutlook, setup.toOutlook, doors.outlook ? '' : setup.outlookOff)}
        </>
      )
    }
    if (program === 'google') {
      const may = calendar !== null && canExport(calendar)
      return (
        <>
          <p>{setup.feedFirst}</p>
          {way(doors.feed && may, onExport, setup.toExport, doors.feed ? texts.icalOffOther : setup.exportOff)}
          <AdviceSteps advice={advice} />
        </>
      )
    }
    return (
      <>
        <h3>{setup.manual}</h3>
        <AdviceSteps advice={advice} />
        {(program === 'iphone' || program === 'thunderbird') && (
          // Folded again for another program.
          <details key={program} class="fold">
            <summary>{program === 'iphone' ? setup.oldIos : setup.sunbird}</summary>
            <AdviceSteps advice={adviceFor(program === 'iphone' ? 'iphone-old' : 'sunbird', input)} />
          </details>
        )}
        {created === null && (
          <TextField
            label={texts.deviceName}
            value={name}
            onInput={setName}
            placeholder={programTitle(program, me.locale)}
            maxLength={200}
          />
        )}
      </>
    )
  }

  const makes = byDevice && !off && created === null
  return (
    <Window
      title={texts.doors.connectTitle}
      wide
      onClose={onClose}
      {...(makes ? { onSubmit: () => !(unsafe && !understood) && create.run() } : {})}
      footer={
        <>
          <span class="first hint with-icon">
            <Icon name={unsafe ? 'warning' : 'lock'} />
            {unsafe ? setup.notSecure : setup.secure}
          </span>
          <button type="button" class="button plain link" onClick={onDoctor}>
            <Icon name="help" />
            {setup.doctor}
          </button>
          {makes ? (
            <button type="submit" class="button main" disabled={create.busy || (unsafe && !understood)}>
              <Icon name="key" />
              {texts.newPassword}
            </button>
          ) : (
            <button type="button" class="button main" onClick={onClose}>
              {texts.done}
            </button>
          )}
        </>
      }
    >
      {unsafe && (
        <Note kind="warn">
          <p>{texts.httpWarning}</p>
          {created === null && <CheckField label={texts.understood} checked={understood} onChange={setUnderstood} />}
        </Note>
      )}
      <div class="pair lead">
        <Field label={texts.calendar} hint={setup.others}>
          {(control) => (
            <select {...control} value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              {offered.map((one) => (
                <option key={one.id} value={one.id}>
                  {calendarTitle(one, me)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div class="only-small">
          <Field label={setup.program}>
            {(control) => (
              <select
                {...control}
                value={program}
                onChange={({ currentTarget }) => setProgram(currentTarget.value as Program)}
              >
                {tabs.map(([one]) => (
                  <option key={one} value={one}>
                    {programTitle(one, me.locale)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      </div>
      <div class="advice-columns">
        <div class="advice-tabs only-big" role="tablist" aria-orientation="vertical" aria-label={setup.program}>
          {tabs.map(([one, icon]) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`tab-${one}`}
              aria-selected={one === program}
              aria-controls="advice"
              tabIndex={one === program ? 0 : -1}
              onClick={() => setProgram(one)}
              onKeyDown={(event) => {
                const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
                const next = tabs[tabs.findIndex(([id]) => id === one) + step]?.[0]
                if (step === 0 || next === undefined) return
                event.preventDefault()
                setProgram(next)
                document.getElementById(`tab-${next}`)?.focus()
              }}
            >
              <Icon name={icon} />
              {programTitle(one, me.locale)}
            </button>
          ))}
        </div>
        <div class="advice-body" role="tabpanel" id="advice" aria-label={programTitle(program, me.locale)}>
          {body()}
        </div>
        {byDevice && !off && (
          <div class="advice-side">
            <CodeCard disabled={unsafe && !understood} />
            {created !== null && (
              <div class="waiting" role="status">
                <Icon name={arrived === null ? 'refresh' : 'ok'} />
                <div>
                  <strong>
                    {arrived === null
                      ? setup.wait
                      : setup.done(programOf(arrived.lastUserAgent) ?? texts.doors.unknownProgram)}
                  </strong>
                  {arrived === null && <p class="hint">{setup.waitHint}</p>}
                </div>
              </div>
            )}
          </div>
        )}
      </div>
      <ErrorNote error={create.error} />
    </Window>
  )
}
