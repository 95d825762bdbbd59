// A process that writes as fast as it can until it is killed: node writer.ts PATH CALENDAR SEED ROUND.
// Without arguments it only loads and ends well, which is when Node writes its compile cache.
import { writeSync } from 'node:fs'
import { CalendarError, type Transaction } from '@dayport/core'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import { eventDraft } from '../../packages/testkit/src/drafts.ts'
import { type AcknowledgedWrite, type Message, pair, randomFrom } from './protocol.ts'

const [, , path = '', calendar = '', seed = '', round = ''] = process.argv
if (path === '') process.exit(0)
const random = randomFrom(Number(seed) + Number(round))
const store = openSqliteStore(path)
const writers = 6
const names = 40
let count = 0

// Synchronously, so that an acknowledgement is in the pipe before anything else happens.
const say = (message: Message): void => {
  writeSync(1, `${JSON.stringify(message)}\n`)
}

const put = async (name: string, id: string, tx?: Transaction): Promise<AcknowledgedWrite> => {
  const draft = eventDraft({ uid: name, summary: `written by ${id} ${'.'.repeat(Math.floor(random() * 3_000))}` })
  const options = { origin: { door: 'crash', operation: id }, ...(tx === undefined ? {} : { tx }) }
  const { etag, revision } = await store.putObject({ calendar, name }, draft, undefined, options)
  return { name, etag, revision }
}

const remove = async (name: string, id: string): Promise<AcknowledgedWrite[]> => {
  try {
    await store.deleteObject({ calendar, name }, undefined, { origin: { door: 'crash', operation: id } })
    return [{ name, etag: null, revision: null }]
  } catch (error) {
    if (CalendarError.is(error, 'not-found')) return []
    throw error
  }
}

const putPair = (id: string): Promise<AcknowledgedWrite[]> =>
  store.transaction(async (tx) => {
    const writes = [await put(pair[0], id, tx), await put(pair[1], id, tx)]
    store.database.within(tx).run('UPDATE crash_pair SET written_by = ?', id)
    return writes
  })

const writeForEver = async (): Promise<never> => {
  for (;;) {
    count += 1
    const id = `${round}:${count}`
    const name = `object-${Math.floor(random() * names)}.ics`
    const dice = random()
    say({ say: 'will', id, names: dice < 0.2 ? pair : [name] })
    const writes = dice < 0.2 ? await putPair(id) : dice < 0.35 ? await remove(name, id) : [await put(name, id)]
    say({ say: 'did', id, writes })
  }
}

say({ say: 'ready' })
await Promise.all(Array.from({ length: writers }, writeForEver))
