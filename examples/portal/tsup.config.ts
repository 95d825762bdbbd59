import { defineConfig } from 'tsup'

/** The server as one file; the packages and npm dependencies stay imports. vite writes the page beside it afterwards. */
export default defineConfig({
  entry: { main: 'src/main.ts' },
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  sourcemap: false,
})
