import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startProgram, until } from '../clients/processes.ts'
import { mountsFolder } from './runtimes.ts'

/** A mount as a program of its own, listening on loopback. */
export interface RunningMount {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
  readonly output: () => string
  stop(): Promise<unknown>
}

/** Starts a command in the mounts' folder on a free port and waits until it answers. `args` are told the port. */
export const startMount = async (command: string, args: (port: number) => readonly string[]): Promise<RunningMount> => {
  const built = join(mountsFolder, 'dist', 'worker.js')
  if (!existsSync(built)) throw new Error(`${built} is missing: build first (npm test does, or turbo run build)`)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ...process.env, PORT: String(port), DENO_NO_UPDATE_CHECK: '1' }
  const program = startProgram(command, args(port), { cwd: mountsFolder, env })
  try {
    await until(
      `${command} answers`,
      async () => {
        if (!program.alive()) return 'ended'
        const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
        await response.body?.cancel()
        return 'ready'
      },
      30_000,
    )
    if (!program.alive()) throw new Error('it has ended')
  } catch (error) {
    await program.stop()
    throw new Error(`${command} does not start: ${String(error)}\n${program.output()}`)
  }
  return { url, output: program.output, stop: () => program.stop() }
}
