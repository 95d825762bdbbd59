import {
  type Component,
  editCalendar,
  masterComponent,
  overrideComponents,
  parseCalendar,
  rawProperty,
  readText,
  textProperty,
} from '@dayport/core/ical'

/** What a program that edits iCalendar text does to an object: the whole event or one of its overrides. */
export type ObjectEdit =
  | { readonly kind: 'text'; readonly name: 'SUMMARY' | 'LOCATION'; readonly value: string; readonly component: number }
  | { readonly kind: 'times'; readonly start: string; readonly end: string }
  | { readonly kind: 'rule'; readonly rule: string }
  | { readonly kind: 'exdate'; readonly line: string }
  | { readonly kind: 'override'; readonly lines: readonly string[] }

const componentsOf = (data: Uint8Array): Component[] => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  return [...(master === null ? [] : [master]), ...overrideComponents(document)]
}

/** Texts of an object by component and property, as far as people type them. */
export const textsOf = (data: Uint8Array): Map<string, string> => {
  const texts = new Map<string, string>()
  for (const component of componentsOf(data)) {
    const id = component.property('RECURRENCE-ID')?.value ?? 'master'
    for (const name of ['SUMMARY', 'LOCATION', 'DESCRIPTION']) {
      const property = component.property(name)
      if (property !== undefined) texts.set(`${id} ${name}`, readText(property))
    }
  }
  return texts
}

/** `null` when the edit does not fit the object. */
export const editedObject = (data: Uint8Array, edit: ObjectEdit): Uint8Array | null => {
  const document = parseCalendar(data)
  const editor = editCalendar(document)
  const master = masterComponent(document)
  if (edit.kind === 'text') {
    const all = [...(master === null ? [] : [master]), ...overrideComponents(document)]
    editor.set(all[edit.component % all.length]!, textProperty(edit.name, edit.value))
    return editor.toBytes()
  }
  if (master === null) return null
  const isSeries = master.property('RRULE') !== undefined
  switch (edit.kind) {
    case 'times':
      if (isSeries) return null
      editor.set(master, rawProperty('DTSTART', edit.start))
      editor.removeNamed(master, 'DURATION')
      editor.set(master, rawProperty('DTEND', edit.end))
      return editor.toBytes()
    case 'rule':
      if (!isSeries) return null
      editor.set(master, rawProperty('RRULE', edit.rule))
      return editor.toBytes()
    case 'exdate':
      if (!isSeries) return null
      editor.add(master, rawProperty('EXDATE', edit.line, { TZID: 'Europe/Berlin' }))
      return editor.toBytes()
    case 'override': {
      if (!isSeries) return null
      const uid = master.property('UID')?.value ?? ''
      const id = edit.lines.find((line) => line.startsWith('RECURRENCE-ID'))?.split(':')[1]
      if (overrideComponents(document).some((own) => own.property('RECURRENCE-ID')?.value === id)) return null
      const lines = ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...edit.lines, 'END:VEVENT', '']
      editor.addComponent(document.calendars[0]!, new TextEncoder().encode(lines.join('\r\n')))
      return editor.toBytes()
    }
  }
}
