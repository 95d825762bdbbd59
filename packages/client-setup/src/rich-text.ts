/** A piece of a sentence; menu words, which stay as the program shows them, are strong. */
export interface TextPart {
  readonly text: string
  readonly strong: boolean
}

/** Splits `Press **Next**.` into its parts and fills `{host}` and its like in afterwards, so that no value can make markup. */
export const richText = (pattern: string, values: Readonly<Record<string, string>> = {}): readonly TextPart[] =>
  pattern
    .split('**')
    .map((text, index) => ({ text: fill(text, values), strong: index % 2 === 1 }))
    .filter(({ text }) => text !== '')

/** Replaces `{name}` where such a value is given, in one pass. */
export const fill = (pattern: string, values: Readonly<Record<string, string>>): string =>
  pattern.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)

/** The sentence without its markup. */
export const plainText = (parts: readonly TextPart[]): string => parts.map(({ text }) => text).join('')
