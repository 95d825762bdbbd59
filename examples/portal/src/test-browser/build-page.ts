import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the page that browser tests serve. */
    readonly webRoot: string
  }
}

/** Builds the page from source once for all browser tests of a run. */
export const setup = async ({ provide }: TestProject) => {
  const webRoot = await mkdtemp(join(tmpdir(), 'portal-page-'))
  const folder = fileURLToPath(new URL('../../', import.meta.url))
  await build({
    configFile: join(folder, 'vite.config.ts'),
    root: join(folder, 'web'),
    logLevel: 'error',
    build: { outDir: webRoot, emptyOutDir: true },
  })
  provide('webRoot', webRoot)
  return () => rm(webRoot, { recursive: true })
}
