import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { spawnProgram } from './processes.ts'

/** A program whose insides are driven by lines of JSON: one step in, one answer out. */
export interface Scripted {
  /** Rejects with what the program says went wrong. */
  run<T>(step: Readonly<Record<string, unknown>>): Promise<T>
  stop(): Promise<void>
}

/** Starts one of the scripts beside this file with Debian's Python, after `before` (a command that runs it) when it needs one. */
export const startScript = (
  script: string,
  args: readonly string[],
  { env, before = [] }: { readonly env: NodeJS.ProcessEnv; readonly before?: readonly string[] },
): Scripted => {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const [command = '', ...rest] = [...before, '/usr/bin/python3', path, ...args]
  const program = spawnProgram(command, rest, { env })
  const answers: string[] = []
  const waiting: ((line: string | null) => void)[] = []
  const lines = createInterface({ input: program.stdout })
  lines.on('line', (line) => {
    const next = waiting.shift()
    if (next === undefined) answers.push(line)
    else next(line)
  })
  lines.on('close', () => {
    for (const next of waiting.splice(0)) next(null)
  })
  const nextLine = (): Promise<string | null> => {
    const [line] = answers.splice(0, 1)
    return line === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(line)
  }
  return {
    async run<T>(step: Readonly<Record<string, unknown>>): Promise<T> {
      program.stdin.write(`${JSON.stringify(step)}\n`)
      const line = await nextLine()
      if (line === null) throw new Error(`${script} ended: ${program.errors()}`)
      const answer = JSON.parse(line) as { readonly value: T } | { readonly error: string }
      if ('error' in answer)
        throw new Error(`${JSON.stringify(step).slice(0, 200)}: ${answer.error}\n${program.errors()}`)
      return answer.value
    },
    stop: program.stop,
  }
}
