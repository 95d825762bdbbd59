import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

/** Paths below which the page finds its own views; all of them are `index.html`. */
const pages = new Set(['/', '/connections', '/settings', '/admin', '/exchange', '/outside'])

export type StaticFiles = (path: string) => Response | null

/** The built page, kept in memory: a few files, read once, so that no path of a request ever reaches the disk. */
export const openStaticFiles = async (folder: string): Promise<StaticFiles> => {
  const files = new Map<string, { readonly body: Uint8Array<ArrayBuffer>; readonly headers: Record<string, string> }>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((one) => one.isFile())) {
    const full = join(entry.parentPath, entry.name)
    const path = `/${full.slice(folder.length).split(sep).filter(Boolean).join('/')}`
    files.set(path, {
      body: new Uint8Array(await readFile(full)),
      headers: {
        'Content-Type': types[extname(entry.name)] ?? 'application/octet-stream',
        // Names below /assets carry a hash of their content.
        'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    })
  }
  return (path) => {
    const file = files.get(pages.has(path) ? '/index.html' : path)
    return file === undefined ? null : new Response(file.body, { headers: file.headers })
  }
}
