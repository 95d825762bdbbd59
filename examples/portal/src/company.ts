import { type AccessGrant, type Calendar, CalendarError, everyone } from '@dayport/core'
import { owning } from './accounts/owning.ts'
import { administrators, companySetting, type Locale, type People, type Person } from './accounts/people.ts'
import type { PortalParts } from './parts.ts'

const names: Readonly<Record<Locale, string>> = { ru: 'Компания', en: 'Company' }

const theirs = { principal: administrators, level: 'owner' } as const
const isTheirs = ({ principal, level }: AccessGrant): boolean => principal === administrators && level === 'owner'

export type Company = ReturnType<typeof createCompany>

/**
 * The one calendar of the whole company. It belongs to an account of its own, so that nobody's leaving ends it: every employee may add to it
 * until an administrator narrows that, and administrators own it, whoever they are at the time.
 */
export const createCompany = ({
  people,
  settings,
  store,
  service,
  newId,
}: Pick<PortalParts, 'settings' | 'store' | 'service' | 'newId'> & { readonly people: People }) => {
  const holder = (): Person | null => {
    const id = settings.get(companySetting)
    return id === null ? null : people.get(id)
  }

  /** `null` when there is none. */
  const calendar = async (): Promise<Calendar | null> => {
    const owner = holder()
    if (owner === null) return null
    const all = await store.listCalendars(owning(owner.id))
    return all.find((one) => one.owner === owner.id) ?? null
  }

  const makeHolder = async (locale: Locale, timeZone: string): Promise<Person> => {
    const login = people.findByLogin('company') === null ? 'company' : `company-${newId().slice(0, 8)}`
    const [made] = await people.createAll([
      { login, name: names[locale], email: '', kind: 'group', admin: false, locale, timeZone, passwordHash: null },
    ])
    if (made === undefined) throw new Error('no account was made')
    await settings.set(companySetting, made.id)
    return made
  }

  /** A program that writes access lists of its own may have taken it away. */
  const giveBack = ({ id, owner, access }: Calendar): Promise<Calendar> => {
    const others = access.filter(({ principal }) => principal !== administrators)
    return service.updateCalendar({ id: owner, groups: [] }, id, { access: [...others, theirs] })
  }

  const make = async (locale: Locale, timeZone: string): Promise<Calendar> => {
    const there = await calendar()
    if (there !== null) return there.access.some(isTheirs) ? there : giveBack(there)
    const owner = holder() ?? (await makeHolder(locale, timeZone))
    return service.createCalendar(
      { id: owner.id, groups: [] },
      {
        owner: owner.id,
        name: 'company',
        displayName: names[locale],
        color: '#b26a00',
        components: ['VEVENT'],
        exportAllowed: true,
        access: [{ principal: everyone, level: 'write' }, theirs],
      },
    )
  }

  let making: Promise<unknown> = Promise.resolve()
  return {
    calendar,
    /** Whether the account is the one that holds it. */
    isHolder: (id: string): boolean => settings.get(companySetting) === id,

    /** Makes it where there is none; those who ask at the same time get the same one. */
    make: (locale: Locale, timeZone: string): Promise<Calendar> => {
      const made = making.catch(() => undefined).then(() => make(locale, timeZone))
      making = made
      return made
    },

    /** @throws {CalendarError} `not-found` for the holder too: it is no group that an administrator changes. */
    groupOf: (id: string): Person => {
      const group = people.get(id)
      if (group?.kind === 'group' && settings.get(companySetting) !== id) return group
      throw new CalendarError('not-found', 'No such group')
    },
  }
}
