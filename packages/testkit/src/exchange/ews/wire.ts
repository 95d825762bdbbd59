import { type ClarkName, clark, createXmlElement, type XmlElement, type XmlWriter } from '@dayport/core/xml'

export const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
export const typesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/types'
export const messagesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/messages'
export const errorsNamespace = 'http://schemas.microsoft.com/exchange/services/2006/errors'

export const t = (local: string): ClarkName => clark(typesNamespace, local)
export const m = (local: string): ClarkName => clark(messagesNamespace, local)
export const s = (local: string): ClarkName => clark(soapNamespace, local)

/** A failure as the service says it: of one item, or as a Fault of the whole call. */
export class EwsFault extends Error {
  readonly code: string
  readonly backOffMs: number | null

  constructor(code: string, backOffMs: number | null = null) {
    super(code)
    this.name = 'EwsFault'
    this.code = code
    this.backOffMs = backOffMs
  }
}

/** A types element with text. */
export const element = (local: string, text: string, attributes: Readonly<Record<string, string>> = {}): XmlElement =>
  createXmlElement(t(local), {
    prefix: 't',
    attributes: new Map(Object.entries(attributes)),
    children: text === '' ? [] : [text],
  })

export const parent = (local: string, children: readonly XmlElement[]): XmlElement =>
  createXmlElement(t(local), { prefix: 't', children })

/** Local name of an element. */
export const localOf = ({ name }: XmlElement): string => name.slice(name.lastIndexOf('}') + 1)

/** Copies elements into an answer. */
export const copy = (writer: XmlWriter, elements: readonly XmlElement[]): void => {
  for (const child of elements) {
    writer.open(child.name, child.attributes)
    for (const part of child.children) {
      if (typeof part === 'string') writer.text(part)
      else copy(writer, [part])
    }
    writer.close()
  }
}

export const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** An xs:dateTime; without an offset in the zone of the request. */
export const readInstant = (text: string, toInstant: (localMs: number) => number): number => {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text.trim())
  if (match === null) throw new EwsFault('ErrorInvalidRequest')
  return match[2] === undefined ? toInstant(Date.parse(`${match[1]}Z`)) : Date.parse(`${match[1]}${match[2]}`)
}
