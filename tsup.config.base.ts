import { defineConfig } from 'tsup'

/** One entry per subpath: `{ index: 'src/index.ts', ical: 'src/ical/index.ts' }` becomes `dist/index.js`, `dist/ical.js`. */
export const library = (entry: Record<string, string>) =>
  defineConfig({
    entry,
    format: 'esm',
    target: 'es2023',
    platform: 'neutral',
    external: [/^node:/],
    removeNodeProtocol: false, // node:sqlite has no name without its prefix
    dts: true,
    clean: true,
    splitting: true,
    sourcemap: false,
    treeshake: true,
  })
