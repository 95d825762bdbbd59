// Makes a checkout ready on any Node from 20 on: the project's own Node and pnpm come from npm, then install and build.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const stamp = join(root, 'node_modules', '.prepared')

/** The Node that the project brings; everything but this preparation runs on it. */
export const node = join(root, 'node_modules', 'node', 'bin', 'node')

/** Environment in which the project's Node and its tools come first. */
export const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  PATH: [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  ),
}

/** What an install depends on: the lock file and every manifest. */
const fingerprint = () => {
  const hash = createHash('sha256')
  const folders = ['packages', 'examples'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  )
  for (const folder of ['', 'bench', ...folders]) {
    const file = join(root, folder, 'package.json')
    if (existsSync(file)) hash.update(readFileSync(file))
  }
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Runs a command in the checkout; ends this process with the command's own code when it fails. */
export const run = (command, args, options = {}) => {
  const result = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', ...options })
  if (result.error) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}

const install = () => {
  const wanted = fingerprint()
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const [, pnpmVersion] = manifest.packageManager.split('@')
  const nodeVersion = manifest.devDependencies.node
  run('npx', [
    ...['--yes', '-p', `node@${nodeVersion}`, '-p', `pnpm@${pnpmVersion}`],
    ...['pnpm', 'install', '--frozen-lockfile', '--reporter=append-only'],
  ])
  writeFileSync(stamp, wanted)
}

/** Installs when a manifest or the lock file changed, then builds what changed. Output goes to stderr's terminal, not to ours. */
export const prepare = () => {
  install()
  run('turbo', ['run', 'build', '--output-logs=errors-only'])
}
