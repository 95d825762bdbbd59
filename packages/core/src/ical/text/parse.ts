import { CalendarError } from '../../errors.ts'
import { defaultObjectLimits, type ObjectLimits } from '../../limits.ts'
import { SPACE } from './bytes.ts'
import { StoredComponent } from './component.ts'
import { createLineTable, type LineTable } from './line-table.ts'
import type { CalendarDocument, TextWarning } from './model.ts'
import { nameAt } from './names.ts'
import { LineScanner } from './scan.ts'

export { importLimits } from '../../limits.ts'

export interface ParseOptions {
  /** Those not given have the defaults of `defaultObjectLimits`. For a whole .ics import see `importLimits`. */
  readonly limits?: Partial<ObjectLimits>
}

/** Warnings of one code that are kept; a file of junk lines must not become a list of as many warnings. */
const maxWarningsPerCode = 100

/**
 * Reads an iCalendar stream (RFC 5545 §3.4) into views over its bytes, in one pass, decoding nothing but names. What cannot
 * be understood stays where it is and is told in `warnings`:
 *
 * - `malformed-line`: no colon, or no name before it. Not among the properties, kept by every edit.
 * - `unbalanced-quote`: parameter quotes that do not pair up; the first colon then ends the parameters.
 * - `outside-calendar`: properties or junk before or behind the calendars.
 * - `no-calendar`: components outside any VCALENDAR. They are put in a VCALENDAR without lines of its own, the last of
 *   `calendars`, which cannot be given properties.
 * - `missing-end`: the text ends, or an outer END comes, while the component is open; it reaches to there.
 * - `stray-end`: an END without a BEGIN.
 *
 * The last three mean that the text is damaged or cut off: `validateObject` refuses them, since half an event must not be
 * stored as a whole one. Reading stays possible, so that a person can be shown what is there.
 *
 * @throws {CalendarError} `invalid-calendar-data` when there is no component at all; `too-large` (`maxBytes`) or
 * `limit-exceeded` with `details.limit`, `details.allowed` and `details.line`.
 */
export function parseCalendar(bytes: Uint8Array, options: ParseOptions = {}): CalendarDocument {
  const limits: ObjectLimits = { ...defaultObjectLimits, ...options.limits }
  if (bytes.length > limits.maxBytes) {
    throw new CalendarError('too-large', `expected at most ${limits.maxBytes} bytes, got ${bytes.length}`, {
      details: { limit: 'maxBytes', allowed: limits.maxBytes },
    })
  }
  const log = createWarningLog(bytes)
  const builder = createTreeBuilder(bytes, limits, log)
  const line = new LineScanner(bytes)
  let lines = 0
  while (line.next()) {
    if (++lines > limits.maxLines) throw overLimit('maxLines', limits.maxLines, log.lineAt(line.start))
    if (line.contentEnd - line.start - line.foldOctets > limits.maxLineBytes) {
      throw overLimit('maxLineBytes', limits.maxLineBytes, log.lineAt(line.start))
    }
    if (line.parameters > limits.maxParametersPerLine) {
      throw overLimit('maxParametersPerLine', limits.maxParametersPerLine, log.lineAt(line.start))
    }
    if (line.colon < 0) {
      log.add('malformed-line', 'expected a name, a colon and a value', line.start)
      continue
    }
    if (line.unbalanced) log.add('unbalanced-quote', 'expected parameter quotes in pairs', line.start)
    const kind = delimiter(bytes, line)
    if (kind === 'begin') builder.begin(line)
    else if (kind === 'end') builder.end(line)
    else builder.property(line)
  }
  const calendars = builder.finish()
  if (calendars.length === 0) {
    throw new CalendarError('invalid-calendar-data', 'expected BEGIN:VCALENDAR, got no component', {
      details: { line: 1 },
    })
  }
  return { bytes, calendars, warnings: log.warnings }
}

function overLimit(limit: keyof ObjectLimits, allowed: number, line: number): CalendarError {
  return new CalendarError('limit-exceeded', `line ${line}: over the limit ${limit}, ${allowed}`, {
    details: { limit, allowed, line },
  })
}

interface WarningLog {
  readonly warnings: TextWarning[]
  add(code: string, message: string, offset: number): void
  /** Number of the physical line at an offset; offsets must not go back. */
  lineAt(offset: number): number
}

function createWarningLog(bytes: Uint8Array): WarningLog {
  const warnings: TextWarning[] = []
  const counts = new Map<string, number>()
  let counted = 0
  let lineNumber = 1
  const lineAt = (offset: number) => {
    for (; counted < offset; counted++) {
      const octet = bytes[counted] as number
      // CR, unless an LF follows and counts.
      if (octet === 0x0a || (octet === 0x0d && bytes[counted + 1] !== 0x0a)) lineNumber++
    }
    return lineNumber
  }
  return {
    warnings,
    lineAt,
    add(code, message, offset) {
      const count = (counts.get(code) ?? 0) + 1
      counts.set(code, count)
      if (count <= maxWarningsPerCode) warnings.push({ code, message, line: lineAt(offset) })
    },
  }
}

interface TreeBuilder {
  begin(line: LineScanner): void
  end(line: LineScanner): void
  property(line: LineScanner): void
  finish(): readonly StoredComponent[]
}

function createTreeBuilder(bytes: Uint8Array, limits: ObjectLimits, log: WarningLog): TreeBuilder {
  const table: LineTable = createLineTable(bytes)
  const calendars: StoredComponent[] = []
  const open: StoredComponent[] = []
  let imagined: StoredComponent | undefined
  let components = 0

  const close = (component: StoredComponent, endStart: number, end: number) => {
    component.close(endStart, end, table.count)
  }
  const parentFor = (name: string, line: LineScanner): StoredComponent[] => {
    const top = open.at(-1)
    if (top !== undefined) return top.components
    if (name === 'VCALENDAR') return calendars
    if (imagined === undefined) {
      log.add('no-calendar', `expected BEGIN:VCALENDAR around ${name}`, line.start)
      imagined = new StoredComponent('VCALENDAR', line.start, null, table)
    }
    return imagined.components
  }
  return {
    begin(line) {
      const name = componentName(bytes, line)
      if (name === '') return log.add('malformed-line', 'expected a component name after BEGIN:', line.start)
      if (++components > limits.maxComponents) {
        throw overLimit('maxComponents', limits.maxComponents, log.lineAt(line.start))
      }
      if (open.length >= limits.maxDepth) throw overLimit('maxDepth', limits.maxDepth, log.lineAt(line.start))
      const component = new StoredComponent(name, line.start, line.end, table)
      parentFor(name, line).push(component)
      open.push(component)
    },
    end(line) {
      const name = componentName(bytes, line)
      let index = open.length - 1
      while (index >= 0 && open[index]?.name !== name) index--
      if (index < 0) return log.add('stray-end', `END:${name} without its BEGIN`, line.start)
      for (const inner of open.splice(index + 1).reverse()) {
        log.add('missing-end', `expected END:${inner.name} before END:${name}`, line.start)
        close(inner, line.start, line.start)
      }
      close(open.pop() as StoredComponent, line.start, line.end)
    },
    property(line) {
      if (open.length === 0) log.add('outside-calendar', 'a property stands outside any component', line.start)
      else table.add(line)
    },
    finish() {
      for (const component of open.reverse()) {
        log.add('missing-end', `the text ends before END:${component.name}`, bytes.length)
        close(component, bytes.length, bytes.length)
      }
      if (imagined !== undefined) {
        const end = imagined.components.at(-1)?.end ?? imagined.start
        close(imagined, end, end)
        calendars.push(imagined)
      }
      return calendars
    },
  }
}

/** The value of a BEGIN or END line in upper case without white space around it; '' when none. */
function componentName(bytes: Uint8Array, line: LineScanner): string {
  let { contentEnd } = line
  let start = line.colon + 1
  if (line.folded) return nameAt(bytes, start, contentEnd, true).trim()
  while (start < contentEnd && (bytes[start] as number) <= SPACE) start++
  while (start < contentEnd && (bytes[contentEnd - 1] as number) <= SPACE) contentEnd--
  return nameAt(bytes, start, contentEnd, false)
}

/** Tells BEGIN and END lines by their octets; a grouped name is neither. */
function delimiter(bytes: Uint8Array, line: LineScanner): 'begin' | 'end' | null {
  const { start, nameEnd, folded } = line
  const first = (bytes[start] as number) | 0x20
  if (first !== 0x62 && first !== 0x65) return null // b, e
  const length = nameEnd - start
  if (!folded && length !== 5 && length !== 3) return null
  const name = nameAt(bytes, start, nameEnd, folded)
  return name === 'BEGIN' ? 'begin' : name === 'END' ? 'end' : null
}
