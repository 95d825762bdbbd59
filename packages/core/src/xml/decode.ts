import { XmlError } from './errors.ts'

/**
 * Bytes to text by XML 1.0 appendix F: a byte order mark decides, else UTF-8. The mark is not part of the text.
 *
 * @throws {XmlError} `encoding` when the declaration names something else or the bytes are broken.
 */
export function decodeXml(bytes: Uint8Array): string {
  const bom = encodingOfBom(bytes)
  if (bom === null && (bytes[0] === 0 || bytes[1] === 0)) {
    throw new XmlError('encoding', 'expected UTF-8, or UTF-16 with a byte order mark')
  }
  const encoding = bom ?? 'utf-8'
  const text = decodeAs(encoding, bytes)
  const declared = declaredEncoding(text)
  if (declared !== null && !agrees(declared, encoding)) {
    throw new XmlError('encoding', `expected UTF-8 or UTF-16, got a document declared as ${JSON.stringify(declared)}`)
  }
  return text
}

function encodingOfBom(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return null
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new XmlError('encoding', `expected ${encoding.toUpperCase()}, got bytes that are not`)
  }
}

/** The declaration stands first and is short, so only the head is looked at. */
function declaredEncoding(text: string): string | null {
  if (!text.startsWith('<?xml')) return null
  const head = text.slice(0, 200)
  const end = head.indexOf('?>')
  const match = /\sencoding\s?=\s?["']([A-Za-z0-9._-]{1,40})["']/.exec(end === -1 ? head : head.slice(0, end))
  return match?.[1] ?? null
}

/** ASCII is UTF-8 too. A BOM of UTF-16 agrees with any of its three names. */
function agrees(declared: string, actual: string): boolean {
  const name = declared.toLowerCase()
  if (actual === 'utf-8') return name === 'utf-8' || name === 'utf8' || name === 'us-ascii'
  return name === 'utf-16' || name === actual
}
