/** One entity tag of a header: `tag` is the quoted part, `"5f2c"`. RFC 9110 §8.8.3. */
export interface EntityTag {
  readonly tag: string
  readonly weak: boolean
}

/** No header lists more than this many tags; one that does is malformed. */
const maxTags = 1_000

/**
 * Reads `If-Match` or `If-None-Match`: `*`, or tags with commas between; `null` when it is neither. One linear pass. Empty list
 * elements are skipped (RFC 9110 §5.6.1.2). Spaces inside the quotes are tolerated: RFC 2616 allowed them.
 */
export const parseEntityTags = (text: string): readonly EntityTag[] | '*' | null => {
  if (text.trim() === '*') return '*'
  const tags: EntityTag[] = []
  let at = 0
  let separated = true
  while (at < text.length) {
    const char = text[at]
    if (char === ' ' || char === '\t') at++
    else if (char === ',') {
      separated = true
      at++
    } else {
      const weak = text.startsWith('W/"', at)
      const open = weak ? at + 2 : at
      if (!separated || text[open] !== '"') return null
      const close = text.indexOf('"', open + 1)
      if (close < 0 || tags.push({ tag: text.slice(open, close + 1), weak }) > maxTags) return null
      separated = false
      at = close + 1
    }
  }
  return tags.length === 0 ? null : tags
}
