import { afterEach, describe, expect, it } from 'vitest'
import { openJoinedWorld } from './test/joined-world.ts'
import { eventText } from './test/outside-server.ts'
import { hasRadicale, startRadicale } from './test/radicale.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** mulberry32: small, seeded, good enough to choose edits. */
const seeded = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** UID and title of each event in a file. */
const eventsIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .replaceAll('\r\n', '\n')
      .split('BEGIN:VEVENT')
      .slice(1)
      .map((part) => [/\nUID:(.*)/.exec(part)?.[1] ?? '', /\nSUMMARY:(.*)/.exec(part)?.[1] ?? ''] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const open = async () => {
  const world = await openJoinedWorld()
  closers.push(world.close)
  const radicale = await startRadicale('app-password')
  closers.push(radicale.close)
  await world.setUp({ inside: [radicale.origin] })
  const account = await world.anna.json<{ id: string }>(
    'POST',
    '/api/joined/accounts',
    { service: 'caldav', address: radicale.origin, login: 'anna', password: 'app-password' },
    201,
  )
  const made = await world.join(account.id, 'Семья')
  const { service, people } = world.portal.portal.parts
  const who = { id: people.findByLogin('anna')!.id, groups: [] }
  const here = async (): Promise<ReadonlyMap<string, string>> =>
    eventsIn(await (await world.anna('GET', `/api/calendars/${made.calendar}/export.ics`)).text())
  return {
    ...world,
    radicale,
    account,
    made,
    here,
    there: async () => eventsIn(await radicale.text()),
    putHere: (name: string, text: string) =>
      service.putObject(who, { calendar: made.calendar, name }, new TextEncoder().encode(text)),
    namesHere: async (): Promise<readonly string[]> => {
      const names: string[] = []
      for await (const { name } of world.portal.portal.parts.store.findObjects(made.calendar, {})) names.push(name)
      return names.sort()
    },
    textHere: async (name: string): Promise<string> => {
      const object = await service.getObject(who, { calendar: made.calendar, name })
      return new TextDecoder().decode(object?.data)
    },
    deleteHere: (name: string) => service.deleteObject(who, { calendar: made.calendar, name }),
    namesThere: async (): Promise<readonly string[]> => {
      const answer = await fetch(`${radicale.origin}/anna/family/`, {
        method: 'PROPFIND',
        headers: { Depth: '1', Authorization: `Basic ${Buffer.from('anna:app-password').toString('base64')}` },
      })
      const names = [...(await answer.text()).matchAll(/family\/([^<]+\.ics)</g)].map(([, name]) => name ?? '')
      return names.sort()
    },
  }
}

describe.skipIf(!hasRadicale)('a calendar on Radicale, joined to the portal', { timeout: 120_000 }, () => {
  const seed = Number(process.env.DAYPORT_FUZZ_SEED ?? 20_261_127)

  it(`comes to the same events on both sides after random edits on both, with answers lost on the way (seed ${seed})`, async () => {
    const world = await open()
    const { radicale, made, synced, here, there, putHere, namesHere, textHere, deleteHere, namesThere } = world
    const random = seeded(seed)
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
    let count = 0
    let lost = 0
    const fresh = () => {
      count += 1
      return eventText(
        `e${count}@test`,
        `Событие ${count}`,
        `202612${String((count % 27) + 1).padStart(2, '0')}T090000Z`,
      )
    }
    const edited = (text: string): string => text.replace(/SUMMARY:.*/, `SUMMARY:Правка ${Math.floor(random() * 1e6)}`)
    const edits: readonly (() => Promise<unknown>)[] = [
      () => putHere(`here-${count}.ics`, fresh()),
      () => radicale.ask('PUT', `family/there-${count}.ics`, fresh()),
      async () => {
        const name = pick(await namesHere())
        if (name !== undefined) await putHere(name, edited(await textHere(name)))
      },
      async () => {
        const name = pick(await namesThere())
        if (name === undefined) return
        const text = await (await radicale.ask('GET', `family/${name}`)).text()
        await radicale.ask('PUT', `family/${name}`, edited(text))
      },
      async () => {
        const name = pick(await namesHere())
        if (name !== undefined && random() < 0.5) await deleteHere(name)
      },
      async () => {
        const name = pick(await namesThere())
        if (name !== undefined && random() < 0.5) await radicale.ask('DELETE', `family/${name}`)
      },
    ]
    for (let round = 0; round < 8; round += 1) {
      radicale.setLoses((method) => {
        const loses = (method === 'PUT' || method === 'DELETE') && random() < 0.3
        if (loses) lost += 1
        return loses
      })
      const many = 2 + Math.floor(random() * 5)
      for (let i = 0; i < many; i += 1) await pick(edits)?.()
      await synced(made, 2)
      radicale.setLoses(() => false)
      // A pause after an answer that was lost, and the time after which what is missing is gone.
      world.portal.clock.ms += 20 * 60_000
      await synced(made, 4)
      expect([round, [...(await here())]]).toEqual([round, [...(await there())]])
    }
    expect((await here()).size).toBeGreaterThan(3)
    expect(lost).toBeGreaterThan(0)
    expect(await world.stateOf(made)).toMatchObject({ state: 'connected' })
  })

  it('was given another password there: the state says so, edits wait on both sides, and all come together with it', async () => {
    const world = await open()
    const { radicale, made, account, synced, here, there, stateOf, anna, putHere } = world
    await synced(made)
    radicale.setPassword('second')
    await putHere('a.ics', eventText('a@test', 'Здесь'))
    await synced(made)
    expect(await stateOf(made)).toMatchObject({ state: 'error', kind: 'credentials' })
    expect([...(await here()).values()]).toEqual(['Здесь'])
    await anna.json('PUT', `/api/joined/accounts/${account.id}/password`, { password: 'second' }, 204)
    await synced(made)
    radicale.setPassword('app-password')
    expect(await there()).toEqual(await here())
  })
})
