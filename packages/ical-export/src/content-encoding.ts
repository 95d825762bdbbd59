/** A coding of feeds. */
export type ContentCoding = 'br' | 'gzip'

type Body = ReadableStream<Uint8Array<ArrayBuffer>>

/** Writes a body in a coding, no faster than it is taken. */
export type EncodeBody = (body: Body) => Body

/**
 * What the web's own CompressionStream can be used for: gzip. Where it knows brotli too (Node 24), it does so at the highest quality,
 * some hundred kilobytes a second, which nobody's feed is worth; a host hands in a quicker one.
 */
export const defaultCodings: Readonly<Partial<Record<ContentCoding, EncodeBody>>> = {
  gzip: (body) => body.pipeThrough(new CompressionStream('gzip') as ReadableWritablePair<Uint8Array<ArrayBuffer>>),
}

/**
 * The coding for an Accept-Encoding, by RFC 9110 §12.5.3: the one with the highest weight of those that can be written, of equal ones
 * the first. `null` is none: it is not accepted, or liked less than none.
 */
export const chooseCoding = (
  acceptEncoding: string | null,
  writable: readonly ContentCoding[],
): ContentCoding | null => {
  const weights = weightsOf(acceptEncoding ?? '')
  const others = weights.get('*') ?? 0
  const plain = weights.get('identity') ?? 0
  let best: ContentCoding | null = null
  let most = 0
  for (const coding of writable) {
    const alias = coding === 'gzip' ? weights.get('x-gzip') : undefined
    const weight = weights.get(coding) ?? alias ?? others
    if (weight > most && weight >= plain) {
      best = coding
      most = weight
    }
  }
  return best
}

/** Lower-case names with their weights; a weight that is none counts as 0. */
const weightsOf = (header: string): ReadonlyMap<string, number> => {
  const weights = new Map<string, number>()
  for (const item of header.slice(0, 500).split(',')) {
    const [name = '', ...params] = item.split(';').map((part) => part.trim().toLowerCase())
    const weight = params.find((param) => param.startsWith('q='))?.slice(2)
    if (name !== '') weights.set(name, weight === undefined ? 1 : weightOf(weight))
  }
  return weights
}

const weightOf = (text: string): number =>
  /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number.parseFloat(text) : 0
