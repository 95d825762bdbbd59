import type { PrincipalId } from '@dayport/core'
import { needPrivileges, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Instruction, Outcome } from '../properties/instructions.ts'
import type { Resource } from '../resources.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { dav } from '../wire/names.ts'
import { calendarsOwnedBy, withProxies } from './proxies.ts'

/**
 * Sets who acts for a person, RFC 3744 §4.3: the new members get reading, or writing, of each of the person's calendars, and who
 * is no member any more keeps what they were given besides. Only the person themselves may, and of a proxy group nothing else can be set.
 */
export const setProxies = async (
  x: Exchange,
  { href, info, access }: Extract<Resource, { kind: 'proxy' }>,
  instructions: readonly Instruction[],
): Promise<readonly Outcome[]> => {
  if (info.id !== x.me.id) throw needPrivileges(href, dav('write-properties'))
  const members = dav('group-member-set')
  const { condition } = refusal(403, dav('cannot-modify-protected-property'))
  if (instructions.some(({ name }) => name !== members)) {
    return instructions.map(({ name }) =>
      name === members ? { name, status: 424, condition: null } : { name, status: 403, condition },
    )
  }
  const hrefs = instructions.at(-1)?.value?.childrenNamed(dav('href')) ?? []
  const wanted = new Set<PrincipalId>()
  for (const { text } of hrefs) {
    const address = x.hrefs.parse(text.trim())
    const member = address?.kind === 'principal' ? await x.principals.findPrincipal(address.login) : null
    if (member === null) {
      return [{ name: members, status: 403, condition: { name: dav('recognized-principal') } }]
    }
    // One acts for oneself anyhow.
    if (member.id !== x.me.id) wanted.add(member.id)
  }
  await writeUnderIf(x, (call) =>
    x.service.transaction(async (tx) => {
      for (const calendar of await calendarsOwnedBy(x, info.id, { tx })) {
        const grants = withProxies(calendar.access, wanted, access)
        await x.service.updateCalendar(x.who, calendar.id, { access: grants }, { ...call, tx })
      }
    }, call),
  )
  return [{ name: members, status: 200, condition: null }]
}
