import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProgramResult, runProgram, temporaryFolder } from './processes.ts'

/** A person's calcurse with its CalDAV script: one folder of data, one calendar by its address. */
export interface Calcurse {
  /** One run of calcurse-caldav; rejects when it fails. Answers what it said. */
  sync(): Promise<string>
  /** calcurse's file of appointments and whole days. */
  appointments(): string
  /** Replaces that file, as the program does after an edit. */
  writeAppointments(text: string): void
  remove(): void
}

/** `calendarUrl` is the address of one calendar: the program discovers nothing. */
export const createCalcurse = (calendarUrl: string, login: string, password: string): Calcurse => {
  const home = temporaryFolder('calcurse')
  const data = join(home.path, 'data')
  mkdirSync(join(data, 'notes'), { recursive: true })
  const config = join(home.path, 'config')
  const { host, pathname } = new URL(calendarUrl)
  const lines = [
    ...['[General]', `Hostname = ${host}`, `Path = ${decodeURI(pathname)}`, 'HTTPS = No', 'DryRun = No'],
    ...['SyncFilter = cal', 'AuthMethod = basic', '[Auth]', `Username = ${login}`, ''],
  ]
  writeFileSync(config, lines.join('\n'))
  const syncdb = join(home.path, 'sync.db')
  writeFileSync(join(data, 'apts'), '')
  writeFileSync(join(data, 'todo'), '')
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: home.path,
    LC_ALL: 'C.UTF-8',
    TERM: 'dumb',
    TZ: 'Europe/Berlin',
    CALCURSE_CALDAV_PASSWORD: password,
  }
  let first = true
  const run = (): Promise<ProgramResult> => {
    const options = ['--datadir', data, '--config', config, '--syncdb', syncdb, '--lockfile', join(home.path, 'lock')]
    const init = first ? ['--init', 'keep-remote'] : []
    first = false
    return runProgram('/usr/bin/python3', ['/usr/bin/calcurse-caldav', ...options, ...init], { env })
  }
  return {
    sync: async () => {
      const { status, stdout, stderr } = await run()
      if (status !== 0) throw new Error(`calcurse-caldav: ${stdout}\n${stderr}`)
      return stdout + stderr
    },
    appointments: () => readFileSync(join(data, 'apts'), 'utf8'),
    writeAppointments: (text) => writeFileSync(join(data, 'apts'), text),
    remove: home.remove,
  }
}
