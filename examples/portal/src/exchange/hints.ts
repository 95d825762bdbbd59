import type { SqliteDatabase } from '@dayport/storage-sql/sqlite'
import type { Handler } from '../doors.ts'
import type { After } from '../live.ts'
import type { ExchangeBackend } from './backend.ts'
import { createEwsHints } from './ews-hints.ts'
import { createGraphHints } from './graph-hints.ts'
import { createSubscriptionStore } from './subscription-store.ts'
import type { Vault } from './vault.ts'

/** Told when a mailbox may have changed. A hint only: mailboxes are polled whether one comes or not. */
export interface HintOptions {
  readonly onHint: (mailbox: string) => void
  readonly onError: (error: unknown) => void
}

/** Listens to mailboxes. */
export interface MailboxHints {
  /** To these and no others; called again now and then, which also renews what has to be. */
  follow(mailboxes: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface ExchangeHintsOptions extends HintOptions {
  readonly after: After
  readonly now: () => number
  /** A random text of at least 128 bits. */
  readonly newSecret: () => string
  /** Origin under which the portal is reached; `null` when it is not known. */
  readonly publicUrl: string | null
  readonly db: SqliteDatabase
  readonly vault: Vault
}

/** The listener for the settings of the moment, whichever back end they name. */
export const createExchangeHints = (options: ExchangeHintsOptions) => {
  const { publicUrl } = options
  let current: { readonly of: ExchangeBackend; readonly hints: MailboxHints | null; readonly webhook: Handler } | null =
    null

  const open = (backend: ExchangeBackend) => {
    const { graph } = backend
    if (graph === null) return { of: backend, hints: createEwsHints(backend, options), webhook: nowhere }
    // Exchange Online calls https only.
    if (publicUrl?.startsWith('https:') !== true) return { of: backend, hints: null, webhook: nowhere }
    const store = createSubscriptionStore(options, `${backend.application} ${publicUrl}`)
    const hints = createGraphHints(graph, publicUrl, { ...options, store })
    return { of: backend, hints, webhook: hints.webhook }
  }

  const close = async (): Promise<void> => {
    const { hints = null } = current ?? {}
    current = null
    await hints?.close()
  }

  return {
    /** `null` listens to nobody. */
    follow: async (backend: ExchangeBackend | null, mailboxes: readonly string[]): Promise<void> => {
      if (current !== null && current.of !== backend) await close()
      if (backend === null) return
      current ??= open(backend)
      await current.hints?.follow(mailboxes)
    },
    webhook: ((request) => (current?.webhook ?? nowhere)(request)) satisfies Handler,
    close,
  }
}

const nowhere: Handler = async () => new Response(null, { status: 404 })
