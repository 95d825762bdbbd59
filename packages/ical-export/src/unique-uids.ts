/** What becomes of an object in a feed of several calendars. */
export type Admission = 'keep' | 'drop' | 'rename'

/** Sees to it that each UID of a feed belongs to one object, RFC 5545 §3.8.4.7. */
export interface UniqueUids {
  /** @param times a number that is the same for objects of the same kind and times. */
  admit(uid: string, times: number): Admission
}

/**
 * A meeting stands in the calendar of everybody who attends, under one UID. Programs that find it twice take the last one (Google),
 * refuse the file or show it twice (Outlook), so: the same UID at the same times is one event and shown once, by the calendar that
 * comes first. The same UID at other times (a copy that was moved, one who is invited to a single instance) would be lost with
 * that, so it gets a UID of its own.
 */
export const createUniqueUids = (): UniqueUids => {
  const first = new Map<string, number>()
  const renamed = new Set<string>()
  return {
    admit(uid, times) {
      const before = first.get(uid)
      if (before === undefined) {
        first.set(uid, times)
        return 'keep'
      }
      const key = `${times} ${uid}`
      if (before === times || renamed.has(key)) return 'drop'
      renamed.add(key)
      return 'rename'
    },
  }
}
