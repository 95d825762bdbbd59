import { parseXml, type XmlElement } from '@dayport/core/xml'
import { readBody } from '@dayport/http'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'

/**
 * The XML body, whatever Content-Type names it; `null` when there is none.
 *
 * @throws {DavError} 400 when it is not well-formed; 413 over the limit; 403 no-external-entities for a DOCTYPE.
 */
export const readXml = async (x: Exchange): Promise<XmlElement | null> => {
  const { maxXmlBytes: maxBytes } = x.limits
  const bytes = await readBody(x.request, { maxBytes })
  if (isBlank(bytes)) return null
  return parseXml(decodedBody(bytes, x.request.headers.get('content-type')), { maxBytes })
}

/** @throws {DavError} 400 for any other root element. */
export const expectRoot = (body: XmlElement, name: string): XmlElement => {
  if (body.name !== name) throw new DavError(400, { message: `Expected ${name}, got ${body.name}` })
  return body
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20)

/** Encodings of one byte for each character that old programs still write; the XML parser itself reads Unicode. */
const oneByte = /^(?:us-ascii|latin1|iso-8859-\d{1,2}|windows-125\d|koi8-[ru])$/

/**
 * Text where Content-Type, or without its charset the XML declaration, names such an encoding (RFC 7303 §3, XML 1.0 §4.3.3); else the
 * bytes as they are.
 *
 * @throws {DavError} 400 for bytes that the encoding does not have.
 */
const decodedBody = (bytes: Uint8Array, contentType: string | null): Uint8Array | string => {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(contentType ?? '')?.[1]
  const label = (charset ?? declaredIn(bytes) ?? '').toLowerCase()
  if (!oneByte.test(label)) return bytes
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    throw new DavError(400, { message: `Expected a body in ${label}` })
  }
}

const declaredIn = (bytes: Uint8Array): string | undefined => {
  const head = String.fromCharCode(...bytes.subarray(0, 120))
  return /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(head)?.[1]
}
