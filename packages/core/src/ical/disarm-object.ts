import { repairAddresses } from './repair/addresses.ts'
import { forbiddenActions } from './repair/alarms.ts'
import type { Edit } from './repair/plan.ts'
import { editCalendar } from './text/edit.ts'
import type { Component } from './text/model.ts'
import { parseCalendar } from './text/parse.ts'

export interface DisarmOptions {
  /** Whether reminders stay that show something or play a sound. Default false: a stranger does not decide when we are woken. */
  readonly alarms?: boolean
}

/**
 * An object of a stranger's without what acts on its reader: reminders, above all those that mail or start programs (ACTION:EMAIL,
 * PROCEDURE), and properties with an address of files, of Windows shares or of scripts (ATTACH, URL, IMAGE, CONFERENCE…). Every other
 * line stays as it is, and without anything to take away the same octets.
 *
 * @throws {CalendarError} when it is no calendar text.
 */
export const disarmObject = (data: Uint8Array, { alarms = false }: DisarmOptions = {}): Uint8Array => {
  const document = parseCalendar(data)
  const edits: Edit[] = []
  const visit = (component: Component): void => {
    if (component.name === 'VALARM' && !(alarms && isHarmless(component))) {
      edits.push((editor) => editor.removeComponent(component))
      return
    }
    repairAddresses(component, { edits })
    for (const child of component.components) visit(child)
  }
  for (const component of document.calendars.flatMap(({ components }) => components)) visit(component)
  if (edits.length === 0) return data
  const editor = editCalendar(document)
  for (const edit of edits) edit(editor)
  return editor.toBytes()
}

const isHarmless = (alarm: Component): boolean =>
  alarm.propertiesNamed('ACTION').every(({ value }) => !forbiddenActions.has(value.trim().toUpperCase()))
