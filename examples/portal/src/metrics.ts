/** Upper bounds of the duration buckets, seconds. */
const buckets = [0.005, 0.025, 0.1, 0.5, 2, 10] as const

interface Series {
  readonly counts: number[]
  total: number
  sumSeconds: number
}

const text = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_')}"`)
    .join(',')

export type Metrics = ReturnType<typeof createMetrics>

/** Counters for `/metrics` in the Prometheus text format. Labels come from fixed sets, so that their number stays bounded. */
export const createMetrics = () => {
  const requests = new Map<string, number>()
  const durations = new Map<string, Series>()
  return {
    /** One answered request. */
    observe: (door: string, status: number, seconds: number): void => {
      const key = text({ door, status: String(status) })
      requests.set(key, (requests.get(key) ?? 0) + 1)
      const series = durations.get(door) ?? { counts: buckets.map(() => 0), total: 0, sumSeconds: 0 }
      durations.set(door, series)
      series.total += 1
      series.sumSeconds += seconds
      for (const [index, bound] of buckets.entries()) if (seconds <= bound) series.counts[index]! += 1
    },

    /** The exposition text. `gauges` are read at this moment. */
    expose: (gauges: Readonly<Record<string, number>>): string => {
      const lines = ['# TYPE dayport_requests_total counter']
      for (const [labels, count] of requests) lines.push(`dayport_requests_total{${labels}} ${count}`)
      lines.push('# TYPE dayport_request_seconds histogram')
      for (const [door, series] of durations) {
        for (const [index, bound] of buckets.entries()) {
          lines.push(`dayport_request_seconds_bucket{${text({ door, le: String(bound) })}} ${series.counts[index]}`)
        }
        lines.push(`dayport_request_seconds_bucket{${text({ door, le: '+Inf' })}} ${series.total}`)
        lines.push(`dayport_request_seconds_sum{${text({ door })}} ${series.sumSeconds}`)
        lines.push(`dayport_request_seconds_count{${text({ door })}} ${series.total}`)
      }
      for (const [name, value] of Object.entries(gauges)) lines.push(`# TYPE ${name} gauge`, `${name} ${value}`)
      return `${lines.join('\n')}\n`
    },
  }
}
