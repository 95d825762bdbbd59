import {
  durationValue,
  parseCalendar,
  parseDuration,
  parsePeriod,
  parseTime,
  parseVtimezone,
  periodValue,
  rawProperty,
  serializeCalendar,
  textProperty,
  textValue,
  timeValue,
  unescapeText,
  vtimezoneText,
} from '@dayport/core/ical'
import { createXmlWriter, parseXml, serializeElement, type XmlElement, XmlError } from '@dayport/core/xml'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzz, fuzzTimeout } from './budget.ts'
import { damaged } from './corpus.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'\\;,:"^n\r\n\t\0 ыé👨‍👩‍👧=\u0085\u2028') }),
)

describe('values', () => {
  it('come back from the line that they were written on, and never make a second one', {
    timeout: fuzzTimeout(0.05),
  }, async () => {
    await fuzz(0.05, fc.tuple(anyText, anyText), ([text, parameter]) => {
      const property = { ...textProperty('SUMMARY', text), params: { 'X-P': parameter } }
      const calendar = serializeCalendar({ name: 'VCALENDAR', properties: [property, rawProperty('X-RAW', text)] })
      const [root] = parseCalendar(calendar).calendars
      expect(root?.properties).toHaveLength(2)
      const lines = Buffer.from(calendar).toString('latin1').split('\r\n')
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(75)
      expect(unescapeText(root?.property('SUMMARY')?.value ?? '')).toBe(unescapeText(textValue(text)).toWellFormed())
    })
  })

  it('are times, durations and periods, or nothing, and come back', { timeout: fuzzTimeout(0.02) }, async () => {
    const seeds = [
      '20260329T023000Z',
      '20260329',
      '2026-03-29T02:30',
      '20261231T240000',
      'P1DT2H3M',
      '-P2W',
      '20260101T000000Z/PT1H',
      '00010101T000000/99991231T235960',
    ]
    await fuzz(0.02, damaged(seeds), (text) => {
      const time = parseTime(text)
      if (time !== null) expect(parseTime(timeValue(time))).toEqual(time)
      const duration = parseDuration(text)
      if (duration !== null) expect(parseDuration(durationValue(duration))).toEqual(duration)
      const period = parsePeriod(text)
      if (period !== null) expect(parsePeriod(periodValue(period))).toEqual(period)
    })
  })

  it('are time zones or nothing, whose offsets are sane and whose instants come back', {
    timeout: fuzzTimeout(0.03),
  }, async () => {
    const span = { fromMs: Date.UTC(2020, 0, 1), toMs: Date.UTC(2030, 0, 1) }
    const seeds = [
      'Europe/Berlin',
      'Africa/Casablanca',
      'America/Sao_Paulo',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    ].map((tzid) => vtimezoneText(tzid, span))
    await fuzz(0.03, fc.tuple(damaged(seeds), fc.integer({ min: -1e14, max: 1e14 })), ([text, ms]) => {
      const zone = parseVtimezone(text)
      if (zone === null) return
      expect(Math.abs(zone.offsetAt(ms))).toBeLessThan(86_400)
      expect(zone.toLocal(ms)).toBe(ms + zone.offsetAt(ms) * 1000)
      const back = zone.toInstant(zone.toLocal(ms))
      expect(Math.abs(back - ms)).toBeLessThanOrEqual(2 * 86_400_000)
    })
  })
})

/** An element without the prefixes that its sender chose. */
const tree = ({ name, attributes, children, lang }: XmlElement): unknown => [
  ...[name, [...attributes].sort(), lang],
  ...children.map((child) => (typeof child === 'string' ? child : tree(child))),
]

describe('XML', () => {
  const seeds = [
    '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><x:y xmlns:x="u:x" a="&#65;&lt;"/></D:prop></D:propfind>',
    '<?xml version="1.0" encoding="UTF-8"?><a xmlns="u:a" xml:lang="ru"><![CDATA[<>]]><!-- c --><b xmlns=""/>т&amp;</a>',
    '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>',
  ]

  it('is read or refused, and reads the same when it is written anew', { timeout: fuzzTimeout(0.03) }, async () => {
    await fuzz(0.03, damaged(seeds), (text) => {
      let root: ReturnType<typeof parseXml>
      try {
        root = parseXml(text)
      } catch (error) {
        expect(XmlError.is(error), String(error)).toBe(true)
        return
      }
      expect(tree(parseXml(serializeElement(root)))).toEqual(tree(root))
    })
  })

  it('carries any text as text, but for what XML cannot carry', { timeout: fuzzTimeout(0.02) }, async () => {
    await fuzz(0.02, fc.tuple(anyText, anyText), ([text, value]) => {
      const xml = createXmlWriter({ namespaces: {} }).element('a', text, { b: value }).take()
      const root = parseXml(xml)
      const carried = (given: string) =>
        given.toWellFormed().replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '')
      expect(root.elements).toEqual([])
      expect(root.text.replaceAll('\ufffd', '')).toBe(carried(text).replaceAll('\ufffd', ''))
      expect(root.attributes.get('b')?.replaceAll('\ufffd', '')).toBe(carried(value).replaceAll('\ufffd', ''))
    })
  })
})
