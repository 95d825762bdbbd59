import type { CalendarError, RemoteError } from '@dayport/core'
import { createXmlWriter, parseXml, type XmlElement, XmlError, type XmlLimits, type XmlWriter } from '@dayport/core/xml'
import { type EwsFailure, failureOf, remoteError } from './failure.ts'
import { m, messagesNamespace, soap, soap12, soapNamespace, t, typesNamespace } from './names.ts'

/** `RequestServerVersion`: `Exchange2013_SP1` for Exchange 2013, `Exchange2016` for later ones. */
export type EwsVersion = 'Exchange2010_SP2' | 'Exchange2013' | 'Exchange2013_SP1' | 'Exchange2016'

/** What stands in the SOAP header. */
export interface EwsHeader {
  readonly version: EwsVersion
  /** SMTP address of the mailbox to act as (ApplicationImpersonation); `null` for the signed-in account itself. */
  readonly impersonate: string | null
}

/** One operation of the service: how it is asked and what its answer says. Both pure. */
export interface EwsOperation<Input, Output> {
  /** Local name of the request; its answer is called the same with `Response`. */
  readonly name: string
  /** Whether it can change something, so that a lost answer leaves its outcome open. */
  readonly write: boolean
  readonly build: (writer: XmlWriter, input: Input) => void
  readonly parse: (answer: EwsAnswer) => Output
}

/** One `…ResponseMessage`. */
export interface ResponseMessage {
  readonly element: XmlElement
  /** `null` for Success and for a Warning that still has its content. */
  readonly error: CalendarError | RemoteError | null
  readonly code: string
}

/** The answer to one operation, taken out of its envelope. */
export interface EwsAnswer {
  readonly response: XmlElement
  readonly messages: readonly ResponseMessage[]
  /** The only message. @throws its error. */
  only(): XmlElement
}

/** The text of a request. Every value is escaped by the writer; the time zone of the request is UTC, whatever the process is in. */
export const buildRequest = <Input>(
  operation: EwsOperation<Input, unknown>,
  input: Input,
  header: EwsHeader,
): string => {
  const writer = createXmlWriter({ namespaces: { soap: soapNamespace, t: typesNamespace, m: messagesNamespace } })
  writer.open(soap('Envelope')).open(soap('Header'))
  writer.element(t('RequestServerVersion'), '', { Version: header.version })
  if (header.impersonate !== null) {
    writer.open(t('ExchangeImpersonation')).open(t('ConnectingSID'))
    writer.element(t('PrimarySmtpAddress'), header.impersonate).close().close()
  }
  writer.open(t('TimeZoneContext')).element(t('TimeZoneDefinition'), '', { Id: 'UTC' }).close()
  writer.close().open(soap('Body'))
  operation.build(writer, input)
  return writer.close().close().take()
}

/** Facts of the HTTP answer that an error tells. */
export interface AnswerFacts {
  readonly status: number
  readonly requestId: string | null
  readonly retryAfterMs: number | null
}

/** Answers have up to 512 changes, or ten items with bodies and attendees. */
const limits: Partial<XmlLimits> = {
  maxBytes: 64 * 1024 * 1024,
  maxElements: 500_000,
  maxDepth: 64,
  maxAttributes: 100,
}

/**
 * Takes the answer out of its envelope. A Fault is looked for first, whatever the HTTP status; bytes are decoded by the XML
 * declaration, since servers send `text/xml` without a charset.
 *
 * @throws {RemoteError | CalendarError} for a Fault; `configuration` for what is no SOAP (a login page); `unknown-outcome` or `transient` for a
 * torn or foreign answer.
 */
export const openAnswer = (
  operation: Pick<EwsOperation<never, unknown>, 'name' | 'write'>,
  bytes: Uint8Array,
  facts: AnswerFacts,
): EwsAnswer => {
  const { write } = operation
  const plain: EwsFailure = { ...facts, code: null, write }
  const root = readXml(bytes, plain)
  const isSoap12 = root.name === soap12('Envelope')
  if (root.name !== soap('Envelope') && !isSoap12) throw notSoap(plain)
  const body = root.child((isSoap12 ? soap12 : soap)('Body'))
  const fault = body?.child((isSoap12 ? soap12 : soap)('Fault'))
  if (fault !== undefined) throw faultError(fault, plain)
  const response = body?.child(m(`${operation.name}Response`))
  if (response === undefined) throw torn(plain)
  // Of later versions something else may stand beside what is known.
  const own = (response.child(m('ResponseMessages'))?.elements ?? []).filter(({ name }) => name.startsWith(m('')))
  const messages = own.map((element) => messageOf(element, plain))
  return {
    response,
    messages,
    only() {
      const [message] = messages
      if (message === undefined) throw torn(plain)
      if (message.error !== null) throw message.error
      return message.element
    },
  }
}

const readXml = (bytes: Uint8Array, plain: EwsFailure): XmlElement => {
  try {
    return parseXml(bytes, limits)
  } catch (error) {
    if (!XmlError.is(error)) throw error
    // A status that says what is wrong is worth more than the page that came with it.
    if (plain.status !== 200) throw failureOf(plain)
    const head = new TextDecoder().decode(bytes.subarray(0, 1000)).trimStart()
    if (error.code === 'limit-exceeded') throw remoteError(plain.write ? 'unknown-outcome' : 'too-big', plain, error)
    if (/^<(?:!doctype|html)/i.test(head)) throw notSoap(plain)
    throw torn(plain, error)
  }
}

const notSoap = (plain: EwsFailure): RemoteError | CalendarError =>
  plain.status === 200 ? remoteError('configuration', { ...plain, code: 'WebPage' }) : failureOf(plain)

/** Truncated, or the answer to something else: nobody knows what was done. */
const torn = (plain: EwsFailure, cause?: unknown): RemoteError =>
  remoteError(plain.write ? 'unknown-outcome' : 'transient', plain, cause)

const errorsNamespace = 'http://schemas.microsoft.com/exchange/services/2006/errors'

/** The code stands in `detail`, or only in `faultcode`, with or without a prefix. */
const faultError = (fault: XmlElement, plain: EwsFailure): CalendarError | RemoteError => {
  const detail = fault.child('detail') ?? fault.child(soap('detail')) ?? fault.child(soap12('Detail'))
  const stated = detail?.child(`{${errorsNamespace}}ResponseCode`)?.text.trim() ?? ''
  const faultcode = faultCodeOf(fault)
  const code = stated !== '' ? stated : /^Error/.test(faultcode) ? faultcode : null
  const values = detail?.child(t('MessageXml'))?.elements ?? []
  const backOff = backOffOf(values)
  const failure = { ...plain, code, retryAfterMs: backOff ?? plain.retryAfterMs }
  if (code === null) {
    const isClient = /^(?:Client|Sender)$/i.test(faultcode)
    return isClient ? remoteError('request', failure) : failureOf({ ...failure, status: Math.max(500, plain.status) })
  }
  return failureOf(failure)
}

/** Of SOAP 1.1, with or without its namespace, or of 1.2, where a code within the code says more. */
const faultCodeOf = (fault: XmlElement): string => {
  const code = fault.child(soap12('Code'))
  const element =
    fault.child('faultcode') ??
    fault.child(soap('faultcode')) ??
    code?.child(soap12('Subcode'))?.child(soap12('Value')) ??
    code?.child(soap12('Value'))
  return element?.text.trim().replace(/^.*:/, '') ?? ''
}

const backOffOf = (values: readonly XmlElement[]): number | null => {
  const value = values.find((element) => element.attributes.get('Name') === 'BackOffMilliseconds')
  const ms = Number(value?.text.trim() ?? Number.NaN)
  return Number.isFinite(ms) && ms >= 0 ? ms : null
}

const messageOf = (element: XmlElement, plain: EwsFailure): ResponseMessage => {
  const code = element.child(m('ResponseCode'))?.text.trim() ?? ''
  const kind = element.attributes.get('ResponseClass')
  // Some say the class only, others the code only.
  const isTold = kind !== undefined || code !== ''
  const isFine =
    kind === 'Success' ||
    (kind === 'Warning' && code !== 'ErrorBatchProcessingStopped') ||
    (kind === undefined && code === 'NoError') ||
    !isTold
  if (isFine) return { element, code, error: null }
  const retryAfterMs = backOffOf(element.child(m('MessageXml'))?.elements ?? []) ?? plain.retryAfterMs
  return { element, code, error: failureOf({ ...plain, code: code === '' ? null : code, retryAfterMs }) }
}
