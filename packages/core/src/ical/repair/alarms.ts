import { textProperty } from '../text/drafts.ts'
import type { Component } from '../text/model.ts'
import { parseDuration } from '../text/values-duration.ts'
import { readText } from '../text/values-text.ts'
import { readTime } from '../text/values-time.ts'
import type { RepairTerms } from './plan.ts'

/** Actions by which a calendar would do something on its reader's machine or in their name. */
export const forbiddenActions: ReadonlySet<string> = new Set(['EMAIL', 'PROCEDURE'])

/** Reminders that every program understands, RFC 5545 §3.6.6: an action, a time, a text; none that mails or starts programs. */
export const repairAlarm = (alarm: Component, parent: Component, { reminderText, edits }: RepairTerms): void => {
  const action = alarm.property('ACTION')?.value.trim().toUpperCase()
  const trigger = alarm.property('TRIGGER')
  const isReadable = trigger !== undefined && (parseDuration(trigger.value) !== null || readTime(trigger) !== null)
  if (!isReadable || (action !== undefined && forbiddenActions.has(action))) {
    edits.push((editor) => editor.removeComponent(alarm))
    return
  }
  if (!action) edits.push((editor) => editor.set(alarm, { name: 'ACTION', value: 'DISPLAY' }))
  if ((!action || action === 'DISPLAY') && alarm.property('DESCRIPTION') === undefined) {
    const summary = parent.property('SUMMARY')
    const text = (summary === undefined ? '' : readText(summary).trim()) || reminderText
    edits.push((editor) => editor.add(alarm, textProperty('DESCRIPTION', text)))
  }
}
