import { CalendarError, RemoteError } from '@dayport/core'
import { ewsRetirementOf, testEwsConnection } from '@dayport/exchange-connector/ews'
import { listGraphCalendars } from '@dayport/exchange-connector/graph'
import { type ExchangeBackend, noCalendar } from './backend.ts'
import type { ExchangeSettings } from './settings.ts'

/**
 * `address`: it is given, with TLS. `sign-in`: the service account is let in and the mailbox opens. `rights`, `read`, `write`: what the
 * account may do in its calendar; `write` makes and deletes a marked private event, without mail.
 */
export const testSteps = ['address', 'sign-in', 'rights', 'read', 'write'] as const
export type TestStep = (typeof testSteps)[number]

/** How one step ended. */
export interface TestResult {
  readonly step: TestStep
  readonly ok: boolean
  /** Of a failure: `RemoteError.kind`, a code of core, or `retired`. */
  readonly kind: string | null
  /** The server's own word. */
  readonly code: string | null
  readonly requestId: string | null
}

const passed = (step: TestStep): TestResult => ({ step, ok: true, kind: null, code: null, requestId: null })

const failed = (step: TestStep, error: unknown): TestResult => {
  if (RemoteError.is(error)) {
    return { step, ok: false, kind: error.kind, code: error.code, requestId: error.requestId }
  }
  if (CalendarError.is(error)) return { step, ok: false, kind: error.code, code: null, requestId: null }
  throw error
}

/** Tries the settings step by step for one mailbox; ends behind the first step that fails. */
export const testConnection = async (
  settings: ExchangeSettings,
  backend: ExchangeBackend,
  options: { readonly mailbox: string; readonly write: boolean; readonly subject: string; readonly nowMs: number },
): Promise<readonly TestResult[]> => {
  if (settings.backend === 'graph') return [passed('address'), ...(await testGraph(backend, options))]
  const ends = ewsRetirementOf(settings.ews.address)
  const today = new Date(options.nowMs).toISOString().slice(0, 10)
  // Until the last day an allowed application may pass: the page warns of it.
  if (ends !== null && today >= ends.removedOn) {
    return [{ step: 'address', ok: false, kind: 'retired', code: null, requestId: null }]
  }
  return [passed('address'), ...(await testEws(backend, options))]
}

const ewsSteps = { connect: 'sign-in', rights: 'rights', changes: 'read', write: 'write' } as const

const testEws = async (
  backend: ExchangeBackend,
  { mailbox, write, subject, nowMs }: Parameters<typeof testConnection>[2],
): Promise<readonly TestResult[]> => {
  const results: TestResult[] = []
  const wanted = write ? { testWrite: { nowMs, subject } } : {}
  for await (const { step, error } of testEwsConnection({ ...backend.openEws(mailbox), ...wanted })) {
    results.push(error === null ? passed(ewsSteps[step]) : failed(ewsSteps[step], error))
  }
  return results
}

const testGraph = async (
  backend: ExchangeBackend,
  { mailbox, write, subject, nowMs }: Parameters<typeof testConnection>[2],
): Promise<readonly TestResult[]> => {
  const results: TestResult[] = []
  let step: TestStep = 'sign-in'
  try {
    if (backend.graph === null) throw noCalendar()
    const calendar = (await listGraphCalendars(backend.graph, mailbox)).find(({ isDefault }) => isDefault)
    if (calendar === undefined) throw noCalendar()
    results.push(passed(step))
    step = 'rights'
    if (!calendar.canEdit) throw new CalendarError('forbidden', 'the calendar cannot be written')
    results.push(passed(step))
    step = 'read'
    const peer = await backend.openPeer({ mailbox, person: 'connection-test', timeZone: 'UTC', locale: 'en' })
    await peer.changes(null, { limit: 1, window: { startMs: nowMs, endMs: nowMs + 86_400_000 } })
    results.push(passed(step))
    step = 'write'
    if (write) {
      const made = await peer.put(null, trialEvent(subject, nowMs))
      await peer.delete(made.name)
      results.push(passed(step))
    }
  } catch (error) {
    results.push(failed(step, error))
  }
  return results
}

/** A minute at midnight, private and free. */
const trialEvent = (subject: string, nowMs: number): Uint8Array => {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '')
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dayport//Connection test//EN',
    'BEGIN:VEVENT',
    `UID:connection-test-${nowMs}`,
    `DTSTAMP:${day}T000000Z`,
    `DTSTART:${day}T000000Z`,
    `DTEND:${day}T000100Z`,
    `SUMMARY:${subject}`,
    'CLASS:PRIVATE',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  return new TextEncoder().encode(lines.join('\r\n'))
}
