/** Names of objects are the decoded path below the collection; addresses are encoded again, the same for every server. */
export const nameOfHref = (href: string, collection: URL): string | null => {
  let url: URL
  try {
    url = new URL(href, collection)
  } catch {
    return null
  }
  const base = decoded(collection.pathname)
  const path = decoded(url.pathname)
  if (base === null || path === null || !path.startsWith(base)) return null
  const name = path.slice(base.length)
  return name === '' || name.includes('/') ? null : name
}

export const hrefOfName = (name: string, collection: URL): URL => {
  if (name === '' || name === '.' || name === '..' || name.includes('/'))
    throw new TypeError('expected the name of an object')
  return new URL(encodeURIComponent(name), collection)
}

const decoded = (path: string): string | null => {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
