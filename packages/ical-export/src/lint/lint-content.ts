import { type Component, type Property, parseDuration, parseTime } from '@dayport/core/ical'
import type { LintLog } from './findings.ts'

/** Properties of one TEXT, in which a bare comma or semicolon ends the text for strict readers. */
const texts = new Set([
  'SUMMARY',
  'DESCRIPTION',
  'LOCATION',
  'COMMENT',
  'CONTACT',
  'NAME',
  'X-WR-CALNAME',
  'X-WR-CALDESC',
])
const maxInlineBytes = 64 * 1024

/** Texts, attachments and reminders of a component and those in it. */
export const lintContent = (component: Component, log: LintLog): void => {
  for (const property of component.properties) {
    if (texts.has(property.name)) lintText(property, log)
    else if (property.name === 'ATTACH') lintAttachment(property, log)
  }
  for (const child of component.components) {
    lintContent(child, log)
    if (child.name === 'VALARM') lintAlarm(child, log)
  }
}

/** RFC 5545 §3.3.11: `\\`, `\;`, `\,`, `\n` and `\N`, and nothing else behind a backslash. */
const lintText = (property: Property, log: LintLog): void => {
  const { value, name } = property
  for (let i = 0; i < value.length; i++) {
    const char = value[i]
    if (char === '\\') {
      i++
      if (!/[\\;,nN]/.test(value[i] ?? ' ')) {
        log.add('unknown-escape', property.start, `${name} has a backslash that escapes nothing; write two for one.`)
        return
      }
    } else if (char === ';' || char === ',') {
      const message = `${name} has a bare ${char === ';' ? 'semicolon' : 'comma'}; put a backslash before it.`
      log.add('unescaped-text', property.start, message)
      return
    }
  }
}

const lintAttachment = (property: Property, log: LintLog): void => {
  const isInline = property.param('VALUE')?.toUpperCase() === 'BINARY' || /^data:/i.test(property.value)
  if (!isInline || property.value.length <= maxInlineBytes) return
  const size = Math.round(property.value.length / 1024)
  log.add(
    'inline-attachment',
    property.start,
    `An attachment of ${size} KiB stands in the file itself; give its address instead.`,
  )
}

const lintAlarm = (alarm: Component, log: LintLog): void => {
  const action = alarm.property('ACTION')
  const trigger = alarm.property('TRIGGER')
  const missing = [
    ...(action === undefined ? ['ACTION'] : []),
    ...(trigger === undefined ? ['TRIGGER'] : []),
    ...(action?.value.trim().toUpperCase() === 'DISPLAY' && alarm.property('DESCRIPTION') === undefined
      ? ['DESCRIPTION']
      : []),
  ]
  if (missing.length > 0) log.add('alarm-incomplete', alarm.start, `The reminder has no ${missing.join(' and no ')}.`)
  if (trigger !== undefined && parseDuration(trigger.value) === null && parseTime(trigger.value) === null) {
    log.add('alarm-incomplete', trigger.start, 'TRIGGER is neither a duration nor a time.')
  }
  const name = action?.value.trim().toUpperCase()
  if (name !== undefined && name !== 'DISPLAY' && name !== 'AUDIO') {
    log.add('alarm-action', alarm.start, `A reminder by ${name.slice(0, 20)} is dropped or forbidden; use DISPLAY.`)
  }
}

/** True when a component or one in it has a reminder. */
export const hasAlarm = (component: Component): boolean =>
  component.components.some((child) => child.name === 'VALARM' || hasAlarm(child))
