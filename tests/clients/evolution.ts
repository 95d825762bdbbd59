import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './processes.ts'
import { type Scripted, startScript } from './scripted.ts'

/** Evolution Data Server on a session bus of its own, as it serves GNOME Calendar and Evolution. */
export interface Evolution extends Scripted {}

/** Starts the daemons with a fresh home folder. `url` is the server's address, without a path. */
export const startEvolution = (url: string, login: string, password: string): Evolution => {
  const home = temporaryFolder('evolution')
  const runtime = join(home.path, 'run')
  // A keyring that cannot be started is not waited for.
  const services = join(runtime, 'dbus-1', 'services')
  mkdirSync(services, { recursive: true, mode: 0o700 })
  writeFileSync(
    join(services, 'org.freedesktop.secrets.service'),
    '[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n',
  )
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: home.path,
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: join(home.path, '.config'),
    XDG_DATA_HOME: join(home.path, '.local'),
    XDG_CACHE_HOME: join(home.path, '.cache'),
    GSETTINGS_BACKEND: 'memory',
    LC_ALL: 'C.UTF-8',
    TZ: 'Europe/Berlin',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  }
  const script = startScript('./inside-evolution.py', [url, login, password], {
    env,
    before: ['dbus-run-session', '--'],
  })
  return {
    run: script.run,
    stop: async () => {
      await script.stop()
      home.remove()
    },
  }
}
