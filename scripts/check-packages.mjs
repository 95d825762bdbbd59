// What a publisher would trip over: publint and attw on every library, knip over the workspace.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { prepare, root, run } from './prepare.mjs'

prepare()
for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join('packages', name)
  run('publint', ['--strict', folder])
  run('attw', ['--pack', folder, '--profile', 'esm-only'])
}
run('knip', [])
