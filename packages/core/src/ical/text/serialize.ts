import { type ByteSink, createByteSink, SPACE, TAB, toBytes, unfold } from './bytes.ts'
import { writeFolded } from './fold.ts'
import type { CalendarDocument, ComponentDraft, PropertyDraft } from './model.ts'
import { isContentName } from './names.ts'
import { controls, encodeParameterValue } from './parameters.ts'
import { LineScanner } from './scan.ts'

/**
 * The content line of a draft, unfolded. What a caller hands in can never become a second line: control characters but TAB are
 * dropped from the value (line breaks of a TEXT are escaped before, by `textProperty`), parameters are RFC 6868-encoded.
 *
 * @throws {TypeError} when a property or parameter name has other characters than letters, digits and `-`.
 */
export const contentLine = ({ name, params = {}, value }: PropertyDraft): string => {
  let line = checkedName(name)
  // Written as properties these would open or close a component.
  if (/^(?:BEGIN|END)$/i.test(name)) throw new TypeError(`expected the name of a property, got ${name}`)
  for (const [parameter, values] of Object.entries(params)) {
    const list = typeof values === 'string' ? [values] : values
    line += `;${checkedName(parameter)}=${list.map(encodeParameterValue).join(',')}`
  }
  return `${line}:${value.replace(controls, '')}`
}

const checkedName = (name: string): string => {
  if (!isContentName(name))
    throw new TypeError(`expected a content line name, got ${JSON.stringify(name.slice(0, 40))}`)
  return name
}

/** The bytes of one property's line, folded, with CRLF. @throws {TypeError} as {@link contentLine}. */
export const serializeProperty = (property: PropertyDraft): Uint8Array => {
  const sink = createByteSink(128)
  writeProperty(sink, property)
  return sink.take()
}

const writeProperty = (sink: ByteSink, property: PropertyDraft): void =>
  writeFolded(sink, toBytes(contentLine(property)))

const writeComponent = (sink: ByteSink, component: ComponentDraft): void => {
  const name = checkedName(component.name)
  sink.write(toBytes(`BEGIN:${name}\r\n`))
  for (const property of component.properties) writeProperty(sink, property)
  for (const child of component.components ?? []) writeComponent(sink, child)
  sink.write(toBytes(`END:${name}\r\n`))
}

/** The bytes of a component, a whole VCALENDAR among them. @throws {TypeError} as {@link contentLine}. */
export const serializeComponent = (component: ComponentDraft): Uint8Array => {
  const sink = createByteSink()
  writeComponent(sink, component)
  return sink.take()
}

/** The bytes of a whole calendar: {@link serializeComponent} by the name that callers look for. */
export const serializeCalendar = (calendar: ComponentDraft): Uint8Array => serializeComponent(calendar)

/**
 * The same content lines, every one of them, in CRLF and folded at 75 octets; blank lines and byte order marks go. For readers
 * that keep to RFC 5545 §3.1 strictly; stored text is never rewritten so.
 */
export const normalizeCalendar = ({ bytes }: Pick<CalendarDocument, 'bytes'>): Uint8Array => {
  const sink = createByteSink(bytes.length + 64)
  const line = new LineScanner(bytes)
  while (line.next()) {
    const content = withoutByteOrderMarks(
      line.folded ? unfold(bytes, line.start, line.contentEnd) : bytes.subarray(line.start, line.contentEnd),
    )
    if (content.length > 0) writeFolded(sink, content)
  }
  return sink.take()
}

/** A mark before white space stays: without it, the line would continue the one before. */
const withoutByteOrderMarks = (content: Uint8Array): Uint8Array => {
  let from = 0
  while (content[from] === 0xef && content[from + 1] === 0xbb && content[from + 2] === 0xbf) {
    const next = content[from + 3]
    if (next === SPACE || next === TAB) break
    from += 3
  }
  return from === 0 ? content : content.subarray(from)
}
