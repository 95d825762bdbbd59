import type { CalendarId } from '../calendar.ts'
import type { ETag } from '../conditions.ts'
import {
  type Detail,
  indexObject,
  isShown,
  type OmittedParts,
  parseCalendar,
  plainBody,
  projectObject,
  type ShownTexts,
} from '../ical/index.ts'
import type { CalendarObject } from '../object.ts'

export interface ProjectorOptions extends ShownTexts {
  /**
   * Secret of the host, 16 bytes or more, the same on all its nodes and after each start: names, UIDs and etags of projections are
   * keyed hashes. Default: none; then somebody who guesses the UID of an event can confirm the guess.
   */
  readonly key?: Uint8Array
}

/**
 * Stored objects as people see them who do not see all. Below `read` nothing of the stored text is left: the name, which often is the
 * UID, the UID itself and the etag, which is made of the bytes, are keyed hashes that stay the same from one look to the next.
 */
export interface Projector {
  /**
   * `null` when nothing of it is shown. Its index is that of the projection.
   *
   * @param view what else to leave out, and words for who reads this one; else those of the projector.
   */
  object(
    calendar: CalendarId,
    object: CalendarObject,
    detail: Detail,
    view?: OmittedParts & ShownTexts,
  ): Promise<CalendarObject | null>
  /** The name under which an object is shown. */
  name(calendar: CalendarId, name: string, detail: Detail): Promise<string>
  /** Another for each detail: who may write at last must not take what they have for the whole. */
  etag(calendar: CalendarId, etag: ETag, detail: Detail): Promise<ETag>
  /** Whether anything of the object is shown. */
  shows(object: CalendarObject, detail: Detail): boolean
}

const nameEnd = '.ics'

export const createProjector = ({ key, ...texts }: ProjectorOptions = {}): Projector => {
  const hash = createKeyedHash(key ?? new TextEncoder().encode('dayport'))
  const isNamedAnew = (detail: Detail): boolean => detail === 'free-busy' || detail === 'titles'
  const projector: Projector = {
    async object(calendar, object, detail, view = {}) {
      const document = parseCalendar(object.data)
      const [name, etag] = await Promise.all([
        projector.name(calendar, object.name, detail),
        projector.etag(calendar, object.etag, detail),
      ])
      // As much its own as the name, and it saves a hash.
      const uid = name.slice(0, -nameEnd.length)
      const { alarms, attendees, descriptions, ...words } = view
      const omit = { alarms: alarms === true, attendees: attendees === true, descriptions: descriptions === true }
      const options = { ...texts, ...words, uid, omit, span: object.index }
      const data = projectObject(document, detail, options)
      if (data === null) return null
      // What is left out at `read` and above decides nothing about times.
      if (data === document.bytes) return { ...object, name, etag }
      const index = detail === 'full' ? { ...object.index, body: plainBody(data) } : indexObject(data)
      return { ...object, name, etag, data, index }
    },
    name: async (calendar, name, detail) =>
      isNamedAnew(detail) ? `${await hash('name', calendar, name)}${nameEnd}` : name,
    etag: async (calendar, etag, detail) =>
      detail === 'full' ? etag : `"${await hash(`etag ${detail}`, calendar, etag)}"`,
    shows: ({ data }, detail) => detail === 'full' || isShown(parseCalendar(data), detail),
  }
  return projector
}

/** 128 bits of HMAC-SHA-256, hexadecimal. */
const createKeyedHash = (secret: Uint8Array) => {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = crypto.subtle.importKey('raw', new Uint8Array(secret), algorithm, false, ['sign'])
  imported.catch(() => undefined) // it fails where it is used
  const encoder = new TextEncoder()
  return async (...parts: readonly string[]): Promise<string> => {
    const signature = await crypto.subtle.sign('HMAC', await imported, encoder.encode(JSON.stringify(parts)))
    return Array.from(new Uint8Array(signature, 0, 16), (octet) => octet.toString(16).padStart(2, '0')).join('')
  }
}
