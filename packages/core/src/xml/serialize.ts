import { splitClark } from './clark.ts'
import { type XmlElement, xmlLang, xmlNamespace } from './element.ts'
import { createXmlWriter, type XmlWriter } from './writer.ts'

/**
 * Writes an element so that it stands on its own: every namespace is declared on it, and a language that it inherited is
 * written as its `xml:lang`. Names, attributes, text and order are kept as RFC 4918 §4.3 demands of dead properties; prefixes
 * are kept where two namespaces do not claim the same one. No XML declaration.
 */
export function serializeElement(element: XmlElement): string {
  const writer = createXmlWriter({ namespaces: collectNamespaces(element), declaration: false })
  const inherited = element.lang !== null && !element.attributes.has(xmlLang)
  const attributes = inherited ? new Map([...element.attributes, [xmlLang, element.lang]]) : element.attributes
  writer.open(element.name, attributes)
  writeChildren(writer, element)
  return writer.close().take()
}

function writeChildren(writer: XmlWriter, element: XmlElement): void {
  for (const child of element.children) {
    if (typeof child === 'string') {
      writer.text(child)
      continue
    }
    writer.open(child.name, child.attributes)
    writeChildren(writer, child)
    writer.close()
  }
}

/** Prefix → namespace for the whole tree; generated prefixes are left to the writer when the wished one is taken or unfit. */
function collectNamespaces(root: XmlElement): Record<string, string> {
  const byPrefix = new Map<string, string>()
  const known = new Set([xmlNamespace])
  const waiting: XmlElement[] = [root]
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    const { namespace } = splitClark(element.name)
    // Elements in no namespace stay so wherever the text is inserted, also below somebody's default namespace.
    if (namespace === '') byPrefix.set('', '')
    else if (!known.has(namespace) && element.prefix !== '' && !byPrefix.has(element.prefix)) {
      known.add(namespace)
      byPrefix.set(element.prefix, namespace)
    }
    for (let i = element.children.length - 1; i >= 0; i--) {
      const child = element.children[i]!
      if (typeof child !== 'string') waiting.push(child)
    }
  }
  return Object.fromEntries(byPrefix)
}
