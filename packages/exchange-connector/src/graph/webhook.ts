import type { GraphLifecycleEvent, GraphSubscriptionStore } from './subscriptions.ts'
import { notifications } from './wire.ts'

/** That something happened in a mailbox. Says no more on purpose: what it was is read from the feed. */
export interface GraphHint {
  readonly user: string
  /** `null` for a change; the others are to be answered by `heal`, and by a run. */
  readonly lifecycle: GraphLifecycleEvent | null
  readonly subscriptionId: string
}

export interface GraphWebhookOptions {
  /** Knows the secrets that deliveries have to show. */
  readonly store: GraphSubscriptionStore
  /** Takes note and returns at once: the service waits three seconds. */
  readonly onHint: (hint: GraphHint) => void
  /** Hears of what is wrong with a delivery; never of a secret. */
  readonly onError?: (error: unknown) => void
}

const maxBytes = 1024 * 1024
const maxToken = 2_048

/**
 * The address that Graph calls. A call with `validationToken` is answered with it, as text; a delivery with 202, whatever is in it.
 * Items whose `clientState` is not their subscription's are passed over.
 */
export const createGraphWebhook =
  (options: GraphWebhookOptions): ((request: Request) => Promise<Response>) =>
  async (request) => {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { Allow: 'POST' } })
    const token = new URL(request.url).searchParams.get('validationToken')
    if (token !== null) return validated(token)
    const body = await readBounded(request)
    if (body === null) return new Response(null, { status: 413 })
    const read = notifications.safeParse(parsed(body))
    if (!read.success) return new Response(null, { status: 400 })
    const told = new Set<string>()
    for (const item of read.data.value) {
      const known = item.subscriptionId === null ? null : await options.store.byId(item.subscriptionId)
      if (known === null || !isSameSecret(known.clientState, item.clientState ?? '')) {
        options.onError?.(new Error('A delivery to the Graph webhook showed no known secret'))
        continue
      }
      const lifecycle = lifecycleOf(item.lifecycleEvent)
      const key = `${known.id} ${lifecycle}`
      if (told.has(key)) continue
      told.add(key)
      try {
        options.onHint({ user: known.user, lifecycle, subscriptionId: known.id })
      } catch (error) {
        options.onError?.(error)
      }
    }
    return new Response(null, { status: 202 })
  }

/** As plain text that no browser takes for a page: whoever calls decides what is in it. */
const validated = (token: string): Response =>
  token.length > maxToken
    ? new Response(null, { status: 400 })
    : new Response(token, {
        headers: { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' },
      })

const lifecycleOf = (event: string | null): GraphLifecycleEvent | null =>
  event === 'reauthorizationRequired' || event === 'subscriptionRemoved' || event === 'missed' ? event : null

/** In a time that tells nothing about where they differ. */
const isSameSecret = (known: string, shown: string): boolean => {
  let difference = known.length ^ shown.length
  for (let i = 0; i < known.length; i += 1) difference |= known.charCodeAt(i) ^ (shown.charCodeAt(i) || 0)
  return known !== '' && difference === 0
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readBounded = async (request: Request): Promise<string | null> => {
  if (request.body === null) return ''
  const reader = request.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}
