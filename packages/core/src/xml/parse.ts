import { SaxesParser, type SaxesTagNS } from 'saxes'
import { defaultXmlLimits, type XmlLimits } from '../limits.ts'
import { type ClarkName, clark, isLocalName } from './clark.ts'
import { decodeXml } from './decode.ts'
import { createXmlElement, type XmlElement } from './element.ts'
import { XmlError, type XmlErrorCode } from './errors.ts'

export { defaultXmlLimits, type XmlLimits } from '../limits.ts'

/** An element whose end tag has not come: `children` is the array that the element shows. */
interface OpenElement {
  readonly element: XmlElement
  readonly children: (XmlElement | string)[]
}

/**
 * Reads a whole document, strictly: XML 1.0 with namespaces, no DOCTYPE, only the five predefined entities and character
 * references. Bytes are UTF-8, or UTF-16 with a byte order mark; the encoding declaration of a string is ignored.
 *
 * @returns the root element.
 * @throws {XmlError} any of its codes.
 */
export function parseXml(input: Uint8Array | string, limits: Partial<XmlLimits> = {}): XmlElement {
  const { maxBytes, maxDepth, maxElements, maxAttributes } = { ...defaultXmlLimits, ...limits }
  if (input.length > maxBytes) throw overLimit('maxBytes', maxBytes, null)
  const text = typeof input === 'string' ? withoutBom(input) : decodeXml(input)

  if (hasDoctype(text)) throw new XmlError('doctype', 'a DOCTYPE is not accepted')
  // XML 1.1 would let control characters in, so its declaration is read as 1.0.
  const parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true })
  const open: OpenElement[] = []
  let root: XmlElement | null = null
  let elementCount = 0
  let attributeCount = 0

  const refuse = (code: XmlErrorCode, message: string): never => {
    throw new XmlError(code, message, lineAt(text, parser.position))
  }
  const assertWithin = (limit: keyof XmlLimits, count: number, allowed: number): void => {
    if (count > allowed) throw overLimit(limit, allowed, lineAt(text, parser.position))
  }
  // One string for each name of the document, checked once: saxes lets `p:1` pass, which Namespaces in XML §3 forbids.
  const names = new Map<string, Map<string, ClarkName>>()
  const nameOf = (namespace: string, local: string): ClarkName => {
    const locals = names.get(namespace) ?? new Map<string, ClarkName>()
    if (locals.size === 0) names.set(namespace, locals)
    const known = locals.get(local)
    if (known !== undefined) return known
    if (!isLocalName(local)) refuse('malformed', `expected a name, got ${JSON.stringify(local)}`)
    const name = clark(namespace, local)
    locals.set(local, name)
    return name
  }
  const attributesOf = (tag: SaxesTagNS): ReadonlyMap<ClarkName, string> => {
    const attributes = new Map<ClarkName, string>()
    for (const key in tag.attributes) {
      const { name, prefix, uri, local, value } = tag.attributes[key]!
      if (prefix !== 'xmlns' && name !== 'xmlns') attributes.set(nameOf(uri, local), value)
    }
    return attributes
  }
  const addText = (value: string): void => {
    const children = open.at(-1)?.children
    if (children === undefined || value === '') return
    const last = children.length - 1
    const previous = children[last]
    if (typeof previous === 'string') children[last] = previous + value
    else children.push(value)
  }

  parser.on('error', (error) => refuse(codeOf(error.message), error.message))
  parser.on('opentagstart', () => {
    // Here and not in `opentag`: the attributes of a hostile tag are counted before they are collected.
    attributeCount = 0
    assertWithin('maxElements', ++elementCount, maxElements)
    assertWithin('maxDepth', open.length + 1, maxDepth)
  })
  parser.on('attribute', () => {
    assertWithin('maxAttributes', ++attributeCount, maxAttributes)
  })
  parser.on('opentag', (tag) => {
    const parent = open.at(-1)
    const children: (XmlElement | string)[] = []
    const element = createXmlElement(nameOf(tag.uri, tag.local), {
      prefix: tag.prefix,
      children,
      lang: parent?.element.lang ?? null,
      ...(attributeCount === 0 ? {} : { attributes: attributesOf(tag) }),
    })
    if (parent === undefined) root = element
    else parent.children.push(element)
    open.push({ element, children })
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => void open.pop())

  parser.write(text).close()
  return root ?? refuse('malformed', 'expected a root element')
}

const overLimit = (limit: keyof XmlLimits, allowed: number, line: number | null): XmlError =>
  new XmlError('limit-exceeded', `over the limit ${limit}, ${allowed}`, line, { limit, allowed })

/** Looks through the prolog, the only place for a DOCTYPE, so that a long one costs nothing; the parser refuses it elsewhere. */
function hasDoctype(text: string): boolean {
  let at = text.indexOf('<')
  while (at !== -1) {
    if (text.startsWith('<?', at)) at = text.indexOf('?>', at)
    else if (text.startsWith('<!--', at)) at = text.indexOf('-->', at + 4)
    else return text.startsWith('<!DOCTYPE', at)
    if (at !== -1) at = text.indexOf('<', at)
  }
  return false
}

/** saxes tells kinds of faults apart only by their text; the tests pin these two, everything else is `malformed`. */
function codeOf(message: string): XmlErrorCode {
  if (message.startsWith('undefined entity')) return 'undefined-entity'
  if (message.startsWith('unbound namespace prefix')) return 'unbound-prefix'
  return 'malformed'
}

function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}

function withoutBom(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
