import { type CalendarError, RemoteError } from '@dayport/core'
import { z } from 'zod'
import { failureOf, undivided } from './failure.ts'
import type { GraphAnswer, GraphRequest } from './request.ts'

/** What a batch needs of its client. */
export interface BatchParts {
  readonly post: (request: GraphRequest) => Promise<GraphAnswer>
  readonly partHeaders: (request: GraphRequest) => Record<string, string>
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
  readonly maxWaitMs: number
}

type Result = GraphAnswer | CalendarError | RemoteError

/** As the service allows. */
const maxParts = 20
/** Rounds in which throttled parts are asked again before they are left to the caller. */
const maxRounds = 6
const defaultWaitMs = 1_000

const answer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.unknown()).nullish(),
      body: z.unknown().optional(),
    }),
  ),
})

/** Sends requests in batches; throttled parts are asked again after the wait that they name, the others are not. */
export const sendInBatches = async (
  requests: readonly GraphRequest[],
  parts: BatchParts,
): Promise<readonly Result[]> => {
  const results: Result[] = []
  for (let at = 0; at < requests.length; at += maxParts) {
    results.push(...(await sendPatiently(requests.slice(at, at + maxParts), parts)))
  }
  return results
}

const sendPatiently = async (requests: readonly GraphRequest[], parts: BatchParts): Promise<Result[]> => {
  const results = await sendOnce(requests, parts)
  let waitedMs = 0
  for (let round = 1; round < maxRounds; round += 1) {
    const again = requests.flatMap((_, i) => (RemoteError.is(results[i], 'throttled') ? [i] : []))
    if (again.length === 0) return results
    const asked = again.map((i) => (results[i] as RemoteError).retryAfterMs ?? defaultWaitMs)
    const waitMs = Math.max(...asked)
    if (waitedMs + waitMs > parts.maxWaitMs) return results
    await parts.wait(waitMs)
    waitedMs += waitMs
    const second = await sendOnce(
      again.map((i) => requests[i]!),
      parts,
    )
    for (const [k, i] of again.entries()) results[i] = second[k]!
  }
  return results
}

/** One batch; halved when it takes the service too long. */
const sendOnce = async (requests: readonly GraphRequest[], parts: BatchParts): Promise<Result[]> => {
  const body = {
    requests: requests.map((request, i) => ({
      id: String(i),
      method: request.method,
      url: request.path,
      headers: parts.partHeaders(request),
      ...(request.body === undefined ? {} : { body: request.body }),
    })),
  }
  let whole: GraphAnswer
  try {
    whole = await parts.post({ method: 'POST', path: '/$batch', body })
  } catch (error) {
    if (!RemoteError.is(error, 'too-big') || requests.length === 1) throw undivided(error)
    const half = Math.ceil(requests.length / 2)
    return [...(await sendOnce(requests.slice(0, half), parts)), ...(await sendOnce(requests.slice(half), parts))]
  }
  const read = answer.safeParse(whole.body)
  if (!read.success) throw notTried('Expected the answers of a batch')
  const byId = new Map(read.data.responses.map((response) => [response.id, response]))
  return requests.map((request, i) => {
    const part = byId.get(String(i))
    if (part === undefined) return notTried('The batch has no answer for this part')
    if (part.status >= 200 && part.status < 300) {
      return { status: part.status, body: part.body ?? null, dateMs: whole.dateMs }
    }
    const headers = new Map(Object.entries(part.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
    const failure = failureOf({
      status: part.status,
      body: part.body,
      header: (name) => (headers.has(name) ? String(headers.get(name)) : null),
      write: request.method !== 'GET',
      nowMs: parts.now(),
    })
    return undivided(failure)
  })
}

const notTried = (message: string) =>
  new RemoteError(message, { service: 'graph', kind: 'transient', status: null, retryable: true })
