import { connect, type Socket } from 'node:net'
import { until } from './processes.ts'

/** A remote-control connection to a Mozilla program: https://firefox-source-docs.mozilla.org/testing/marionette/ */
export interface Marionette {
  /** One command; rejects with the program's own error, or after `timeoutMs` (default 30 000). */
  command(name: string, parameters?: object, timeoutMs?: number): Promise<unknown>
  close(): void
}

/** An answer: `[1, id, error, result]`. */
type Answer = readonly [1, number, { readonly error: string; readonly message: string } | null, unknown]

const dial = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })

/** Connects as soon as the program listens (at most `timeoutMs`), opens a session and moves to the chrome context. */
export const connectMarionette = async (port: number, timeoutMs: number): Promise<Marionette> => {
  const socket = await until('Marionette listens', () => dial(port), timeoutMs)
  const waiting = new Map<number, (answer: Answer) => void>()
  let failure: Error | null = null
  let buffered = Buffer.alloc(0)
  let lastId = 0

  // Each message is `LENGTH:JSON`, the length in bytes. The first one is the greeting, a JSON object and not an array.
  socket.on('data', (piece) => {
    buffered = Buffer.concat([buffered, piece])
    for (;;) {
      const colon = buffered.indexOf(':')
      if (colon < 0) return
      const end = colon + 1 + Number(buffered.toString('latin1', 0, colon))
      if (buffered.length < end) return
      const message: unknown = JSON.parse(buffered.toString('utf8', colon + 1, end))
      buffered = buffered.subarray(end)
      if (Array.isArray(message)) {
        const answer = message as unknown as Answer
        waiting.get(answer[1])?.(answer)
        waiting.delete(answer[1])
      }
    }
  })
  const fail = (error: Error): void => {
    failure ??= error
    for (const [id, done] of waiting) done([1, id, { error: 'connection lost', message: String(error) }, null])
    waiting.clear()
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the program closed the connection')))

  const command: Marionette['command'] = (name, parameters = {}, limitMs = 30_000) =>
    new Promise((resolve, reject) => {
      if (failure !== null) return reject(failure)
      lastId += 1
      const id = lastId
      const timer = setTimeout(() => {
        waiting.delete(id)
        reject(new Error(`${name} was not answered within ${limitMs} ms`))
      }, limitMs)
      waiting.set(id, ([, , error, result]) => {
        clearTimeout(timer)
        if (error === null) resolve(result)
        else reject(new Error(`${name}: ${error.error}: ${error.message}`))
      })
      const text = JSON.stringify([0, id, name, parameters])
      socket.write(`${Buffer.byteLength(text)}:${text}`)
    })

  await command('WebDriver:NewSession', {}, timeoutMs)
  await command('Marionette:SetContext', { value: 'chrome' })
  return { command, close: () => socket.destroy() }
}
