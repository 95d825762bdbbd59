import { CalendarError, type CallOptions, RemoteError } from '@dayport/core'
import type { GraphClient } from './client.ts'
import { readFeed } from './feed.ts'
import { type GraphCalendar, graphEvents, listGraphCalendars } from './mailbox.ts'

/**
 * `connect`: the application is signed in, the mailbox answers and has the calendar. `rights`: it may be written to. `changes`: the feed
 * answers. `write`: a marked private event was made and deleted.
 */
export type GraphTestStep = 'connect' | 'rights' | 'changes' | 'write'

export interface GraphStepResult {
  readonly step: GraphTestStep
  /** `null` when the step was passed. */
  readonly error: RemoteError | CalendarError | null
  /** After `connect`. */
  readonly calendar: GraphCalendar | null
}

export interface GraphTestOptions extends CallOptions {
  readonly client: GraphClient
  readonly user: string
  /** Default: the mailbox's default calendar. */
  readonly calendar?: string
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Only when the administrator asked for it: an event of today, private, free, without a reminder and without people. */
  readonly testWrite?: { readonly subject: string }
}

/** Tries a connection step by step; ends behind the first step that fails. */
export async function* testGraphConnection(options: GraphTestOptions): AsyncIterable<GraphStepResult> {
  const { client, user, now, testWrite, ...sending } = options
  let calendar: GraphCalendar | null = null
  const steps: readonly (readonly [GraphTestStep, () => Promise<void>])[] = [
    [
      'connect',
      async () => {
        const all = await listGraphCalendars(client, user, sending)
        calendar =
          all.find(({ id, isDefault }) => (options.calendar === undefined ? isDefault : id === options.calendar)) ??
          null
        if (calendar === null) throw new CalendarError('not-found', 'The mailbox has no such calendar')
      },
    ],
    [
      'rights',
      async () => {
        if (!calendar!.canEdit) throw new CalendarError('forbidden', 'The calendar may not be written to')
      },
    ],
    [
      'changes',
      async () => void (await readFeed({ client, user, calendar: calendar!.id, now }, null, { ...sending, limit: 1 })),
    ],
    [
      'write',
      async () => {
        const day = new Date(now()).toISOString().slice(0, 10)
        const at = (time: string) => ({ dateTime: `${day}T${time}`, timeZone: 'UTC' })
        const events = graphEvents(client, user, calendar!.id)
        const id = await events.create(
          {
            subject: testWrite!.subject,
            start: at('00:00:00'),
            end: at('00:01:00'),
            sensitivity: 'private',
            showAs: 'free',
            isReminderOn: false,
          },
          sending,
        )
        await events.delete(id, null, sending)
      },
    ],
  ]
  for (const [step, run] of steps) {
    if (step === 'write' && testWrite === undefined) continue
    const error = await run().then(
      () => null,
      (reason: unknown) => {
        if (RemoteError.is(reason) || CalendarError.is(reason)) return reason
        throw reason
      },
    )
    yield { step, error, calendar }
    if (error !== null) return
  }
}
