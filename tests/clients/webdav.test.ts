import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasProgram, runProgram, temporaryFolder } from './processes.ts'
import { type Portal, startPortal } from './server.ts'

const suites = ['basic', 'copymove', 'props', 'locks', 'http'] as const
const person = { login: 'anna@firma.example', password: 'secret-1' }

const possible = hasProgram('litmus') && hasProgram('cadaver')

describe.skipIf(!possible)(`litmus and cadaver${possible ? '' : ' (needs litmus and cadaver)'}`, () => {
  let portal: Portal
  const folder = temporaryFolder('webdav')
  const files = () => `${portal.url}/dav/files/${encodeURIComponent(person.login)}/`

  beforeAll(async () => {
    portal = await startPortal([{ ...person, calendars: [{ name: 'Work' }] }])
  }, 60_000)
  afterAll(async () => {
    await portal?.stop()
    folder.remove()
  })

  it('find what a server of classes 1 and 2 owes them: every suite of litmus passes (RFC 4918 §18)', async () => {
    const env = { ...process.env, TESTS: suites.join(' '), TMPDIR: folder.path }
    const { stdout, stderr } = await runProgram(
      'sh',
      ['-c', 'cd "$TMPDIR" && exec litmus --keep-going "$@"', 'sh', files(), person.login, person.password],
      { env, timeoutMs: 120_000 },
    )
    const lines = `${stdout}${stderr}`.split('\n')
    const summaries = lines.filter((line) => line.startsWith('<- summary for'))
    expect(summaries.map((line) => /`(\w+)': .* (\d+) failed/.exec(line)?.slice(1, 3))).toEqual(
      suites.map((suite) => [suite, '0']),
    )
    expect(lines.filter((line) => line.includes('WARNING'))).toEqual([])
  }, 150_000)

  const cadaver = async (address: string, commands: readonly string[]): Promise<string> => {
    // cadaver takes its sign-in from the home folder's .netrc only.
    const signIn = `machine 127.0.0.1 login ${person.login} password ${person.password}\n`
    writeFileSync(join(folder.path, '.netrc'), signIn, { mode: 0o600 })
    const { stdout, stderr } = await runProgram('cadaver', [address], {
      env: { ...process.env, HOME: folder.path },
      input: [...commands, 'quit', ''].join('\n'),
      timeoutMs: 60_000,
    })
    return `${stdout}${stderr}`
  }

  it('work on a calendar given by its address: cadaver lists, stores, fetches, marks, moves and deletes an event', async () => {
    const event = ['BEGIN:VEVENT', 'UID:c1', 'DTSTAMP:20260101T000000Z', 'DTSTART:20260310T090000Z', 'END:VEVENT']
    const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...event, 'END:VCALENDAR', ''].join('\r\n')
    writeFileSync(join(folder.path, 'c1.ics'), text)
    const work = `${portal.url}/dav/calendars/${encodeURIComponent(person.login)}/work/`
    const shown = await cadaver(work, [
      ...[`put ${join(folder.path, 'c1.ics')} c1.ics`, `get c1.ics ${join(folder.path, 'c1-back.ics')}`],
      ...['propset c1.ics mark blue', 'move c1.ics c2.ics', 'propget c2.ics mark', 'ls', 'delete c2.ics', 'ls'],
    ])
    expect(shown).not.toMatch(/failed/i)
    expect(shown).toContain('Value of mark is: blue')
    expect(shown).toContain('collection is empty')
    expect(readFileSync(join(folder.path, 'c1-back.ics'), 'utf8')).toBe(text)
  }, 90_000)

  it('work: cadaver fills, renames, locks and empties a collection', async () => {
    writeFileSync(join(folder.path, 'notes.txt'), 'Заметки\n')
    const commands = [
      ...['mkcol plans', 'cd plans', `put ${join(folder.path, 'notes.txt')} notes.txt`, 'lock notes.txt'],
      ...['propset notes.txt colour red', 'propget notes.txt colour', 'unlock notes.txt', 'copy notes.txt copy.txt'],
      ...['move copy.txt moved.txt', `get moved.txt ${join(folder.path, 'back.txt')}`, 'ls', 'cd ..', 'rmcol plans'],
      'ls',
    ]
    const shown = await cadaver(files(), commands)
    expect(shown).not.toMatch(/failed/i)
    expect(shown.match(/succeeded/g)?.length).toBeGreaterThanOrEqual(9)
    expect(shown).toContain('red')
    expect(readFileSync(join(folder.path, 'back.txt'), 'utf8')).toBe('Заметки\n')
  }, 90_000)
})
