import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** A started program and everything that it starts: one process group, ended together. */
export interface RunningProgram {
  readonly child: ChildProcess
  /** Standard output and standard error so far, the latest 200 000 characters of them. */
  output(): string
  /** True while the program itself runs. */
  alive(): boolean
  /** SIGTERM to the program itself; after `graceMs` (default 5 000) SIGKILL to what is left of the group. Resolves with the exit code, null after a signal. */
  stop(graceMs?: number): Promise<number | null>
}

/** What a program that ran to its end left behind. */
export interface ProgramResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const running = new Set<ChildProcess>()

const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // ESRCH: nobody of the group is left, which is what was asked for.
  }
}

// The last net for a run that ends without its `afterAll`.
process.once('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL')
})

/** True when an executable of this name is on the PATH. */
export const hasProgram = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

// Groups of their own outlive a killed test run; with util-linux's setpriv the kernel ends them with it (PR_SET_PDEATHSIG).
const followUs = hasProgram('setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : []

/** Starts a program as the head of its own process group. */
export const startProgram = (
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): RunningProgram => {
  const [first = command, ...rest] = [...followUs, command, ...args]
  const child = spawn(first, rest, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text = (text + piece).slice(-200_000)
    })
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      text += String(error)
      resolve(null)
    })
    child.once('exit', (code) => resolve(code))
  })
  const program: RunningProgram = {
    child,
    output: () => text,
    alive: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    stop: async (graceMs = 5_000) => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs)
      const code = await ended
      clearTimeout(timer)
      killGroup(child, 'SIGKILL')
      running.delete(child)
      return code
    },
  }
  return program
}

/** A started program that is talked to through its standard input and output. */
export interface TalkingProgram {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Standard error so far, the latest 20 000 characters of it. */
  errors(): string
  /** Closes its standard input; after five seconds SIGKILL to what is left of the group. */
  stop(): Promise<void>
}

/** Starts a program as the head of its own process group, to talk to it. */
export const spawnProgram = (
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv },
): TalkingProgram => {
  const [first = command, ...rest] = [...followUs, command, ...args]
  const child = spawn(first, rest, { ...options, detached: true, stdio: 'pipe' })
  running.add(child)
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    text = (text + piece).slice(-20_000)
  })
  child.stdin.on('error', () => undefined) // it may end without reading its input
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    errors: () => text,
    stop: async () => {
      child.stdin.end()
      const timer = setTimeout(() => killGroup(child, 'SIGKILL'), 5_000)
      await ended
      clearTimeout(timer)
      killGroup(child, 'SIGKILL')
      running.delete(child)
    },
  }
}

/** Runs a program to its end, at most `timeoutMs` (default 30 000), then its whole group is killed and the promise rejects. */
export const runProgram = (
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly input?: string; readonly timeoutMs?: number },
): Promise<ProgramResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env, detached: true, stdio: 'pipe' })
    running.add(child)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece
    })
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece
    })
    const timeoutMs = options.timeoutMs ?? 30_000
    const timer = setTimeout(() => {
      killGroup(child, 'SIGKILL')
      reject(new Error(`${command} ${args.join(' ')} did not end within ${timeoutMs} ms\n${stdout}\n${stderr}`))
    }, timeoutMs)
    child.once('error', reject)
    child.once('close', (status) => {
      running.delete(child)
      clearTimeout(timer)
      resolve({ status, stdout, stderr })
    })
    child.stdin.on('error', () => undefined) // the program may end without reading its input
    child.stdin.end(options.input ?? '')
  })

/** Polls until `probe` answers something other than null; what it throws counts as null until the deadline. */
export const until = async <T>(what: string, probe: () => Promise<T | null>, timeoutMs: number): Promise<T> => {
  const deadline = Date.now() + timeoutMs
  let reason: unknown = 'no answer yet'
  while (Date.now() < deadline) {
    try {
      const value = await probe()
      if (value !== null) return value
    } catch (error) {
      reason = error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${what}: not within ${timeoutMs} ms (${String(reason)})`)
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

/** A new folder below the system's temporary one, and how to remove it. */
export const temporaryFolder = (purpose: string): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), `dayport-${purpose}-`))
  // A program that was just killed may still close files in it: rmSync tries again.
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) }
}
