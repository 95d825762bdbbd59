import { defineConfig } from 'tsup'

/** Only the worker is built: workerd takes one file, with everything in it. The other mounts run as they are. */
export default defineConfig({
  entry: { worker: 'src/worker.ts' },
  format: 'esm',
  target: 'es2023',
  platform: 'browser',
  noExternal: [/.*/],
  clean: true,
})
