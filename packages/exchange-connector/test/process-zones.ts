import { afterAll, beforeAll, expect } from 'vitest'

/** Zones under which the mapping law has to hold (sync-engine.md §9.9), with their offsets at the epoch in minutes west. */
export const processZones = [
  ['UTC', 0],
  ['America/St_Johns', 210],
  ['Asia/Kathmandu', -330],
  ['Pacific/Kiritimati', 640],
  ['Europe/Moscow', -180],
] as const

/** Puts the process into a zone while the tests of a block run; the offset shows that it really is there. */
export const useProcessZone = (zone: string, offset: number): void => {
  const before = process.env.TZ
  beforeAll(() => {
    process.env.TZ = zone
    expect(new Date(0).getTimezoneOffset()).toBe(offset)
  })
  afterAll(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })
}
