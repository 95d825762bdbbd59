import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CalendarError } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  editCalendar,
  indexObject,
  normalizeCalendar,
  objectSlice,
  parseCalendar,
  splitCalendar,
  textProperty,
  toUtf8,
  validateObject,
} from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('./fixtures/icalendar/', import.meta.url))
const samples = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const read = (name: string) => toUtf8(readFileSync(root + name)).bytes

/** Content lines by the letter of RFC 5545 §3.1, made with regular expressions: a second opinion about the lexer. */
const contentLines = (bytes: Uint8Array) =>
  latin(bytes)
    .replace(/^\xef\xbb\xbf/, '')
    .replace(/(?:\r\n|\r|\n)+[ \t]/g, '')
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')

const all = (document: CalendarDocument): Component[] => {
  const walk = (component: Component): Component[] => [component, ...component.components.flatMap(walk)]
  return document.calendars.flatMap(walk)
}

describe('sample files of five projects', () => {
  it('are all there', () => {
    expect(samples.length).toBe(149)
  })

  it.each(samples)(
    '%s keeps every octet but the added or changed line when one property of each component is edited',
    (name) => {
      const document = parseCalendar(read(name))
      const seen = new Set<string>()
      for (const component of all(document)) {
        if (seen.has(component.name) || component.property('BEGIN')) continue
        const target = component.properties.find((property) => property.name !== 'VERSION')
        if (target === undefined) continue
        seen.add(component.name)
        const editor = editCalendar(document)
        editor.replace(target, textProperty(target.name, 'Изменено, once'))
        const patched = latin(editor.toBytes())
        const before = latin(document.bytes)
        expect(patched.slice(0, target.start)).toBe(before.slice(0, target.start))
        const tail = before.slice(target.end)
        expect(patched.slice(patched.length - tail.length)).toBe(tail)
        const line = Buffer.from(patched.slice(target.start, patched.length - tail.length), 'latin1').toString('utf8')
        expect(line).toMatch(new RegExp(`^(?:[\\w-]+\\.)?${target.name}:Изменено\\\\, once\r\n$`))
        const again = parseCalendar(editor.toBytes())
        expect(all(again).map(({ name, properties }) => [name, properties.length])).toEqual(
          all(document).map(({ name, properties }) => [name, properties.length]),
        )
      }
    },
  )

  it.each(samples)('%s has the same octets after an empty edit', (name) => {
    const document = parseCalendar(read(name))
    expect(latin(editCalendar(document).toBytes())).toBe(latin(document.bytes))
  })

  it.each(samples)(
    '%s keeps every content line when it is folded anew, none over 75 octets (RFC 5545 §3.1)',
    (name) => {
      const document = parseCalendar(read(name))
      const folded = normalizeCalendar(document)
      expect(contentLines(folded)).toEqual(contentLines(document.bytes))
      const text = latin(folded)
      expect(text.endsWith('\r\n')).toBe(true)
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
      expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(75)
    },
  )

  it.each(samples)('%s gives each line to a component or to a warning', (name) => {
    const document = parseCalendar(read(name))
    const warned = (code: string) => document.warnings.filter((warning) => warning.code === code).length
    const components = all(document)
    const properties = components.flatMap((component) => component.properties).length
    const delimiters = (components.length - warned('no-calendar')) * 2 - warned('missing-end') + warned('stray-end')
    const outside = warned('malformed-line') + warned('outside-calendar')
    expect(properties + delimiters + outside).toBe(contentLines(document.bytes).length)
  })

  it.each(samples)('%s splits into objects that can be stored, or are refused with a typed error', (name) => {
    const document = parseCalendar(read(name))
    let count = 0
    for (const { data, uid } of splitCalendar(document, () => `made-${++count}`)) {
      const object = parseCalendar(data)
      try {
        validateObject(object)
      } catch (error) {
        expect(CalendarError.is(error), String(error)).toBe(true)
        continue
      }
      const index = indexObject(object)
      expect(index.uid).toBe(uid)
      expect(index.firstStartMs).toBeLessThanOrEqual(index.lastEndMs)
      expect(contentLines(objectSlice(data).body).length).toBeGreaterThan(1)
    }
  })
})
