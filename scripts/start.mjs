// `npm start`: prepares the checkout, then runs the example portal on the project's own Node and hands signals on to it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { env, node, prepare, root } from './prepare.mjs'

prepare()

// V8 would rather let its young generation grow to 128 MiB than collect it: a long first download must not do that to a small machine.
const flags = ['--max-semi-space-size=8']
const main = join(root, 'examples', 'portal', 'dist', 'main.js')
const server = spawn(node, [...flags, main], { cwd: root, env, stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill(signal))
server.on('error', (error) => {
  console.error(`The portal could not be started: ${error.message}`)
  process.exit(1)
})
server.on('exit', (code, signal) => process.exit(signal === null ? code : 1))
