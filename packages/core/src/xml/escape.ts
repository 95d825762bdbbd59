/** What XML 1.0 §2.2 forbids even as a reference: controls, lone surrogates, U+FFFE and U+FFFF. */
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
/** The same without pairing surrogates, which makes the usual clean text cheap to recognise. */
const perhapsForbidden = /[\0-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/

/** Removes the characters that XML 1.0 cannot carry. */
function carriable(value: string): string {
  return perhapsForbidden.test(value) ? value.replace(forbidden, '') : value
}

/** Anything that needs a second look: most values are addresses and etags, which have none of it. */
const perhapsSpecial = /[&<>\0-\x08\x0B-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/
const perhapsSpecialAttribute = /[&<>"\0-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/

/** Character data: `& < >` become entities, CR a reference (a parser would turn it into LF), forbidden characters vanish. */
export function escapeText(value: string): string {
  if (!perhapsSpecial.test(value)) return value
  let text = carriable(value)
  // One pass for each is far faster than a function called for each line end of a calendar. `&` goes first.
  if (text.includes('&')) text = text.replaceAll('&', '&amp;')
  if (text.includes('<')) text = text.replaceAll('<', '&lt;')
  if (text.includes('>')) text = text.replaceAll('>', '&gt;')
  return text.includes('\r') ? text.replaceAll('\r', '&#13;') : text
}

/** The inside of a double-quoted attribute; tab and line ends become references, or a parser would make them spaces. */
export function escapeAttribute(value: string): string {
  if (!perhapsSpecialAttribute.test(value)) return value
  let text = escapeText(value)
  if (text.includes('"')) text = text.replaceAll('"', '&quot;')
  if (text.includes('\n')) text = text.replaceAll('\n', '&#10;')
  return text.includes('\t') ? text.replaceAll('\t', '&#9;') : text
}
