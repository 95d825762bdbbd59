import type { CalendarEditor } from '../text/edit.ts'
import type { ZoneNames } from './zone-names.ts'

/** One change of an object's text. */
export type Edit = (editor: CalendarEditor) => void

/** What all that mend one object share. */
export interface RepairTerms {
  readonly zones: ZoneNames
  /** Stands in place of a DTSTAMP that is missing: `20260301T100000Z`. */
  readonly stamp: string
  /** Of a reminder of something without a title. */
  readonly reminderText: string
  /** Where the changes go. */
  readonly edits: Edit[]
}
