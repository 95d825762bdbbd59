import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CalendarError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { fromGraph } from './from-graph.ts'
import { readEvent } from './mailbox.ts'
import { openTestGraph, user } from './test-graph.ts'
import { deltaPage, notifications } from './wire.ts'

const fixtures = process.env.DAYPORT_EXCHANGE_FIXTURES
const folder = fixtures === undefined ? '' : join(fixtures, 'graph')
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
const load = (name: string): Json => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json
type Json = Readonly<Record<string, unknown>>

const options = { zone: 'UTC', origin: 'portal.example/anna', participantsHeading: 'Participants' }

/** What an example is, by its own members. */
const kindOf = (json: Json): 'error' | 'notifications' | 'feed' | 'event' => {
  if ('error' in json) return 'error'
  if (!Array.isArray(json.value)) return 'event'
  return json.value.some((item: Json) => 'subscriptionId' in item) ? 'notifications' : 'feed'
}

/** Members of `shown`, also inner ones, that `known` lacks or has in another type. */
const missing = (shown: unknown, known: unknown, path = ''): readonly string[] => {
  if (shown === null || known === null) return []
  if (Array.isArray(shown)) {
    return Array.isArray(known)
      ? shown.slice(0, 1).flatMap((item) => missing(item, known[0] ?? item, `${path}[]`))
      : [path]
  }
  if (typeof shown !== 'object') return typeof shown === typeof known ? [] : [path]
  if (typeof known !== 'object') return [path]
  return Object.entries(shown).flatMap(([name, value]) =>
    name in known! ? missing(value, (known as Json)[name], `${path}.${name}`) : [`${path}.${name}`],
  )
}

const send = async (
  test: ReturnType<typeof openTestGraph>,
  body: unknown,
): Promise<{ readonly id: string; readonly json: Json }> => {
  const path = `/users/${user}/calendars/calendar/events`
  const answer = await test.client.send(user, { method: 'POST', path, body })
  const json = answer.body as Json
  return { id: String(json.id), json }
}

describe.skipIf(files.length === 0)('the vendor’s own examples for Graph', () => {
  it.each(files)('%s is read', (name) => {
    const json = load(name)
    switch (kindOf(json)) {
      case 'error': {
        const error = failureOf({ status: 410, body: json, header: () => null, write: false, nowMs: 0 })
        expect(CalendarError.is(error, 'invalid-sync-token')).toBe(true)
        return
      }
      case 'notifications':
        expect(notifications.parse(json).value.length).toBeGreaterThan(0)
        return
      case 'feed': {
        const page = deltaPage.parse(json)
        expect(page['@odata.nextLink'] ?? page['@odata.deltaLink']).toMatch(/^https:/)
        const items = (json.value as readonly Json[]).filter(
          (item) => !('@removed' in item) && item.type !== 'occurrence',
        )
        for (const item of items) {
          const whole = { cancelledOccurrences: [], exceptionOccurrences: [], ...item }
          expect(fromGraph(readEvent(whole), options).subject).toBe(item.subject)
        }
        return
      }
      case 'event': {
        // A request has no id yet.
        const event = fromGraph(
          readEvent({ id: 'x', cancelledOccurrences: [], exceptionOccurrences: [], ...json }),
          options,
        )
        expect(event.subject).toBe(json.subject)
        expect(event.span.kind).toBe('instants')
      }
    }
  })

  it.each(files.filter((name) => name.endsWith('.request.json')))('%s is taken by our fake', async (name) => {
    const test = openTestGraph()
    const request = load(name)
    const { json } = await send(test, request)
    expect(json.subject).toBe(request.subject)
  })

  it('of an answer to a creation have no member that our fake’s answer lacks, in its type', async () => {
    const test = openTestGraph()
    const [answer] = files.filter((name) => name.endsWith('.response.json')).map(load)
    const { json } = await send(test, load('create-single.request.json'))
    expect(missing(answer, json).filter((path) => !path.startsWith('.location.'))).toEqual([])
  })

  it('of pages of the feed have no member that our fake’s pages lack', async () => {
    const test = openTestGraph()
    await send(test, load('create-single.request.json'))
    await send(test, { ...load('create-recurring.request.json') })
    const window = 'startDateTime=2017-01-01T00:00:00Z&endDateTime=2018-01-01T00:00:00Z'
    const path = `/users/${user}/calendars/calendar/calendarView/delta?${window}`
    const { body } = await test.client.send(user, { method: 'GET', path })
    const items = (body as { value: readonly Json[] }).value
    const ofType = (type: unknown) => items.find((item) => item.type === type) ?? items[0]
    for (const name of files.filter((file) => file.startsWith('delta-'))) {
      const page = load(name)
      for (const item of page.value as readonly Json[]) {
        if ('@removed' in item) continue
        expect(missing(item, ofType(item.type ?? 'singleInstance'))).toEqual([])
      }
    }
  })
})
