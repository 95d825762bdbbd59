import { useEffect, useState } from 'preact/hooks'
import { type AppPassword, type Calendar, call, type Portal } from '../api.ts'
import { programOf } from '../programs.ts'
import { useTexts } from '../texts/index.ts'
import { CopyButton } from '../ui/copy.tsx'
import { Field } from '../ui/field.tsx'
import { useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { useWhen } from '../ui/when.ts'
import { Window } from '../ui/window.tsx'

const steps = ['address', 'secure', 'discovery', 'password', 'calendars'] as const
type Step = (typeof steps)[number]

interface Result {
  readonly ok: boolean
  /** What was found; of a step that failed, what to do. */
  readonly text: string
  /** Of a step that failed: what is wrong, where its name does not say it. */
  readonly cause?: string
  /** Instead of the step's own name. */
  readonly title?: string
}

/** Walks through what a device needs, one step after the other, and stops at the first that fails. */
export const DoctorWindow = ({
  portal,
  onConnect,
  onClose,
}: {
  readonly portal: Portal
  readonly onConnect: () => void
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const { setup } = texts
  const when = useWhen()
  const passwords = useLoaded('all', (signal) => call<AppPassword[]>('GET', '/app-passwords?revoked=1', { signal }))
  const [chosen, setChosen] = useState<string | null>(null)
  const [results, setResults] = useState<Partial<Record<Step, Result>>>({})
  const [round, setRound] = useState(0)
  const named = passwords.data?.find(({ id }) => id === chosen)
  // Else the one that somebody most likely asks about: it tries a password that was revoked.
  const device =
    named ?? passwords.data?.find(({ lastRefusedMs }) => lastRefusedMs !== null) ?? passwords.data?.[0] ?? null
  const program = programOf(device?.lastUserAgent ?? null) ?? setup.theProgram

  const checks: Readonly<Record<Step, (device: AppPassword | null) => Promise<Result>>> = {
    address: async () => {
      const started = performance.now()
      const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null)
      const seconds = ((performance.now() - started) / 1000).toLocaleString(texts.locale, { maximumFractionDigits: 1 })
      const host = new URL(portal.origin).host
      return answer?.ok
        ? { ok: true, text: setup.doctorOk.address(host, seconds) }
        : { ok: false, text: setup.doctorBad.address }
    },
    secure: async () =>
      portal.origin.startsWith('https:') || ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
        ? { ok: true, text: portal.origin.startsWith('https:') ? setup.doctorOk.secure : setup.doctorOk.secureHere }
        : { ok: false, text: setup.doctorBad.secure },
    discovery: async () => {
      // Without cookies and without following: the address behind it asks programs for a password, and browsers would ask the person.
      const options = { redirect: 'manual' as const, credentials: 'omit' as const, cache: 'no-store' as const }
      const answer = await fetch('/.well-known/caldav', options).catch(() => null)
      return answer?.type === 'opaqueredirect'
        ? { ok: true, text: setup.doctorOk.discovery }
        : { ok: false, text: setup.doctorBad.discovery }
    },
    password: async (one) => {
      if (one === null) return { ok: false, title: setup.doctorNone, text: setup.doctorBad.none }
      if (one.revokedMs !== null) {
        const tried = one.lastRefusedMs === null ? [] : [setup.doctorTried(when.moment(one.lastRefusedMs))]
        const cause = [...tried, setup.doctorRevoked(when.moment(one.revokedMs))].join(' ')
        return { ok: false, cause, text: setup.doctorBad.revoked(program) }
      }
      return one.lastUsedMs === null
        ? { ok: false, title: setup.doctorUnused, text: setup.doctorBad.unused }
        : { ok: true, text: setup.doctorOk.password(when.moment(one.lastUsedMs)) }
    },
    calendars: async () => {
      const calendars = await call<Calendar[]>('GET', '/calendars?on=list').catch(() => [])
      return calendars.length > 0
        ? { ok: true, text: setup.doctorOk.calendars(calendars.length) }
        : { ok: false, text: setup.doctorBad.calendars }
    },
  }

  useEffect(() => {
    if (passwords.data === null) return
    let stopped = false
    setResults({})
    const run = async () => {
      for (const step of steps) {
        const result = await checks[step](device)
        if (stopped) return
        setResults((before) => ({ ...before, [step]: result }))
        if (!result.ok) return
      }
    }
    void run()
    return () => {
      stopped = true
    }
  }, [passwords.data, device?.id, round])

  const failed = steps.find((step) => results[step]?.ok === false)
  const running = failed === undefined ? steps.find((step) => results[step] === undefined) : undefined
  const report = steps
    .map(
      (step) =>
        `${setup.doctorSteps[step]}: ${results[step] === undefined ? '-' : results[step]?.ok ? 'OK' : `${results[step]?.cause ?? ''} ${results[step]?.text}`.trim()}`,
    )
    .join('\n')

  return (
    <Window
      title={setup.doctor}
      sub={device === null ? setup.doctorSub : setup.doctorSubOf(device.name, programOf(device.lastUserAgent))}
      onClose={onClose}
      footer={
        <>
          <span class="first">
            <CopyButton words label={setup.report} value={`${portal.origin} ${portal.version}\n${report}`} />
          </span>
          <button type="button" class="button" onClick={onClose}>
            {texts.close}
          </button>
          <button
            type="button"
            class="button main"
            onClick={() => {
              passwords.reload()
              setRound(round + 1)
            }}
          >
            <Icon name="refresh" />
            {setup.doctorAgain}
          </button>
        </>
      }
    >
      {(passwords.data?.length ?? 0) > 1 && (
        <Field label={setup.doctorWhich}>
          {(control) => (
            <select
              {...control}
              value={device?.id ?? ''}
              onChange={({ currentTarget }) => setChosen(currentTarget.value)}
            >
              {passwords.data?.map(({ id, name, revokedMs }) => (
                <option key={id} value={id}>
                  {revokedMs === null ? name : `${name} (${setup.actions.revoked})`}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <ol class="checks" aria-live="polite">
        {steps.map((step) => {
          const result = results[step]
          return (
            <li key={step} class={result === undefined ? 'later' : result.ok ? 'ok' : 'err'}>
              <Icon name={result === undefined ? 'clock' : result.ok ? 'ok' : 'error'} />
              <div>
                <strong>
                  {result?.ok === false ? (result.title ?? setup.doctorFailed[step]) : setup.doctorSteps[step]}
                </strong>
                <p class="sub">
                  {result?.ok
                    ? result.text
                    : step === running
                      ? setup.doctorRunning
                      : step === failed
                        ? result?.cause
                        : setup.doctorLater}
                </p>
                {step === failed && (
                  <div class="note err" role="alert">
                    <Icon name="info" />
                    <div>
                      <p>
                        <strong>{setup.doctorFix}</strong> {result?.text}
                      </p>
                      {step === 'password' && (
                        <button type="button" class="button main" onClick={onConnect}>
                          <Icon name="key" />
                          {setup.newPassword}
                        </button>
                      )}
                    </div>
                  </div>
                )}
              </div>
            </li>
          )
        })}
      </ol>
      <p class="hint">{setup.battery(program)}</p>
    </Window>
  )
}
