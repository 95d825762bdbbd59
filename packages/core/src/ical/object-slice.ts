import type { ObjectIndex } from '../object.ts'
import { type PlainRanges, plainRanges, type SliceRange } from './plain-ranges.ts'
import { createByteSink, unfold } from './text/bytes.ts'
import { writeFolded } from './text/fold.ts'
import type { CalendarDocument, Component } from './text/model.ts'
import { parseCalendar } from './text/parse.ts'
import { LineScanner } from './text/scan.ts'
import { readText } from './text/values-text.ts'

/** What of a stored object goes into a calendar made of many: a feed, or GET of a whole calendar. */
export interface ObjectSlice {
  /**
   * Its components but the time zones, content lines in CRLF and folded at 75 octets, whatever was stored. A view of the stored octets
   * where they are so already: not to be written to.
   */
  readonly body: Uint8Array
  /** The VTIMEZONEs that it carries, in the same form, by TZID; found when first asked for. */
  readonly timezones: ReadonlyMap<string, Uint8Array>
}

/**
 * Cuts an object into what a merged calendar needs of it. No value is decoded but TZID.
 *
 * @param body what the object's index says of it: with bounds no octet is looked at.
 */
export const objectSlice = (data: Uint8Array, body?: ObjectIndex['body']): ObjectSlice => {
  if (body) return new PlainSlice(data, body[0], body[1])
  const text = plainRanges(data)
  return text === null ? sliceOf(parseCalendar(data)) : sliceOfRanges(data, text)
}

/** A class: a feed makes one for each of its objects. */
class PlainSlice implements ObjectSlice {
  readonly body: Uint8Array
  readonly #data: Uint8Array
  #timezones: ReadonlyMap<string, Uint8Array> | undefined

  constructor(data: Uint8Array, start: number, end: number) {
    this.#data = data
    this.body = data.subarray(start, end)
  }

  get timezones(): ReadonlyMap<string, Uint8Array> {
    this.#timezones ??= objectSlice(this.#data).timezones
    return this.#timezones
  }
}

/** Where the body of an object stands, when a feed can take it as it is: `ObjectIndex.body`. */
export const plainBody = (data: Uint8Array): readonly [start: number, end: number] | null => {
  const text = plainRanges(data)
  if (text === null || !text.isFolded) return null
  const { start, end, isOnePiece } = bodyBounds(text.ranges)
  return isOnePiece && end > 0 ? [start, end] : null
}

const sliceOfRanges = (data: Uint8Array, { ranges, isFolded }: PlainRanges): ObjectSlice => {
  let timezones: ReadonlyMap<string, Uint8Array> | undefined
  return {
    body: isFolded ? bodyOf(data, ranges) : foldedBodyOf(data, ranges),
    get timezones() {
      timezones ??= timezonesOf(data, ranges)
      return timezones
    },
  }
}

const foldedBodyOf = (data: Uint8Array, ranges: readonly SliceRange[]): Uint8Array => {
  const sink = createByteSink(data.length + 64)
  for (const range of ranges) if (!range.isTimezone) writeLines(sink, data, range)
  return sink.take()
}

/** One view where the components follow each other, as they mostly do: zones come first or last. */
const bodyOf = (data: Uint8Array, ranges: readonly SliceRange[]): Uint8Array => {
  const { start, end, isOnePiece } = bodyBounds(ranges)
  if (isOnePiece) return data.subarray(start, end)
  const sink = createByteSink(end - start)
  for (const range of ranges) if (!range.isTimezone) sink.write(data, range.start, range.end)
  return sink.take()
}

const bodyBounds = (ranges: readonly SliceRange[]) => {
  const parts = ranges.filter(({ isTimezone }) => !isTimezone)
  const start = parts[0]?.start ?? 0
  const end = parts.at(-1)?.end ?? 0
  const length = parts.reduce((sum, part) => sum + part.end - part.start, 0)
  return { start, end, isOnePiece: end - start === length }
}

const timezonesOf = (data: Uint8Array, ranges: readonly SliceRange[]): ReadonlyMap<string, Uint8Array> => {
  const timezones = new Map<string, Uint8Array>()
  for (const { start, end, isTimezone } of ranges) {
    if (!isTimezone) continue
    const text = data.subarray(start, end)
    const zone = parseCalendar(text).calendars[0]?.components[0]
    const tzid = zone === undefined ? undefined : tzidOf(zone)
    if (tzid === undefined || timezones.has(tzid)) continue
    const sink = createByteSink(text.length)
    writeLines(sink, text, { start: 0, end: text.length })
    timezones.set(tzid, sink.take())
  }
  return timezones
}

/** The same, from a document that is parsed already. */
export const sliceOf = (document: CalendarDocument): ObjectSlice => {
  const body = createByteSink(document.bytes.length)
  const timezones = new Map<string, Uint8Array>()
  for (const component of document.calendars.flatMap((calendar) => calendar.components)) {
    if (component.name !== 'VTIMEZONE') {
      writeLines(body, document.bytes, component)
      continue
    }
    const tzid = tzidOf(component)
    if (tzid === undefined || timezones.has(tzid)) continue
    const zone = createByteSink(component.end - component.start)
    writeLines(zone, document.bytes, component)
    timezones.set(tzid, zone.take())
  }
  return { body: body.take(), timezones }
}

const CR = 0x0d
const LF = 0x0a

/** As the parameters name it: there a comma stands bare, here behind a backslash. */
const tzidOf = (zone: Component): string | undefined => {
  const property = zone.property('TZID')
  return property === undefined ? undefined : readText(property).trim()
}

/** Copies the lines of a component: as they are where they keep RFC 5545 §3.1, else unfolded and folded anew. */
const writeLines = (
  sink: ReturnType<typeof createByteSink>,
  bytes: Uint8Array,
  { start, end }: Pick<Component, 'start' | 'end'>,
): void => {
  if (isCanonical(bytes, start, end)) {
    sink.write(bytes, start, end)
    return
  }
  const line = new LineScanner(bytes.subarray(start, end))
  // Lines that may stay are copied together, up to the next one that may not.
  let from = 0
  let to = 0
  while (line.next()) {
    if (line.start === to && isCanonical(line.bytes, line.start, line.end)) {
      to = line.end
      continue
    }
    sink.write(line.bytes, from, to)
    from = to = line.end
    if (isCanonical(line.bytes, line.start, line.end)) sink.write(line.bytes, line.start, line.end)
    else writeFolded(sink, unfold(line.bytes, line.start, line.contentEnd))
  }
  sink.write(line.bytes, from, to)
}

/** True when every physical line ends in CRLF, has at most 75 octets and is not blank. */
const isCanonical = (bytes: Uint8Array, start: number, end: number): boolean => {
  let lineStart = start
  for (let i = start; i < end; i++) {
    const octet = bytes[i]
    if (octet !== LF && octet !== CR) continue
    if (octet === LF || bytes[i + 1] !== LF || i + 1 >= end) return false
    if (i === lineStart || i - lineStart > 75) return false
    i++
    lineStart = i + 1
  }
  return lineStart === end
}
