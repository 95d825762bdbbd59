/** FNV-1a twice, with the length: whether a text is still the same, no protection. */
export const digestOf = (text: string): string => {
  let first = 0x811c9dc5
  let second = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    first = Math.imul(first ^ unit, 0x01000193)
    second = (Math.imul(second ^ unit, 0x01000193) + i) | 0
  }
  return `${text.length.toString(16)}${(first >>> 0).toString(16)}${(second >>> 0).toString(16)}`
}
