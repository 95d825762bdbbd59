import { createXmlElement, parseXml, type XmlElement } from '@dayport/core/xml'
import { createFakeEws } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { createEwsClient } from './client.ts'
import { createEwsPeer } from './peer.ts'
import { calendar, textOf } from './test-peer.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const nameOf = ({ name }: XmlElement) => {
  const match = /^(?:\{(.*)\})?(.*)$/.exec(name)
  return { namespace: match?.[1] ?? '', local: match?.[2] ?? '' }
}

const attributesOf = (element: XmlElement): string =>
  [...element.attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join('')

interface Style {
  /** Start and end of an element. */
  readonly tags?: (element: XmlElement) => readonly [string, string]
  readonly text?: (text: string) => string
  readonly children?: (element: XmlElement) => readonly (string | XmlElement)[]
  /** Behind each child of an element that has others. */
  readonly filler?: string
}

/** Writes a tree in another manner. */
const rewrite = (element: XmlElement, style: Style): string => {
  const { namespace, local } = nameOf(element)
  const [open, close] = style.tags?.(element) ?? [
    `<${local} xmlns="${namespace}"${attributesOf(element)}>`,
    `</${local}>`,
  ]
  const children = style.children?.(element) ?? element.children
  const parts = children.map((child) =>
    typeof child === 'string' ? (style.text ?? escaped)(child) : rewrite(child, style),
  )
  const filler = element.elements.length > 0 ? (style.filler ?? '') : ''
  return open + parts.map((part) => part + filler).join('') + close
}

const restyled =
  (style: Style) =>
  (xml: string): string =>
    `<?xml version="1.0" encoding="utf-8"?>${rewrite(parseXml(xml), style)}`

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

const prefixed = (element: XmlElement): readonly [string, string] => {
  const { namespace, local } = nameOf(element)
  const tag = namespace === '' ? local : `x-${local.length}:${local}`
  const declared = namespace === '' ? '' : ` xmlns:x-${local.length}="${namespace}"`
  return [`<${tag}${declared}${attributesOf(element)}>`, `</${tag}>`]
}

const isItem = (element: XmlElement): boolean => nameOf(element).local === 'CalendarItem'

const withoutKey = (element: XmlElement): XmlElement =>
  createXmlElement(element.name, {
    attributes: new Map([...element.attributes].filter(([name]) => name !== 'ChangeKey')),
    children: element.children,
  })

/** What a server may leave out, because nobody set it or it does not know it. */
const optional = new Set(
  'ItemClass Importance DateTimeCreated HasAttachments LastModifiedTime IsMeeting IsCancelled IsRecurring IsResponseRequested MyResponseType AppointmentState StartTimeZoneId EndTimeZoneId IsOrganizer ServerVersionInfo Header MessageText DescriptiveLinkKey ConflictResults'.split(
    ' ',
  ),
)

/** The same answers, said otherwise. */
const manners: Readonly<Record<string, (xml: string) => Uint8Array<ArrayBuffer>>> = {
  'in default namespaces': (xml) => utf8(restyled({})(xml)),
  'with a prefix of its own on each element': (xml) => utf8(restyled({ tags: prefixed })(xml)),
  'with a byte order mark, comments and blanks': (xml) =>
    utf8(`\uFEFF${restyled({ filler: '\r\n\t<!-- <t:Subject>no</t:Subject> -->' })(xml)}\r\n`),
  'with elements that nobody knows': (xml) =>
    utf8(restyled({ filler: '<New xmlns="urn:new"><Subject>no</Subject></New><Subject xmlns="">no</Subject>' })(xml)),
  'with the fields of items the other way round': (xml) =>
    utf8(
      restyled({ children: (element) => (isItem(element) ? element.elements.toReversed() : element.children) })(xml),
    ),
  'with text in CDATA and character references': (xml) =>
    utf8(
      restyled({
        text: (text) =>
          text.length % 2 === 0
            ? `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
            : [...text].map((char) => `&#x${char.codePointAt(0)!.toString(16)};`).join(''),
      })(xml),
    ),
  'in UTF-16': (xml) => {
    const text = `\uFEFF<?xml version="1.0" encoding="utf-16"?>${rewrite(parseXml(xml), {})}`
    const bytes = new Uint8Array(text.length * 2)
    for (let at = 0; at < text.length; at += 1) new DataView(bytes.buffer).setUint16(at * 2, text.charCodeAt(at), true)
    return bytes
  },
  'with elements twice, fractions of seconds, and exceptions without a change key, as Gromox does': (xml) =>
    utf8(
      restyled({
        children: (element) =>
          element.children.flatMap((child) => {
            if (typeof child === 'string') return child
            if (isItem(element) && /Zone$|UID$/.test(nameOf(child).local)) return [child, child]
            return nameOf(element).local === 'Occurrence' ? withoutKey(child) : child
          }),
        text: (text) => escaped(text).replace(/(T\d\d:\d\d:\d\d)Z/g, '$1.016244800Z'),
      })(xml),
    ),
  'without what may be missing': (xml) =>
    utf8(
      restyled({
        children: (element) =>
          element.children.filter((child) => typeof child === 'string' || !optional.has(nameOf(child).local)),
      })(xml),
    ),
}

const series = calendar(
  [
    'DTSTART;TZID=Europe/Berlin:20261201T100000',
    'DTEND;TZID=Europe/Berlin:20261201T110000',
    'RRULE:FREQ=WEEKLY;COUNT=6',
    'EXDATE;TZID=Europe/Berlin:20261215T100000',
    'SUMMARY:R&D <plan> ]]> "x" Ж 😀',
    'DESCRIPTION:a\\nb & c',
    'CATEGORIES:<a>,&b',
    'LOCATION:Зал 1',
  ],
  [
    'RECURRENCE-ID;TZID=Europe/Berlin:20261208T100000',
    'DTSTART;TZID=Europe/Berlin:20261209T160000',
    'DTEND;TZID=Europe/Berlin:20261209T170000',
    'SUMMARY:moved',
  ],
)

const peerWith = (manner: (xml: string) => Uint8Array<ArrayBuffer>) => {
  let nowMs = Date.UTC(2026, 10, 26)
  const now = () => {
    nowMs += 1000
    return nowMs
  }
  const server = createFakeEws({ now })
  const otherwise: typeof fetch = async (input, init) => {
    const answer = await server.fetch(input, init)
    const bytes = manner(await answer.text())
    // In pieces of three bytes: characters and tags are cut.
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 3) controller.enqueue(bytes.slice(at, at + 3))
        controller.close()
      },
    })
    return new Response(body, { status: answer.status, headers: { 'Content-Type': 'text/xml' } })
  }
  const client = createEwsClient({
    url: 'https://mail.portal.test/EWS/Exchange.asmx',
    auth: { kind: 'basic', user: 'portal', password: 'secret' },
    fetch: otherwise,
    newId: () => 'id',
    now,
  })
  const mapping = { zone: 'Europe/Moscow', ownerAddresses: ['owner@portal.test'] }
  const peer = createEwsPeer({ client, folder: { distinguished: 'calendar' }, origin: 'portal-1/owner', mapping })
  return { server, peer }
}

describe.each(Object.keys(manners))('a server that answers %s', (name) => {
  const manner = manners[name]!

  it('is read as any other: items, the feed, searches and refusals', async () => {
    const { server, peer } = peerWith(manner)
    const { name: id, data } = await peer.put(null, series, undefined, { operationId: 'op' })
    expect(textOf(data)).toBe(textOf(series))
    const renamed = new TextEncoder().encode(textOf(series).replace('SUMMARY:moved', 'SUMMARY:moved again'))
    expect(textOf((await peer.put(id, renamed)).data)).toBe(textOf(renamed))
    await peer.put(id, series)
    const foreign = server.hand.add({
      subject: 'Theirs & <ours>',
      startMs: Date.UTC(2026, 11, 1, 9),
      endMs: Date.UTC(2026, 11, 1, 10),
    })
    expect(textOf((await peer.get(foreign))?.data)).toContain('SUMMARY:Theirs & <ours>\r\n')
    const page = await peer.changes(null)
    expect(page.changes.map((change) => change.name)).toEqual([id, foreign])
    expect((await peer.findByOperation('op'))?.name).toBe(id)
    expect(await peer.get('I-999')).toBeNull()
    server.hand.remove(foreign)
    expect((await peer.changes(page.token)).changes).toEqual([{ name: foreign, etag: null, origin: null }])
    server.failNext({ kind: 'fault', code: 'ErrorServerBusy', backOffMs: 4321 })
    await expect(peer.get(id)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 4321 })
    server.failNext({ kind: 'fault', code: 'ErrorInternalServerTransientError' })
    await expect(peer.get(id)).rejects.toMatchObject({ kind: 'transient' })
    await peer.delete(id)
    expect(server.mails).toEqual([])
    expect(server.hand.items).toEqual([])
  })
})
