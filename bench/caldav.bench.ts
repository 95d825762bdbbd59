// The portal beside other CalDAV servers, over HTTP: node bench/caldav.bench.ts [PEER…], after a build. Figures are of this run and
// this machine; a busy one shifts them all. `BENCH_OBJECTS=1000,10000` says how many objects a calendar has, `BENCH_SECONDS=3` how long a row lasts.
import { loadavg } from 'node:os'
import { type Peer, peers } from './caldav/peers.ts'
import { measureRows, type Row } from './caldav/rows.ts'

interface Result {
  readonly name: string
  readonly rows: readonly Row[]
  readonly memoryMb: number
}

const sizes = (process.env.BENCH_OBJECTS ?? '1000,10000').split(',').map(Number)
const budgetMs = Number(process.env.BENCH_SECONDS ?? '3') * 1000
const wanted = process.argv.slice(2).map((name) => name.toLowerCase())
const progress = (line: string): void => void process.stderr.write(`${line}\n`)

const measure = async (peer: Peer, total: number): Promise<Result | null> => {
  const reason = peer.missing()
  if (reason !== null) {
    console.log(`${peer.name} is left out: ${reason}`)
    return null
  }
  const running = await peer.start()
  try {
    const rows = await measureRows({ peer: running, total, budgetMs }, progress)
    return { name: peer.name, rows, memoryMb: running.usage().memoryMb }
  } finally {
    await running.stop()
  }
}

const number = (value: number): string =>
  Number.isNaN(value) ? '–' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const print = (total: number, results: readonly Result[]): void => {
  console.log(`\n${total} objects; load of the machine ${loadavg()[0]?.toFixed(1)}\n`)
  console.log('| what | connections | server | requests/s | median ms | p95 ms | CPU ms | ours is faster by |')
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
  const [ours] = results
  for (const [index, { title, connections }] of (ours?.rows ?? []).entries()) {
    const own = ours?.rows[index]?.figure
    for (const { name, rows } of results) {
      const figure = rows[index]?.figure
      const cells =
        figure === null || figure === undefined
          ? ['refused', '', '', '', '']
          : [
              number(figure.perSecond),
              number(figure.medianMs),
              number(figure.p95Ms),
              number(figure.cpuMs),
              name === ours?.name || own === null || own === undefined
                ? ''
                : `${number(own.perSecond / figure.perSecond)}×`,
            ]
      console.log(`| ${[title, String(connections), name, ...cells].join(' | ')} |`)
    }
  }
  console.log(`\nMemory at the end, MB: ${results.map((one) => `${one.name} ${number(one.memoryMb)}`).join(', ')}`)
}

for (const total of sizes) {
  const results: Result[] = []
  for (const peer of peers) {
    if (wanted.length > 0 && !wanted.includes(peer.name.toLowerCase())) continue
    try {
      const result = await measure(peer, total)
      if (result !== null) results.push(result)
    } catch (error) {
      console.log(`${peer.name} is left out: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`)
    }
  }
  print(total, results)
}
