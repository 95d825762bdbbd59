import { CalendarError } from '@dayport/core'
import {
  type CalendarDocument,
  type Component,
  editCalendar,
  expandSeries,
  indexObject,
  normalizeCalendar,
  objectComponents,
  objectSlice,
  parseCalendar,
  seriesFacts,
  sliceOf,
  splitCalendar,
  textProperty,
  toUtf8,
  validateObject,
} from '@dayport/core/ical'
import { describe, expect, it } from 'vitest'
import { fuzz, fuzzTimeout } from './budget.ts'
import { damagedFile } from './corpus.ts'
import { allowedMs } from './cost.ts'

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** The value, or `null` for a typed refusal. Everything else is a crash. */
const unless = <T>(work: () => T): T | null => {
  try {
    return work()
  } catch (error) {
    if (CalendarError.is(error)) return null
    throw error
  }
}

const isValid = (document: CalendarDocument): boolean =>
  unless(() => {
    validateObject(document)
    return true
  }) === true

const parsed = (bytes: Uint8Array): CalendarDocument | null => unless(() => parseCalendar(toUtf8(bytes).bytes))

const all = ({ calendars }: CalendarDocument): readonly Component[] => {
  const inside = (component: Component): readonly Component[] => [component, ...component.components.flatMap(inside)]
  return calendars.flatMap(inside)
}

/** What every reader sees of a document, whatever its folds and line ends. */
const meaning = (document: CalendarDocument) =>
  all(document).map(({ name, properties }) => [name, properties.map((p) => [p.name, p.params, p.value])])

const range = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }

describe('a damaged file', () => {
  it('keeps every octet but the edited line', { timeout: fuzzTimeout(0.1) }, async () => {
    await fuzz(0.1, damagedFile, (bytes) => {
      const document = parsed(bytes)
      if (document === null) return
      expect(latin(editCalendar(document).toBytes())).toBe(latin(document.bytes))
      const properties = all(document).flatMap((component) => component.properties)
      const target = properties[bytes.length % Math.max(1, properties.length)]
      if (target === undefined) return
      const editor = editCalendar(document)
      editor.replace(target, textProperty('SUMMARY', 'Изменено, once'))
      const before = latin(document.bytes)
      const after = latin(editor.toBytes())
      const tail = before.slice(target.end)
      expect(after.startsWith(before.slice(0, target.start))).toBe(true)
      expect(after.endsWith(tail)).toBe(true)
      expect(after.slice(target.start, after.length - tail.length)).toMatch(/^[^\r\n]*SUMMARY:[^\r\n]*\r\n$/)
    })
  })

  it('means the same when it is folded anew, and is then canonical', { timeout: fuzzTimeout(0.1) }, async () => {
    await fuzz(0.1, damagedFile, (bytes) => {
      const document = parsed(bytes)
      const normal = document === null ? null : unless(() => normalizeCalendar(document))
      if (document === null || normal === null) return
      expect(latin(normalizeCalendar(parseCalendar(normal)))).toBe(latin(normal))
      // A mark whose own line is cut by a fold spoils the name behind it; written on one line, it would be no part of it.
      if (/\xef\xbb\xbf[\r\n]/.test(latin(document.bytes))) return
      expect(meaning(parseCalendar(normal))).toEqual(meaning(document))
    })
  })

  it('is refused or stored as an object, whose slice is the same by both ways', {
    timeout: fuzzTimeout(0.1),
  }, async () => {
    await fuzz(0.1, damagedFile, (bytes) => {
      const document = parsed(bytes)
      if (document === null) return
      for (const { data, uid } of unless(() => [...splitCalendar(document, () => 'new')]) ?? []) {
        const object = parsed(data)
        if (object === null || !isValid(object)) continue
        expect(indexObject(object).uid).toBe(uid)
        const { body, timezones } = objectSlice(object.bytes)
        const slow = sliceOf(object)
        expect(latin(body)).toBe(latin(slow.body))
        expect([...timezones.keys()]).toEqual([...slow.timezones.keys()])
      }
    })
  })

  it('has index bounds that hold every instance', { timeout: fuzzTimeout(0.15) }, async () => {
    await fuzz(0.15, damagedFile, (bytes) => {
      const document = parsed(bytes)
      for (const { data } of document === null ? [] : (unless(() => [...splitCalendar(document, () => 'new')]) ?? [])) {
        const object = parsed(data)
        if (object === null || objectComponents(object.calendars[0]!)[0]?.name !== 'VEVENT') continue
        const { firstStartMs, lastEndMs } = indexObject(object)
        expect(firstStartMs).toBeLessThanOrEqual(lastEndMs)
        const facts = seriesFacts(object)
        if (facts.start === null && facts.overrides.length === 0) continue
        for (const floatingZone of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles']) {
          for (const { startMs, endMs } of expandSeries(facts, { range, floatingZone, maxInstances: 200 }).instances) {
            expect(startMs).toBeGreaterThanOrEqual(firstStartMs)
            expect(endMs).toBeLessThanOrEqual(lastEndMs)
          }
        }
      }
    })
  })

  it('costs no more than 5 ms, and 5 ms for each kB', { timeout: fuzzTimeout(0.1) }, async () => {
    const takeIn = (bytes: Uint8Array) => {
      const document = parsed(bytes)
      if (document === null || !isValid(document)) return
      indexObject(document)
      expandSeries(seriesFacts(document), { range, maxInstances: 100 })
    }
    await fuzz(0.1, damagedFile, (bytes) => {
      let best = Number.POSITIVE_INFINITY
      for (let i = 0; i < 5 && best > allowedMs(bytes.length, { answers: 2 }); i++) {
        const before = process.cpuUsage()
        takeIn(bytes)
        const { user, system } = process.cpuUsage(before)
        best = Math.min(best, (user + system) / 1000)
      }
      expect(best).toBeLessThan(allowedMs(bytes.length, { answers: 2 }))
    })
  })
})
