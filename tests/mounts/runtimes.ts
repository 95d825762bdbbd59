import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the mounts are. */
export const mountsFolder = fileURLToPath(new URL('../../examples/mounts/', import.meta.url))

/** Packages that hold a runtime's binary: no install script has to run, the tests start it where it is. */
const holders = {
  deno: ['@deno/linux-x64-glibc', '@deno/linux-arm64-glibc', '@deno/darwin-arm64', '@deno/darwin-x64'],
  bun: ['@oven/bun-linux-x64', '@oven/bun-linux-aarch64', '@oven/bun-darwin-aarch64', '@oven/bun-darwin-x64'],
  workerd: ['@cloudflare/workerd-linux-64', '@cloudflare/workerd-linux-arm64', '@cloudflare/workerd-darwin-arm64'],
} as const

/** The binary that the runtime's npm package brought for this machine; `null` when it has none. */
export const runtimeBinary = (runtime: keyof typeof holders): string | null => {
  const mounts = createRequire(join(mountsFolder, 'package.json'))
  const own = createRequire(mounts.resolve(`${runtime}/package.json`))
  for (const holder of holders[runtime]) {
    try {
      const folder = dirname(own.resolve(`${holder}/package.json`))
      const binary = [join(folder, 'bin', runtime), join(folder, runtime)].find(existsSync)
      if (binary !== undefined) return binary
    } catch {
      // Another machine's: it is not installed here.
    }
  }
  return null
}
