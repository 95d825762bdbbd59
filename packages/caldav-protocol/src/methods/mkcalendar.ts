import { refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { readInstructions } from '../properties/instructions.ts'
import { expectRoot, readXml } from '../wire/body.ts'
import { cal, dav } from '../wire/names.ts'
import { makeCalendar, subscribesWith, typeOutcomeOf } from './make-calendar.ts'

/** RFC 4791 §5.3.1. The body is optional. */
export const mkcalendar = async (x: Exchange): Promise<Response> => {
  const body = await readXml(x)
  const instructions = body === null ? [] : readInstructions(expectRoot(body, cal('mkcalendar')))
  // Apple's programs say the type here too, as in MKCOL.
  const type = instructions.find(({ name }) => name === dav('resourcetype'))
  const subscribes = type !== undefined && subscribesWith(x, type)
  return makeCalendar(
    x,
    {
      occupied: () => refusal(403, dav('resource-must-be-null')),
      failure: { root: 'multistatus', status: 207 },
    },
    instructions.filter((instruction) => instruction !== type),
    type === undefined ? null : typeOutcomeOf(type, [dav('collection'), cal('calendar')], subscribes),
    subscribes,
  )
}
