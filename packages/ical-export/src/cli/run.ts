import { GuardedFetchError } from '@dayport/http'
import { type LintFinding, type LintSeverity, type Subscriber, subscribers } from '../lint/findings.ts'
import { lintCalendar } from '../lint/lint-calendar.ts'

/** What the command has of the world. */
export interface CommandWorld {
  readonly readFile: (path: string) => Promise<Uint8Array>
  /** For public addresses, wherever they lead: `createGuardedFetch` of @dayport/http/node. */
  readonly fetch: FetchFeed
  /** For every address, those of the network inside too. */
  readonly fetchInside: FetchFeed
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
}

type FetchFeed = (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>

const usage = `Usage: ical-export lint FILE|URL [--for=${subscribers.join(',')}] [--json] [--inside]

Says over what a calendar program would trip in a feed.
  --for     only what trips these programs; default: all of them
  --json    findings as JSON
  --inside  let the address, and where it redirects to, be of this machine or the network inside
Exit code: 0 nothing but hints, 1 errors or warnings, 2 the feed could not be read.
`

const timeoutMs = 30_000
/** Of an address. */
export const maxBytes = 64 * 1024 * 1024

/** Runs one command line, without the program's name. @returns the exit code. */
export const run = async (args: readonly string[], world: CommandWorld): Promise<number> => {
  const options = optionsOf(args)
  if (options === null) {
    world.complain(usage)
    return 2
  }
  let bytes: Uint8Array
  try {
    bytes = isAddress(options.source) ? await download(options, world) : await world.readFile(options.source)
  } catch (error) {
    world.complain(`Cannot read the calendar: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  const findings = lintCalendar(bytes, { for: options.wanted })
  world.print(options.isJson ? `${JSON.stringify(findings, null, 2)}\n` : report(findings))
  return findings.some(({ severity }) => severity !== 'info') ? 1 : 0
}

const optionsOf = (args: readonly string[]) => {
  const [command, ...rest] = args
  const given = rest.filter((arg) => !arg.startsWith('--'))
  const flags = rest.filter((arg) => arg.startsWith('--'))
  const [source] = given
  if (command !== 'lint' || source === undefined || given.length > 1) return null
  let wanted: readonly Subscriber[] = subscribers
  for (const flag of flags) {
    if (flag === '--json' || flag === '--inside') continue
    if (!flag.startsWith('--for=')) return null
    const names = flag.slice('--for='.length).split(',')
    const known = subscribers.filter((name) => names.includes(name))
    if (known.length !== new Set(names).size) return null
    wanted = known
  }
  return { source, wanted, isJson: flags.includes('--json'), isInside: flags.includes('--inside') }
}

const isAddress = (source: string): boolean => /^(?:https?|webcals?):\/\//i.test(source)

const download = async (
  { source, isInside }: { readonly source: string; readonly isInside: boolean },
  world: CommandWorld,
): Promise<Uint8Array> => {
  const fetch = isInside ? world.fetchInside : world.fetch
  const signal = AbortSignal.timeout(timeoutMs)
  const ask = (scheme: string) => fetch(source.replace(/^webcals?:/i, scheme), { signal }).catch(explained)
  // webcal names a calendar over http or https: https is tried first, as programs do.
  const response = await ask('https:').catch((error) =>
    /^webcal:/i.test(source) ? ask('http:') : Promise.reject(error),
  )
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw new Error(`more than ${maxBytes / 1024 / 1024} MiB`)
    chunks.push(chunk)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

/** A refused address is told with what lets it through; of an unreachable one the reason is in the cause. */
const explained = (error: unknown): never => {
  if (GuardedFetchError.is(error) && error.code === 'address-refused') {
    throw new Error('the address is one of the network inside; --inside lets it be', { cause: error })
  }
  const cause = error instanceof Error ? error.cause : undefined
  const { message = '', code = '' } = (cause ?? {}) as { message?: string; code?: string }
  const reason = message || code
  throw reason === '' ? error : new Error(`the server could not be reached: ${reason}`, { cause: error })
}

const report = (findings: readonly LintFinding[]): string => {
  if (findings.length === 0) return 'Nothing to complain about.\n'
  const lines = findings.map(({ line, severity, message, subscribers: who, clause, code, more = 0 }) => {
    const others = more === 0 ? '' : `${line}: ${severity}: The same in ${counted(more, 'more place')} (${code})\n`
    return `${line}: ${severity}: ${printable(message)} (${who.join(', ')}; ${clause}; ${code})\n${others}`
  })
  const count = (wanted: LintSeverity) =>
    findings.filter(({ severity }) => severity === wanted).reduce((sum, { more = 0 }) => sum + 1 + more, 0)
  const sums = [counted(count('error'), 'error'), counted(count('warning'), 'warning'), counted(count('info'), 'hint')]
  return `${lines.join('')}${sums.join(', ')}\n`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A feed must not steer the terminal that its faults are shown on. */
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '�')
