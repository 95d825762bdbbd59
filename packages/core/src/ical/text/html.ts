/** Elements that begin and end a line of text. */
const blocks = new Set(
  'address article aside blockquote center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
)
/** Elements whose content is no text of the description. */
const hidden = new Set(['head', 'script', 'style', 'title', 'xml', 'noscript', 'template', 'object', 'svg', 'math'])
/** Of these, what ends with its own tag when that says so: `<svg/>`. */
const foreign = new Set(['svg', 'math', 'xml'])
/** Of these, what holds code to the end of the text when it is not closed; behind the others text goes on. */
const code = new Set(['script', 'style'])
/** What may stay in a description that is shown as HTML, with the attributes that each may keep. */
const kept: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  b: [],
  blockquote: [],
  br: [],
  code: [],
  div: ['dir'],
  em: [],
  font: ['color', 'face', 'size'],
  h1: [],
  h2: [],
  h3: [],
  h4: [],
  h5: [],
  h6: [],
  hr: [],
  i: [],
  li: [],
  ol: [],
  p: ['dir'],
  pre: [],
  s: [],
  span: ['dir'],
  strike: [],
  strong: [],
  sub: [],
  sup: [],
  table: [],
  tbody: [],
  td: ['colspan', 'rowspan'],
  th: ['colspan', 'rowspan'],
  thead: [],
  tr: [],
  u: [],
  ul: [],
}
const empty = new Set(['br', 'hr'])
/** Elements that say how text looks and not only where lines end. */
const formats = new Set(
  'a b code em font h1 h2 h3 h4 h5 h6 hr i li ol s strike strong sub sup table td th u ul'.split(' '),
)

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  bull: '•',
  copy: '©',
  euro: '€',
  gt: '>',
  hellip: '…',
  laquo: '«',
  ldquo: '“',
  lsquo: '‘',
  lt: '<',
  mdash: '—',
  middot: '·',
  nbsp: '\u00a0',
  ndash: '–',
  quot: '"',
  raquo: '»',
  rdquo: '”',
  reg: '®',
  rsquo: '’',
  shy: '',
  trade: '™',
}

const decode = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi,
    (whole, hex?: string, digits?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16)
      const isCharacter = code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10_ffff)
      return isCharacter && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ''
    },
  )

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'close'; readonly name: string; readonly attributes: string }

/**
 * One pass from front to back; what is no tag is text. Content of hidden elements, comments and declarations is left out; where one is never
 * closed only its beginning is, and no text is lost behind it.
 */
function* tokens(html: string): Generator<Token> {
  let at = 0
  /** What is not closed from here on: looked for once, so that the pass stays linear. */
  const unclosed = new Set<string>()
  let close = -1
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) {
      yield { kind: 'text', text: html.slice(at) }
      return
    }
    if (open > at) yield { kind: 'text', text: html.slice(at, open) }
    if (html.startsWith('<!--', open)) {
      const end = unclosed.has('!--') ? -1 : html.indexOf('-->', open + 4)
      if (end < 0) unclosed.add('!--')
      at = end < 0 ? open + 4 : end + 3
      continue
    }
    if (close < open) close = html.indexOf('>', open)
    if (close < 0) {
      yield { kind: 'text', text: html.slice(open) }
      return
    }
    const tag = /^<(\/?)([a-z][a-z0-9]*)(?![a-z0-9:])/i.exec(html.slice(open, Math.min(close, open + 40)))
    const isMarkup = /^<[!?/a-z]/i.test(html.slice(open, open + 2))
    if (tag === null) {
      if (!isMarkup) yield { kind: 'text', text: '<' }
      at = isMarkup ? close + 1 : open + 1
      continue
    }
    const name = tag[2]!.toLowerCase()
    at = close + 1
    if (tag[1] === '' && hidden.has(name)) {
      if (unclosed.has(name) || (foreign.has(name) && html[close - 1] === '/')) continue
      const end = new RegExp(`</${name}\\s*>`, 'gi')
      end.lastIndex = at
      if (end.exec(html) !== null) at = end.lastIndex
      else if (code.has(name)) return
      else unclosed.add(name)
      continue
    }
    yield { kind: tag[1] === '' ? 'open' : 'close', name, attributes: html.slice(open + tag[0].length, close) }
  }
}

/** Text of an HTML description: lines where blocks and `br` begin one, entities decoded, white space as a browser shows it. */
export const htmlToText = (html: string): string => {
  const lines: string[] = []
  let line = ''
  let isPre = 0
  // Of the line, kept beside it: to look into what grows by a character at a time is to copy it each time.
  let isAtBlank = true
  let isShown = false
  const add = (text: string): void => {
    if (text === '') return
    line += text
    isAtBlank = text.endsWith(' ')
    isShown ||= text.trim() !== ''
  }
  const beginLine = (): void => {
    line = ''
    isAtBlank = true
    isShown = false
  }
  const endLine = (): void => {
    lines.push(line)
    beginLine()
  }
  for (const token of tokens(html)) {
    if (token.kind === 'text') {
      const text = decode(token.text)
      if (isPre > 0) {
        const [first = '', ...rest] = text.split(/\r\n?|\n/)
        add(first)
        for (const next of rest) {
          endLine()
          add(next)
        }
        continue
      }
      const shown = text.replace(/[\t\n\r\f ]+/g, ' ')
      add(isAtBlank ? shown.replace(/^ /, '') : shown)
    } else if (token.name === 'br') endLine()
    else if (token.name === 'td' || token.name === 'th') add(token.kind === 'close' ? '\t' : '')
    else if (blocks.has(token.name)) {
      if (isShown || token.name === 'hr') endLine()
      if (token.name === 'li' && token.kind === 'open') {
        beginLine()
        add('• ')
      }
      if (token.name === 'p' && token.kind === 'close' && lines.at(-1) !== '') lines.push('')
      if (token.name === 'pre') isPre = Math.max(0, isPre + (token.kind === 'open' ? 1 : -1))
    }
  }
  endLine()
  return lines
    .map((text) => text.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '')
}

/** A plain description as HTML: escaped, line breaks as `<br>`, runs of blanks kept. */
export const textToHtml = (text: string): string =>
  text === ''
    ? ''
    : `<div>${escapeHtml(text)
        .replace(/\r\n?/g, '\n')
        .replaceAll('\t', '&nbsp;&nbsp;&nbsp; ')
        .replace(/ {2,}|^ /gm, (blanks) => '&nbsp;'.repeat(blanks.length - 1) + (blanks.length > 1 ? ' ' : '&nbsp;'))
        .replaceAll('\n', '<br>')}</div>`

/** A name is looked at from its first letter only: from each of them, a long one without a value would cost its square. */
const attributePattern = /(?<![a-z])([a-z]+)\s*=\s*(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s"'<>]{1,4000}))/gi

const keptAttributes = (name: string, text: string): string => {
  const allowed = kept[name] ?? []
  if (allowed.length === 0) return ''
  let out = ''
  for (const [, attribute = '', double, single, bare] of text.matchAll(attributePattern)) {
    const key = attribute.toLowerCase()
    if (!allowed.includes(key) || out.includes(` ${key}=`)) continue
    const value = decode(double ?? single ?? bare ?? '').trim()
    // No script, no file, no address that only this machine knows.
    if (key === 'href' && !/^(https?:\/\/|mailto:|tel:)[^\u0000-\u0020]*$/i.test(value)) continue
    if (key !== 'href' && !/^[\w #,.%+-]*$/u.test(value)) continue
    out += ` ${key}="${escapeHtml(value)}"`
  }
  return out
}

/**
 * HTML that is safe to show: an allow-list of elements and attributes, each element closed, links to http, https, mailto and tel only.
 * Linear in its input.
 */
export const sanitizeHtml = (html: string): string => {
  let out = ''
  const open: string[] = []
  for (const token of tokens(html)) {
    if (token.kind === 'text') out += escapeHtml(decode(token.text))
    else if (!Object.hasOwn(kept, token.name)) continue
    else if (empty.has(token.name)) out += token.kind === 'open' ? `<${token.name}>` : ''
    else if (token.kind === 'open') {
      if (open.length >= 100) continue
      open.push(token.name)
      out += `<${token.name}${keptAttributes(token.name, token.attributes)}>`
    } else {
      const at = open.lastIndexOf(token.name)
      if (at < 0) continue
      while (open.length > at) out += `</${open.pop()}>`
    }
  }
  while (open.length > 0) out += `</${open.pop()}>`
  return out.trim()
}

/** Whether HTML says more than its text does. */
export const isFormatted = (html: string): boolean => {
  for (const token of tokens(html)) {
    if (token.kind !== 'open' || !formats.has(token.name)) continue
    // Outlook wraps all that it sends in its own font.
    if (token.name !== 'font' || /color/i.test(token.attributes)) return true
  }
  return false
}
