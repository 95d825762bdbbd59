// Lets plain Node run our packages from source: `node --import ./resolve-source.mjs writer.ts`, by the type checker's own paths.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const root = new URL('../../', import.meta.url)
const { compilerOptions } = JSON.parse(readFileSync(new URL('tsconfig.json', root), 'utf8'))
const sources = new Map(Object.entries(compilerOptions.paths).map(([name, [path]]) => [name, new URL(path, root).href]))

registerHooks({
  resolve: (specifier, context, next) => next(sources.get(specifier) ?? specifier, context),
})
