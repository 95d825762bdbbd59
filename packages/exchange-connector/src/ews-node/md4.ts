/** MD4 (RFC 1320), which NTLM makes its keys with and current OpenSSL no longer offers. */
export const md4 = (message: Uint8Array): Uint8Array => {
  const length = message.length
  const padded = new Uint8Array((((length + 8) >> 6) << 6) + 64)
  padded.set(message)
  padded[length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, length << 3, true)
  view.setUint32(padded.length - 4, Math.floor(length / 0x20000000), true)
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  const words = new Uint32Array(16)
  for (let at = 0; at < padded.length; at += 64) {
    for (let index = 0; index < 16; index++) words[index] = view.getUint32(at + index * 4, true)
    round(state, words)
  }
  const out = new DataView(new ArrayBuffer(16))
  for (let index = 0; index < 4; index++) out.setUint32(index * 4, state[index]!, true)
  return new Uint8Array(out.buffer)
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

/** Word order, shifts, added constant and function of the three passes. RFC 1320 §3.4. */
const passes: readonly {
  readonly order: readonly number[]
  readonly shifts: readonly number[]
  readonly add: number
  readonly mix: (x: number, y: number, z: number) => number
}[] = [
  {
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
    add: 0,
    mix: (x, y, z) => (x & y) | (~x & z),
  },
  {
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
    add: 0x5a827999,
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
  },
  {
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
    add: 0x6ed9eba1,
    mix: (x, y, z) => x ^ y ^ z,
  },
]

const round = (state: Uint32Array, words: Uint32Array): void => {
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!]
  for (const { order, shifts, add, mix } of passes) {
    for (let step = 0; step < 16; step++) {
      const sum = (a + mix(b, c, d) + words[order[step]!]! + add) | 0
      a = d
      d = c
      c = b
      b = rotate(sum, shifts[step % 4]!)
    }
  }
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
}
