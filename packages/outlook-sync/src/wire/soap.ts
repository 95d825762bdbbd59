import { clark, defaultXmlLimits, escapeText, parseXml, splitClark, type XmlElement, XmlError } from '@dayport/core/xml'

import { attributesText } from './markup.ts'

/** Of the operations and their answers. MS-LISTSWS 2.2.1. */
export const soapNamespace = 'http://schemas.microsoft.com/sharepoint/soap/'

/** SOAP 1.1 and 1.2; a client is answered in its own. MS-LISTSWS 2.1. */
export type SoapVersion = '1.1' | '1.2'

const envelopes: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

/** Who is at fault: SOAP 1.1 §4.4.1. SOAP 1.2 says Sender and Receiver for the first two. */
export type FaultCode = 'Client' | 'Server' | 'MustUnderstand' | 'VersionMismatch'

/** A call that is refused as a whole. `code` is the error code of MS-LISTSWS, `null` where it has none. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault'
  readonly fault: FaultCode
  readonly code: string | null
  constructor(fault: FaultCode, code: string | null, message: string) {
    super(message)
    this.fault = fault
    this.code = code
  }
}

/** "List does not exist": also what somebody without rights is told. */
export const listMissing = (): SoapFault =>
  new SoapFault('Server', '0x82000006', 'List does not exist. It may have been deleted, or is not open to you.')

export const parameterMissing = (name: string): SoapFault =>
  new SoapFault('Server', '0x82000001', `Parameter ${name} is missing or invalid.`)

/** What a client asks. */
export interface SoapCall {
  readonly version: SoapVersion
  /** Local name of the body's element. */
  readonly operation: string
  readonly element: XmlElement
}

/** Local names: some clients write parameters without the namespace. */
export const localName = (element: XmlElement): string => splitClark(element.name).local

export const childNamed = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.elements.find((child) => localName(child) === name)

/**
 * The XML inside a parameter: its first element, or, from clients that escape it, the document that its text is.
 *
 * @throws {SoapFault} for text that is no XML.
 */
export const fragmentOf = (parameter: XmlElement | undefined): XmlElement | undefined => {
  if (parameter === undefined) return undefined
  const [first] = parameter.elements
  if (first !== undefined) return first
  const text = parameter.text.trim()
  if (text === '') return undefined
  try {
    return parseXml(text)
  } catch (error) {
    if (XmlError.is(error)) throw parameterMissing(localName(parameter))
    throw error
  }
}

/** The text of a parameter, trimmed; `''` when it is absent. */
export const textOf = (element: XmlElement | undefined): string => element?.text.trim() ?? ''

const withoutNamespaces = (element: XmlElement): string => {
  const name = localName(element)
  const own = attributesText([...element.attributes].map(([key, value]) => [splitClark(key).local, value]))
  const inside = element.children.map((child) =>
    typeof child === 'string' ? escapeText(child) : withoutNamespaces(child),
  )
  return `<${name}${own}>${inside.join('')}</${name}>`
}

/** Text, and what stands in it as elements, as text without namespaces: XML in a field comes both escaped and not. */
export const contentOf = (element: XmlElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : withoutNamespaces(child))).join('')

const versionOf = (root: XmlElement): SoapVersion | null => {
  if (root.name === clark(envelopes['1.1'], 'Envelope')) return '1.1'
  return root.name === clark(envelopes['1.2'], 'Envelope') ? '1.2' : null
}

const asksToUnderstand = (header: XmlElement, version: SoapVersion): boolean => {
  const value = header.attributes.get(clark(envelopes[version], 'mustUnderstand'))?.trim().toLowerCase()
  return value === '1' || value === 'true'
}

/**
 * Reads an envelope, by namespaces and never by prefixes.
 *
 * @throws {SoapFault} `Client` for what is no envelope with one known namespace and one element in its body.
 */
export const readCall = (body: Uint8Array, maxBytes: number): SoapCall => {
  let root: XmlElement
  try {
    root = parseXml(body, { ...defaultXmlLimits, maxBytes })
  } catch (error) {
    if (XmlError.is(error)) throw new SoapFault('Client', null, `Server was unable to read request: ${error.message}`)
    throw error
  }
  const version = versionOf(root)
  if (version === null) {
    const isEnvelope = localName(root) === 'Envelope'
    throw new SoapFault(isEnvelope ? 'VersionMismatch' : 'Client', null, 'Expected an envelope of SOAP 1.1 or 1.2')
  }
  const header = root.child(clark(envelopes[version], 'Header'))
  if (header?.elements.some((entry) => asksToUnderstand(entry, version))) {
    throw new SoapFault('MustUnderstand', null, 'A header that must be understood is not')
  }
  const elements = root.child(clark(envelopes[version], 'Body'))?.elements ?? []
  const [element] = elements
  if (element === undefined || elements.length !== 1) {
    throw new SoapFault('Client', null, 'Expected one element in the body')
  }
  const { namespace, local } = splitClark(element.name)
  if (namespace !== soapNamespace) throw new SoapFault('Client', null, 'Expected an operation of the Lists service')
  return { version, operation: local, element }
}

/** `SOAPAction` of MS-LISTSWS 3.1.4, without its quotes; `null` when it names no operation of the service. */
export const actionOf = (request: Request): string | null => {
  const fromType = /;\s*action\s*=\s*"?([^";]+)"?/i.exec(request.headers.get('content-type') ?? '')?.[1]
  const action = (request.headers.get('soapaction') ?? fromType ?? '').trim().replace(/^"|"$/g, '')
  return action.startsWith(soapNamespace) ? action.slice(soapNamespace.length) : null
}

export const contentTypes: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml; charset=utf-8',
  '1.2': 'application/soap+xml; charset=utf-8',
}

/** Up to the body's content. */
export const envelopeStart = (version: SoapVersion): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${envelopes[version]}"` +
  ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'

export const envelopeEnd = '</soap:Body></soap:Envelope>'

const detailOf = ({ code, message }: SoapFault): string => {
  const errorCode = code === null ? '' : `<errorcode xmlns="${soapNamespace}">${escapeText(code)}</errorcode>`
  return `<errorstring xmlns="${soapNamespace}">${escapeText(message)}</errorstring>${errorCode}`
}

const codes12: Readonly<Record<FaultCode, string>> = {
  Client: 'Sender',
  Server: 'Receiver',
  MustUnderstand: 'MustUnderstand',
  VersionMismatch: 'VersionMismatch',
}

/** The fault as an answer: MS-LISTSWS 2.2.4.1 in the detail, where it is the service's and not SOAP's own. */
export const faultResponse = (fault: SoapFault, version: SoapVersion, headers: HeadersInit): Response => {
  const isOurs = fault.fault === 'Server'
  const text = isOurs
    ? "Exception of type 'Microsoft.SharePoint.SoapServer.SoapServerException' was thrown."
    : fault.message
  const detail = isOurs ? detailOf(fault) : ''
  const body =
    version === '1.1'
      ? `<soap:Fault><faultcode>soap:${fault.fault}</faultcode><faultstring>${escapeText(text)}</faultstring>` +
        `<detail>${detail}</detail></soap:Fault>`
      : `<soap:Fault><soap:Code><soap:Value>soap:${codes12[fault.fault]}</soap:Value></soap:Code><soap:Reason>` +
        `<soap:Text xml:lang="en">${escapeText(text)}</soap:Text></soap:Reason><soap:Detail>${detail}</soap:Detail></soap:Fault>`
  const all = new Headers(headers)
  all.set('content-type', contentTypes[version])
  // SOAP 1.1 §6.2 knows only 500; SOAP 1.2 part 2 §7.4.2 says 400 when the sender is at fault.
  const status = version === '1.2' && fault.fault === 'Client' ? 400 : 500
  return new Response(`${envelopeStart(version)}${body}${envelopeEnd}`, { status, headers: all })
}
