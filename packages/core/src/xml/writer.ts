import { type ClarkName, isLocalName, splitClark } from './clark.ts'
import { xmlNamespace } from './element.ts'
import { escapeAttribute, escapeText } from './escape.ts'

export interface XmlWriterOptions {
  /**
   * Prefix → namespace, declared on the root element. The prefix `''` makes a default namespace, for elements only.
   * Other namespaces get a prefix of their own, declared where they are used.
   */
  readonly namespaces: Readonly<Record<string, string>>
  /** Begin with `<?xml version="1.0" encoding="utf-8"?>` and a line end. Default true. */
  readonly declaration?: boolean
}

/** Attribute values by Clark name. `undefined` leaves the attribute out. */
export type XmlAttributes = Readonly<Record<ClarkName, string | undefined>> | ReadonlyMap<ClarkName, string>

/**
 * Writes a document front to back. Every value is escaped, so that none of them can become markup; a name that XML would not
 * accept is a `TypeError`, as are a `close` without `open` and an element in no namespace below a default namespace.
 */
export interface XmlWriter {
  open(name: ClarkName, attributes?: XmlAttributes): XmlWriter
  /** Ends the innermost open element; as `<a/>` when nothing was written into it. */
  close(): XmlWriter
  text(value: string): XmlWriter
  /** A whole element with text, or an empty one. */
  element(name: ClarkName, text?: string, attributes?: XmlAttributes): XmlWriter
  /** Well-formed XML that declares its own namespaces, such as `serializeElement` makes. Not escaped: never a value. */
  raw(xml: string): XmlWriter
  /** How many UTF-16 code units wait for `take`. */
  readonly pendingLength: number
  /** Hands out what was written since the last call, so that an answer can be streamed. */
  take(): string
}

interface QualifiedName {
  readonly text: string
  /** The declaration that must stand on the element using it; `''` when the root has it. */
  readonly declaration: string
}

/** Makes a writer for one document. */
export function createXmlWriter(options: XmlWriterOptions): XmlWriter {
  const prefixes = new Map<string, string>([[xmlNamespace, 'xml']])
  const generated = new Map<string, string>()
  const elementNames = new Map<ClarkName, QualifiedName>()
  const attributeNames = new Map<ClarkName, QualifiedName>()
  const stack: string[] = []
  let lastNumber = 0
  let rootDeclarations = ''
  let defaultNamespace: string | null = null
  let out = options.declaration === false ? '' : '<?xml version="1.0" encoding="utf-8"?>\n'
  let inStartTag = false

  for (const [prefix, namespace] of Object.entries(options.namespaces)) {
    if (prefix === '') {
      defaultNamespace = namespace
      rootDeclarations += ` xmlns="${escapeAttribute(namespace)}"`
    } else {
      if (!isLocalName(prefix) || /^xml(ns)?$/.test(prefix) || namespace === '' || namespace === xmlNamespace) {
        throw new TypeError(`expected a prefix and its namespace, got ${JSON.stringify([prefix, namespace])}`)
      }
      if (!prefixes.has(namespace)) prefixes.set(namespace, prefix)
      rootDeclarations += ` xmlns:${prefix}="${escapeAttribute(namespace)}"`
    }
  }

  function generatedPrefix(namespace: string): string {
    let prefix = generated.get(namespace)
    if (prefix === undefined) {
      do prefix = `ns${++lastNumber}`
      while (Object.hasOwn(options.namespaces, prefix))
      generated.set(namespace, prefix)
    }
    return prefix
  }

  function qualify(name: ClarkName, isElement: boolean): QualifiedName {
    const cache = isElement ? elementNames : attributeNames
    const known = cache.get(name)
    if (known !== undefined) return known
    const made = makeName(name, isElement)
    cache.set(name, made)
    return made
  }

  function makeName(name: ClarkName, isElement: boolean): QualifiedName {
    const { namespace, local } = splitClark(name)
    if (!isLocalName(local)) throw new TypeError(`expected an XML name, got ${JSON.stringify(local)}`)
    if (isElement && namespace === (defaultNamespace ?? '')) return { text: local, declaration: '' }
    if (namespace === '') {
      if (isElement) throw new TypeError(`expected a namespace for ${local}, since there is a default one`)
      return { text: local, declaration: '' }
    }
    const declared = prefixes.get(namespace)
    if (declared !== undefined) return { text: `${declared}:${local}`, declaration: '' }
    const prefix = generatedPrefix(namespace)
    return { text: `${prefix}:${local}`, declaration: ` xmlns:${prefix}="${escapeAttribute(namespace)}"` }
  }

  function startTag(name: ClarkName, attributes: XmlAttributes | undefined): string {
    if (inStartTag) out += '>'
    inStartTag = false
    const { text, declaration } = qualify(name, true)
    out += `<${text}${rootDeclarations}${declaration}`
    rootDeclarations = ''
    if (attributes !== undefined) writeAttributes(attributes, declaration)
    return text
  }

  function writeAttributes(attributes: XmlAttributes, declaredHere: string): void {
    const declarations = new Set([declaredHere, ''])
    const entries = attributes instanceof Map ? attributes : Object.entries(attributes)
    for (const [name, value] of entries) {
      if (value === undefined) continue
      const { text, declaration } = qualify(name, false)
      if (!declarations.has(declaration)) {
        declarations.add(declaration)
        out += declaration
      }
      out += ` ${text}="${escapeAttribute(value)}"`
    }
  }

  function content(xml: string): void {
    if (inStartTag) {
      out += '>'
      inStartTag = false
    }
    out += xml
  }

  const writer: XmlWriter = {
    open(name, attributes) {
      stack.push(startTag(name, attributes))
      inStartTag = true
      return writer
    },
    close() {
      const name = stack.pop()
      if (name === undefined) throw new TypeError('expected an open element to close')
      out += inStartTag ? '/>' : `</${name}>`
      inStartTag = false
      return writer
    },
    text(value) {
      if (value !== '') content(escapeText(value))
      return writer
    },
    element(name, text = '', attributes) {
      const qualified = startTag(name, attributes)
      out += text === '' ? '/>' : `>${escapeText(text)}</${qualified}>`
      return writer
    },
    raw(xml) {
      if (xml !== '') content(xml)
      return writer
    },
    get pendingLength() {
      return out.length
    },
    take() {
      const taken = out
      out = ''
      return taken
    },
  }
  return writer
}
