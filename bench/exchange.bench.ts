/** First synchronisations with Exchange, and many mailboxes of which one is throttled: `npm run bench exchange`. */
import { type BackEnd, connectMailboxes } from './exchange/mailboxes.ts'
import { compareReading } from './exchange/peers.ts'

const events = Number(process.env.EVENTS ?? 2_000)
const mailboxes = Number(process.env.MAILBOXES ?? 200)
const backEnds: readonly BackEnd[] = ['Exchange Server', 'Exchange Online']

const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`)

console.log(
  `A first synchronisation of ${events} events, over HTTP on loopback; the fake server is in the same process.\n`,
)
row('back end', 'requests', 'seconds', 'events/s', 'heap above start, MB')
row('---', '---:', '---:', '---:', '---:')
for (const backEnd of backEnds) {
  const {
    requests,
    seconds,
    peakMb,
    events: came,
  } = await connectMailboxes(backEnd, { mailboxes: 1, events, throttled: 0 })
  if (came !== events) throw new Error(`expected ${events} events here, got ${came}`)
  row(backEnd, requests, seconds.toFixed(2), Math.round(events / seconds), peakMb.toFixed(1))
}

console.log(
  `\n${mailboxes} mailboxes of 10 events each: until all are connected, and all but one that is asked to wait.\n`,
)
row('back end', 'none throttled, s', 'one throttled, s', 'ratio', 'runs of the throttled one')
row('---', '---:', '---:', '---:', '---:')
for (const backEnd of backEnds) {
  const free = await connectMailboxes(backEnd, { mailboxes, events: 10, throttled: 0 })
  const held = await connectMailboxes(backEnd, { mailboxes, events: 10, throttled: 1 })
  const ratio = (held.seconds / free.seconds).toFixed(2)
  row(backEnd, free.seconds.toFixed(2), held.seconds.toFixed(2), ratio, held.throttledRuns.length)
}

console.log(
  `\nA calendar of ${events} events, read once: the feed, then every event. Ours gives iCalendar objects, the libraries their own.\n`,
)
row('library', 'ours, s', 'theirs, s', 'theirs : ours', 'requests, ours', 'requests, theirs')
row('---', '---:', '---:', '---:', '---:', '---:')
for (const { name, oursSeconds, theirsSeconds, oursRequests, theirsRequests } of await compareReading(events)) {
  const ratio = (theirsSeconds / oursSeconds).toFixed(2)
  row(name, oursSeconds.toFixed(2), theirsSeconds.toFixed(2), ratio, oursRequests, theirsRequests)
}
