// `npm run bench [NAME…]`: prepares the checkout and prints every ratio table, or the named ones.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { node, prepare, root, run } from './prepare.mjs'

prepare()
const wanted = process.argv.slice(2)
const tables = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''))
for (const table of tables) {
  if (wanted.length > 0 && !wanted.includes(table)) continue
  console.log(`\n## ${table}\n`)
  // With the bound that `npm start` gives V8's young generation: without it, garbage that nobody waits for is counted as memory.
  const flags = ['--expose-gc', '--max-semi-space-size=8', '--disable-warning=ExperimentalWarning']
  run(node, [...flags, join('bench', `${table}.bench.ts`)])
}
