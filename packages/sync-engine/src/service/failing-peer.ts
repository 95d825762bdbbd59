import type { CalendarPeer } from '@dayport/core'

/** A side that could not be opened: every call fails as the opening did. */
export const failingPeer = (error: unknown): CalendarPeer => {
  const fail = async (): Promise<never> => {
    throw error
  }
  return {
    capabilities: { write: false, conditionalWrite: false, windowed: false },
    changes: fail,
    get: fail,
    findByOperation: fail,
    put: fail,
    delete: fail,
    project: (data) => data,
  }
}
