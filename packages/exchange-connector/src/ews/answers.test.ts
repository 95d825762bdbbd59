import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CalendarError, RemoteError } from '@dayport/core'
import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { type AnswerFacts, type EwsOperation, openAnswer } from './envelope.ts'
import { soap } from './names.ts'
import { operations } from './operations/index.ts'

const fixtures = process.env.DAYPORT_EXCHANGE_FIXTURES
const facts: AnswerFacts = { status: 200, requestId: 'r-1', retryAfterMs: null }

const filesOf = (folder: string, pattern: RegExp): readonly string[] => {
  const path = fixtures === undefined ? '' : join(fixtures, folder)
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => pattern.test(name))
        .map((name) => join(path, name))
    : []
}

/** The operation that an answer is of, by its own name. */
const operationOf = (bytes: Uint8Array): Pick<EwsOperation<never, unknown>, 'name' | 'write' | 'parse'> | null => {
  const name = parseXml(bytes).child(soap('Body'))?.elements[0]?.name ?? ''
  const local = /^\{http:\/\/schemas\.microsoft\.com\/exchange\/services\/2006\/messages\}(\w+)Response$/.exec(
    name,
  )?.[1]
  if (local === undefined) return null
  return (
    operations.find((operation) => operation.name === local) ?? { name: local, write: false, parse: () => undefined }
  )
}

/** Reads an answer as the client would; an error that it tells is an answer too. */
const outcomeOf = (bytes: Uint8Array, status = 200): unknown => {
  const operation = operationOf(bytes)
  if (operation === null) return 'not ours'
  try {
    return operation.parse(openAnswer(operation, bytes, { ...facts, status })) ?? 'nothing'
  } catch (error) {
    if (CalendarError.is(error) || RemoteError.is(error)) return error
    throw error
  }
}

/** The answers of a trace, with their HTTP status: their lines begin with `<`, and what follows the headers is the text. */
const answersOf = (trace: string): readonly { readonly status: number; readonly text: string }[] =>
  trace.split(/^(?=< HTTP\/)/m).flatMap((part) => {
    const status = Number(/^< HTTP\/\S+ (\d+)/.exec(part)?.[1])
    const lines = part.split(/\r?\n/)
    const from = lines.findIndex((line) => /^<\s*$/.test(line))
    const body = lines.slice(from + 1, lines.findLastIndex((line) => line.startsWith('<')) + 1)
    const text = body.map((line) => line.replace(/^< ?/, '')).join('\n')
    return status > 0 && text.includes('Envelope') ? [{ status, text }] : []
  })

describe.skipIf(fixtures === undefined)('answers of real servers (DAYPORT_EXCHANGE_FIXTURES)', () => {
  it.each(filesOf('ews-docs', /Response/))('reads the vendor example %s', (path) => {
    const outcome = outcomeOf(readFileSync(path))
    expect(outcome).toBeDefined()
    const text = readFileSync(path, 'utf8')
    // An example of success must not be taken for a failure.
    if (!text.includes('ResponseClass="Error"') && !text.includes('ResponseClass="Warning"')) {
      expect(outcome).not.toBeInstanceOf(Error)
    }
  })

  it.each(filesOf('ews-traces', /trace\.txt$/))('reads what a server of 2007 or 2010 answers in %s', (path) => {
    const answers = answersOf(readFileSync(path, 'utf8'))
    expect(answers.length).toBeGreaterThan(0)
    for (const { status, text } of answers) {
      const outcome = outcomeOf(new TextEncoder().encode(text), status)
      const code = /<(?:\w+:)?ResponseCode[^>]*>(Error\w+)</.exec(text)?.[1]
      if (code === undefined) expect(outcome).not.toBeInstanceOf(Error)
      else if (outcome instanceof Error) expect(JSON.stringify([outcome, { ...outcome }])).toContain(code)
    }
  })

  it.each(filesOf('ews-recorded', /response\.xml$/))('reads the recording %s', (path) => {
    expect(outcomeOf(readFileSync(path))).toBeDefined()
  })
})

const fault = (detail: string, code = 'a:ErrorServerBusy') => `<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">${code}</faultcode><faultstring xml:lang="en-US">secret words</faultstring><detail>${detail}</detail></s:Fault></s:Body></s:Envelope>`

const opened = (text: string, status = 200, write = false): unknown => {
  try {
    openAnswer({ name: 'GetItem', write }, new TextEncoder().encode(text), { ...facts, status })
    return null
  } catch (error) {
    return error
  }
}

describe('answers that are no success', () => {
  it('finds a Fault under HTTP 200 and its BackOffMilliseconds', () => {
    const detail =
      '<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorServerBusy</e:ResponseCode>' +
      '<t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:Value Name="BackOffMilliseconds">297749</t:Value></t:MessageXml>'
    expect(opened(fault(detail))).toMatchObject({
      kind: 'throttled',
      code: 'ErrorServerBusy',
      retryAfterMs: 297_749,
      retryable: true,
    })
    expect(String(opened(fault(detail)))).not.toContain('secret words')
  })

  it('reads the code of a Fault without a prefix and without a detail', () => {
    expect(opened(fault('', 'ErrorImpersonateUserDenied'), 500)).toMatchObject({ kind: 'rights' })
    expect(opened(fault('', 'Client'), 500)).toMatchObject({ kind: 'request', retryable: false })
  })

  it.each([
    [401, 'credentials'],
    [403, 'rights'],
    [404, 'configuration'],
    [429, 'throttled'],
    [502, 'transient'],
    [503, 'throttled'],
    [504, 'too-big'],
  ])('takes the status %i of a page in HTML as %s', (status, kind) => {
    expect(opened('<!DOCTYPE html><html><p>no</html>', status)).toMatchObject({ kind, status })
  })

  it('takes a login page with 200 for a wrong address, never for an answer', () => {
    expect(opened('<html><body>Sign in</body></html>')).toMatchObject({ kind: 'configuration' })
  })

  it('leaves the outcome of a write open when its answer is torn or another one', () => {
    const torn = '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Bo'
    const other = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><x/></s:Body></s:Envelope>'
    expect(opened(torn, 200, true)).toMatchObject({ kind: 'unknown-outcome' })
    expect(opened(other, 200, true)).toMatchObject({ kind: 'unknown-outcome' })
    expect(opened(torn)).toMatchObject({ kind: 'transient' })
  })
})
