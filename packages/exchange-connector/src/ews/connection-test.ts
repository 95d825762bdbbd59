import { CalendarError, type CallOptions, RemoteError } from '@dayport/core'
import { defaultMappingOptions } from '../event/options.ts'
import { toExchange } from '../event/to-exchange.ts'
import type { EwsClient } from './client.ts'
import { deleteItems, getItems } from './each-item.ts'
import { remoteError } from './failure.ts'
import type { EwsFolder } from './ids.ts'
import { instantsOf, writableFields } from './item-fields.ts'
import { type EwsFolderInfo, findFolder, getFolder, isCalendarFolder } from './operations/folders.ts'
import { type EwsFeedShape, syncFolderItems } from './operations/sync.ts'
import { createItem } from './operations/write-items.ts'
import { createWays } from './ways.ts'

/** Calendars of the mailbox, by a walk over all its folders. */
export const listEwsCalendars = async (
  client: EwsClient,
  options: CallOptions = {},
): Promise<readonly EwsFolderInfo[]> => {
  const found: EwsFolderInfo[] = []
  const limit = 500
  for (let offset = 0; offset < 20_000; offset += limit) {
    const input = { root: { distinguished: 'msgfolderroot' }, offset, limit } as const
    const page = await client.call(findFolder, input, options)
    found.push(...page.folders.filter(isCalendarFolder))
    if (page.last) break
  }
  return found
}

/**
 * `connect`: the address answers, the account is known and the folder is there. `rights`: what the account may do in it. `changes`: the
 * feed answers. `write`: a marked private event was made, came back as it was
 * written, and was deleted; `configuration` with `PropertiesNotKept` or `TimesNotKept` says what the server lacks.
 */
export type EwsTestStep = 'connect' | 'rights' | 'changes' | 'write'

export interface EwsStepResult {
  readonly step: EwsTestStep
  /** `null` when the step was passed. */
  readonly error: RemoteError | CalendarError | null
  /** After `connect` and `rights`. */
  readonly folder: EwsFolderInfo | null
}

export interface EwsTestOptions extends CallOptions {
  readonly client: EwsClient
  readonly folder: EwsFolder
  /** Only when the administrator asked for it: an event in this year, private, free, without a reminder. Nobody is mailed. */
  readonly testWrite?: { readonly nowMs: number; readonly subject: string }
}

/** Tries a connection step by step; ends behind the first step that fails. */
export async function* testEwsConnection(options: EwsTestOptions): AsyncIterable<EwsStepResult> {
  const { client, folder, testWrite, ...callOptions } = options
  let info: EwsFolderInfo | null = null
  const steps: readonly (readonly [EwsTestStep, () => Promise<void>])[] = [
    [
      'connect',
      async () => {
        const ways = createWays([false, true])
        info = await ways((plain) => client.call(getFolder, { folder, plain }, callOptions))
        if (info === null) throw new CalendarError('not-found', 'the mailbox has no such calendar')
      },
    ],
    [
      'rights',
      async () => {
        const { rights } = info!
        const missing = (['read', 'create', 'modify', 'delete'] as const).filter((right) => rights[right] === false)
        if (missing.length > 0) {
          throw new CalendarError('forbidden', 'the account lacks rights in the calendar', { details: { missing } })
        }
      },
    ],
    [
      'changes',
      async () => {
        const ways = createWays<EwsFeedShape>(['times', 'ids'])
        const input = { folder, state: null, limit: 1 }
        await ways((tells) => client.call(syncFolderItems, { ...input, tells }, callOptions))
      },
    ],
    ['write', async () => tryWrite(client, folder, testWrite!, callOptions)],
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
    yield { step, error, folder: info }
    if (error !== null) return
  }
}

const tryWrite = async (
  client: EwsClient,
  folder: EwsFolder,
  { nowMs, subject }: { readonly nowMs: number; readonly subject: string },
  options: CallOptions,
): Promise<void> => {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '')
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    `UID:connection-test-${nowMs}`,
    `DTSTART:${day}T000000Z`,
    `DTEND:${day}T000100Z`,
    'CLASS:PRIVATE',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const event = { ...toExchange(new TextEncoder().encode(text), defaultMappingOptions), subject }
  const operation = `connection-test-${nowMs}`
  const changes = { event, fields: new Set(writableFields), portal: { operation } }
  const made = await client.call(createItem, { folder, changes, mailing: 'none' }, options)
  if (made === null) throw new CalendarError('not-found', 'the server did not tell the id of the test event')
  const ways = createWays([true, false])
  const ask = (numbered: boolean) => getItems(client, { ids: [made], shape: 'full', legacy: true, numbered }, options)
  const [read] = await ways(ask).finally(() => deleteItems(client, [made], 'none', options))
  if (read === undefined || read instanceof Error) throw read ?? lacking('ItemNotRead')
  // A server that does not heed names is asked for everything by the peer: only what is there and other counts.
  if (read.startMs === null) return
  if (read.portal.operation !== operation) throw lacking('PropertiesNotKept')
  if (read.startMs !== instantsOf(event.span).startMs) throw lacking('TimesNotKept')
}

/**
 * What a server lacks that a synchronisation needs: without properties of ours a write whose answer was lost cannot be found again, and would be
 * made twice.
 */
const lacking = (code: string): RemoteError =>
  remoteError('configuration', { code, status: null, requestId: null, retryAfterMs: null, write: true })
