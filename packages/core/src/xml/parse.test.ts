import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { XmlError, type XmlErrorCode } from './errors.ts'
import { parseXml } from './parse.ts'

function codeOf(input: string | Uint8Array): XmlErrorCode | 'accepted' {
  try {
    parseXml(input)
    return 'accepted'
  } catch (error) {
    if (XmlError.is(error)) return error.code
    throw error
  }
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(2 + text.length * 2)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0xfeff, littleEndian)
  for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), littleEndian)
  return bytes
}

describe('parseXml', () => {
  it('resolves prefixes and default namespaces to Clark names, also where a child rebinds them', () => {
    const root = parseXml(
      '<D:a xmlns:D="DAV:" xmlns="urn:x"><b p="1"/><D:c xmlns:D="urn:y" D:q="2"/><d xmlns=""/></D:a>',
    )
    expect(root.name).toBe('{DAV:}a')
    expect(root.elements.map((child) => child.name)).toEqual(['{urn:x}b', '{urn:y}c', 'd'])
    expect([...root.elements[0]!.attributes]).toEqual([['p', '1']])
    expect([...root.elements[1]!.attributes]).toEqual([['{urn:y}q', '2']])
  })

  it('keeps mixed content in order, merges CDATA into text and drops comments and processing instructions', () => {
    const root = parseXml('<a>one<!-- c --> two<b/><![CDATA[<three>]]>&amp;<?pi x?>four</a>')
    expect(root.children.map((child) => (typeof child === 'string' ? child : child.name))).toEqual([
      'one two',
      'b',
      '<three>&four',
    ])
    expect(root.text).toBe('one two<three>&four')
  })

  it('finds children by name', () => {
    const root = parseXml('<a xmlns="DAV:"><b>1</b><c/><b>2</b></a>')
    expect(root.child('{DAV:}b')?.text).toBe('1')
    expect(root.childrenNamed('{DAV:}b').map((child) => child.text)).toEqual(['1', '2'])
    expect(root.child('b')).toBeUndefined()
  })

  it('keeps xml:lang as an attribute and in scope of the children until xml:lang="" ends it', () => {
    const root = parseXml('<a xml:lang="ru"><b><c/></b><d xml:lang=""><e/></d></a>')
    expect(root.lang).toBe('ru')
    expect(root.child('b')?.child('c')?.lang).toBe('ru')
    expect(root.child('d')?.lang).toBeNull()
    expect(root.child('d')?.child('e')?.lang).toBeNull()
    expect(root.child('b')?.attributes.size).toBe(0)
  })

  it('decodes numeric references, and line ends by XML 1.0 §2.11', () => {
    expect(parseXml('<a>&#13;&#x41;&#128197;\r\n\r</a>').text).toBe('\rA📅\n\n')
  })

  it('reads UTF-8 with and without a byte order mark and UTF-16 with one', () => {
    const text = '<a>Совещание 📅</a>'
    const utf8 = new TextEncoder().encode(text)
    expect(parseXml(utf8).text).toBe('Совещание 📅')
    expect(parseXml(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8])).text).toBe('Совещание 📅')
    expect(parseXml(utf16(text, true)).text).toBe('Совещание 📅')
    expect(parseXml(utf16(`<?xml version="1.0" encoding="UTF-16"?>${text}`, false)).text).toBe('Совещание 📅')
    expect(parseXml(`\uFEFF<?xml version="1.0" encoding="koi8-r"?>${text}`).text).toBe('Совещание 📅')
  })

  it('treats names that JavaScript objects know as ordinary names', () => {
    const root = parseXml('<a xmlns:__proto__="u" constructor="1"><__proto__:toString/><hasOwnProperty/></a>')
    expect(root.elements.map((child) => child.name)).toEqual(['{u}toString', 'hasOwnProperty'])
    expect(root.attributes.get('constructor')).toBe('1')
  })

  it.each<[XmlErrorCode, string, string]>([
    ['malformed', 'mismatched tags', '<a><b></a></b>'],
    ['malformed', 'a truncated document', '<a><b>'],
    ['malformed', 'a document cut inside a tag', '<a><b x="1'],
    ['malformed', 'an empty document', ''],
    ['malformed', 'two roots', '<a/><b/>'],
    ['malformed', 'text after the root', '<a/>x'],
    ['malformed', 'a repeated attribute', '<a x="1" x="2"/>'],
    ['malformed', 'an attribute repeated through two prefixes', '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>'],
    ['malformed', 'an attribute without quotes', '<a x=1/>'],
    ['malformed', 'a control character', '<a>\u0001</a>'],
    ['malformed', 'a reference to a character that XML forbids', '<a>&#0;</a>'],
    ['malformed', 'a control character under XML 1.1', '<?xml version="1.1"?><a>&#1;</a>'],
    ['malformed', ']]> in text', '<a>]]></a>'],
    ['malformed', 'a lone surrogate', '<a>\uD800</a>'],
    ['malformed', 'a local name that starts with a digit', '<p:1 xmlns:p="u"/>'],
    ['malformed', 'a prefix that is undeclared again', '<a xmlns:p="u"><b xmlns:p=""/></a>'],
    ['unbound-prefix', 'an unbound element prefix', '<p:a/>'],
    ['unbound-prefix', 'an unbound attribute prefix', '<a p:b="1"/>'],
    ['unbound-prefix', 'a prefix bound only in a sibling', '<a><b xmlns:p="u"/><p:c/></a>'],
    ['unbound-prefix', 'a prefix named like a property of every object', '<toString:a/>'],
    ['undefined-entity', 'an undefined entity', '<a>&foo;</a>'],
    ['undefined-entity', 'an undefined entity in an attribute', '<a x="&nbsp;"/>'],
    ['undefined-entity', 'an entity named __proto__', '<a>&__proto__;</a>'],
    ['doctype', 'a DOCTYPE', '<!DOCTYPE a><a/>'],
    [
      'doctype',
      'a DOCTYPE behind a declaration, a comment and an instruction',
      '<?xml version="1.0"?>\n<!--<a/>--><?x <a?><!DOCTYPE a><a/>',
    ],
    ['malformed', 'a DOCTYPE inside the root', '<a><!DOCTYPE a></a>'],
    ['doctype', 'a DOCTYPE with entities', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['doctype', 'an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ])('refuses with %s: %s', (code, _what, text) => {
    expect(codeOf(text)).toBe(code)
  })

  it('refuses other encodings, broken UTF-8 and UTF-16 without a byte order mark', () => {
    const latin = new TextEncoder().encode('<?xml version="1.0" encoding="windows-1251"?><a/>')
    expect(codeOf(latin)).toBe('encoding')
    expect(codeOf(new Uint8Array([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toBe('encoding')
    expect(codeOf(utf16('<a/>', true).subarray(2))).toBe('encoding')
    expect(codeOf(utf16('<a/>', false).subarray(2))).toBe('encoding')
  })

  it('says on which line the fault lies', () => {
    expect(() => parseXml('<a>\n<b>\n</a>')).toThrow(expect.objectContaining({ line: 3 }))
  })

  it('refuses a document over each limit with limit-exceeded', () => {
    const refusal = expect.objectContaining({ code: 'limit-exceeded' })
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
    const attributes = (count: number) => `<a ${Array.from({ length: count }, (_, i) => `x${i}=""`).join(' ')}/>`
    expect(parseXml(nested(64)).name).toBe('a')
    expect(() => parseXml(nested(65))).toThrow(refusal)
    expect(parseXml('<a><b/></a>', { maxElements: 2 }).name).toBe('a')
    expect(() => parseXml('<a><b/><b/></a>', { maxElements: 2 })).toThrow(refusal)
    expect(parseXml(attributes(256)).attributes.size).toBe(256)
    expect(() => parseXml(attributes(257))).toThrow(refusal)
    expect(() => parseXml('<aaaa/>', { maxBytes: 6 })).toThrow(refusal)
    expect(parseXml('<aaaa/>', { maxBytes: 7 }).name).toBe('aaaa')
  })

  it('answers hostile documents of 5 MiB in linear time', () => {
    const size = 5 * 1024 * 1024
    const fill = (piece: string) => piece.repeat(Math.floor((size - 100) / piece.length))
    const hostile: [string, XmlErrorCode | 'accepted'][] = [
      [fill('<a>'), 'limit-exceeded'],
      [`<a>${fill('<b/>')}</a>`, 'limit-exceeded'],
      [`<a ${fill('x="" ')}/>`, 'limit-exceeded'],
      [`<!DOCTYPE a [${fill('<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">')}]><a/>`, 'doctype'],
      [`<a>${fill('&amp;')}</a>`, 'accepted'],
      [`<a>&${fill('x')};</a>`, 'undefined-entity'],
      [`<${fill('x')}/>`, 'accepted'],
      [`<a>${fill('x<![CDATA[]]>')}</a>`, 'accepted'],
      [`<a><!--${fill('-x')}--></a>`, 'accepted'],
    ]
    for (const [text, expected] of hostile) {
      const start = performance.now()
      expect(codeOf(text)).toBe(expected)
      // Half a second on a free machine; a quadratic reader needs minutes.
      expect(performance.now() - start).toBeLessThan(5000)
    }
  })

  it('gives an element or an XmlError for any bytes and any markup soup', () => {
    const soup = fc
      .array(
        fc.constantFrom(
          '<',
          '>',
          '/',
          '&',
          ';',
          'a',
          'p:',
          ' ',
          '=',
          '"',
          'xmlns',
          '<!',
          '[CDATA[',
          ']]>',
          '--',
          '<?',
          '?>',
          '#x',
          '1',
        ),
      )
      .map((pieces) => pieces.join(''))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void codeOf(bytes)))
    fc.assert(
      fc.property(soup, (text) => void codeOf(text)),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(soup, (text) => void codeOf(`<a xmlns:p="u">${text}</a>`)),
      { numRuns: 2000 },
    )
  })
})
