/** Web addresses in a text; the punctuation behind one is not part of it. */
const address = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gi

/** Descriptions that other programs wrote as HTML are read as text: nothing of it reaches the page. */
export const plainDescription = (text: string): string => {
  if (!/<(html|body|p|div|br|span|table|a)\b/i.test(text)) return text
  const inert = new DOMParser().parseFromString(
    text.replace(/<(br|\/p|\/div|\/tr|\/li)\b[^>]*>/gi, '\n$&'),
    'text/html',
  )
  for (const element of inert.querySelectorAll('style, script, head')) element.remove()
  return (inert.body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim()
}

/** A text from outside, with its web addresses as links that tell nobody where they were found. */
export const LinkedText = ({ text }: { readonly text: string }) => {
  const plain = plainDescription(text)
  const parts = []
  let at = 0
  for (const found of plain.matchAll(address)) {
    parts.push(plain.slice(at, found.index))
    parts.push(
      <a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer">
        {found[0]}
      </a>,
    )
    at = found.index + found[0].length
  }
  parts.push(plain.slice(at))
  return <span class="linked">{parts}</span>
}
