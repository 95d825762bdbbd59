import type { CalendarId } from '@dayport/core'
import {
  defaultSyncPolicy,
  type HistoryEntry,
  type InboxRow,
  type MailboxState,
  type SyncBinding,
  type SyncConnection,
  type SyncLink,
  type SyncOperation,
  type SyncRun,
} from '@dayport/sync-engine'

/** Records of the sync engine for tests; everything but the identity has a default. */
export const connectionOf = (id: string, patch: Partial<SyncConnection> = {}): SyncConnection => ({
  id,
  backend: 'fake',
  settings: '{}',
  policy: defaultSyncPolicy,
  enabled: true,
  createdMs: 0,
  ...patch,
})

export const bindingOf = (id: string, calendar: CalendarId, patch: Partial<SyncBinding> = {}): SyncBinding => ({
  id,
  connection: 'c1',
  principal: 'ann',
  calendar,
  mailbox: `${id}@example.org`,
  remote: `${id}/calendar`,
  enabled: true,
  createdMs: 0,
  phase: 'initial',
  generation: 1,
  portalCursor: { token: null, listed: false, audit: false },
  remoteCursor: { token: null, listed: false, audit: false },
  window: null,
  waiting: null,
  confirmed: null,
  error: null,
  lastSuccessMs: null,
  lastChanges: 0,
  ...patch,
})

export const mailboxOf = (mailbox: string, patch: Partial<MailboxState> = {}): MailboxState => ({
  mailbox,
  fence: 0,
  holder: null,
  heldUntilMs: 0,
  pausedUntilMs: 0,
  pausedByServer: false,
  failures: 0,
  stopped: false,
  dueMs: 0,
  ...patch,
})

export const inboxRowOf = (name: string, patch: Partial<InboxRow> = {}): InboxRow => ({
  binding: 'b1',
  side: 'remote',
  name,
  etag: '"1"',
  state: 'listed',
  generation: 1,
  seenMs: 0,
  notBeforeMs: 0,
  attempts: 0,
  goneRun: null,
  byUser: true,
  uid: null,
  digest: null,
  operationId: null,
  data: null,
  modifiedMs: null,
  isOrganizer: null,
  ...patch,
})

export const linkOf = (id: string, patch: Partial<SyncLink> = {}): SyncLink => ({
  id,
  binding: 'b1',
  uid: `uid-${id}`,
  remoteUid: null,
  state: 'ok',
  reason: null,
  portal: { name: `${id}.ics`, etag: '"1"', base: { title: 'Meeting' } },
  remote: { name: `R-${id}`, etag: '"1"', base: { title: 'Meeting' } },
  origin: 'portal',
  seenPortal: 1,
  seenRemote: 1,
  conflict: null,
  echoes: [],
  creation: null,
  updatedMs: 0,
  ...patch,
})

export const operationOf = (id: string, patch: Partial<SyncOperation> = {}): SyncOperation => ({
  id,
  binding: 'b1',
  kind: 'create',
  state: 'sent',
  link: 'l1',
  remoteName: null,
  etag: null,
  expected: {},
  sent: [],
  portal: null,
  attempts: 1,
  sentMs: 0,
  ...patch,
})

export const runOf = (id: string, patch: Partial<SyncRun> = {}): SyncRun => ({
  id,
  binding: 'b1',
  trigger: 'interval',
  startedMs: 0,
  endedMs: null,
  outcome: 'running',
  error: null,
  counts: noCounts,
  ...patch,
})

export const historyOf = (id: string, patch: Partial<HistoryEntry> = {}): HistoryEntry => ({
  id,
  binding: 'b1',
  run: 'run1',
  link: 'l1',
  atMs: 0,
  action: 'to-portal',
  side: 'portal',
  groups: ['title'],
  reason: null,
  kept: null,
  ...patch,
})

const noCounts: SyncRun['counts'] = {
  createdPortal: 0,
  updatedPortal: 0,
  deletedPortal: 0,
  createdRemote: 0,
  updatedRemote: 0,
  deletedRemote: 0,
  paired: 0,
  conflicts: 0,
  quarantined: 0,
  unsupported: 0,
  failed: 0,
  pages: 0,
}
