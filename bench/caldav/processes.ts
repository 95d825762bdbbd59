import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** A server under measurement with everything that it started. */
export interface Program {
  readonly child: ChildProcess
  /** CPU time used so far, in ms, and memory held now, in MB, of all its processes. Linux only. */
  usage(): { readonly cpuMs: number; readonly memoryMb: number }
  stop(): Promise<void>
}

/** Clock ticks of /proc/PID/stat: 100 a second wherever Linux runs Node. */
const tickMs = 10
const pageMb = 4_096 / 1_048_576

const running = new Set<number>()

// A bench that is stopped half-way leaves no server behind.
process.once('exit', () => {
  for (const group of running) kill(group, 'SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

export const startProgram = (command: string, args: readonly string[], env: Record<string, string> = {}): Program => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, detached: true, stdio: 'ignore' })
  if (child.pid !== undefined) running.add(child.pid)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  return {
    child,
    usage: () => usageOf(child.pid ?? 0),
    stop: async () => {
      if (child.pid === undefined) return
      kill(child.pid, 'SIGTERM')
      const timer = setTimeout(() => kill(child.pid ?? 0, 'SIGKILL'), 5_000)
      await ended
      clearTimeout(timer)
      running.delete(child.pid)
    },
  }
}

const kill = (group: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-group, signal)
  } catch {
    // Nobody of the group is left.
  }
}

/** Of a process and its descendants: some of PostgreSQL's leave the group. */
const usageOf = (root: number): { cpuMs: number; memoryMb: number } => {
  const processes = new Map<number, { parent: number; ticks: number; pages: number }>()
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      // The name in parentheses may hold anything: what counts comes after it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const ticks = Number(fields[11]) + Number(fields[12])
      processes.set(Number(pid), { parent: Number(fields[1]), ticks, pages: Number(fields[21]) })
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: number): boolean => pid === root || (pid > 1 && isOurs(processes.get(pid)?.parent ?? 0))
  let ticks = 0
  let pages = 0
  for (const [pid, used] of processes) {
    if (!isOurs(pid)) continue
    ticks += used.ticks
    pages += used.pages
  }
  return { cpuMs: ticks * tickMs, memoryMb: pages * pageMb }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)))
    })
  })
