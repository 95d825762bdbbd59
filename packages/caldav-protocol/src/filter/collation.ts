/** Folds a text so that two equal ones under a collation become the same string. RFC 4790 §9. */
export type Fold = (text: string) => string

const asciiCasemap: Fold = (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
const octet: Fold = (text) => text
/** RFC 5051 §2: title case and compatibility decomposition; upper case is its nearest relative in the runtime. */
const unicodeCasemap: Fold = (text) => text.normalize('NFKD').toUpperCase().normalize('NFKD')

/** `null` for a collation that is not there. `default` is the one that RFC 4791 §9.7.5 says. */
export const foldOf = (collation: string): Fold | null => {
  switch (collation) {
    case 'default':
    case 'i;ascii-casemap':
      return asciiCasemap
    case 'i;octet':
      return octet
    case 'i;unicode-casemap':
      return unicodeCasemap
    default:
      return null
  }
}
