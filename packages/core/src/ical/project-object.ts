import { projectComponent } from './projection/component.ts'
import { type OmittedParts, omitParts, type ShownTexts } from './projection/omit.ts'
import { busyParts, isPrivate, type ShownParts, titledParts } from './projection/parts.ts'
import { createProjectedZones, type ObjectSpan } from './projection/zones.ts'
import { createByteSink, toBytes } from './text/bytes.ts'
import type { CalendarDocument } from './text/model.ts'
import { serializeComponent } from './text/serialize.ts'
import { readText } from './text/values-text.ts'

/**
 * How much of an object a person sees, from little to all:
 * - `free-busy`: when the owner is busy, under one and the same title. What takes no time (TRANSP:TRANSPARENT, STATUS:CANCELLED, tasks,
 *   journal entries) is not shown.
 * - `titles`: when, and SUMMARY; private events under the title of `free-busy`.
 * - `read`: everything as stored; private events as in `titles`.
 * - `full`: everything as stored.
 *
 * Private is whatever has a CLASS other than PUBLIC (RFC 5545 §3.8.1.3). CLASS:PUBLIC widens nothing.
 */
export const details = ['free-busy', 'titles', 'read', 'full'] as const
export type Detail = (typeof details)[number]

export interface ProjectionOptions extends ShownTexts {
  /**
   * Stands in place of the object's UID at `free-busy` and `titles`: the real one often holds an address or a host, and tells a person
   * that two calendars have one meeting. It must be the same each time, and another for each object of a calendar.
   */
  readonly uid: string
  /** From the object's index, where that is at hand; otherwise it is worked out. */
  readonly span?: ObjectSpan
  /** At `read` and `full` only: below, nothing of it is there. */
  readonly omit?: OmittedParts
}

const head = toBytes('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Dayport//Projection//EN\r\n')
const foot = toBytes('END:VCALENDAR\r\n')

/**
 * What a person sees of a stored object; `null` when nothing of it. Below `read`, and for private events, the components are written
 * anew from an allow-list of typed values, masters and overrides alike: times, recurrence, SEQUENCE, DTSTAMP, STATUS, TRANSP, UID and
 * SUMMARY. Time zones are named and written anew too. Alarms, attendees, attachments, places, parameters and vendors' lines are not
 * looked at, so that they cannot get through.
 */
export const projectObject = (
  document: CalendarDocument,
  detail: Detail,
  { uid, span, omit = {}, ...texts }: ProjectionOptions,
): Uint8Array | null => {
  const isHidden = detail !== 'full' && isPrivate(document)
  if (detail === 'full' || (detail === 'read' && !isHidden)) return omitParts(document, omit, texts)
  const parts = partsOf(document, detail)
  if (parts === null) return null
  const terms = {
    uid: detail === 'read' ? uidOf(parts) : uid,
    summary: detail === 'free-busy' || isHidden ? (texts.busyText ?? 'Busy') : null,
    zones: createProjectedZones(document, span ?? null),
  }
  const components = [
    ...(parts.master === null ? [] : [projectComponent(parts.master, parts.removed, terms)]),
    ...parts.overrides.map((override) => projectComponent(override, [], terms)),
  ].map(serializeComponent)
  const sink = createByteSink()
  for (const bytes of [head, ...terms.zones.blocks(), ...components, foot]) sink.write(bytes)
  return sink.take()
}

/** Whether {@link projectObject} shows anything of the object, without the work of writing it. */
export const isShown = (document: CalendarDocument, detail: Detail): boolean =>
  detail === 'full' || (detail === 'read' && !isPrivate(document)) || partsOf(document, detail) !== null

const partsOf = (document: CalendarDocument, detail: Detail): ShownParts | null =>
  detail === 'free-busy' ? busyParts(document) : titledParts(document)

const uidOf = ({ master, overrides }: ShownParts): string => {
  const property = (master ?? overrides[0])?.property('UID')
  return property === undefined ? '' : readText(property).trim()
}
