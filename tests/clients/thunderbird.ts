import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectMarionette, type Marionette } from './marionette.ts'
import { freePort, type RunningProgram, startProgram, temporaryFolder, until } from './processes.ts'

/** A running Thunderbird with a new profile on a display of its own. */
export interface Thunderbird {
  /**
   * Calls one of the functions of `inside-thunderbird.js` in the program and answers what it returns.
   *
   * @throws what the function threw, or an error after `timeoutMs` (default 30 000).
   */
  call(name: string, parameters: object, timeoutMs?: number): Promise<unknown>
  /** A PNG of the main window. */
  screenshot(): Promise<Buffer>
  /** What Thunderbird and Xvfb wrote to their console so far. */
  output(): string
  /** Ends both with everything they started, and removes the profile. */
  stop(): Promise<void>
}

/** Preferences of the profile: nothing asks, nothing calls home, and the time zone is fixed. */
const preferences = (marionettePort: number): Readonly<Record<string, string | number | boolean>> => ({
  'marionette.port': marionettePort,
  // Marionette's own recommended preferences would switch the password store off, and the calendar would ask for ever.
  'remote.prefs.recommended': false,
  'signon.rememberSignons': true,
  'mail.provider.suppress_dialog_on_startup': true,
  'mail.spotlight.firstRunDone': true,
  'mail.rights.version': 1,
  'mail.shell.checkDefaultClient': false,
  'mailnews.start_page.enabled': false,
  'mail.inappnotifications.enabled': false,
  'app.donation.eoy.version.viewed': 999,
  'app.update.auto': false,
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'extensions.update.enabled': false,
  'extensions.blocklist.enabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'datareporting.policy.dataSubmissionPolicyBypassNotification': true,
  'toolkit.telemetry.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'calendar.timezone.useSystemTimezone': false,
  'calendar.timezone.local': 'Europe/Berlin',
  'calendar.alarms.show': false,
  // Refresh only when the test says so.
  'calendar.autorefresh.enabled': false,
  'intl.locale.requested': 'en-US',
})

const startDisplay = async (env: NodeJS.ProcessEnv): Promise<{ display: string; program: RunningProgram }> => {
  // With `-displayfd 1` Xvfb looks for a free display itself and writes its number.
  const program = startProgram(
    'Xvfb',
    ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp', '-noreset'],
    { env },
  )
  try {
    const number = await until(
      'Xvfb names its display',
      async () => program.output().match(/^\d+$/m)?.[0] ?? null,
      15_000,
    )
    return { display: `:${number}`, program }
  } catch (error) {
    await program.stop()
    throw new Error(`${String(error)}\n${program.output()}`)
  }
}

/** Starts Xvfb and Thunderbird and connects to them; within 60 s or not at all. */
export const startThunderbird = async (): Promise<Thunderbird> => {
  const home = temporaryFolder('thunderbird')
  const profile = join(home.path, 'profile')
  const runtime = join(home.path, 'run')
  mkdirSync(profile)
  mkdirSync(runtime, { mode: 0o700 })
  const port = await freePort()
  writeFileSync(
    join(profile, 'user.js'),
    Object.entries(preferences(port))
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
      .join(''),
  )
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: home.path,
    XDG_RUNTIME_DIR: runtime,
    TMPDIR: home.path,
    LC_ALL: 'C.UTF-8',
    TZ: 'Europe/Berlin',
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    GDK_BACKEND: 'x11',
    LIBGL_ALWAYS_SOFTWARE: '1',
    MOZ_CRASHREPORTER_DISABLE: '1',
    NO_AT_BRIDGE: '1',
  }
  const screen = await startDisplay(env)
  const program = startProgram(
    'thunderbird',
    ['-marionette', '-remote-allow-system-access', '-no-remote', '-profile', profile],
    { env: { ...env, DISPLAY: screen.display } },
  )
  const output = (): string => `${program.output()}\n${screen.program.output()}`
  let marionette: Marionette | null = null
  const stop = async (): Promise<void> => {
    marionette?.close()
    await program.stop(5_000)
    await screen.program.stop(2_000)
    home.remove()
  }
  try {
    const connection = await connectMarionette(port, 60_000)
    marionette = connection
    const library = readFileSync(new URL('./inside-thunderbird.js', import.meta.url), 'utf8')
    const call: Thunderbird['call'] = async (name, parameters, timeoutMs = 30_000) => {
      await connection.command('WebDriver:SetTimeouts', { script: timeoutMs })
      const script = `${library}
        const [name, parameters, done] = arguments
        Promise.resolve().then(() => calls[name](parameters)).then(
          (value) => done({ value: value ?? null }),
          (error) => done({ error: String(error) + '\\n' + (error?.stack ?? '') }),
        )`
      const answer = (await connection.command(
        'WebDriver:ExecuteAsyncScript',
        { script, args: [name, parameters], newSandbox: true, sandbox: 'system' },
        timeoutMs + 5_000,
      )) as { readonly value: { readonly value?: unknown; readonly error?: string } }
      if (answer.value.error !== undefined) throw new Error(`${name} in Thunderbird: ${answer.value.error}`)
      return answer.value.value
    }
    await call('ready', {}, 30_000)
    const screenshot = async (): Promise<Buffer> => {
      const shot = (await connection.command('WebDriver:TakeScreenshot', { full: true })) as { readonly value: string }
      return Buffer.from(shot.value, 'base64')
    }
    return { call, screenshot, output, stop }
  } catch (error) {
    const said = output()
    await stop()
    throw new Error(`${String(error)}\n${said}`)
  }
}
