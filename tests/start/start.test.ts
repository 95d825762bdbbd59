import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort, type RunningProgram, startProgram, temporaryFolder, until } from '../clients/processes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const started: { program: RunningProgram; folder: { remove(): void } }[] = []

/** `npm start` as a newcomer types it, with an empty data folder of its own. */
const npmStart = async (environment: NodeJS.ProcessEnv = {}) => {
  const folder = temporaryFolder('start')
  const port = await freePort()
  const program = startProgram('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), DATA_DIR: folder.path, ...environment },
  })
  started.push({ program, folder })
  return { program, url: `http://127.0.0.1:${port}` }
}

const isReady = async (url: string): Promise<true | null> => {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })
  await response.body?.cancel()
  return response.status === 200 ? true : null
}

/** Nobody listens any more: a connection is refused. */
const isFree = async (url: string): Promise<true | null> => {
  try {
    await (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })).body?.cancel()
    return null
  } catch (error) {
    return String((error as Error).cause).includes('ECONNREFUSED') ? true : null
  }
}

afterEach(async () => {
  for (const { program, folder } of started.splice(0)) {
    await program.stop()
    folder.remove()
  }
})

describe('npm start', () => {
  it('serves the portal with demo people on an empty store, and SIGTERM to npm frees the port', async () => {
    const { program, url } = await npmStart()
    await until('the portal is ready', () => isReady(url), 120_000)
    await until('the demo people are told', async () => (/Demo people/.test(program.output()) ? true : null), 5_000)
    program.child.kill('SIGTERM')
    await until('the port is free', () => isFree(url), 10_000)
  }, 150_000)

  it('refuses DATABASE_URL in plain words while PostgreSQL is not built', async () => {
    const { program } = await npmStart({ DATABASE_URL: 'postgres://localhost/dayport' })
    await until('it ends', async () => (program.alive() ? null : true), 120_000)
    expect(program.child.exitCode).not.toBe(0)
    expect(program.output()).toMatch(/DATABASE_URL/)
  }, 150_000)
})
