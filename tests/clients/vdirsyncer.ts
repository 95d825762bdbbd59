import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProgramResult, runProgram, temporaryFolder } from './processes.ts'

/** A person's machine with vdirsyncer and khal: one home folder, one account on the server. */
export interface Desktop {
  /** `vdirsyncer discover`, every question answered with yes. */
  discover(): Promise<ProgramResult>
  sync(): Promise<ProgramResult>
  metasync(): Promise<ProgramResult>
  /** khal over the synchronised folder; rejects when it fails. `input` answers its questions. */
  khal(args: readonly string[], input?: string): Promise<string>
  /** Local names of the calendars (`vdirsyncer` takes the last segment of the collection's address). */
  calendars(): readonly string[]
  /** The .ics files of a local calendar: file name to text. */
  files(calendar: string): ReadonlyMap<string, string>
  /** Writes one local file, as any other program on that desktop would. */
  write(calendar: string, file: string, text: string): void
  /** Deletes one local file. */
  delete(calendar: string, file: string): void
  /** Makes an empty local calendar, to be created on the server by the next `discover`. */
  makeCalendar(calendar: string): void
  /** The file `color` or `displayname` of a local calendar, null when it is not there. */
  meta(calendar: string, name: 'color' | 'displayname'): string | null
  setMeta(calendar: string, name: 'color' | 'displayname', value: string): void
  remove(): void
}

/** Makes the home folder. `url` is what a person would type: the server's address, without a path. */
export const createDesktop = (url: string, login: string, password: string): Desktop => {
  const home = temporaryFolder('vdirsyncer')
  const calendarsFolder = join(home.path, 'calendars')
  mkdirSync(calendarsFolder)
  mkdirSync(join(home.path, 'status'))
  const vdirsyncerConfig = join(home.path, 'vdirsyncer.conf')
  writeFileSync(
    vdirsyncerConfig,
    `[general]
status_path = ${JSON.stringify(join(home.path, 'status'))}

[pair work]
a = "local"
b = "remote"
collections = ["from a", "from b"]
metadata = ["color", "displayname"]

[storage local]
type = "filesystem"
path = ${JSON.stringify(calendarsFolder)}
fileext = ".ics"

[storage remote]
type = "caldav"
url = ${JSON.stringify(url)}
username = ${JSON.stringify(login)}
password = ${JSON.stringify(password)}
`,
  )
  const khalConfig = join(home.path, 'khal.conf')
  writeFileSync(
    khalConfig,
    `[calendars]
  [[all]]
  path = ${calendarsFolder}/*
  type = discover
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
[sqlite]
path = ${join(home.path, 'khal.db')}
`,
  )
  const env = {
    PATH: process.env.PATH,
    HOME: home.path,
    XDG_CONFIG_HOME: join(home.path, '.config'),
    XDG_DATA_HOME: join(home.path, '.local'),
    XDG_CACHE_HOME: join(home.path, '.cache'),
    LC_ALL: 'C.UTF-8',
    TERM: 'dumb',
    NO_PROXY: '127.0.0.1',
  }
  const vdirsyncer = (input: string, ...args: readonly string[]): Promise<ProgramResult> =>
    runProgram('vdirsyncer', ['-c', vdirsyncerConfig, ...args], { env, input, timeoutMs: 60_000 })
  const metaFile = (calendar: string, name: string): string => join(calendarsFolder, calendar, name)

  return {
    discover: () => vdirsyncer('y\n'.repeat(50), 'discover'),
    sync: () => vdirsyncer('', 'sync'),
    metasync: () => vdirsyncer('', 'metasync'),
    khal: async (args, input = '') => {
      const result = await runProgram('khal', ['-c', khalConfig, ...args], { env, input })
      if (result.status !== 0) throw new Error(`khal ${args.join(' ')}: ${result.stdout}\n${result.stderr}`)
      return result.stdout
    },
    calendars: () => readdirSync(calendarsFolder),
    files: (calendar) =>
      new Map(
        readdirSync(join(calendarsFolder, calendar))
          .filter((file) => file.endsWith('.ics'))
          .map((file) => [file, readFileSync(join(calendarsFolder, calendar, file), 'utf8')]),
      ),
    write: (calendar, file, text) => writeFileSync(join(calendarsFolder, calendar, file), text),
    delete: (calendar, file) => rmSync(join(calendarsFolder, calendar, file)),
    makeCalendar: (calendar) => mkdirSync(join(calendarsFolder, calendar)),
    meta: (calendar, name) => {
      try {
        return readFileSync(metaFile(calendar, name), 'utf8')
      } catch {
        return null
      }
    },
    setMeta: (calendar, name, value) => writeFileSync(metaFile(calendar, name), value),
    remove: home.remove,
  }
}
