import { readFileSync } from 'node:fs'
import { defaultCalDavLimits } from '@dayport/caldav-protocol'
import {
  defaultObjectLimits,
  expansionLimits,
  importLimits,
  maxSplitBytes,
  ruleLimits,
  zoneLimits,
} from '@dayport/core'
import { defaultXmlLimits } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'

/** The rows of the table in SECURITY.md, under the part that a bold row opens. */
const documented = (): ReadonlyMap<string, Readonly<Record<string, number>>> => {
  const parts = new Map<string, Record<string, number>>()
  let part: Record<string, number> = {}
  for (const line of readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8').split('\n')) {
    const heading = /^\| \*\*(.+)\*\* \|/.exec(line)?.[1]
    const row = /^\| `(\w+)` \| (\d+) \|/.exec(line)
    if (heading !== undefined) {
      part = {}
      parts.set(heading, part)
    } else if (row !== null) part[row[1]!] = Number(row[2])
  }
  return parts
}

describe('the table of limits in SECURITY.md', () => {
  const { maxBytes, maxLines, maxComponents, ...ofEachObject } = importLimits

  it.each([
    ['one object', defaultObjectLimits],
    ['a file to be imported', { maxBytes, maxLines, maxComponents }],
    ['a rule', ruleLimits],
    ['expanding a series', expansionLimits],
    ['time zones of their own', zoneLimits],
    ['an XML document', defaultXmlLimits],
    ['a CalDAV request', defaultCalDavLimits],
  ])('has every limit of %s with its default, and no other', (part, limits) => {
    expect(documented().get(part)).toEqual(limits)
  })

  it('says what else holds of an import', () => {
    expect(defaultObjectLimits).toMatchObject(ofEachObject)
    expect(maxSplitBytes(1024)).toBe(64 * 1024 * 1024 + 32 * 1024)
  })
})
