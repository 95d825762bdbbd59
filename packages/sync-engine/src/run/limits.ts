/** Bounds of one run, in one place. Units are in the names. */
export interface SyncLimits {
  /** Changes of one page of a feed: names only. Default 500; a feed may give fewer. */
  readonly feedSize: number
  /** Rows that are in memory at once, with what they hold. Default 100. */
  readonly pageSize: number
  /** Remote objects that are asked for at once; a peer cuts that into requests of its own. Default 50. */
  readonly readSize: number
  /** How long the lock of a mailbox is held without being renewed. Default 3 min. */
  readonly leaseMs: number
  /** What must be left of it before a remote write is sent. Default 90 s: longer than any request takes. */
  readonly requestTimeoutMs: number
  /** How long an object that was not found is only missing. Default 20 s, and another run. */
  readonly goneGraceMs: number
  /** How long a creation whose answer was lost may stay hidden. Default 60 s. */
  readonly settleMs: number
  /** Creations on one side in one run that need nobody's word: in a first sync and afterwards. Default 500 and 100. */
  readonly maxFirstCreates: number
  readonly maxCreates: number
  /** Deletions on one side in one run that need nobody's word: the larger of a number and a share of the links. Default 10 and 0.2. */
  readonly minDeletes: number
  readonly deleteShare: number
  /** Occurrences that one write may take out of a series, of fewer than half of them, without counting as a deletion. Default 10. */
  readonly maxOccurrences: number
  /** Deletions in one run; the next one looks again, and goes on at once. Default 50. */
  readonly deletePortion: number
  /** Tries of one event that fails, before it is set aside until it changes. Default 5. */
  readonly maxAttempts: number
  /** Between tries of one event. Default 60 s, doubled each time. */
  readonly retryMs: number
  /** Writes of one event to the remote side within a day that no person's edit caused. Default 3. */
  readonly maxEchoes: number
  /** Pause of a mailbox after a failure where the other side names none, doubled each time up to the largest. Default 30 s and 15 min. */
  readonly pauseMs: number
  readonly maxPauseMs: number
  /** How long history and replaced contents are kept, and tombstones. Default 30 and 90 days. */
  readonly keepMs: number
  readonly tombstoneMs: number
  /** How often the window moves. Default a day. */
  readonly windowMs: number
}

const minute = 60_000
const day = 86_400_000

export const defaultSyncLimits: SyncLimits = {
  feedSize: 500,
  pageSize: 100,
  readSize: 50,
  leaseMs: 3 * minute,
  requestTimeoutMs: 1.5 * minute,
  goneGraceMs: 20_000,
  settleMs: minute,
  maxFirstCreates: 500,
  maxCreates: 100,
  minDeletes: 10,
  deleteShare: 0.2,
  maxOccurrences: 10,
  deletePortion: 50,
  maxAttempts: 5,
  retryMs: minute,
  maxEchoes: 3,
  pauseMs: 30_000,
  maxPauseMs: 15 * minute,
  keepMs: 30 * day,
  tombstoneMs: 90 * day,
  windowMs: day,
}
