import { defaultXmlLimits, parseXml, serializeElement, XmlError } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { allowedMs, cheapestMs, outcomeOf } from './cost.ts'
import { times } from './ics.ts'

const entities = times(30, (i) => `<!ENTITY e${i + 1} "&e${i};&e${i};&e${i};">`).join('')

/** Name, document, and the code of its refusal, or `read`. */
const documents: readonly (readonly [string, () => string | Uint8Array, string])[] = [
  ['a bomb of entities', () => `<!DOCTYPE x [<!ENTITY e0 "ha">${entities}]><x>&e30;</x>`, 'doctype'],
  ['a DOCTYPE behind 5 MB of comments', () => `${'<!-- -->'.repeat(600_000)}<!DOCTYPE x><x/>`, 'doctype'],
  ['an external entity', () => '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', 'doctype'],
  ['an undefined entity', () => '<x>&nbsp;</x>', 'undefined-entity'],
  ['100 000 levels', () => `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`, 'limit-exceeded'],
  ['a million elements', () => `<x>${'<a/>'.repeat(1_000_000)}</x>`, 'limit-exceeded'],
  ['190 000 elements', () => `<x>${'<a/>'.repeat(190_000)}</x>`, 'read'],
  ['a million attributes', () => `<x ${times(1_000_000, (i) => `a${i}=""`).join(' ')}/>`, 'limit-exceeded'],
  ['a million namespaces', () => `<x ${times(300_000, (i) => `xmlns:a${i}="u:${i}"`).join(' ')}/>`, 'limit-exceeded'],
  [
    'namespaces on each of 60 levels',
    () =>
      `${times(60, (i) => `<x ${times(250, (j) => `xmlns:p${j}="u:${i}:${j}"`).join(' ')}>`).join('')}${'<p9:y/>'.repeat(50_000)}${'</x>'.repeat(60)}`,
    'read',
  ],
  ['100 000 names of elements', () => `<x>${times(100_000, (i) => `<a${i}/>`).join('')}</x>`, 'read'],
  ['a name of 5 MB', () => `<${'a'.repeat(5_000_000)}/>`, 'read'],
  ['an attribute of 9 MB', () => `<x a="${'a'.repeat(9_000_000)}"/>`, 'read'],
  ['9 MB of text', () => `<x>${'a'.repeat(9_000_000)}</x>`, 'read'],
  ['a million character references', () => `<x>${'&#65;'.repeat(1_000_000)}</x>`, 'read'],
  ['a reference to a control', () => '<x>&#1;</x>', 'malformed'],
  ['a million CDATA sections', () => `<x>${'<![CDATA[]]>'.repeat(700_000)}</x>`, 'read'],
  ['9 MB of ]', () => `<x>${']'.repeat(9_000_000)}</x>`, 'read'],
  ['9 MB of <', () => '<'.repeat(9_000_000), 'malformed'],
  ['an open comment', () => `<x><!--${'-'.repeat(1_000_000)}`, 'malformed'],
  ['an open CDATA section', () => `<x><![CDATA[${']'.repeat(1_000_000)}`, 'malformed'],
  ['a truncated tag', () => '<x><y', 'malformed'],
  ['mismatched tags', () => '<x></y>', 'malformed'],
  ['an unbound prefix', () => '<x:y/>', 'unbound-prefix'],
  ['names of the prototype', () => '<__proto__ constructor="1" toString="2"><hasOwnProperty/></__proto__>', 'read'],
  ['NUL bytes', () => '<x>\0</x>', 'malformed'],
  ['a lone surrogate', () => Uint8Array.of(0x3c, 0x78, 0x3e, 0xed, 0xa0, 0x80, 0x3c, 0x2f, 0x78, 0x3e), 'encoding'],
  ['UTF-16 without its mark', () => Buffer.from('<x/>', 'utf16le'), 'encoding'],
  ['UTF-32', () => Uint8Array.of(0, 0, 0, 0x3c), 'encoding'],
  ['a gzip file', () => Uint8Array.of(0x1f, 0x8b, 8, 0), 'encoding'],
  ['more than 10 MB', () => ' '.repeat(defaultXmlLimits.maxBytes + 1), 'limit-exceeded'],
]

describe('parseXml', () => {
  it.each(documents)('answers %s within 5 ms and 1 ms for each kB', { timeout: 60_000 }, async (_, make, expected) => {
    const document = make()
    const work = () => {
      serializeElement(parseXml(document))
      return 'read'
    }
    expect(await outcomeOf(work, XmlError.is)).toBe(expected)
    const cost = await cheapestMs(() => outcomeOf(work, XmlError.is), 3)
    // Reading and writing 100 000 elements takes half of it; anything quadratic takes a hundred times.
    expect(cost).toBeLessThan(allowedMs(document.length, { perKb: 1 }))
  })

  it('says which limit, and what it allows', () => {
    const deep = `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`
    const details = { limit: 'maxDepth', allowed: 64 }
    expect(() => parseXml(deep)).toThrow(expect.objectContaining({ code: 'limit-exceeded', details }))
  })
})
