import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FetchAddress } from '@dayport/ical-export/subscription'
import type { z } from 'zod'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { openPortal } from '../open-portal.ts'
import { applySeed } from '../start/seed.ts'
import { Seed } from '../start/seed-schema.ts'

/** One browser or program: keeps its cookie, or sends its credentials. */
export interface TestClient {
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** The JSON of an answer with the expected status. */
  json<T>(method: string, path: string, body?: unknown, status?: number): Promise<T>
}

/** A portal over a temporary store, filled from a seed; requests go to its fetch function. */
export const openTestPortal = async (
  seed: z.input<typeof Seed>,
  files: Record<string, string> = {},
  /** Stands for the outside world; without it nothing is there. */
  fetchAddress: FetchAddress = async () => new Response('nothing is here', { status: 404 }),
  /** Further variables of the environment. */
  env: Readonly<Record<string, string>> = {},
  /** Stands for Exchange; without it nobody answers. */
  fetchExchange: typeof fetch = async () => {
    throw new TypeError('nobody answers')
  },
) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portal-'))
  const clock = { ms: Date.UTC(2026, 10, 22, 12) }
  const lines: string[] = []
  const log = createLog({ write: (line) => void lines.push(line) })
  const config = readConfig({ DATA_DIR: dataDir, ...env })
  const portal = await openPortal(config, {
    log,
    webRoot: null,
    version: 'test',
    now: () => clock.ms,
    fetchAddress,
    fetchExchange,
  })
  const report = await applySeed(portal.parts, Seed.parse(seed), async (name) =>
    new TextEncoder().encode(files[name] ?? ''),
  )

  const client = (authorization: string | null = null): TestClient => {
    let cookie = ''
    const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const isText = typeof body === 'string'
      const response = await portal.fetch(
        new Request(`http://portal.test${path}`, {
          method,
          headers: {
            ...(body === undefined ? {} : { 'content-type': isText ? 'text/calendar' : 'application/json' }),
            ...(cookie === '' ? {} : { cookie }),
            ...(authorization === null ? {} : { authorization }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
        }),
      )
      for (const set of response.headers.getSetCookie()) cookie = set.split(';')[0] ?? ''
      return response
    }
    return Object.assign(send, {
      json: async <T>(method: string, path: string, body?: unknown, status = 200): Promise<T> => {
        const response = await send(method, path, body)
        const text = await response.text()
        if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`)
        return (text === '' ? undefined : JSON.parse(text)) as T
      },
    })
  }

  return {
    portal,
    clock,
    lines,
    report,
    dataDir,
    anonymous: () => client(),
    basic: (login: string, password: string) =>
      client(`Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`),
    /** A browser that has signed in. */
    signedIn: async (login: string, password: string) => {
      const browser = client()
      await browser.json('POST', '/api/session', { login, password }, 201)
      return browser
    },
    close: async () => {
      await portal.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

export type TestPortal = Awaited<ReturnType<typeof openTestPortal>>
