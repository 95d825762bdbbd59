import { BACKSLASH, COMMA, SEMICOLON } from '../text/bytes.ts'
import type { Component } from '../text/model.ts'
import { readText, textValue } from '../text/values-text.ts'
import { soundDrafts } from './lines.ts'
import type { RepairTerms } from './plan.ts'

/** Properties of one TEXT, in which a bare comma or semicolon ends the text for strict readers. */
const texts = new Set(['SUMMARY', 'DESCRIPTION', 'LOCATION', 'COMMENT', 'CONTACT'])

/** Of these a component has one at most, RFC 5545 §3.6.1; programs keep the first or the last, ours the first. */
const single = new Set([
  ...['UID', 'DTSTAMP', 'DTSTART', 'DTEND', 'DUE', 'DURATION', 'RECURRENCE-ID', 'SUMMARY', 'DESCRIPTION', 'LOCATION'],
  ...['SEQUENCE', 'STATUS', 'CREATED', 'LAST-MODIFIED', 'CLASS', 'TRANSP', 'PRIORITY', 'GEO', 'URL', 'ORGANIZER'],
])

/** Texts with every comma, semicolon and backslash escaped, RFC 5545 §3.3.11; properties that stand once stand once. */
export const repairTexts = (component: Component, { edits }: RepairTerms): void => {
  const seen = new Set<string>()
  for (const property of component.properties) {
    const { name } = property
    if (single.has(name)) {
      if (seen.has(name)) {
        edits.push((editor) => editor.remove(property))
        continue
      }
      seen.add(name)
    }
    if (!texts.has(name) || !isLoose(property.value)) continue
    const value = textValue(readText(property))
    for (const draft of soundDrafts(property)) {
      const { TZID: _, ...params } = draft.params ?? {}
      edits.push((editor) => editor.replace(property, { ...draft, params, value }))
    }
  }
}

/** A comma or semicolon without a backslash, or a backslash before anything else than what it escapes. */
const isLoose = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) {
    const char = value.charCodeAt(i)
    if (char === COMMA || char === SEMICOLON) return true
    if (char === BACKSLASH && !/[\\;,nN]/.test(value[++i] ?? ' ')) return true
  }
  return false
}
