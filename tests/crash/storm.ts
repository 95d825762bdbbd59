import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AcknowledgedWrite, Message } from './protocol.ts'

/** What was seen of one process before it was killed. */
export interface Storm {
  /** Names by the id of the write that was announced. */
  readonly announced: ReadonlyMap<string, readonly string[]>
  /** Acknowledgements in their order. */
  readonly acknowledged: readonly { readonly id: string; readonly writes: readonly AcknowledgedWrite[] }[]
}

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const program = ['--import', fileOf('resolve-source.mjs'), fileOf('writer.ts')]

/** Lets Node compile the writer once for all rounds: killed processes leave no compile cache. */
export const warmUp = (cacheFolder: string): void => {
  spawnSync(process.execPath, program, { env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder } })
}

/**
 * Starts a writer and kills it with SIGKILL after that many acknowledgements and `spins` more turns of a busy loop, so that the blow falls
 * at any point of a write.
 */
export const storm = async (
  where: { readonly path: string; readonly calendar: string; readonly cacheFolder: string },
  seed: number,
  round: number,
  kill: { readonly afterAcknowledgements: number; readonly spins: number },
): Promise<Storm> => {
  const announced = new Map<string, readonly string[]>()
  const acknowledged: { id: string; writes: readonly AcknowledgedWrite[] }[] = []
  const child = spawn(process.execPath, [...program, where.path, where.calendar, String(seed), String(round)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: where.cacheFolder },
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
  })
  const ended = new Promise<string | null>((resolve) => child.once('close', (_code, signal) => resolve(signal)))
  for await (const line of createInterface({ input: child.stdout })) {
    const message = parseLine(line)
    if (message === null || message.say === 'ready') continue
    if (message.say === 'will') announced.set(message.id, message.names)
    else acknowledged.push({ id: message.id, writes: message.writes })
    if (acknowledged.length === kill.afterAcknowledgements && !child.killed) {
      for (let i = 0; i < kill.spins; i += 1) Math.sqrt(i)
      child.kill('SIGKILL')
    }
  }
  const signal = await ended
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${errors}`)
  return { announced, acknowledged }
}

/** `null` for a line that the kill has torn: what it said was never heard. */
const parseLine = (line: string): Message | null => {
  try {
    return JSON.parse(line) as Message
  } catch {
    return null
  }
}
