import { createHash, createHmac } from 'node:crypto'
import { md4 } from './md4.ts'

/** An account of a Windows domain; `domain` may be `''` for a user principal name (`user@corp.example`). */
export interface NtlmAccount {
  readonly user: string
  readonly password: string
  readonly domain: string
  /** Name of this machine. */
  readonly workstation: string
}

/** What the server's challenge says. MS-NLMP 2.2.1.2. */
export interface NtlmChallenge {
  readonly flags: number
  readonly challenge: Uint8Array
  readonly targetInfo: Uint8Array
  /** The whole message: the integrity code is over it. */
  readonly message: Uint8Array
}

const signature = Buffer.from('NTLMSSP\0', 'latin1')

/** Unicode, OEM, target, NTLM, always sign, extended session security, version, 128 bit, 56 bit. No key exchange: nothing is sealed. */
const flags = 0xa2088207
const negotiateFlags = flags

/** The first message of a handshake. MS-NLMP 2.2.1.1. */
export const negotiateMessage = (): Uint8Array => {
  const message = Buffer.alloc(40)
  signature.copy(message, 0)
  message.writeUInt32LE(1, 8)
  message.writeUInt32LE(negotiateFlags, 12)
  // Windows version 10.0, NTLM revision 15.
  message.set([10, 0, 0, 0, 0, 0, 0, 15], 32)
  return message
}

/** Reads the server's challenge; `null` for what is none. */
export const parseChallenge = (bytes: Uint8Array): NtlmChallenge | null => {
  const message = Buffer.from(bytes)
  if (message.length < 32 || !message.subarray(0, 8).equals(signature) || message.readUInt32LE(8) !== 2) return null
  const length = message.length >= 48 ? message.readUInt16LE(40) : 0
  const offset = message.length >= 48 ? message.readUInt32LE(44) : 0
  if (offset + length > message.length) return null
  return {
    flags: message.readUInt32LE(20),
    challenge: message.subarray(24, 32),
    targetInfo: message.subarray(offset, offset + length),
    message,
  }
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')

const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer => {
  const code = createHmac('md5', key)
  for (const part of parts) code.update(part)
  return code.digest()
}

/** NTOWFv2. MS-NLMP 3.3.2. */
export const ntlmKey = ({ user, password, domain }: Pick<NtlmAccount, 'user' | 'password' | 'domain'>): Uint8Array =>
  hmac(md4(utf16(password)), utf16(user.toUpperCase() + domain))

/** What is chosen on our side; handed in, so that a handshake can be repeated. */
export interface NtlmMoment {
  /** Eight random bytes. */
  readonly clientChallenge: Uint8Array
  /** ms since the Unix epoch; used where the server tells no time. */
  readonly nowMs: number
  /** `tls-server-end-point` of the connection, for servers with Extended Protection; `null` without TLS. */
  readonly channelBinding: Uint8Array | null
}

/** NTLMv2 response and session key. MS-NLMP 3.3.2. */
export const ntlmResponse = (key: Uint8Array, serverChallenge: Uint8Array, temp: Uint8Array) => {
  const proof = hmac(key, serverChallenge, temp)
  return { proof, response: Buffer.concat([proof, temp]), sessionKey: hmac(key, proof) }
}

/** The client's part of a response. MS-NLMP 2.2.2.7. */
export const ntlmTemp = (time: Uint8Array, clientChallenge: Uint8Array, targetInfo: Uint8Array): Uint8Array =>
  Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    time,
    clientChallenge,
    Buffer.alloc(4),
    targetInfo,
    Buffer.alloc(4),
  ])

const avEnd = 0
const avFlags = 6
const avTimestamp = 7
const avTargetName = 9
const avChannelBindings = 10

const readPairs = (bytes: Uint8Array): ReadonlyMap<number, Uint8Array> => {
  const pairs = new Map<number, Uint8Array>()
  const info = Buffer.from(bytes)
  for (let at = 0; at + 4 <= info.length; ) {
    const id = info.readUInt16LE(at)
    const length = info.readUInt16LE(at + 2)
    if (id === avEnd || at + 4 + length > info.length) break
    pairs.set(id, info.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return pairs
}

const writePairs = (pairs: ReadonlyMap<number, Uint8Array>): Buffer => {
  const parts: Uint8Array[] = []
  for (const [id, value] of [...pairs].sort(([a], [b]) => a - b)) {
    const head = Buffer.alloc(4)
    head.writeUInt16LE(id, 0)
    head.writeUInt16LE(value.length, 2)
    parts.push(head, value)
  }
  return Buffer.concat([...parts, Buffer.alloc(4)])
}

/** MD5 over a gss_channel_bindings_struct. MS-NLMP 2.2.2.1, RFC 2743 §1.1.6. */
const bindingHash = (endPoint: Uint8Array): Buffer => {
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), endPoint])
  const head = Buffer.alloc(20)
  head.writeUInt32LE(data.length, 16)
  return createHash('md5').update(head).update(data).digest()
}

/** Windows counts tenths of microseconds from 1601. */
const fileTime = (nowMs: number): Buffer => {
  const time = Buffer.alloc(8)
  time.writeBigUInt64LE((BigInt(Math.floor(nowMs)) + 11_644_473_600_000n) * 10_000n)
  return time
}

/**
 * The last message of a handshake, NTLMv2 only, with an integrity code over all three where the server asks for one, and bound to the TLS
 * channel. MS-NLMP 2.2.1.3, 3.1.5.1.2.
 */
export const authenticateMessage = (account: NtlmAccount, challenge: NtlmChallenge, moment: NtlmMoment): Uint8Array => {
  const pairs = new Map(readPairs(challenge.targetInfo))
  const stated = pairs.get(avTimestamp)
  const withCode = stated !== undefined
  if (withCode) {
    const bits = Buffer.alloc(4)
    bits.writeUInt32LE(
      ((pairs.get(avFlags) === undefined ? 0 : Buffer.from(pairs.get(avFlags)!).readUInt32LE(0)) | 2) >>> 0,
    )
    pairs.set(avFlags, bits)
  }
  pairs.set(avTargetName, Buffer.alloc(0))
  pairs.set(avChannelBindings, moment.channelBinding === null ? Buffer.alloc(16) : bindingHash(moment.channelBinding))
  const key = ntlmKey(account)
  const temp = ntlmTemp(stated ?? fileTime(moment.nowMs), moment.clientChallenge, writePairs(pairs))
  const { response, sessionKey } = ntlmResponse(key, challenge.challenge, temp)
  // With a time from the server the older response stays empty.
  const lm = withCode
    ? Buffer.alloc(24)
    : Buffer.concat([hmac(key, challenge.challenge, moment.clientChallenge), moment.clientChallenge])
  const fields = [lm, response, utf16(account.domain), utf16(account.user), utf16(account.workstation), Buffer.alloc(0)]
  const head = Buffer.alloc(88)
  signature.copy(head, 0)
  head.writeUInt32LE(3, 8)
  let offset = head.length
  for (const [index, field] of fields.entries()) {
    head.writeUInt16LE(field.length, 12 + index * 8)
    head.writeUInt16LE(field.length, 14 + index * 8)
    head.writeUInt32LE(offset, 16 + index * 8)
    offset += field.length
  }
  head.writeUInt32LE((flags & challenge.flags & ~0x40000000) >>> 0, 60)
  head.set([10, 0, 0, 0, 0, 0, 0, 15], 64)
  const message = Buffer.concat([head, ...fields])
  if (withCode) hmac(sessionKey, negotiateMessage(), challenge.message, message).copy(message, 72)
  return message
}
