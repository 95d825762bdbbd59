const kept = 200

/** One failure that nobody expected, as an administrator sees it: no stack, no request. */
export interface ErrorEntry {
  /** The code that the person was told. */
  readonly id: string
  readonly atMs: number
  readonly where: string
  readonly what: string
}

export type ErrorLog = ReturnType<typeof createErrorLog>

/** The last failures since the start; everything is in the log too. */
export const createErrorLog = ({ now }: { readonly now: () => number }) => {
  const entries: ErrorEntry[] = []
  return {
    add: (id: string, where: string, error: unknown): void => {
      const what = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
      entries.unshift({ id, atMs: now(), where, what: what.slice(0, 500) })
      entries.length = Math.min(entries.length, kept)
    },
    list: (): readonly ErrorEntry[] => entries,
  }
}
