import type { AdviceLinkKind, Program, ValueKind } from './advice.ts'

/** One step in words: `**menu words**`, `{host}`; and what is typed or pressed in it. */
export interface StepText {
  readonly text: string
  readonly hint?: string
  readonly values?: readonly ValueKind[]
  readonly links?: readonly AdviceLinkKind[]
}

export interface ProgramText {
  readonly title: string
  readonly notes?: readonly string[]
  readonly steps: readonly StepText[]
}

/** Everything that this package says in one language. */
export interface Texts {
  readonly values: Readonly<Record<ValueKind, string>>
  readonly links: Readonly<Record<AdviceLinkKind, string>>
  readonly plainHttp: string
  readonly readOnlyFolder: string
  readonly folder: string
  readonly feedReadOnly: string
  readonly programs: Readonly<Record<Program, ProgramText>>
  readonly profile: { readonly name: string; readonly description: string }
}
