import type { OutlookFields } from '../shown/occurrences.ts'

/** What is still to be sent of an item. */
export type Pending = 'new' | 'update' | 'delete'

/** An item in the folder of an Outlook. */
export interface HeldItem {
  /** In this Outlook alone. */
  readonly key: number
  /** `null` until the server has given one. */
  id: number | null
  /** `owshiddenversion` that the fields below are based on. */
  version: number
  /** `UID` of a master as the server last said it: the person may have given it another recurrence since, and so another UID, or none. */
  serverUid: string | undefined
  /** As the person sees it. */
  fields: Record<string, string>
  pending: Pending | null
  /** Names of the fields that the person changed and that are not sent yet. */
  readonly changed: Set<string>
  /** Made by this Outlook for a new item. */
  readonly replicationId: string | null
  /** Whether it came before the master of its series, and so is an appointment of its own for Outlook. */
  isOrphan: boolean
  /** Sent anew after its deletion was, and never before: the server has to take it. */
  isUndone: boolean
  /** Seen in the full download that is running. */
  isReceived: boolean
}

/** What a person is asked about, or finds in the folder of failures. Nothing that they typed is lost. */
export interface AsideCopy {
  readonly reason: 'conflict' | 'deleted' | 'rejected' | 'read-only'
  readonly fields: OutlookFields
  readonly changed: readonly string[]
}

const entryPattern = /^([0-9a-f]{32}):(\d+)$/

/** `vti_versionhistory` as pairs. Specification section 6.3. */
export const historyOf = (text: string | undefined): Map<string, number> =>
  new Map(
    (text ?? '').split(',').flatMap((pair) => {
      const match = entryPattern.exec(pair.trim())
      return match === null ? [] : [[match[1]!, Number(match[2])] as const]
    }),
  )

/** The history after an edit by that editor: the highest number plus one, in the place of its own pair. */
export const editedHistory = (text: string | undefined, editor: string): string => {
  const pairs = historyOf(text)
  const next = Math.max(0, ...pairs.values()) + 1
  pairs.set(editor, next)
  return [...pairs].map(([id, number]) => `${id}:${number}`).join(',')
}
