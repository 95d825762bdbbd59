import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, startProgram, temporaryFolder, until } from './processes.ts'

/** One person of the seed, as the portal's README describes it; all but login and password may be left out. */
export interface SeedUser {
  readonly login: string
  readonly password: string
  readonly name?: string
  readonly email?: string
  readonly locale?: 'ru' | 'en'
  readonly timeZone?: string
  readonly calendars?: readonly {
    readonly name: string
    readonly color?: string
    readonly components?: readonly string[]
    readonly exportAllowed?: boolean
    /** Name of a file in `files`. */
    readonly ics?: string
  }[]
}

/** The portal of this repository, built, running on loopback with its own empty data folder. */
export interface Portal {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
  /** Ends it with SIGTERM, removes its data, and answers its exit code; rejects with its log when it had ended before. */
  stop(): Promise<number | null>
}

const builtPortal = fileURLToPath(new URL('../../examples/portal/dist/main.js', import.meta.url))

/**
 * Starts the built portal with these people and waits for `/healthz`.
 *
 * `DAYPORT_PORTAL_MAIN` names another main file, so that an installed or packed build can be driven too.
 */
export const startPortal = async (
  users: readonly SeedUser[],
  files: Readonly<Record<string, string>> = {},
): Promise<Portal> => {
  const main = process.env.DAYPORT_PORTAL_MAIN ?? builtPortal
  if (!existsSync(main)) throw new Error(`${main} is missing: build it first (npm test does, or turbo run build)`)
  const folder = temporaryFolder('portal')
  const seedFile = join(folder.path, 'seed.json')
  writeFileSync(seedFile, JSON.stringify({ users }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
  const dataFolder = join(folder.path, 'data')
  mkdirSync(dataFolder)

  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { DATABASE_URL: _database, PUBLIC_URL: _public, ...inherited } = process.env
  const program = startProgram(process.execPath, [main], {
    env: { ...inherited, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: dataFolder, PORTAL_SEED: seedFile },
  })
  const stop = async (): Promise<number | null> => {
    const early = !program.alive()
    const code = await program.stop(10_000)
    folder.remove()
    if (early) throw new Error(`the portal had already ended with ${code}:\n${program.output().slice(-4_000)}`)
    return code
  }
  try {
    await until(
      'the portal answers /healthz',
      async () => {
        if (!program.alive()) return 'ended'
        const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })
        await response.body?.cancel()
        return response.status === 200 ? 'ready' : null
      },
      30_000,
    )
    if (!program.alive()) throw new Error('the portal ended while starting')
  } catch (error) {
    await program.stop(10_000)
    folder.remove()
    throw new Error(`${String(error)}\n${program.output()}`)
  }
  return { url, stop }
}
