import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'

/** Everything is a hashed file of our own: no inline script, style or data address, so that the strict CSP holds. */
export default defineConfig({
  root: 'web',
  base: '/',
  plugins: [preact()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
})
