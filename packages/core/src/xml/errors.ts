/**
 * Why an XML document was refused: `malformed` (XML 1.0 or Namespaces in XML well-formedness), `doctype`, `undefined-entity`,
 * `unbound-prefix`, `limit-exceeded` (one of XmlLimits), `encoding` (neither UTF-8 nor UTF-16, or broken bytes in them).
 */
export type XmlErrorCode =
  | 'malformed'
  | 'doctype'
  | 'undefined-entity'
  | 'unbound-prefix'
  | 'limit-exceeded'
  | 'encoding'

const mark = Symbol.for('dayport.XmlError')

/** A document that `parseXml` does not accept. The message names no content beyond what the sender wrote. */
export class XmlError extends Error {
  readonly code: XmlErrorCode
  /** Line of the fault, from 1; `null` when it lies outside the text (bytes, size). */
  readonly line: number | null
  /** For `limit-exceeded`: `limit`, the name in XmlLimits, and `allowed`. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly [mark] = true

  constructor(
    code: XmlErrorCode,
    message: string,
    line: number | null = null,
    details?: Readonly<Record<string, unknown>>,
  ) {
    super(line === null ? message : `${message} (line ${line})`)
    this.name = 'XmlError'
    this.code = code
    this.line = line
    if (details !== undefined) this.details = details
  }

  /** Recognises the class across several copies of this package in one process. */
  static is(value: unknown, code?: XmlErrorCode): value is XmlError {
    return value instanceof Error && mark in value && (code === undefined || (value as XmlError).code === code)
  }
}
