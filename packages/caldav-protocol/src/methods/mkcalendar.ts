import { refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { readInstructions } from '../properties/instructions.ts'
import { expectRoot, readXml } from '../wire/body.ts'
import { cal, dav } from '../wire/names.ts'
import { makeCalendar } from './make-calendar.ts'

/** RFC 4791 §5.3.1. The body is optional. */
export const mkcalendar = async (x: Exchange): Promise<Response> => {
  const body = await readXml(x)
  const instructions = body === null ? [] : readInstructions(expectRoot(body, cal('mkcalendar')))
  return makeCalendar(
    x,
    {
      occupied: () => refusal(403, dav('resource-must-be-null')),
      failure: { root: 'multistatus', status: 207 },
    },
    instructions,
  )
}
