/** Outlook's first download of 10 000 items, and what a sync without changes costs: `npm run bench outlook`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StatementSync } from 'node:sqlite'
import { indexObject } from '@dayport/core/ical'
import { createAuthorize, createCalendarService, detailOf } from '@dayport/core/service'
import { hmacSha256 } from '@dayport/http/node'
import { createListService, createOutlookConnections, createOutlookHandler } from '@dayport/outlook-sync'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'

const total = 10_000
const nowMs = Date.UTC(2026, 5, 1)

const two = (value: number) => String(value).padStart(2, '0')
const day = (i: number) => `2026${two(1 + (i % 12))}${two(1 + ((i * 5) % 28))}`

/** About 1 kB; 10 % are series. */
const stored = (i: number): Uint8Array =>
  new TextEncoder().encode(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//x//bench//EN',
      'BEGIN:VEVENT',
      `UID:${i}-7e3c0c1e-6f8e-4f0c-9b57-2f8f0f7d6a11@example.org`,
      'DTSTAMP:20260101T120000Z',
      `DTSTART;TZID=Europe/Berlin:${day(i)}T${two(8 + (i % 10))}0000`,
      `DTEND;TZID=Europe/Berlin:${day(i)}T${two(9 + (i % 10))}0000`,
      ...(i % 10 === 0 ? ['RRULE:FREQ=WEEKLY;COUNT=20'] : []),
      `SUMMARY:Еженедельное совещание ${i}`,
      'LOCATION:Переговорная «Байкал»\\, этаж 3',
      'DESCRIPTION:Agenda\\, minutes and decisions of the last meeting. Agenda\\, mi',
      ...Array.from(
        { length: 6 },
        () => ' tes and decisions of the last meeting. Agenda\\, minutes and decisions of t',
      ),
      'ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@example.org',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )

/** What Outlook asks for, as captured. */
const fields =
  'ID ReplicationID Attachments owshiddenversion Created Modified vti_versionhistory ContentTypeId EventType Title HeaderInfo FooterInfo UID ' +
  'Description Location EventDate EndDate fAllDayEvent Duration XMLTZone RecurrenceData RecurrenceID fRecurrence FollowUp Priority ' +
  'IntendedBusyStatus BusyStatus Categories Editor TimeZone MetaInfo PermMask'
const queryOptions =
  '<RecurrenceOrderBy>TRUE</RecurrenceOrderBy><RecurrencePatternXMLVersion>v3</RecurrencePatternXMLVersion>' +
  '<ViewAttributes Scope="RecursiveAll"/><DateInUtc>TRUE</DateInUtc><IncludePermissions>FALSE</IncludePermissions>' +
  '<IncludeAttachmentUrls>TRUE</IncludeAttachmentUrls><IncludeAttachmentVersion>TRUE</IncludeAttachmentVersion>' +
  '<ExpandUserField>TRUE</ExpandUserField><MeetingInstanceID>-1</MeetingInstanceID><OptimizeLookups>TRUE</OptimizeLookups>'

/** Counts what is asked of SQLite while `work` runs. */
const counted = async (work: () => Promise<unknown>): Promise<number> => {
  const names = ['get', 'all', 'run', 'iterate'] as const
  const prototype = StatementSync.prototype as unknown as Record<string, (...values: unknown[]) => unknown>
  const before = names.map((name) => prototype[name]!)
  let statements = 0
  for (const [index, name] of names.entries()) {
    prototype[name] = function (this: unknown, ...values) {
      statements += 1
      return before[index]!.apply(this, values)
    }
  }
  try {
    await work()
  } finally {
    for (const [index, name] of names.entries()) prototype[name] = before[index]!
  }
  return statements
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Processor time of it, ms: what other programs on the machine do not lengthen. */
const worked = async (work: () => Promise<unknown>): Promise<number> => {
  const from = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

const held = (): number => {
  globalThis.gc?.()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}

/** Most memory that is held while `work` runs, beyond what was held before; looked at after a collection, now and then. */
const extraHeld = async (work: () => Promise<unknown>): Promise<number> => {
  const before = held()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, held())
  }, 100)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return Math.max(peak, held()) - before
}

/** How much the process has grown by `work`: with what V8 has not collected yet, and up to its young generation's full size. */
const growth = async (work: () => Promise<unknown>): Promise<number> => {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 20)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return Math.max(peak, process.memoryUsage.rss()) - before
}

const open = async (folder: string, count: number) => {
  const store = openSqliteStore(join(folder, `${count}.db`))
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize, detailOf })
  const fail = (error: unknown): never => {
    throw error
  }
  const lists = createListService({
    service,
    authorize,
    detailOf,
    bindings: store.outlookBindings,
    timeZoneOf: () => 'Europe/Berlin',
    now: () => nowMs,
    newId: () => crypto.randomUUID(),
    onError: fail,
  })
  const connections = createOutlookConnections({
    store: store.outlookConnections,
    key: hmacSha256(new Uint8Array(32).fill(1)),
    now: () => nowMs,
    newId: () => crypto.randomUUID(),
  })
  const handler = createOutlookHandler({
    lists,
    connections,
    principals: { principalOf: async (id) => ({ id, groups: [] }) },
    now: () => nowMs,
    onError: fail,
  })
  const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
  for (let from = 0; from < count; from += 1_000) {
    await store.transaction(async (tx) => {
      for (let i = from; i < Math.min(count, from + 1_000); i++) {
        const data = stored(i)
        await store.putObject({ calendar: id, name: `${i}.ics` }, { data, index: indexObject(data) }, undefined, { tx })
      }
    })
  }
  const connection = await connections.create({ principal: 'ann', calendar: id, name: 'bench' })
  const url = `http://localhost/outlook/${await connections.address(connection)}/_vti_bin/lists.asmx`
  const principal = { id: 'ann', groups: [] }
  const guid = (await lists.identify({ principal, calendar: id, connection: null }))?.guid ?? ''
  const changes = (token: string): Promise<Response> =>
    handler(
      new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'text/xml' },
        body:
          '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><GetListItemChangesSinceToken' +
          ` xmlns="http://schemas.microsoft.com/sharepoint/soap/"><listName>{${guid}}</listName><viewFields>` +
          `<ViewFields Properties="TRUE">${fields
            .split(' ')
            .map((name) => `<FieldRef Name="${name}"/>`)
            .join('')}</ViewFields></viewFields>` +
          `<queryOptions><QueryOptions>${queryOptions}</QueryOptions></queryOptions>` +
          `${token === '' ? '' : `<changeToken>${token}</changeToken>`}</GetListItemChangesSinceToken></Body></Envelope>`,
      }),
    )
  /** Thrown away as a socket does, but for the beginning. */
  const drained = async (token: string): Promise<{ readonly bytes: number; readonly token: string }> => {
    let bytes = 0
    let head = ''
    for await (const chunk of (await changes(token)).body ?? []) {
      if (bytes === 0) head = new TextDecoder().decode(chunk.subarray(0, 4_000))
      bytes += chunk.byteLength
    }
    return { bytes, token: /LastChangeToken="([^"]*)"/.exec(head)?.[1] ?? '' }
  }
  const readAll = async (): Promise<void> => {
    for await (const _ of service.findObjects(principal, id, {})) {
      // As the list reads them.
    }
  }
  return { store, drained, readAll }
}

const folder = mkdtempSync(join(tmpdir(), 'dayport-bench-'))
try {
  const show = (label: string, value: string): void => console.log(`  ${label.padEnd(66)} ${value.padStart(14)}`)
  const ms = (value: number): string => `${value.toFixed(1)} ms`
  const mib = (value: number): string => `${(value / 1024 / 1024).toFixed(1)} MiB`
  console.log(`${total.toLocaleString('en')} events in SQLite, one process:`)
  const { store, drained, readAll } = await open(folder, total)
  const warm = await open(folder, 500)
  await warm.drained('')
  await warm.readAll()
  await warm.store.close()

  let first = 0
  let firstWork = 0
  const grown = await growth(async () => {
    firstWork = await worked(async () => {
      first = await timed(() => drained(''))
    })
  })
  const read = Math.min(...[await timed(readAll), await timed(readAll), await timed(readAll)])
  const readWork = Math.min(...[await worked(readAll), await worked(readAll), await worked(readAll)])
  const { bytes } = await drained('')
  let again = Number.POSITIVE_INFINITY
  let againWork = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) again = Math.min(again, await timed(() => drained('')))
  for (let round = 0; round < 5; round++) againWork = Math.min(againWork, await worked(() => drained('')))
  show('the same objects, read from the store', ms(read))
  show('  processor time of it', ms(readWork))
  show('first download, items bound for the first time', ms(first))
  show('  processor time of it', ms(firstWork))
  show('  as a multiple of reading the store, by processor time', `${(firstWork / readWork).toFixed(1)} ×`)
  show(`later download of the whole list, ${(bytes / 1e6).toFixed(1)} MB`, ms(again))
  show('  processor time of it', ms(againWork))
  show('  as a multiple of reading the store, by processor time', `${(againWork / readWork).toFixed(1)} ×`)
  show('  most extra memory held during it', mib(await extraHeld(() => drained(''))))
  await store.close()
  const fresh = await open(folder, total + 2)
  show('most extra memory held during a first download', mib(await extraHeld(() => fresh.drained(''))))
  show('growth of the process by the first one, V8 left to itself', mib(grown))
  await fresh.store.close()

  console.log('a sync without changes:')
  for (const count of [100, total]) {
    const list = await open(join(folder), count === total ? total + 1 : count)
    const { token } = await list.drained('')
    await list.drained(token)
    const statements = await counted(() => list.drained(token))
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < 200; round++) least = Math.min(least, await timed(() => list.drained(token)))
    show(`${count.toLocaleString('en')} items: statements`, `${statements}`)
    show(`${count.toLocaleString('en')} items: time`, `${least.toFixed(2)} ms`)
    await list.store.close()
  }
} finally {
  rmSync(folder, { recursive: true })
}
