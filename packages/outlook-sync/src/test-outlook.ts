import type { Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { parseXml, type XmlElement } from '@dayport/core/xml'
import { createOutlookConnections } from './connections.ts'
import { createOutlookHandler } from './handler.ts'
import type { OutlookHandlerOptions } from './handler-options.ts'
import { createListService } from './list/index.ts'
import { createMemoryOutlook } from './memory-store.ts'
import { soapNamespace } from './wire/soap.ts'

export const ann: Principal = { id: 'ann', groups: [] }
export const bob: Principal = { id: 'bob', groups: [] }

/** One VEVENT as an object. */
export const eventOf = (name: string, ...lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN', 'BEGIN:VEVENT', `UID:${name}`, 'DTSTAMP:20260101T000000Z']
      .concat(lines, ['END:VEVENT', 'END:VCALENDAR', ''])
      .join('\r\n'),
  )

/** `parameters` is the inside of the operation's element. */
export const envelope = (operation: string, parameters: string): string =>
  `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><${operation} xmlns="${soapNamespace}">${parameters}</${operation}></Body></Envelope>`

/** Name of an element or attribute in the Lists namespace. */
export const sp = (local: string): string => `{${soapNamespace}}${local}`

/** The first element of that local name, anywhere. */
export const find = (root: XmlElement, local: string): XmlElement | undefined => {
  if (root.name.replace(/^\{.*\}/, '') === local) return root
  for (const child of root.elements) {
    const found = find(child, local)
    if (found !== undefined) return found
  }
  return undefined
}

/** All elements of that local name, in their order. */
export const findAll = (root: XmlElement, local: string): XmlElement[] => [
  ...(root.name.replace(/^\{.*\}/, '') === local ? [root] : []),
  ...root.elements.flatMap((child) => findAll(child, local)),
]

/** A calendar of Ann's behind a handler, with one connection to it. */
export const openOutlook = async (options: Partial<OutlookHandlerOptions> = {}) => {
  let nowMs = Date.UTC(2026, 2, 1, 12)
  let ids = 0
  const newId = (): string => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`
  const now = (): number => nowMs
  const { store, bindings, connections: connectionStore } = createMemoryOutlook(createMemoryStore({ now, newId }))
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize })
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const lists = createListService({
    service,
    authorize,
    bindings,
    timeZoneOf: () => 'Europe/Moscow',
    now,
    newId,
    onError,
  })
  const connections = createOutlookConnections({ store: connectionStore, key: new Uint8Array(32), now, newId })
  const calendar = (await store.createCalendar({ owner: 'ann', name: 'work', displayName: 'Work' })).id
  const handler = createOutlookHandler({
    lists,
    connections,
    principals: { principalOf: async (id) => ({ id, groups: [] }) },
    now,
    onError,
    ...options,
  })
  const connection = await connections.create({ principal: 'ann', calendar, name: 'PC' })
  const base = `https://portal.example/outlook/${await connections.address(connection)}`
  const guid = (await lists.identify({ principal: ann, calendar, connection: null }))?.guid ?? ''
  const send = (path: string, init: RequestInit = {}): Promise<Response> => handler(new Request(`${base}${path}`, init))
  const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    send('/_vti_bin/lists.asmx', {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
      body,
    })
  /** The parsed envelope of an answer; faults too. */
  const call = async (operation: string, parameters: string): Promise<XmlElement> =>
    parseXml(await (await post(envelope(operation, `<listName>{${guid}}</listName>${parameters}`))).text())
  return {
    store,
    service,
    lists,
    bindings,
    connections,
    connection,
    calendar,
    handler,
    base,
    guid,
    errors,
    send,
    post,
    call,
    put: (name: string, ...lines: string[]) => service.putObject(ann, { calendar, name }, eventOf(name, ...lines)),
    text: async (name: string) =>
      new TextDecoder().decode((await service.getObject(ann, { calendar, name }))?.data ?? new Uint8Array()),
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

/** `Batch` of methods, each `[command, fields, bag]`. */
export const updates = (
  methods: readonly (readonly [string, Readonly<Record<string, string>>, Readonly<Record<string, string>>?])[],
  attributes = 'OnError="Continue" DateInUtc="TRUE" Properties="TRUE"',
): string => {
  const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const method = ([command, fields, bag = {}]: (typeof methods)[number], index: number): string => {
    const own = Object.entries(fields).map(([name, value]) => `<Field Name="${name}">${xml(value)}</Field>`)
    const properties = Object.entries(bag).map(
      ([name, value]) => `<Field Name="MetaInfo" Property="${name}">${xml(value)}</Field>`,
    )
    return `<Method ID="${index}" Cmd="${command}">${own.join('')}${properties.join('')}</Method>`
  }
  return `<updates><Batch ${attributes}>${methods.map(method).join('')}</Batch></updates>`
}

/** Lines of an event of an hour. */
export const single = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:One']
/** Namespace of an envelope of SOAP 1.2. */
export const soap12 = 'http://www.w3.org/2003/05/soap-envelope'

/** What a fault says. */
export const faultIn = async (response: Response) => {
  const root = parseXml(await response.text())
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    code: find(root, 'errorcode')?.text ?? null,
    who: find(root, 'faultcode')?.text ?? find(root, 'Value')?.text ?? null,
    root,
  }
}
