import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clark, splitClark } from './clark.ts'
import { createXmlElement, type XmlElement } from './element.ts'
import { parseXml } from './parse.ts'
import { serializeElement } from './serialize.ts'
import { createXmlWriter } from './writer.ts'

const dav = (local: string) => clark('DAV:', local)
const davWriter = () => createXmlWriter({ namespaces: { d: 'DAV:' }, declaration: false })

/** Name, attributes and children as plain data, so that trees compare whatever their prefixes are. */
function toComparable(element: XmlElement): unknown {
  return {
    name: element.name,
    attributes: Object.fromEntries([...element.attributes].sort()),
    children: element.children.map((child) => (typeof child === 'string' ? child : toComparable(child))),
  }
}

describe('clark and splitClark', () => {
  it('are each other’s inverse, also for a namespace that holds braces', () => {
    for (const namespace of ['', 'DAV:', 'urn:{odd}']) {
      expect(splitClark(clark(namespace, 'prop'))).toEqual({ namespace, local: 'prop' })
    }
  })
})

describe('createXmlWriter', () => {
  it('declares the namespaces on the root and writes their prefixes', () => {
    const writer = createXmlWriter({ namespaces: { d: 'DAV:', c: 'urn:ietf:params:xml:ns:caldav' } })
    writer
      .open(dav('multistatus'))
      .element(dav('href'), '/a/')
      .element('{urn:ietf:params:xml:ns:caldav}comp', '', { name: 'VEVENT' })
    expect(writer.close().take()).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\n' +
        '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:href>/a/</d:href><c:comp name="VEVENT"/></d:multistatus>',
    )
  })

  it('drains what is written so far, in pieces that join to the same document', () => {
    const writer = davWriter()
    const pieces = [writer.open(dav('a')).take(), writer.text('x').take(), writer.open(dav('b')).take()]
    expect(writer.pendingLength).toBe(0)
    pieces.push(writer.close().close().take())
    expect(pieces.join('')).toBe('<d:a xmlns:d="DAV:">x<d:b/></d:a>')
  })

  it('declares a namespace that it was not given where it is used, once for element and attributes', () => {
    const writer = davWriter()
    writer.open(dav('prop')).element('{urn:x}color', 'red', { '{urn:x}a': '1', '{urn:y}b': '2' }).close()
    expect(writer.take()).toBe(
      '<d:prop xmlns:d="DAV:"><ns1:color xmlns:ns1="urn:x" ns1:a="1" xmlns:ns2="urn:y" ns2:b="2">red</ns1:color></d:prop>',
    )
  })

  it('never generates a prefix that the caller has taken', () => {
    const writer = createXmlWriter({ namespaces: { ns1: 'urn:a' }, declaration: false })
    expect(writer.open('{urn:a}a').element('{urn:b}b').close().take()).toBe(
      '<ns1:a xmlns:ns1="urn:a"><ns2:b xmlns:ns2="urn:b"/></ns1:a>',
    )
  })

  it('writes a default namespace without prefixes, but gives its attributes one', () => {
    const writer = createXmlWriter({ namespaces: { '': 'urn:soap' }, declaration: false })
    const root = parseXml(writer.open('{urn:soap}Envelope', { '{urn:soap}must': '1', plain: '2' }).close().take())
    expect(root.name).toBe('{urn:soap}Envelope')
    expect(root.prefix).toBe('')
    expect([...root.attributes]).toEqual([
      ['{urn:soap}must', '1'],
      ['plain', '2'],
    ])
    expect(() => writer.open('bare')).toThrow(TypeError)
  })

  it('escapes text and attributes, keeps CR, tabs and line ends, and drops what XML 1.0 forbids', () => {
    const writer = davWriter()
    writer.open(dav('a'), { x: '<"&\'>\t\n\r\u0000' }).text('a<b>&"\r\n\u0000\u000B\uFFFE\uD800x📅]]>').close()
    const text = writer.take()
    expect(text).toBe(
      '<d:a xmlns:d="DAV:" x="&lt;&quot;&amp;\'&gt;&#9;&#10;&#13;">a&lt;b&gt;&amp;"&#13;\nx📅]]&gt;</d:a>',
    )
    expect(parseXml(text).text).toBe('a<b>&"\r\nx📅]]>')
    expect(parseXml(text).attributes.get('x')).toBe('<"&\'>\t\n\r')
  })

  it('leaves out attributes that are undefined', () => {
    expect(davWriter().element(dav('a'), 'x', { b: undefined }).take()).toBe('<d:a xmlns:d="DAV:">x</d:a>')
  })

  it('refuses names and prefixes that would become markup', () => {
    expect(() => davWriter().open('{DAV:}a b="1"')).toThrow(TypeError)
    expect(() => davWriter().open('')).toThrow(TypeError)
    expect(() => davWriter().open(dav('a'), { 'x><y': '1' })).toThrow(TypeError)
    expect(() => createXmlWriter({ namespaces: { 'a b': 'u' } })).toThrow(TypeError)
    expect(() => createXmlWriter({ namespaces: { xmlns: 'u' } })).toThrow(TypeError)
    expect(() => davWriter().close()).toThrow(TypeError)
  })
})

describe('serializeElement', () => {
  it('stands on its own: declares inherited namespaces and writes the inherited xml:lang (RFC 4918 §4.3)', () => {
    const property = parseXml('<p xmlns:Q="urn:q" xmlns="urn:d" xml:lang="ru"><Q:x a="1" Q:b="2">да<y/>!</Q:x></p>')
      .elements[0]!
    const text = serializeElement(property)
    const again = parseXml(text)
    expect(toComparable(again.child('{urn:d}y')!)).toEqual({ name: '{urn:d}y', attributes: {}, children: [] })
    expect(again.lang).toBe('ru')
    expect(again.children).toHaveLength(3)
    expect(text.startsWith('<Q:x ')).toBe(true)
  })

  it('keeps elements in no namespace so when it is inserted below a default namespace', () => {
    const text = serializeElement(parseXml('<x:a xmlns:x="urn:x"><b/></x:a>'))
    expect(parseXml(`<r xmlns="DAV:">${text}</r>`).elements[0]?.elements[0]?.name).toBe('b')
  })

  it('keeps two namespaces apart that used the same prefix', () => {
    const root = parseXml('<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2" p:c=""/></p:a>')
    expect(toComparable(parseXml(serializeElement(root)))).toEqual(toComparable(root))
  })

  it('gives back every tree: names, attributes, text and order', () => {
    const local = fc.constantFrom('a', 'b', 'имя', '_x', 'x-1', '__proto__')
    const name = fc.tuple(fc.constantFrom('', 'DAV:', 'urn:x', 'urn:&"<'), local).map(([n, l]) => clark(n, l))
    const prefix = fc.constantFrom('', 'd', 'p', 'ns1', 'xmlish')
    const text = fc
      .string({ unit: 'binary', minLength: 1 })
      .map((value) => value.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ''))
      .filter((value) => value !== '')
    const { element } = fc.letrec<{ element: XmlElement; node: XmlElement | string }>((tie) => ({
      node: fc.oneof({ depthSize: 'small' }, text, tie('element')),
      element: fc
        .tuple(name, prefix, fc.dictionary(name, text, { maxKeys: 3 }), fc.array(tie('node'), { maxLength: 4 }))
        .map(([elementName, elementPrefix, attributes, children]) =>
          createXmlElement(elementName, {
            prefix: elementPrefix,
            attributes: new Map(Object.entries(attributes)),
            children: mergeText(children),
          }),
        ),
    }))
    fc.assert(
      fc.property(element, (tree) => {
        expect(toComparable(parseXml(serializeElement(tree)))).toEqual(toComparable(tree))
      }),
      { numRuns: 500 },
    )
  })
})

function mergeText(children: readonly (XmlElement | string)[]): (XmlElement | string)[] {
  const merged: (XmlElement | string)[] = []
  for (const child of children) {
    const last = merged.at(-1)
    if (typeof child === 'string' && typeof last === 'string') merged[merged.length - 1] = last + child
    else merged.push(child)
  }
  return merged
}
