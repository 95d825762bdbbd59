import { z } from 'zod'
import { minPasswordLength } from '../../accounts/passwords.ts'
import { isLogin } from '../../accounts/people.ts'

/* Values that several shapes of the API hold. */

export const shortText = z.string().trim().min(1).max(200)
const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
export const timeZone = z.string().max(100).refine(isTimeZone, 'is not a time zone known here').describe('IANA name')
export const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$/)
  .describe('#RRGGBB')
export const login = z.string().max(200).refine(isLogin, 'may hold no slash, colon or control character')
export const password = z.string().min(minPasswordLength).max(500)
export const ms = z.number().int().describe('ms since the Unix epoch')

export const principalKind = z.enum(['individual', 'group', 'room', 'resource'])

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('stable; switch on it'),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' })

const date = /^\d{4}-\d\d-\d\d$/
const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/
export const time = z
  .string()
  .refine((text) => date.test(text) || local.test(text), 'is neither 2026-03-29 nor 2026-03-29T10:00')
  .describe('2026-03-29 when all day, else 2026-03-29T10:00:00 on the clock of timeZone')
