/** `5 событий`: the form of a Russian noun by number. */
export const pluralRu = (n: number, one: string, few: string, many: string): string => {
  const form = new Intl.PluralRules('ru').select(n)
  return `${n.toLocaleString('ru')} ${form === 'one' ? one : form === 'few' ? few : many}`
}

/** `5 events`. */
export const pluralEn = (n: number, one: string, other: string): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : other}`
