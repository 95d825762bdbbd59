/** The property that tells who has edited an item: `hex32:n,…`. MS-OUTSPS 3.2.4.2.1. */
export const history = 'vti_versionhistory'

const maxPairs = 40

interface Pair {
  readonly editor: string
  readonly number: number
}

const pairsOf = (text: string | undefined): Pair[] =>
  (text ?? '').split(',').flatMap((pair) => {
    const match = /^\s*([0-9a-f]{32}):(\d{1,9})\s*$/i.exec(pair)
    return match === null ? [] : [{ editor: match[1]!.toLowerCase(), number: Number(match[2]) }]
  })

/** An edit by the server adds or raises its own pair: specification section 6.3. */
export const raisedHistory = (text: string | undefined, ownHex: string): string => {
  const pairs = pairsOf(text)
  const next = pairs.reduce((most, { number }) => Math.max(most, number), 0) + 1
  const kept = pairs.filter(({ editor }) => editor !== ownHex).sort((a, b) => b.number - a.number)
  const rest = kept.slice(0, maxPairs - 1).map(({ editor, number }) => `${editor}:${number}`)
  return [`${ownHex}:${next}`, ...rest].join(',')
}

/** Whether the last edit of a copy is none that the stored one has: it was edited since. */
export const isLaterHistory = (sent: string | undefined, stored: string | undefined): boolean => {
  const [last] = pairsOf(sent).sort((a, b) => b.number - a.number)
  if (last === undefined) return false
  return !pairsOf(stored).some(({ editor, number }) => editor === last.editor && number >= last.number)
}
