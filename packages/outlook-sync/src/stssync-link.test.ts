import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type StssyncLinkParts, stssyncLink, stssyncValue } from './stssync-link.ts'

const parts: StssyncLinkParts = {
  baseUrl: 'https://portal.example.com:443/outlook/4f9c/Ab-_9',
  listUrl: '/Lists/Master%20Calendar/',
  guid: 'b1678794-21cb-078a-4d01-2fa1b254b8d1',
  siteName: 'Ivan Ivanov',
  listName: 'R&D [team]',
}

/** MS-STSSYN 2.1. */
const grammar = /^stssync:\/\/sts\/\?(?:[A-Za-z-]+=(?:%[0-9A-F]{2}|[A-Za-z0-9()_/[\]|.-])*(?:&|$))+$/

/** A value as Outlook reads it: percent first, then bars and brackets. */
const read = (value: string): string => {
  const text = decodeURIComponent(value)
  return text.replace(/\|([&\\[\]|])|\[((?:[0-9A-F]{4})+)\]/g, (_all, barred?: string, units?: string) =>
    barred !== undefined
      ? barred
      : (units!.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join(''),
  )
}
const field = (link: string, name: string): string => new RegExp(`[?&]${name}=([^&]*)`).exec(link)?.[1] ?? ''

describe('a value of a stssync address', () => {
  it.each([
    ['Календарь', '[041A0430043B0435043D043404300440044C]'],
    ['Büro 1', 'B[00FC]ro%201'],
    ['R&D [team]', 'R|%26D%20|%5Bteam|%5D'],
    ['a|b', 'a|%7Cb'],
    ['C:\\x-y._', 'C%3A|%5Cx%2Dy%2E%5F'],
    ['📅', '[D83DDCC5]'],
    ['a\r\nb', 'a%20b'],
  ])('escapes %j in two layers (MS-STSSYN 2.2)', (text, expected) => {
    expect(stssyncValue(text)).toBe(expected)
  })

  it('gives any text back, and keeps to the grammar', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const value = stssyncValue(text)
        expect(value).toMatch(/^(?:%[0-9A-F]{2}|[A-Za-z0-9[\]|])*$/)
        expect(read(value)).toBe(text.replace(/[\x00-\x1f\x7f]+/g, ' '))
      }),
    )
  })
})

describe('a stssync link', () => {
  it('has the fields in SharePoint’s order, and a percent-encoded path is encoded once more', () => {
    const link = stssyncLink(parts)
    expect(link).toMatch(grammar)
    expect([...link.matchAll(/[?&]([a-z-]+)=/g)].map(([, name]) => name)).toEqual([
      ...['ver', 'type', 'cmd', 'base-url', 'list-url', 'guid', 'site-name', 'list-name'],
    ])
    expect(link.startsWith('stssync://sts/?ver=1.1&type=calendar&cmd=add-folder&base-url=https%3A%2F%2F')).toBe(true)
    expect(field(link, 'list-url')).toBe('%2FLists%2FMaster%2520Calendar%2F')
    expect(field(link, 'guid')).toBe('%7Bb1678794%2D21cb%2D078a%2D4d01%2D2fa1b254b8d1%7D')
    expect(read(field(link, 'base-url'))).toBe(parts.baseUrl)
    expect(read(field(link, 'list-name'))).toBe('R&D [team]')
    expect(stssyncLink({ ...parts, guid: `{${parts.guid}}` })).toBe(link)
    expect(read(field(stssyncLink({ ...parts, baseUrl: 'https://[::1]:8080/a' }), 'base-url'))).toBe(
      'https://[::1]:8080/a',
    )
  })

  it('shortens names and never addresses to stay within the length, whatever the names are', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constant('Отдел снабжения и логистики Северо-Западного округа'),
    )
    fc.assert(
      fc.property(name, name, (siteName, listName) => {
        const link = stssyncLink({ ...parts, siteName, listName })
        expect(link.length).toBeLessThanOrEqual(500)
        expect(link).toMatch(grammar)
        expect(read(field(link, 'base-url'))).toBe(parts.baseUrl)
        expect(read(field(link, 'list-name')).isWellFormed()).toBe(true)
      }),
    )
    const long = stssyncLink({
      ...parts,
      siteName: 'Анна Ветрова-Константинопольская',
      listName: 'Производственный календарь',
      maxLength: 480,
    })
    expect(read(field(long, 'site-name'))).toMatch(/^Анна Ветрова.*\.\.\.$/)
    expect(stssyncLink({ ...parts, siteName: ' ', listName: '' })).toContain('site-name=Calendar&list-name=Calendar')
  })

  it('is not made of what Outlook would refuse without a word', () => {
    const bad: Partial<StssyncLinkParts>[] = [
      ...[{ baseUrl: 'https://portal.example/' }, { baseUrl: '/outlook' }, { baseUrl: 'https://портал/x' }],
      ...[{ guid: 'b1678794' }, { guid: '{b1678794-21cb-078a-4d01-2fa1b254b8dg}' }],
      ...[{ listUrl: 'Lists/' }, { listUrl: '/Мой/' }, { version: '01.1' }, { version: '1.01' }, { version: '1' }],
    ]
    for (const part of bad) expect(() => stssyncLink({ ...parts, ...part }), JSON.stringify(part)).toThrow(TypeError)
    expect(stssyncLink({ ...parts, version: '1.0' })).toContain('?ver=1.0&')
  })
})
