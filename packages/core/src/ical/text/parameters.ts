import type { Parameter } from './model.ts'

/**
 * Reads the text between a name and its colon, `;TZID=Europe/Oslo;X="a,b",c`. Quotes protect `: ; ,`; RFC 6868 carets are
 * decoded. A parameter without `=` (vCalendar 1.0) has no values.
 */
export function parseParameters(text: string): readonly Parameter[] {
  const parameters: Parameter[] = []
  let i = 0
  while (i < text.length) {
    i++ // the semicolon
    const nameStart = i
    while (i < text.length && text[i] !== '=' && text[i] !== ';') i++
    const name = text.slice(nameStart, i).trim().toUpperCase()
    const values: string[] = []
    if (text[i] === '=') {
      do {
        const from = i + 1
        i = valueEnd(text, from)
        values.push(decodeParameterValue(text.slice(from, i)))
      } while (text[i] === ',')
    }
    if (name !== '') parameters.push({ name, values })
  }
  return parameters
}

function valueEnd(text: string, from: number): number {
  let quoted = false
  let i = from
  for (; i < text.length; i++) {
    const char = text[i]
    if (char === '"') quoted = !quoted
    else if (!quoted && (char === ',' || char === ';')) break
  }
  return i
}

/** Takes the quotes off and decodes `^n`, `^^` and `^'`; other carets stay. RFC 6868 §3.1. */
function decodeParameterValue(raw: string): string {
  const bare = raw.includes('"') ? raw.replaceAll('"', '') : raw
  return bare.includes('^') ? bare.replace(/\^[n^']/g, (pair) => carets[pair] ?? pair) : bare
}

const carets: Readonly<Record<string, string>> = { '^n': '\n', '^^': '^', "^'": '"' }

/**
 * Writes one parameter value: RFC 6868 carets, quotes where `: ; ,` need them. A control character never gets through; a
 * line break becomes `^n`.
 */
export function encodeParameterValue(value: string): string {
  const encoded = value
    .replaceAll('^', '^^')
    .replace(/\r\n|\r|\n/g, '^n')
    .replaceAll('"', "^'")
    .replace(controls, '')
  return /[:;,]/.test(encoded) || encoded !== encoded.trim() ? `"${encoded}"` : encoded
}

/** Everything that RFC 5545 §3.1 calls CONTROL, the line breaks among it, and the C1 controls (one of which is NEL). */
export const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g
