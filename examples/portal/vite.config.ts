import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

/** Everything is a hashed file of our own: no inline script, style or data address, so that the strict CSP holds. */
export default defineConfig({
  root: 'web',
  base: '/',
  plugins: [preact()],
  // From source, as the tests run: the page needs no build of the packages before its own.
  resolve: {
    alias: {
      '@dayport/client-setup': fileURLToPath(new URL('../../packages/client-setup/src/index.ts', import.meta.url)),
    },
  },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
})
