/** One parameter; values are unquoted and RFC 6868-decoded, in their order. */
export interface Parameter {
  /** Upper case. */
  readonly name: string
  readonly values: readonly string[]
}

/** One content line as stored. Everything but the offsets is decoded when first asked for. */
export interface Property {
  /** Upper case, without a group prefix. */
  readonly name: string
  readonly params: readonly Parameter[]
  /** The value as it stands after unfolding and UTF-8 decoding: no unescaping. Typed readers are in `text/values`. */
  readonly value: string
  /** Offset of the line's first byte, and of the first byte after its line end, in the document's bytes. */
  readonly start: number
  readonly end: number
  /** First value of the parameter, by upper-case name; `undefined` when absent. */
  param(name: string): string | undefined
}

/** A component with its children, in stored order. */
export interface Component {
  /** Upper case: `VEVENT`. */
  readonly name: string
  readonly properties: readonly Property[]
  readonly components: readonly Component[]
  /** Offsets of the BEGIN line's first byte and of the first byte after the END line. */
  readonly start: number
  readonly end: number
  /** The first property of that upper-case name. */
  property(name: string): Property | undefined
  /** All properties of that upper-case name, in their order. */
  propertiesNamed(name: string): readonly Property[]
}

/** Something tolerated: kept verbatim, and said. `line` counts physical lines from 1. */
export interface TextWarning {
  readonly code: string
  readonly message: string
  readonly line: number
}

/** Parsed views over bytes that stay the truth. */
export interface CalendarDocument {
  readonly bytes: Uint8Array
  /** The VCALENDARs of the stream; usually one. */
  readonly calendars: readonly Component[]
  readonly warnings: readonly TextWarning[]
}

/** A property to write. `value` is the wire form of its type (see the `…Value` writers); CR, LF and NUL never get through. */
export interface PropertyDraft {
  readonly name: string
  readonly params?: Readonly<Record<string, string | readonly string[]>>
  readonly value: string
}

/** A component to write. */
export interface ComponentDraft {
  readonly name: string
  readonly properties: readonly PropertyDraft[]
  readonly components?: readonly ComponentDraft[]
}
