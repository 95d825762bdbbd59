/** What an address below the base path names; names are decoded. */
export type Address =
  | { readonly kind: 'root' }
  | { readonly kind: 'principals' }
  | { readonly kind: 'principal'; readonly login: string }
  | { readonly kind: 'proxy'; readonly login: string; readonly access: ProxyAccess }
  | { readonly kind: 'homes' }
  | { readonly kind: 'home'; readonly login: string }
  | { readonly kind: 'calendar'; readonly login: string; readonly calendar: string }
  | { readonly kind: 'object'; readonly login: string; readonly calendar: string; readonly name: string }
  | { readonly kind: 'files' }
  /** `path` joins the names by `/`, `''` being the person's root; `slash`: the address ends in one, as that of a collection. */
  | { readonly kind: 'file'; readonly login: string; readonly path: string; readonly slash: boolean }

/** The two groups of people who act for somebody: those who read, and those who also write. */
export type ProxyAccess = 'read' | 'write'

/** Reads and writes addresses. Written ones are absolute paths in one percent-encoding; collections end in `/`. */
export interface Hrefs {
  /**
   * Accepts an absolute path or a URL of any origin, in any percent-encoding, with or without the last `/`; `null` when it names
   * nothing that could be here. Names are decoded once, so `..%2f` is a name with a slash in it: nothing.
   */
  parse(pathOrUrl: string): Address | null
  of(address: Address): string
}

/** `basePath` begins and ends in `/`: `/dav/`. The path `/` itself also reads as the root, for hosts that forward it. */
export const createHrefs = (basePath: string): Hrefs => ({
  parse(pathOrUrl) {
    const path = pathOf(pathOrUrl)
    if (path === null) return null
    if (path === '/' || `${path}/` === basePath) return { kind: 'root' }
    if (!path.startsWith(basePath)) return null
    const segments = decodeSegments(path.slice(basePath.length))
    return segments === null ? null : addressOf(segments, path.endsWith('/'))
  },
  of(address) {
    switch (address.kind) {
      case 'root':
        return basePath
      case 'principals':
        return `${basePath}principals/`
      case 'principal':
        return `${basePath}principals/${encodeSegment(address.login)}/`
      case 'proxy':
        return `${basePath}principals/${encodeSegment(address.login)}/calendar-proxy-${address.access}/`
      case 'homes':
        return `${basePath}calendars/`
      case 'home':
        return `${basePath}calendars/${encodeSegment(address.login)}/`
      case 'calendar':
        return `${basePath}calendars/${encodeSegment(address.login)}/${encodeSegment(address.calendar)}/`
      case 'object':
        return objectHref(
          `${basePath}calendars/${encodeSegment(address.login)}/${encodeSegment(address.calendar)}/`,
          address.name,
        )
      case 'files':
        return `${basePath}files/`
      case 'file': {
        const path = address.path.split('/').map(encodeSegment).join('/')
        const end = address.slash && path !== '' ? '/' : ''
        return `${basePath}files/${encodeSegment(address.login)}/${path}${end}`
      }
    }
  },
})

/** The address of an object below that of its calendar; here because long answers write thousands of them. */
export const objectHref = (calendarHref: string, name: string): string => calendarHref + encodeSegment(name)

/** The canonical form is what `encodeURIComponent` makes, so that hosts write the same addresses without our help. */
export const encodeSegment = (name: string): string =>
  plain.test(name) ? name : encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'))

const plain = /^[\w.~-]+$/

/** The URL parser resolves `.` and `..`, encoded ones too, before anything is compared with the base path. */
const pathOf = (pathOrUrl: string): string | null => {
  try {
    // Two slashes at the start would otherwise read as a host.
    const text = pathOrUrl.startsWith('/') ? `http://host/${pathOrUrl.replace(/^\/+/, '')}` : pathOrUrl
    const url = new URL(text)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.pathname : null
  } catch {
    return null
  }
}

const decodeSegments = (path: string): readonly string[] | null => {
  const segments: string[] = []
  for (const raw of path.split('/')) {
    if (raw === '') continue
    const segment = decodeSegment(raw)
    if (segment === null) return null
    segments.push(segment)
  }
  return segments
}

const decodeSegment = (raw: string): string | null => {
  let segment: string
  try {
    segment = raw.includes('%') ? decodeURIComponent(raw) : raw
  } catch {
    return null
  }
  return /[/\u0000-\u001f\u007f]/.test(segment) || segment === '.' || segment === '..' ? null : segment
}

const addressOf = (segments: readonly string[], slash: boolean): Address | null => {
  const [top, login, calendar, name, ...deeper] = segments
  if (top === undefined) return { kind: 'root' }
  if (top === 'files') {
    const path = segments.slice(2).join('/')
    return login === undefined ? { kind: 'files' } : { kind: 'file', login, path, slash: slash || path === '' }
  }
  if (deeper.length > 0) return null
  if (top === 'principals') {
    if (login === undefined) return { kind: 'principals' }
    if (calendar === undefined) return { kind: 'principal', login }
    const access = /^calendar-proxy-(read|write)$/.exec(calendar)?.[1] as ProxyAccess | undefined
    return access === undefined || name !== undefined ? null : { kind: 'proxy', login, access }
  }
  if (top !== 'calendars') return null
  if (login === undefined) return { kind: 'homes' }
  if (calendar === undefined) return { kind: 'home', login }
  return name === undefined ? { kind: 'calendar', login, calendar } : { kind: 'object', login, calendar, name }
}
