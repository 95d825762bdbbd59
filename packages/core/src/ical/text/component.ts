import type { LineTable } from './line-table.ts'
import type { Component } from './model.ts'
import type { StoredProperty } from './property.ts'

/** A component over its document's lines: its properties become objects when first asked for. */
export class StoredComponent implements Component {
  readonly name: string
  readonly components: StoredComponent[] = []
  readonly start: number
  end: number
  /** First octet behind the BEGIN line. */
  readonly beginEnd: number
  /** First octet of the END line; where it would stand when it is missing. */
  endStart: number
  /** False for the calendar that the parser imagines around components that have none. */
  readonly hasLines: boolean
  readonly #table: LineTable
  readonly #firstLine: number
  #lastLine: number
  #properties: readonly StoredProperty[] | undefined

  /** @param beginEnd `null` for a component without lines of its own. */
  constructor(name: string, start: number, beginEnd: number | null, table: LineTable) {
    this.name = name
    this.start = start
    this.end = beginEnd ?? start
    this.beginEnd = beginEnd ?? start
    this.endStart = this.end
    this.hasLines = beginEnd !== null
    this.#table = table
    this.#firstLine = table.count
    this.#lastLine = table.count
  }

  /** Called by the parser when it meets the END line. `lines` counts the lines read so far. */
  close(endStart: number, end: number, lines: number): void {
    this.endStart = endStart
    this.end = end
    this.#lastLine = lines
  }

  /** True when the component is a view over those very bytes. */
  isOf(bytes: Uint8Array): boolean {
    return this.#table.bytes === bytes
  }

  get properties(): readonly StoredProperty[] {
    this.#properties ??= this.#collect()
    return this.#properties
  }

  property(name: string): StoredProperty | undefined {
    for (const property of this.properties) if (property.name === name) return property
    return undefined
  }

  propertiesNamed(name: string): readonly StoredProperty[] {
    return this.properties.filter((property) => property.name === name)
  }

  /** The lines between BEGIN and END that are not a child's. */
  #collect(): readonly StoredProperty[] {
    const properties: StoredProperty[] = []
    if (!this.hasLines) return properties
    let from = this.#firstLine
    for (const child of this.components) {
      this.#table.collect(from, child.#firstLine, properties)
      from = child.#lastLine
    }
    this.#table.collect(from, this.#lastLine, properties)
    return properties
  }
}
