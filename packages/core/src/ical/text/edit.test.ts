import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBytes } from './bytes.ts'
import { rawProperty, textProperty } from './drafts.ts'
import { draftOf, editCalendar } from './edit.ts'
import type { ComponentDraft } from './model.ts'
import { parseCalendar } from './parse.ts'

/** Odd on purpose: three line ends, a needless fold, a malformed line, a group, and no line end behind the last. */
const stored =
  'BEGIN:VCALENDAR\nVERSION:2.0\r\nBEGIN:VEVENT\rUID:1\nDESCR\n\tIPTION;X-A="b,c";LANGUAGE=ru:тек\r\n ст\r\nATTENDEE:mailto:a\nodd line\nATTENDEE:mailto:b\nitem1.SUMMARY:old\nBEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM\nX-LAST:1\nEND:VEVENT\nEND:VCALENDAR'
const open = (text = stored) => {
  const document = parseCalendar(toBytes(text))
  const [event] = document.calendars[0]!.components
  return { document, event: event!, calendar: document.calendars[0]!, editor: editCalendar(document) }
}
const textOf = (editor: { toBytes(): Uint8Array }) => new TextDecoder().decode(editor.toBytes())
const alarm: ComponentDraft = { name: 'VALARM', properties: [{ name: 'ACTION', value: 'AUDIO' }] }

describe('editing a calendar', () => {
  it('without changes gives the same octets', () => {
    expect(textOf(open().editor)).toBe(stored)
  })

  it('set rewrites only the lines of that property, and keeps its group', () => {
    const { editor, event } = open()
    editor.set(event, textProperty('SUMMARY', 'new'))
    expect(textOf(editor)).toBe(stored.replace('item1.SUMMARY:old\n', 'item1.SUMMARY:new\r\n'))
    editor.set(event, textProperty('summary', 'newer'))
    expect(textOf(editor)).toBe(stored.replace('item1.SUMMARY:old\n', 'item1.summary:newer\r\n'))
  })

  it('set adds an absent property behind the last one before the first child, once', () => {
    const { editor, event } = open()
    editor.set(event, textProperty('LOCATION', 'here'))
    editor.set(event, textProperty('LOCATION', 'there'))
    expect(textOf(editor)).toBe(stored.replace('SUMMARY:old\n', 'SUMMARY:old\nLOCATION:there\r\n'))
  })

  it('set leaves exactly one of several; setAll gives exactly these', () => {
    const one = open()
    one.editor.set(one.event, rawProperty('ATTENDEE', 'mailto:c'))
    expect(textOf(one.editor)).toBe(
      stored.replace('ATTENDEE:mailto:a\n', 'ATTENDEE:mailto:c\r\n').replace('ATTENDEE:mailto:b\n', ''),
    )
    const three = open()
    three.editor.setAll(
      three.event,
      'ATTENDEE',
      ['a', 'x', 'y'].map((who) => rawProperty('ATTENDEE', `mailto:${who}`)),
    )
    expect(textOf(three.editor)).toBe(
      stored
        .replace('ATTENDEE:mailto:b\n', 'ATTENDEE:mailto:x\r\n')
        .replace('SUMMARY:old\n', 'SUMMARY:old\nATTENDEE:mailto:y\r\n'),
    )
  })

  it('keeps the bytes of a line that says the same already, folds and all', () => {
    const { editor, event } = open()
    editor.set(event, draftOf(event.property('DESCRIPTION')!))
    editor.replace(event.property('SUMMARY')!, draftOf(event.property('SUMMARY')!))
    expect(textOf(editor)).toBe(stored)
  })

  it('draftOf keeps parameters, so that only the value changes', () => {
    const { editor, event } = open()
    editor.replace(event.property('DESCRIPTION')!, { ...draftOf(event.property('DESCRIPTION')!), value: 'new' })
    expect(textOf(editor)).toContain('\nDESCRIPTION;X-A="b,c";LANGUAGE=ru:new\r\nATTENDEE')
  })

  it('remove and removeNamed take only those lines', () => {
    const { editor, event } = open()
    editor.remove(event.propertiesNamed('ATTENDEE')[1]!)
    expect(textOf(editor)).toBe(stored.replace('ATTENDEE:mailto:b\n', ''))
    editor.removeNamed(event, 'ATTENDEE')
    expect(textOf(editor)).toBe(stored.replace(/ATTENDEE:mailto:.\n/g, ''))
  })

  it('adds, replaces and removes components; a time zone goes before the first child', () => {
    const added = open()
    added.editor.addComponent(added.event, alarm)
    added.editor.addComponent(added.calendar, { name: 'VTIMEZONE', properties: [{ name: 'TZID', value: 'X' }] })
    const lines = 'BEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\n'
    expect(textOf(added.editor)).toBe(
      stored
        .replace('END:VEVENT\n', `${lines}END:VEVENT\n`)
        .replace('BEGIN:VEVENT\r', 'BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r'),
    )
    const changed = open()
    changed.editor.replaceComponent(changed.event.components[0]!, toBytes('BEGIN:VALARM\nX-B:1\nEND:VALARM'))
    expect(textOf(changed.editor)).toContain('SUMMARY:old\nBEGIN:VALARM\nX-B:1\nEND:VALARM\r\nX-LAST')
    const removed = open()
    removed.editor.set(removed.event.components[0]!, textProperty('DESCRIPTION', 'lost with its component'))
    removed.editor.removeComponent(removed.event.components[0]!)
    removed.editor.add(removed.event, textProperty('COMMENT', 'kept'))
    expect(textOf(removed.editor)).toBe(
      stored.replace('BEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM\n', 'COMMENT:kept\r\n'),
    )
  })

  it('starts a new line where the stored text ends without a line end', () => {
    const { editor, event } = open('BEGIN:VEVENT\nUID:1')
    editor.set(event, textProperty('SUMMARY', 'a'))
    expect(textOf(editor)).toBe('BEGIN:VEVENT\nUID:1\r\nSUMMARY:a\r\n')
  })

  it('refuses parts of another document, bytes that are not one component, and properties of a calendar without lines', () => {
    const { editor, event } = open()
    const other = open()
    expect(() => editor.set(other.event, textProperty('SUMMARY', 'x'))).toThrow(TypeError)
    expect(() => editor.remove(other.event.properties[0]!)).toThrow(TypeError)
    for (const bad of [
      'BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT\r\n',
      'BEGIN:VALARM\r\n',
      'X:1\r\nBEGIN:VALARM\r\nEND:VALARM\r\n',
      stored,
    ]) {
      expect(() => editor.addComponent(event, toBytes(bad))).toThrow(TypeError)
    }
    expect(() => editor.setAll(event, 'SUMMARY', [textProperty('LOCATION', 'x')])).toThrow(TypeError)
    const bare = open('BEGIN:VEVENT\r\nEND:VEVENT\r\n')
    expect(() => bare.editor.set(bare.calendar, textProperty('METHOD', 'x'))).toThrow(TypeError)
    expect(textOf(editor)).toBe(stored)
  })

  it('gives the same text as doing it by hand, for any list of changes', () => {
    const lines = ['A:1', 'B:2', 'C:3', 'A:4']
    const change = fc.record({ at: fc.nat(3), to: fc.option(fc.constantFrom('x', 'y\r\nEND:VEVENT', 'z'.repeat(200))) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const { editor, event } = open(`BEGIN:VEVENT\n${lines.join('\n')}\nEND:VEVENT\n`)
        const expected = [...lines]
        for (const { at, to } of changes) {
          const property = event.properties[at]!
          if (to === null) editor.remove(property)
          else editor.replace(property, rawProperty(property.name, to))
          expected[at] = to === null ? '' : `${property.name}:${to.replace(/[\r\n]/g, '')}`
        }
        const [again] = parseCalendar(editor.toBytes()).calendars[0]!.components
        expect(again!.properties.map(({ name, value }) => `${name}:${value}`)).toEqual(
          expected.filter((line) => line !== ''),
        )
      }),
    )
  })

  it('puts no blank line between a byte order mark and the line behind it', () => {
    const document = parseCalendar(toBytes('BEGIN:VCALENDAR\n\ufeffSUMMARY:a\nEND:VCALENDAR'))
    const editor = editCalendar(document)
    editor.set(document.calendars[0]!, textProperty('SUMMARY', 'b'))
    expect(Buffer.from(editor.toBytes()).toString()).toBe('BEGIN:VCALENDAR\n\ufeffSUMMARY:b\r\nEND:VCALENDAR')
  })
})
