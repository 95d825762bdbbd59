// `npm start`: prepares the checkout, then runs the example portal on the project's own Node and hands signals on to it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { env, node, prepare, root } from './prepare.mjs'

prepare()

const server = spawn(node, [join(root, 'examples', 'portal', 'dist', 'main.js')], { cwd: root, env, stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill(signal))
server.on('error', (error) => {
  console.error(`The portal could not be started: ${error.message}`)
  process.exit(1)
})
server.on('exit', (code, signal) => process.exit(signal === null ? code : 1))
