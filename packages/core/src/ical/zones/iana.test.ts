import { describe, expect, it } from 'vitest'
import { ianaZone } from './iana.ts'
import { canonicalName } from './known-names.ts'
import { createOffsetProbe } from './offset-probe.ts'
import { tzdataVersion } from './tzdata.ts'

const utc = (text: string) => Date.parse(`${text}Z`)

/** Evenly spread, the same in each run, and on no round instants. */
function samples(fromMs: number, toMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(fromMs + ((toMs - fromMs) * (i + 0.382)) / count))
}

describe('a zone of the runtime', () => {
  it('agrees with Intl in every zone from 1700 to 9999', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const zone = ianaZone(canonicalName(name)!)
      const probe = createOffsetProbe(name)
      const instants = [
        ...samples(utc('1700-01-01T00:00'), utc('1900-01-01T00:00'), 10),
        ...samples(utc('2010-01-01T00:00'), utc('2030-01-01T00:00'), 100),
        ...samples(utc('2120-01-01T00:00'), utc('9999-12-31T00:00'), 50),
      ]
      expect(instants.filter((ms) => zone.offsetAt(ms) !== probe(ms))).toEqual([])
    }
  })

  it.each(['Europe/Moscow', 'America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Apia', 'Africa/Freetown', 'Asia/Gaza'])(
    'finds the change of %s at the very second, every one that two-hourly questions to Intl find',
    (name) => {
      const zone = ianaZone(name)
      const probe = createOffsetProbe(name)
      const [from, to] = [utc('1935-01-01T00:00'), utc('2026-01-01T00:00')]
      const found = zone.transitions(from, to)
      for (const { atMs, before, offset } of found) {
        expect([probe(atMs - 1000), probe(atMs)]).toEqual([before, offset])
      }
      let changes = 0
      let last = probe(from)
      for (let ms = from; ms < to; ms += 7_200_000) {
        const offset = probe(ms)
        if (offset !== last) changes++
        last = offset
      }
      expect(found).toHaveLength(changes)
    },
  )

  it('knows mean times with seconds, and holds the first offset before 1800', () => {
    const moscow = ianaZone('Europe/Moscow')
    expect(moscow.offsetAt(utc('1850-01-01T00:00'))).toBe(2 * 3600 + 30 * 60 + 17)
    expect(moscow.offsetAt(utc('0001-01-01T00:00'))).toBe(2 * 3600 + 30 * 60 + 17)
  })

  it('lands one hour later when the local time is in a gap (RFC 5545 §3.3.5)', () => {
    expect(ianaZone('Europe/Berlin').toInstant(utc('2026-03-29T02:30'))).toBe(utc('2026-03-29T01:30'))
    expect(ianaZone('America/New_York').toInstant(utc('2026-03-08T02:30'))).toBe(utc('2026-03-08T07:30'))
    expect(ianaZone('Australia/Lord_Howe').toInstant(utc('2026-10-04T02:15'))).toBe(utc('2026-10-03T15:45'))
  })

  it('takes the first of two instants when the local time comes twice (RFC 5545 §3.3.5)', () => {
    expect(ianaZone('Europe/Berlin').toInstant(utc('2026-10-25T02:30'))).toBe(utc('2026-10-25T00:30'))
    expect(ianaZone('America/New_York').toInstant(utc('2026-11-01T01:30'))).toBe(utc('2026-11-01T05:30'))
  })

  it('takes the time before the change at its edges: the last second before and the first after are exact', () => {
    const berlin = ianaZone('Europe/Berlin')
    expect(berlin.toInstant(utc('2026-03-29T01:59:59'))).toBe(utc('2026-03-29T00:59:59'))
    expect(berlin.toInstant(utc('2026-03-29T03:00'))).toBe(utc('2026-03-29T01:00'))
    expect(berlin.toInstant(utc('2026-10-25T03:00'))).toBe(utc('2026-10-25T02:00'))
    expect(berlin.toInstant(utc('2026-10-25T01:59:59'))).toBe(utc('2026-10-24T23:59:59'))
  })

  it('skips the whole day that Samoa skipped', () => {
    expect(ianaZone('Pacific/Apia').toInstant(utc('2011-12-30T12:00'))).toBe(utc('2011-12-30T22:00'))
  })

  it('gives a local time back from its instant, in every zone around the year', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const zone = ianaZone(canonicalName(name)!)
      for (const ms of samples(utc('2025-01-01T00:00'), utc('2027-01-01T00:00'), 40)) {
        const local = zone.toLocal(ms)
        const again = zone.toInstant(local)
        // In an overlap the other instant of the two is the answer; its local time is the same.
        expect(zone.toLocal(again)).toBe(local)
      }
    }
  })

  it('answers for NaN and the ends of time without a crash', () => {
    const zone = ianaZone('Europe/Berlin')
    for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 8.64e15, -8.64e15]) {
      expect(Number.isFinite(zone.offsetAt(ms))).toBe(true)
    }
  })
})

describe('tzdataVersion', () => {
  it('is the version that the runtime tells', () => {
    expect(tzdataVersion()).toBe(process.versions.tz)
  })
})
