import { z } from 'zod'
import { testSteps } from '../exchange/connection-test.ts'
import { looksLikeMailbox } from '../exchange/mailbox-of.ts'
import { ExchangeSettings } from '../exchange/settings.ts'

/* Shapes of the Exchange door's operations. */

const ms = z.number().int().describe('ms since the Unix epoch')
const counts = z.record(z.string(), z.number().int())
const waiting = z.object({
  createPortal: z.number().int(),
  createRemote: z.number().int(),
  deletePortal: z.number().int(),
  deleteRemote: z.number().int(),
  shrink: z.number().int().optional().describe('of the deletions: series that would lose most of their occurrences'),
})

/** How one person's calendar and their mailbox stand to each other. */
export const ExchangeState = z
  .object({
    state: z
      .enum(['not-available', 'not-configured', 'connected', 'syncing', 'error'])
      .describe(
        'not-available: nothing of Exchange is shown; not-configured: it is on, and an administrator has to finish it',
      ),
    mailbox: z.string().nullable(),
    calendar: z.string().nullable().describe('the calendar that is joined'),
    webMail: z.string().nullable().describe('where mail is read in a browser; null where it is not offered'),
    done: z.number().int().nullable().describe('of syncing: events that are done'),
    total: z.number().int().nullable(),
    kind: z
      .string()
      .nullable()
      .describe(
        'of error: credentials, rights, unreachable, throttled, confirmation, late…; of not-configured: mailbox-taken when somebody else is connected to the mailbox; of both: calendar-joined when the person has joined its calendar as an outside one',
      ),
    sinceMs: ms.nullable(),
    pausedUntilMs: ms.nullable().describe('the other side asked for a pause until then'),
    lastSuccessMs: ms.nullable(),
    lastChanges: z.number().int().nullable(),
    waiting: waiting.nullable().describe('of kind confirmation: what waits for somebody’s word'),
    code: z.string().nullable().describe('the server’s own word'),
    requestId: z.string().nullable(),
    problems: z.object({ quarantined: z.number(), unsupported: z.number(), conflicts: z.number() }),
    text: z.string().describe('the state in the person’s language'),
    hint: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'ExchangeState' })

export const ExchangeRequestedRun = z
  .object({ run: z.string(), joined: z.boolean() })
  .meta({ id: 'ExchangeRequestedRun' })

export const ExchangePlan = counts.meta({ id: 'ExchangePlan', description: 'what a run would do, by kind of write' })

export const ExchangeRun = z
  .object({
    id: z.string(),
    trigger: z.string(),
    startedMs: ms,
    endedMs: ms.nullable(),
    outcome: z.enum(['running', 'done', 'stopped', 'failed', 'confirmation', 'dry-run']),
    kind: z.string().nullable().describe('of failed: what about'),
    code: z.string().nullable(),
    requestId: z.string().nullable(),
    counts,
  })
  .meta({ id: 'ExchangeRun' })

/** Which runs are looked for. */
export const ExchangeRunQuery = z.object({
  show: z
    .enum(['all', 'changes', 'attention'])
    .default('all')
    .describe('changes: something was written; attention: failed, or left something for a person'),
  direction: z.enum(['both', 'to-portal', 'to-exchange']).default('both').describe('where something was written'),
  trigger: z.enum(['any', 'interval', 'manual', 'hint', 'local-change', 'first']).default('any'),
  days: z.coerce.number().int().min(1).max(30).default(30).describe('back from now; older runs are forgotten'),
})

export const ExchangeStep = z
  .object({
    id: z.string(),
    atMs: ms,
    action: z.string(),
    side: z.enum(['portal', 'remote']).nullable(),
    groups: z.array(z.string()),
    reason: z.string().nullable(),
    title: z.string().nullable().describe('of the event as it is now; null when it is gone'),
    restorable: z.boolean(),
  })
  .meta({ id: 'ExchangeStep' })

const conflictValues = z.object({
  portal: z.string().nullable(),
  remote: z.string().nullable(),
  before: z.string().nullable(),
})

export const ExchangeConflict = z
  .object({
    link: z.string(),
    title: z.string().nullable(),
    object: z.string().nullable().describe('name of the event in the calendar'),
    sinceMs: ms,
    groups: z.record(z.string(), conflictValues),
  })
  .meta({ id: 'ExchangeConflict' })

export const ExchangeChoice = z
  .strictObject({
    choice: z
      .union([z.record(z.string().max(100), z.enum(['portal', 'remote'])), z.literal('keep-both')])
      .describe('a side for each group; or both: the version of Exchange becomes an event of its own'),
  })
  .meta({ id: 'ExchangeChoice' })

export const ExchangeProblem = z
  .object({
    link: z.string(),
    title: z.string().nullable(),
    object: z.string().nullable(),
    kind: z.enum(['quarantined', 'unsupported']),
    reason: z.string(),
    text: z.string().describe('the reason in the person’s language'),
    sinceMs: ms,
  })
  .meta({ id: 'ExchangeProblem' })

export const ExchangeSetup = z
  .object({
    settings: ExchangeSettings,
    secretSetMs: ms.nullable().describe('when the secret was given; null: there is none'),
    proxySecretSetMs: ms.nullable().describe('the same of the password of the proxy'),
    complete: z.boolean().describe('whether everything that the back end needs is there'),
    retirement: z
      .object({ restrictedFrom: z.string(), removedOn: z.string() })
      .nullable()
      .describe('days on which EWS ends in Exchange Online, when the address is its'),
  })
  .meta({ id: 'ExchangeSetup' })

const secret = z.string().min(1).max(5_000)

export const ExchangeSetupChange = z
  .strictObject({
    settings: ExchangeSettings,
    secret: secret.optional().describe('absent: the kept one stays'),
    proxySecret: secret.optional().describe('of the proxy; absent: the kept one stays'),
  })
  .meta({ id: 'ExchangeSetupChange' })

export const ExchangeTest = z
  .strictObject({
    settings: ExchangeSettings,
    secret: secret.optional(),
    proxySecret: secret.optional(),
    mailbox: z.string().trim().min(3).max(320),
    write: z.boolean().describe('also make and delete a marked private event; nobody is mailed'),
  })
  .meta({ id: 'ExchangeTest' })

export const ExchangeTestResult = z
  .array(
    z.object({
      step: z.enum(testSteps),
      ok: z.boolean(),
      kind: z.string().nullable(),
      code: z.string().nullable(),
      requestId: z.string().nullable(),
    }),
  )
  .meta({ id: 'ExchangeTestResult' })

export const ExchangeDiscovery = z
  .object({
    kind: z.enum(['found', 'confirm', 'none']),
    address: z.string().nullable(),
    origin: z.string().nullable().describe('of confirm: name it as trusted to go on'),
  })
  .meta({ id: 'ExchangeDiscovery' })

export const ExchangeDiscoveryRequest = z
  .strictObject({
    mailbox: z.string().trim().min(3).max(320),
    trusted: z
      .array(z.url({ protocol: /^https$/ }).max(500))
      .max(10)
      .default([]),
    user: z.string().max(500).optional(),
    secret: secret.optional().describe('sent to trusted origins only'),
  })
  .meta({ id: 'ExchangeDiscoveryRequest' })

export const ExchangePerson = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    own: z.string().nullable(),
    off: z.boolean(),
    exchange: ExchangeState,
  })
  .meta({ id: 'ExchangePerson' })

export const ExchangePersonChange = z
  .strictObject({
    mailbox: z
      .string()
      .trim()
      .max(320)
      .refine(looksLikeMailbox, 'must be an address')
      .nullable()
      .optional()
      .describe('null: by the pattern'),
    off: z.boolean().optional(),
  })
  .meta({ id: 'ExchangePersonChange' })
