import { createXmlWriter, parseXml, type XmlElement, XmlError, type XmlWriter } from '@dayport/core/xml'
import { createFakeCalendar, type FakeCalendar } from './fake-calendar.ts'
import type { FakeHand } from './fake-hand.ts'
import type { FakeEwsMail } from './fake-item.ts'
import { answerOperation, knowsSubscriptions, writeStreamPart } from './operations.ts'
import { refusalOf, saidOtherwise } from './shortcomings.ts'
import { documentedTraits, type FakeEwsTraits } from './traits.ts'
import {
  EwsFault,
  errorsNamespace,
  localOf,
  m,
  messagesNamespace,
  s,
  soapNamespace,
  t,
  typesNamespace,
} from './wire.ts'

/** What goes wrong with a request, on demand. */
export type FakeEwsFault =
  /** A Fault of that code, with `BackOffMilliseconds` where given. */
  | { readonly kind: 'fault'; readonly code: string; readonly backOffMs?: number }
  /** That code for each item of the answer, undone; of a reading, for those from number `from` on. */
  | { readonly kind: 'item'; readonly code: string; readonly from?: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** A login page with 200. */
  | { readonly kind: 'html' }
  /** Done, and not answered. */
  | { readonly kind: 'lost' }
  /** Neither done nor answered. */
  | { readonly kind: 'refused' }
  /** Done, and the answer breaks off. */
  | { readonly kind: 'torn' }

export interface SeenEwsRequest {
  readonly operation: string
  readonly body: string
  readonly headers: Headers
}

export interface FakeEwsOptions {
  readonly now: () => number
  readonly traits?: Partial<FakeEwsTraits>
  /** Names and passwords that Basic accepts; default: everybody may. */
  readonly accounts?: ReadonlyMap<string, string>
  /** SMTP address of the mailbox. Default `owner@portal.test`. */
  readonly mailbox?: string
  /** SMTP addresses by directory names, which the mailbox's people are then told by. */
  readonly directory?: ReadonlyMap<string, string>
}

/** A mailbox behind Exchange Web Services: real XML over HTTP, whatever client asks. */
export interface FakeEws {
  handle(request: Request): Promise<Response>
  /** The same as a `fetch`, which fails as the network does. */
  readonly fetch: typeof fetch
  /** The next `times` requests for that operation (any, without one) fail so. */
  failNext(fault: FakeEwsFault, options?: { readonly operation?: string; readonly times?: number }): void
  /** Decides for each request whether it fails, after those of `failNext`. Default: none does. */
  faults: (request: SeenEwsRequest) => FakeEwsFault | null
  /** Ends the open streams, as servers do when their time is over. */
  endStreams(): void
  readonly mails: readonly FakeEwsMail[]
  readonly requests: SeenEwsRequest[]
  /** What people do in Outlook. */
  readonly hand: FakeHand
}

export const createFakeEws = (options: FakeEwsOptions): FakeEws => {
  const traits: FakeEwsTraits = { ...documentedTraits, ...options.traits }
  const mails: FakeEwsMail[] = []
  const requests: SeenEwsRequest[] = []
  const queue: { readonly fault: FakeEwsFault; readonly operation: string | null; left: number }[] = []
  let faults: FakeEws['faults'] = () => null
  const calendar: FakeCalendar = createFakeCalendar({
    now: options.now,
    traits,
    mailbox: options.mailbox ?? 'owner@portal.test',
    directory: options.directory ?? new Map(),
    mail: (mail) => void mails.push(mail),
    changed: (folder) => {
      for (const tell of streams) tell(folder)
    },
  })
  /** Open streams; `null` ends one. */
  const streams = new Set<(folder: string | null) => void>()

  const openStream = (operation: XmlElement, signal: AbortSignal): Response => {
    const ids = (operation.child(m('SubscriptionIds'))?.elements ?? []).map(({ text }) => text)
    if (!knowsSubscriptions(calendar, ids)) throw new EwsFault('ErrorSubscriptionNotFound')
    const part = (folder: string | null, closed = false) =>
      new TextEncoder().encode(envelope((writer) => writeStreamPart(writer, calendar, ids, folder, closed)))
    let tell: (folder: string | null) => void = () => {}
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const end = () => {
          streams.delete(tell)
          controller.close()
        }
        tell = (folder) => {
          controller.enqueue(part(folder, folder === null))
          if (folder === null) end()
        }
        streams.add(tell)
        const abort = () => {
          if (streams.delete(tell)) controller.error(signal.reason)
        }
        signal.addEventListener('abort', abort)
        controller.enqueue(part(null))
        if (signal.aborted) abort()
      },
      cancel: () => void streams.delete(tell),
    })
    return new Response(body, { headers: { 'Content-Type': 'text/xml; charset=utf-8' } })
  }

  const soapAnswer = (xml: string, status: number): Response => {
    const headers = {
      'Content-Type': traits.withoutCharset ? 'text/xml' : 'text/xml; charset=utf-8',
      'Set-Cookie': 'exchangecookie=abc123; path=/; HttpOnly',
      Date: new Date(calendar.now()).toUTCString(),
    }
    return new Response(new TextEncoder().encode(xml), { status, headers })
  }

  const takeFault = (request: SeenEwsRequest): FakeEwsFault | null => {
    const { operation } = request
    const found = queue.find((each) => each.left > 0 && (each.operation === null || each.operation === operation))
    if (found === undefined) return faults(request)
    found.left -= 1
    return found.fault
  }

  const handle = async (request: Request): Promise<Response> => {
    if (!isAllowed(request, options.accounts)) {
      return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="exchange"' } })
    }
    const text = await request.text()
    let root: XmlElement
    try {
      root = parseXml(text)
    } catch (error) {
      if (!XmlError.is(error)) throw error
      return soapAnswer(faultXml(new EwsFault('ErrorSchemaValidation')), traits.faultStatus)
    }
    const operation = root.child(s('Body'))?.elements[0]
    const name = operation === undefined ? '' : localOf(operation)
    const seen = { operation: name, body: text, headers: request.headers }
    requests.push(seen)
    const lack = traits.lacks[name]
    if (lack === 'page') return new Response('<html><body>Server Error</body></html>', { status: 500 })
    if (lack === 'fault') return soapAnswer(faultXml(new EwsFault('ErrorInvalidOperation')), traits.faultStatus)
    const refusal = operation === undefined ? null : refusalOf(traits, root, operation)
    if (refusal === 'page') return new Response('<html><body>Server Error</body></html>', { status: 500 })
    if (refusal !== null) return soapAnswer(faultXml(refusal), traits.faultStatus)
    const fault = takeFault(seen)
    if (fault?.kind === 'refused') throw networkError()
    if (fault?.kind === 'status') {
      const headers = fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter }
      return new Response('<html>no</html>', {
        status: fault.status,
        headers: { 'Content-Type': 'text/html', ...headers },
      })
    }
    if (fault?.kind === 'html') {
      return new Response('<!DOCTYPE html><html><body>Sign in</body></html>', {
        headers: { 'Content-Type': 'text/html' },
      })
    }
    if (fault?.kind === 'fault') {
      return soapAnswer(faultXml(new EwsFault(fault.code, fault.backOffMs ?? null)), traits.faultStatus)
    }
    try {
      if (operation === undefined) throw new EwsFault('ErrorInvalidRequest')
      if (name === 'GetStreamingEvents' && fault === null) return openStream(operation, request.signal)
      const itemFault = fault?.kind === 'item' ? fault : null
      const answer = envelope((writer) => answerOperation(writer, calendar, operation, itemFault))
      const xml = saidOtherwise(traits, answer)
      if (fault?.kind === 'lost') throw networkError()
      return soapAnswer(fault?.kind === 'torn' ? xml.slice(0, xml.length / 2) : xml, 200)
    } catch (error) {
      if (!(error instanceof EwsFault)) throw error
      return soapAnswer(faultXml(error), traits.faultStatus)
    }
  }

  return {
    handle,
    fetch: async (input, init) => {
      init?.signal?.throwIfAborted()
      return handle(new Request(input, init))
    },
    failNext(fault, { operation, times = 1 } = {}) {
      queue.push({ fault, operation: operation ?? null, left: times })
    },
    get faults() {
      return faults
    },
    set faults(next) {
      faults = next
    },
    endStreams: () => {
      for (const tell of [...streams]) tell(null)
    },
    mails,
    requests,
    hand: calendar.hand,
  }
}

const networkError = (): TypeError => new TypeError('fetch failed')

const isAllowed = (request: Request, accounts: ReadonlyMap<string, string> | undefined): boolean => {
  if (accounts === undefined) return true
  const given = /^Basic (.+)$/.exec(request.headers.get('Authorization') ?? '')?.[1]
  if (given === undefined) return false
  const text = new TextDecoder().decode(Uint8Array.from(atob(given), (char) => char.charCodeAt(0)))
  const colon = text.indexOf(':')
  return accounts.get(text.slice(0, colon)) === text.slice(colon + 1)
}

const envelope = (write: (writer: XmlWriter) => void): string => {
  const writer = createXmlWriter({ namespaces: { s: soapNamespace, t: typesNamespace, m: messagesNamespace } })
  writer.open(s('Envelope')).open(s('Header'))
  writer.element(t('ServerVersionInfo'), '', {
    MajorVersion: '15',
    MinorVersion: '1',
    MajorBuildNumber: '2507',
    MinorBuildNumber: '6',
    Version: 'Exchange2016',
  })
  writer.close().open(s('Body'))
  write(writer)
  return writer.close().close().take()
}

const faultXml = (fault: EwsFault): string =>
  envelope((writer) => {
    writer.open(s('Fault')).element('faultcode', `t:${fault.code}`).element('faultstring', 'The server cannot do this.')
    writer.open('detail').element(`{${errorsNamespace}}ResponseCode`, fault.code)
    if (fault.backOffMs !== null) {
      writer.open(t('MessageXml')).element(t('Value'), String(fault.backOffMs), { Name: 'BackOffMilliseconds' }).close()
    }
    writer.close().close()
  })
