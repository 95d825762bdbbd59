import type { Connection } from './client.ts'

/** A reading connection whose reads of one turn of the event loop see one state. */
export interface SharedReads extends Connection {
  /** The next read sees everything that was committed before it. */
  renew(): void
}

/** Commits of all stores of this process, so that none of them reads past another's acknowledged write. */
let commits = 0

/** To be called after every COMMIT. */
export const countCommit = (): void => {
  commits += 1
}

/**
 * A request reads a dozen rows one after another; each read alone would take and give back the file's locks. They share one
 * transaction instead, which ends with the turn, and before that as soon as anything is committed: nobody reads a state older than
 * the turn, nor than a write that this process has acknowledged.
 */
export const createSharedReads = (reader: Connection): SharedReads => {
  let open = false
  let seen = 0
  const renew = (): void => {
    if (!open) return
    open = false
    reader.exec('COMMIT')
  }
  const begin = (): void => {
    if (open && seen === commits) return
    renew()
    reader.exec('BEGIN')
    open = true
    seen = commits
    setImmediate(renew)
  }
  return {
    ...reader,
    all: (text, ...values) => {
      begin()
      return reader.all(text, ...values)
    },
    rows: (text, ...values) => {
      begin()
      return reader.rows(text, ...values)
    },
    get: (text, ...values) => {
      begin()
      return reader.get(text, ...values)
    },
    iterate: (text, ...values) => {
      begin()
      return reader.iterate(text, ...values)
    },
    renew,
    close: () => {
      renew()
      reader.close()
    },
  }
}
