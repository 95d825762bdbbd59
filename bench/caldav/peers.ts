import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from './client.ts'
import { freePort, type Program, startProgram } from './processes.ts'

/** A CalDAV server that runs, with an empty calendar. */
export interface RunningPeer {
  readonly name: string
  readonly port: number
  readonly authorization: string | null
  /** Path of the calendar, with its slash. */
  readonly calendar: string
  usage: Program['usage']
  stop(): Promise<void>
}

/** A server that the bench knows how to start. */
export interface Peer {
  readonly name: string
  /** Why it cannot run here; `null` when it can. */
  missing(): string | null
  start(): Promise<RunningPeer>
}

const basic = `Basic ${Buffer.from('bench:bench').toString('base64')}`

/** In memory where there is such a place, so that disks are not compared. */
const temporaryFolder = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'dayport-bench-'))

const has = (path: string): string | null => (existsSync(path) ? null : `${path} is not there`)

const ready = async (port: number, authorization: string | null, program: Program): Promise<void> => {
  const client = createClient(port, 1, authorization)
  const deadline = Date.now() + 20_000
  while (Date.now() < deadline && program.child.exitCode === null) {
    try {
      await client.send('OPTIONS', '/')
      client.close()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  client.close()
  await program.stop()
  throw new Error('the server did not answer')
}

interface Recipe {
  readonly name: string
  readonly needs: readonly string[]
  readonly calendar: string
  readonly authorization: string | null
  readonly make: boolean
  /** What is asked of the running server before it has a place for the calendar. */
  prepare?(folder: string): Promise<void>
  launch(folder: string, port: number): Program
}

const peerOf = ({ name, needs, calendar, authorization, make, prepare, launch }: Recipe): Peer => ({
  name,
  missing: () => needs.map(has).find((reason) => reason !== null) ?? null,
  start: async () => {
    const folder = temporaryFolder()
    const port = await freePort()
    const program = launch(folder, port)
    const stop = async () => {
      await program.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    }
    await ready(port, authorization, program)
    await prepare?.(folder)
    if (make) {
      const client = createClient(port, 1, authorization)
      const { status, text } = await client.send('MKCALENDAR', calendar)
      client.close()
      if (status !== 201) {
        await stop()
        throw new Error(`${name} answered ${status} to MKCALENDAR: ${text}`)
      }
    }
    return { name, port, authorization, calendar, usage: program.usage, stop }
  },
})

const portalMain = fileURLToPath(new URL('../../examples/portal/dist/main.js', import.meta.url))

const dayport = peerOf({
  name: 'dayport',
  needs: [portalMain],
  calendar: '/dav/calendars/bench/bench/',
  authorization: basic,
  make: true,
  launch: (folder, port) => {
    const seed = join(folder, 'seed.json')
    writeFileSync(seed, JSON.stringify({ users: [{ login: 'bench', password: 'bench' }] }))
    const data = join(folder, 'data')
    mkdirSync(data)
    // The young generation as `npm start` bounds it: without that, V8 keeps 128 MB for it.
    const flags = ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning', ...profiling()]
    const args = [...flags, portalMain]
    return startProgram(process.execPath, args, {
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: data,
      PORTAL_SEED: seed,
    })
  },
})

/** `BENCH_PROFILE=FOLDER` leaves a CPU profile of the portal there. */
const profiling = (): readonly string[] => {
  const folder = process.env.BENCH_PROFILE
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

const radicale = peerOf({
  name: 'Radicale',
  needs: ['/usr/bin/radicale'],
  calendar: '/bench/bench/',
  authorization: basic,
  make: true,
  launch: (folder, port) => {
    writeFileSync(join(folder, 'users'), 'bench:bench\n')
    const config = [
      ...['[server]', `hosts = 127.0.0.1:${port}`],
      ...[
        '[auth]',
        'type = htpasswd',
        `htpasswd_filename = ${folder}/users`,
        'htpasswd_encryption = plain',
        'delay = 0',
      ],
      ...['[storage]', `filesystem_folder = ${folder}/collections`],
      ...['[web]', 'type = none', '[logging]', 'level = error', ''],
    ]
    writeFileSync(join(folder, 'config'), config.join('\n'))
    return startProgram('/usr/bin/python3', ['/usr/bin/radicale', '--config', join(folder, 'config')])
  },
})

const xandikos = peerOf({
  name: 'Xandikos',
  needs: ['/usr/bin/xandikos'],
  calendar: '/bench/calendars/calendar/',
  authorization: null,
  make: false,
  launch: (folder, port) =>
    startProgram('/usr/bin/python3', [
      ...['/usr/bin/xandikos', '--defaults', '-d', folder, '-l', '127.0.0.1', '-p', String(port)],
      ...['--current-user-principal', '/bench'],
    ]),
})

const script = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url))

const sabreFolder = '/usr/share/doc/php-sabre-dav/examples/sql'

const sabre = peerOf({
  name: 'sabre/dav',
  needs: ['/usr/bin/php', '/usr/share/php/Sabre/autoload.php', sabreFolder],
  calendar: '/calendars/bench/bench/',
  authorization: basic,
  make: true,
  launch: (folder, port) => {
    const sql = ['calendars', 'principals', 'users', 'locks'].map((name) =>
      readFileSync(join(sabreFolder, `sqlite.${name}.sql`), 'utf8'),
    )
    sql.push("INSERT INTO principals (uri, email, displayname) VALUES ('principals/bench', 'b@example.org', 'Bench');")
    const code = '$pdo = new PDO("sqlite:" . $argv[1]); $pdo->exec(stream_get_contents(STDIN));'
    execFileSync('/usr/bin/php', ['-r', code, join(folder, 'db.sqlite')], { input: sql.join('\n') })
    // PHP's own server, one process for each connection that is measured; code compiled once.
    const args = [
      '-d',
      'opcache.enable_cli=1',
      '-d',
      'display_errors=0',
      '-S',
      `127.0.0.1:${port}`,
      script('sabre.php'),
    ]
    return startProgram('/usr/bin/php', args, { BENCH_FOLDER: folder, PHP_CLI_SERVER_WORKERS: '8' })
  },
})

const cyrus = peerOf({
  name: 'Cyrus',
  needs: ['/usr/lib/cyrus/bin/master', '/usr/lib/cyrus/bin/httpd', '/usr/sbin/saslpasswd2'],
  calendar: '/dav/calendars/user/bench/bench/',
  authorization: basic,
  make: true,
  launch: (folder, port) => startProgram('/bin/bash', [script('cyrus.sh'), folder, String(port)]),
  // A calendar home belongs to a mailbox.
  prepare: async (folder) => {
    const imap = connect(join(folder, 'run', 'imap')).setEncoding('latin1')
    const lines = ['a LOGIN admin bench', 'b CREATE user.bench', 'c LOGOUT']
    for await (const _ of imap) {
      const line = lines.shift()
      if (line !== undefined) imap.write(`${line}\r\n`)
    }
  },
})

const davical = peerOf({
  name: 'DAViCal',
  needs: ['/usr/share/davical/htdocs/caldav.php', '/usr/share/awl/dba/awl-tables.sql', '/usr/bin/psql', '/usr/bin/php'],
  calendar: '/caldav.php/bench/bench/',
  authorization: basic,
  make: true,
  launch: (folder, port) => startProgram('/bin/bash', [script('davical.sh'), folder, String(port)]),
})

/** Ours first; the others as far as Debian's packages are installed. */
export const peers: readonly Peer[] = [dayport, radicale, xandikos, sabre, cyrus, davical]
