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
  const bytes = await readBody(x.request, { maxBytes: x.limits.maxXmlBytes })
  return isBlank(bytes) ? null : parseXml(bytes, { maxBytes: x.limits.maxXmlBytes })
}

/** @throws {DavError} 400 for any other root element. */
export const expectRoot = (body: XmlElement, name: string): XmlElement => {
  if (body.name !== name) throw new DavError(400, { message: `Expected ${name}, got ${body.name}` })
  return body
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20)
