import { createByteSink, decode, toBytes, unfold } from './bytes.ts'
import { writeFolded } from './fold.ts'
import { LineScanner } from './scan.ts'

/** Text on its way in, as UTF-8. */
export interface Utf8Text {
  /** The very bytes that were given when nothing had to change. */
  readonly bytes: Uint8Array
  /** True when the bytes are not those that came: then the answer to a PUT carries no ETag (RFC 4791 §5.3.4). */
  readonly converted: boolean
}

/**
 * Takes iCalendar bytes in as UTF-8, once, at the border. RFC 5545 §3.1.4 has UTF-8 as the default; real files have others:
 *
 * 1. Valid UTF-8 stays untouched; a sequence that a fold splits counts as valid.
 * 2. UTF-16, told by its BOM or by the zero octets of its first letters.
 * 3. Damaged UTF-8 (most of its sequences are whole): each bad octet becomes U+FFFD, sound lines keep their bytes.
 * 4. Otherwise the charset that `contentType` declares; where it declares none, UTF-8 or one unknown here, windows-1251 when
 *    letters above ASCII mostly stand together, as in Cyrillic words, else windows-1252. Sound lines keep their bytes.
 *
 * @param contentType the Content-Type field's value, `text/calendar; charset=windows-1251`.
 */
export function toUtf8(bytes: Uint8Array, contentType?: string | null): Utf8Text {
  const wide = wideEncoding(bytes)
  if (wide !== null) return { bytes: toBytes(new TextDecoder(wide).decode(bytes)), converted: true }
  if (isUtf8(bytes)) return { bytes, converted: false }
  const census = takeCensus(bytes)
  if (census.badLines === 0) return { bytes, converted: false }
  return { bytes: rewriteBadLines(bytes, decoderFor(census, contentType)), converted: true }
}

function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (bytes.length < 4) return null
  if (first !== 0 && second === 0 && bytes[2] !== 0 && bytes[3] === 0) return 'utf-16le'
  return first === 0 && second !== 0 && bytes[2] === 0 && bytes[3] !== 0 ? 'utf-16be' : null
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes)
    return true
  } catch {
    return false
  }
}

/** What stands in the lines that are not UTF-8. */
interface Census {
  badLines: number
  /** Whole multi-octet UTF-8 sequences. */
  sequences: number
  /** Octets above ASCII that belong to none. */
  strays: number
  /** Octets from 0xC0, where both Windows charsets have their letters, and how many of these stand next to another. */
  letters: number
  neighbours: number
}

function takeCensus(bytes: Uint8Array): Census {
  const census: Census = { badLines: 0, sequences: 0, strays: 0, letters: 0, neighbours: 0 }
  for (const { content } of badLines(bytes)) {
    census.badLines++
    for (let i = 0; i < content.length; i++) {
      const octet = content[i] as number
      if (octet >= 0xc0) {
        census.letters++
        if ((content[i - 1] ?? 0) >= 0xc0 || (content[i + 1] ?? 0) >= 0xc0) census.neighbours++
      }
    }
    for (let i = 0; i < content.length; i++) {
      if ((content[i] as number) < 0x80) continue
      const length = sequenceLength(content, i)
      if (length === 0) census.strays++
      else census.sequences++
      i += Math.max(0, length - 1)
    }
  }
  return census
}

/** Octets of the well-formed sequence at `i`; 0 when there is none. Overlong forms may pass: this only counts. */
function sequenceLength(content: Uint8Array, i: number): number {
  const lead = content[i] as number
  const length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
  for (let k = 1; k < length; k++) if (((content[i + k] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}

type Decode = (content: Uint8Array) => string

function decoderFor(census: Census, contentType: string | null | undefined): Decode {
  if (census.sequences >= census.strays) return (content) => decode(content, 0, content.length)
  const declared = declaredDecoder(contentType)
  if (declared !== null) return (content) => declared.decode(content)
  const decoder = new TextDecoder(census.neighbours * 2 > census.letters ? 'windows-1251' : 'windows-1252')
  return (content) => decoder.decode(content)
}

/** `null` when the field names no charset, UTF-8 (which the bytes disprove) or one that this runtime lacks. */
function declaredDecoder(contentType: string | null | undefined): TextDecoder | null {
  const label = /;\s*charset\s*=\s*"?([^\s";]{1,40})/i.exec(contentType ?? '')?.[1]
  if (label === undefined) return null
  try {
    const decoder = new TextDecoder(label)
    return decoder.encoding.startsWith('utf-') ? null : decoder
  } catch {
    return null
  }
}

/** Octets before, between and behind the bad lines are copied as they are. */
function rewriteBadLines(bytes: Uint8Array, decodeLine: Decode): Uint8Array {
  const sink = createByteSink(bytes.length + (bytes.length >> 2))
  let copied = 0
  for (const { start, end, content } of badLines(bytes)) {
    sink.write(bytes, copied, start)
    writeFolded(sink, toBytes(decodeLine(content)))
    copied = end
  }
  sink.write(bytes, copied)
  return sink.take()
}

/** The content lines that are not UTF-8 once unfolded. */
function* badLines(bytes: Uint8Array): Generator<{ start: number; end: number; content: Uint8Array }> {
  const line = new LineScanner(bytes)
  while (line.next()) {
    const { start, contentEnd, end } = line
    const content = line.folded ? unfold(bytes, start, contentEnd) : bytes.subarray(start, contentEnd)
    if (hasHighOctet(content) && !isUtf8(content)) yield { start, end, content }
  }
}

function hasHighOctet(content: Uint8Array): boolean {
  for (let i = 0; i < content.length; i++) if ((content[i] as number) > 0x7f) return true
  return false
}
