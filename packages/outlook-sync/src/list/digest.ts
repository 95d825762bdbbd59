import { toBase64Url } from '@dayport/http'

const encoder = new TextEncoder()

/** 96 bits of SHA-256 over the JSON of a value: whether an item still says the same. */
export const digestOf = async (value: unknown): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', encoder.encode(JSON.stringify(value)))
  return toBase64Url(new Uint8Array(hash, 0, 12))
}
