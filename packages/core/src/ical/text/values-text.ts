import { BACKSLASH, COMMA } from './bytes.ts'
import type { Property } from './model.ts'
import { controls } from './parameters.ts'

/**
 * Decodes TEXT: `\\`, `\;`, `\,`, and `\n` or `\N` for a line break. Other backslash pairs stay as they are: producers that
 * do not escape write Windows paths. RFC 5545 §3.3.11.
 */
export function unescapeText(raw: string): string {
  if (!raw.includes('\\')) return raw
  // One pass for each is far faster than a function called for each pair; escaped backslashes need their own order.
  if (!raw.includes('\\\\')) {
    return raw.replaceAll('\\,', ',').replaceAll('\\n', '\n').replaceAll('\\;', ';').replaceAll('\\N', '\n')
  }
  return raw.replace(/\\[\\;,nN]/g, (pair) => (pair[1] === 'n' || pair[1] === 'N' ? '\n' : (pair[1] as string)))
}

/** Encodes TEXT. Line breaks of any kind become `\n`; other control characters (but TAB) are dropped. RFC 5545 §3.3.11. */
export function textValue(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|[\r\n\u0085\u2028\u2029]/g, '\\n')
    .replace(controls, '')
}

/** Encodes a list of TEXT, `CATEGORIES` for one. */
export function textListValue(texts: readonly string[]): string {
  return texts.map(textValue).join(',')
}

/** Splits a raw value at the unescaped separators; the parts keep their escapes. */
export function splitValue(raw: string, separator: ',' | ';'): readonly string[] {
  const code = separator === ',' ? COMMA : separator.charCodeAt(0)
  const parts: string[] = []
  let from = 0
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charCodeAt(i)
    if (char === BACKSLASH) i++
    else if (char === code) {
      parts.push(raw.slice(from, i))
      from = i + 1
    }
  }
  parts.push(raw.slice(from))
  return parts
}

/** The decoded TEXT of a property: SUMMARY, DESCRIPTION, UID and their like. Not for URI, CAL-ADDRESS or RRULE values. */
export function readText(property: Property): string {
  return unescapeText(property.value)
}

/** The decoded items of a TEXT list: CATEGORIES, RESOURCES. Empty items are left out. */
export function readTextList(property: Property): readonly string[] {
  return splitValue(property.value, ',')
    .map(unescapeText)
    .filter((text) => text !== '')
}
