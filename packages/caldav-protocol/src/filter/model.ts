import type { InstantRange } from '@dayport/core'

/** One text-match, ready to be asked. RFC 4791 §9.7.5. */
export type TextTest = (value: string) => boolean

/** RFC 4791 §9.7.1. All given parts must hold for one and the same component. */
export interface ComponentFilter {
  /** Upper case. */
  readonly name: string
  /** Matches when no such component is there; then nothing else is set. */
  readonly isNotDefined: boolean
  readonly range: InstantRange | null
  readonly properties: readonly PropertyFilter[]
  readonly components: readonly ComponentFilter[]
}

/** RFC 4791 §9.7.2. All given parts must hold for one and the same property. */
export interface PropertyFilter {
  readonly name: string
  readonly isNotDefined: boolean
  readonly range: InstantRange | null
  readonly text: TextTest | null
  readonly parameters: readonly ParameterFilter[]
}

/** RFC 4791 §9.7.3. */
export interface ParameterFilter {
  readonly name: string
  readonly isNotDefined: boolean
  readonly text: TextTest | null
}
