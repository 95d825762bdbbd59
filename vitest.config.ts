import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Tests run from source: the same `paths` that the type checker follows, so no build is needed before a test. */
const { compilerOptions } = JSON.parse(readFileSync(new URL('./tsconfig.json', import.meta.url), 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> }
}
const alias = Object.entries(compilerOptions.paths).map(([name, [path]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, import.meta.url)),
}))

const browserTests = ['examples/*/src/test-browser/*.test.ts', 'tests/story/*.test.ts']

export default defineConfig({
  resolve: { alias },
  test: {
    setupFiles: ['./vitest.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'examples/*/src/**/*.test.ts',
            'examples/*/web/**/*.test.ts',
            'tests/**/*.test.ts',
          ],
          exclude: [...browserTests, '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browserTests,
          globalSetup: ['./examples/portal/src/test-browser/build-page.ts'],
          // Never beside the others: the histories would take the processor from a page that somebody waits for.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
