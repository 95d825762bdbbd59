/** What {@link stssyncLink} says to Outlook. */
export interface StssyncLinkParts {
  /** Absolute URL without a slash at its end; Outlook appends `/_vti_bin/lists.asmx`. */
  readonly baseUrl: string
  /** Address of the list below `baseUrl`, percent-encoded as in a URL, with slashes at both ends. */
  readonly listUrl: string
  /** GUID of the list, with or without braces. */
  readonly guid: string
  /** Outlook names its folder `siteName - listName`: the owner and the calendar. */
  readonly siteName: string
  readonly listName: string
  /** `x.y` of at most two digits each. Default `1.1`, which Outlook 2007 and later know. MS-STSSYN 2.1. */
  readonly version?: string
  /** Longest link; longer names are shortened to keep it, addresses never. Default 500. */
  readonly maxLength?: number
}

/** Escaped themselves by a bar before them. MS-STSSYN 2.2. */
const barred = /[&\\[\]|]/g

/** The first layer: reserved characters get a bar, runs of other than ASCII become UTF-16 units in one pair of brackets. */
const stssyncLayer = (text: string): string =>
  text.replace(barred, '|$&').replace(/[^\x00-\x7f]+/g, (run) => {
    let units = ''
    for (let i = 0; i < run.length; i++) units += run.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')
    return `[${units}]`
  })

const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** The second layer: all but letters and digits, and the marks of the first one. */
const percentLayer = (text: string): string => {
  let out = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (char === '|') {
      out += `|${percent(text[++at] ?? '|')}`
      continue
    }
    const run = char === '[' ? /^\[[0-9A-F]+\]/.exec(text.slice(at))?.[0] : undefined
    if (run === undefined) out += /[A-Za-z0-9]/.test(char) ? char : percent(char)
    else {
      out += run
      at += run.length - 1
    }
  }
  return out
}

/**
 * A value of a `stssync:` address, both layers of escaping. Control characters have no place in a name and become spaces.
 * MS-STSSYN 2.2.
 */
export const stssyncValue = (text: string): string => percentLayer(stssyncLayer(text.replace(/[\x00-\x1f\x7f]+/g, ' ')))

const guidShape = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i
const versionShape = /^(?:[1-9]\d?)\.(?:0|[1-9]\d?)$/

/** Names over 20 characters may be cut to 19, with three dots: what SharePoint's own page does. */
const shorter = (name: string): string => {
  const characters = [...name]
  return characters.length <= 20 ? name : `${characters.slice(0, 19).join('').trimEnd()}...`
}

/** Cut further, for names whose characters cost four each. */
const cutTo = (name: string, length: number): string => {
  const characters = [...name]
  return characters.length <= length ? name : `${characters.slice(0, length).join('').trimEnd()}...`
}

const checked = (parts: StssyncLinkParts): { readonly guid: string; readonly version: string } => {
  const { baseUrl, listUrl, version = '1.1' } = parts
  const guid = guidShape.exec(parts.guid)?.[1]
  if (guid === undefined) throw new TypeError('Expected a GUID of 8-4-4-4-12 hexadecimal digits')
  if (!/^https?:\/\/[^/\s]+/i.test(baseUrl) || baseUrl.endsWith('/') || /[^\x21-\x7e]/.test(baseUrl)) {
    throw new TypeError('Expected baseUrl to be an absolute http address without a slash at its end')
  }
  if (!listUrl.startsWith('/') || /[^\x21-\x7e]/.test(listUrl)) {
    throw new TypeError('Expected listUrl to begin with a slash and to be percent-encoded')
  }
  if (!versionShape.test(version)) throw new TypeError('Expected a version x.y without leading zeros')
  return { guid, version }
}

/** The names of owner and calendar in a link. */
export interface StssyncNames {
  readonly siteName: string
  readonly listName: string
}

const written = (parts: StssyncLinkParts, { siteName, listName }: StssyncNames): string => {
  const { guid, version } = checked(parts)
  return (
    `stssync://sts/?ver=${version}&type=calendar&cmd=add-folder&base-url=${stssyncValue(parts.baseUrl)}` +
    `&list-url=${stssyncValue(parts.listUrl)}&guid=${stssyncValue(`{${guid}}`)}&site-name=${stssyncValue(siteName)}` +
    `&list-name=${stssyncValue(listName)}`
  )
}

/**
 * The names as {@link stssyncLink} writes them, shortened where the link would be too long: Outlook calls its folder by them.
 *
 * @throws {TypeError} as {@link stssyncLink}.
 */
export const stssyncNames = (parts: StssyncLinkParts): StssyncNames => {
  const { maxLength = 500 } = parts
  let siteName = parts.siteName.normalize('NFC').trim() || 'Calendar'
  let listName = parts.listName.normalize('NFC').trim() || 'Calendar'
  const isLong = (): boolean => written(parts, { siteName, listName }).length > maxLength
  if (isLong()) siteName = shorter(siteName)
  if (isLong()) listName = shorter(listName)
  for (let length = 16; length >= 4 && isLong(); length -= 4) {
    siteName = cutTo(siteName.replace(/\.{3}$/, ''), length)
    if (isLong()) listName = cutTo(listName.replace(/\.{3}$/, ''), length)
  }
  return { siteName, listName }
}

/**
 * The address by which classic Outlook offers to connect a calendar. Fields stand in the order in which SharePoint writes them. A link over
 * `maxLength` has its names shortened, the longer one first; what the addresses need is never cut, so that a link may stay longer.
 *
 * @throws {TypeError} when `baseUrl` is not absolute or ends in a slash, `listUrl` does not begin with one, or GUID or version are
 * malformed: Outlook would refuse the link without a word.
 */
export const stssyncLink = (parts: StssyncLinkParts): string => written(parts, stssyncNames(parts))
