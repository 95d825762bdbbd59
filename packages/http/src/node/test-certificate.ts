import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A self-signed certificate with its key, both as PEM. */
export interface TestCertificate {
  readonly key: string
  readonly cert: string
}

/** For tests: an X.509 certificate of one DNS name, written here because Node can read but not make them. RFC 5280 §4.1. */
export const testCertificate = (dnsName: string): TestCertificate => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(1, 2, 840, 10045, 4, 3, 2)) // ecdsa-with-SHA256
  const name = sequence(der(0x31, sequence(oid(2, 5, 4, 3), der(0x0c, Buffer.from(dnsName)))))
  const validity = sequence(...['260101000000Z', '491231235959Z'].map((time) => der(0x17, Buffer.from(time))))
  const alternative = sequence(der(0x82, Buffer.from(dnsName, 'latin1')))
  const extension = (id: Buffer, value: Buffer) => sequence(id, der(0x04, value))
  const extensions = sequence(
    extension(oid(2, 5, 29, 17), alternative),
    extension(oid(2, 5, 29, 19), sequence(der(0x01, Buffer.from([0xff])))), // a CA: it signs itself
  )
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ...[algorithm, name, validity, name, spkiOf(publicKey)],
    der(0xa3, extensions),
  )
  const signature = sign('sha256', signed, privateKey)
  const whole = sequence(signed, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })

/** Tag, length, value. */
const der = (tag: number, content: Buffer): Buffer => {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts))

const oid = (first: number, second: number, ...rest: readonly number[]): Buffer => {
  const base128 = (value: number): number[] => {
    const digits = [value & 0x7f]
    for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    return digits
  }
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}
