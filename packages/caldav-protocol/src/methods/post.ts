import { DavError, needPrivileges } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { locateCalendar } from '../resources.ts'
import { objectHref } from '../wire/hrefs.ts'
import { dav } from '../wire/names.ts'
import { addMemberName, methodNotAllowed } from './options.ts'
import { storeObject } from './put.ts'

/** RFC 5995: a new member under a name of ours; else as PUT. The calendar's own address does the same. */
export const post = async (x: Exchange): Promise<Response> => {
  const { address } = x
  const adds = address.kind === 'calendar' || (address.kind === 'object' && address.name === addMemberName)
  if (!adds) throw methodNotAllowed(x)
  const parent = await locateCalendar(x, address)
  if (parent === null) throw new DavError(404, { message: 'The calendar is not there' })
  if (!(await x.may('write', parent.calendar))) throw needPrivileges(parent.href, dav('bind'))
  const name = `${x.newId()}.ics`
  const made = { ...x, href: objectHref(parent.href, name) }
  const response = await storeObject(made, parent, name, { ifNoneMatch: '*' })
  response.headers.set('location', made.href)
  return response
}
