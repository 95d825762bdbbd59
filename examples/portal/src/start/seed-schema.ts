import { z } from 'zod'
import { isLogin, locales } from '../accounts/people.ts'
import { timeZone } from '../api/schemas.ts'

const login = z.string().refine(isLogin, 'may hold no slash, colon or control character')

const calendar = z.strictObject({
  name: z.string().min(1).default('Calendar'),
  description: z.string().default(''),
  color: z.string().nullable().default(null),
  components: z
    .array(z.enum(['VEVENT', 'VTODO', 'VJOURNAL']))
    .min(1)
    .default(['VEVENT']),
  exportAllowed: z.boolean().default(false),
  access: z
    .array(z.strictObject({ login, level: z.enum(['free-busy', 'titles', 'read', 'write', 'owner']) }))
    .default([]),
  favouriteOf: z.array(login).default([]),
  ics: z.string().min(1).optional().describe('file, relative to the seed'),
})

const user = z.strictObject({
  login,
  password: z.string().min(1),
  name: z.string().min(1).optional(),
  email: z.string().default(''),
  kind: z.enum(['individual', 'group', 'room', 'resource']).default('individual'),
  members: z.array(login).default([]),
  admin: z.boolean().default(false),
  locale: z.enum(locales).default('en'),
  timeZone: timeZone.default('UTC'),
  calendars: z.array(calendar).default([]),
})

/** What PORTAL_SEED holds, CONTRACT "People": all but login and password may be left out. */
export const Seed = z.strictObject({ users: z.array(user) }).superRefine(({ users }, context) => {
  const logins = new Set<string>()
  for (const [index, { login: one }] of users.entries()) {
    const key = one.normalize('NFC')
    if (logins.has(key))
      context.addIssue({ code: 'custom', path: ['users', index, 'login'], message: 'is there twice' })
    logins.add(key)
  }
  const known = (name: string) => logins.has(name.normalize('NFC'))
  for (const [index, one] of users.entries()) {
    const named = [
      ...one.members,
      ...one.calendars.flatMap((each) => [...each.access.map((grant) => grant.login), ...each.favouriteOf]),
    ]
    for (const name of named) {
      if (!known(name)) {
        context.addIssue({
          code: 'custom',
          path: ['users', index],
          message: `names ${name}, whom the seed does not hold`,
        })
      }
    }
  }
})

export type Seed = z.output<typeof Seed>
