import { Integer, ObjectIdentifier, OctetString, UTCTime } from 'asn1js'
import {
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
} as const

const curves: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

/** Who signs, as a web server's files hold it. */
export interface ProfileSigner {
  /** PEM, the signer's certificate first, then those between it and a root that devices know. */
  readonly certificate: string
  /** PEM, PKCS #8 (`BEGIN PRIVATE KEY`), RSA or ECDSA. */
  readonly key: string
}

const pemBlocks = (pem: string, label: string): readonly Uint8Array<ArrayBuffer>[] =>
  [...pem.matchAll(new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g'))].map(
    (found) => Uint8Array.from(atob((found[1] ?? '').replace(/\s/g, '')), (char) => char.charCodeAt(0)),
  )

const importKey = async (key: Uint8Array<ArrayBuffer>, certificate: Certificate): Promise<CryptoKey> => {
  const { algorithmId, algorithmParams } = certificate.subjectPublicKeyInfo.algorithm
  if (algorithmId === oids.rsa) {
    return crypto.subtle.importKey('pkcs8', key, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign'])
  }
  const curve = algorithmParams instanceof ObjectIdentifier ? curves[algorithmParams.getValue()] : undefined
  if (algorithmId !== oids.ec || curve === undefined) {
    throw new TypeError('Expected a certificate with an RSA or ECDSA key')
  }
  return crypto.subtle.importKey('pkcs8', key, { name: 'ECDSA', namedCurve: curve }, false, ['sign'])
}

/** The name that devices show as the signer: the certificate's common name, else the first that it was made for. */
export const signerName = (certificate: string): string | null => {
  const [bytes] = pemBlocks(certificate, 'CERTIFICATE')
  if (bytes === undefined) return null
  const name = Certificate.fromBER(bytes).subject.typesAndValues.find(({ type }) => type === '2.5.4.3')
  return name === undefined ? null : String(name.value.getValue())
}

/**
 * A profile inside CMS SignedData (RFC 5652 §5), DER, SHA-256: devices show it as verified when they know the chain.
 *
 * @throws {TypeError} when certificate or key are not what is expected, or do not belong together.
 */
export const signProfile = async (profile: string, signer: ProfileSigner, nowMs: number): Promise<Uint8Array> => {
  const certificates = pemBlocks(signer.certificate, 'CERTIFICATE').map((bytes) => Certificate.fromBER(bytes))
  const [own] = certificates
  if (own === undefined) throw new TypeError('Expected a certificate in PEM')
  const [keyBytes] = pemBlocks(signer.key, 'PRIVATE KEY')
  if (keyBytes === undefined) throw new TypeError('Expected a PKCS #8 private key in PEM')
  const key = await importKey(keyBytes, own)

  const content = new TextEncoder().encode(profile)
  const encapContentInfo = new EncapsulatedContentInfo({ eContentType: oids.data })
  // Set afterwards: the constructor would cut it into BER pieces, and devices read DER.
  encapContentInfo.eContent = new OctetString({ valueHex: content.buffer })
  const digest = await crypto.subtle.digest('SHA-256', content)
  // In the order that DER gives a set: by their encoded bytes. RFC 5652 §5.3.
  const signedAttrs = new SignedAndUnsignedAttributes({
    type: 0,
    attributes: [
      new Attribute({ type: oids.contentType, values: [new ObjectIdentifier({ value: oids.data })] }),
      new Attribute({ type: oids.signingTime, values: [new UTCTime({ valueDate: new Date(nowMs) })] }),
      new Attribute({ type: oids.messageDigest, values: [new OctetString({ valueHex: digest })] }),
    ],
  })
  const sid = new IssuerAndSerialNumber({
    issuer: own.issuer,
    serialNumber: new Integer({ valueHex: own.serialNumber.valueBlock.valueHexView.slice().buffer }),
  })
  const signed = new SignedData({
    version: 1,
    encapContentInfo,
    signerInfos: [new SignerInfo({ version: 1, sid, signedAttrs })],
    certificates,
  })
  await signed.sign(key, 0, 'SHA-256')
  const info = new ContentInfo({ contentType: oids.signedData, content: signed.toSchema(true) })
  const bytes = new Uint8Array(info.toSchema().toBER())
  // Read again as a device will: a key of another certificate shows here, not on somebody's phone.
  const reread = new SignedData({ schema: ContentInfo.fromBER(bytes).content })
  if (!(await reread.verify({ signer: 0, checkChain: false }))) {
    throw new TypeError('Expected the key to belong to the certificate')
  }
  return bytes
}
