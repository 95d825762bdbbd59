// `npm test`: prepares the checkout, checks types and style (with CI set, the packages too), runs every test, names what was
// skipped and closes with the count.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { env, node, prepare, root } from './prepare.mjs'

prepare()

// Each counts as one check: a fault in them must not hide what the tests say.
const checks = [
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['style', 'biome', ['check', '.']],
  ...(process.env.CI ? [['packages', node, ['scripts/check-packages.mjs']]] : []),
].map(([title, command, args]) => {
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' })
  return { file: command, title, status: status === 0 ? 'passed' : 'failed' }
})

const folder = mkdtempSync(join(tmpdir(), 'dayport-test-'))
const report = join(folder, 'report.json')
const { status } = spawnSync(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, env, stdio: 'inherit' },
)
const results = JSON.parse(readFileSync(report, 'utf8'))
rmSync(folder, { recursive: true })

const tests = results.testResults
  .flatMap((file) =>
    file.assertionResults.map((test) => ({
      file: relative(root, file.name),
      title: test.fullName,
      status: test.status,
      triedAgain: test.meta?.triedAgain === true,
    })),
  )
  .concat(checks)
const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
for (const test of skipped) console.log(`skipped: ${test.file}: ${test.title}`)

for (const { file, title, status, triedAgain } of tests)
  if (triedAgain && status === 'passed') console.log(`passed at the second try: ${file}: ${title}`)

// A file that does not even load has no test of its own to fail: it counts as one.
const broken = results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
const passed = tests.filter((test) => test.status === 'passed').length
const failed = tests.filter((test) => test.status === 'failed').length + broken.length
console.log(skipped.length === 0 ? '' : `\n${skipped.length} skipped, named above`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1)
