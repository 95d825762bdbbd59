import { DavError, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { copyCalendar } from '../transfer/copy-calendar.ts'
import { copyFile } from '../transfer/copy-file.ts'
import { copyObject, fileToObject, objectToFile } from '../transfer/copy-object.ts'
import type { Transfer } from '../transfer/transfer.ts'
import { readDepth } from '../wire/headers.ts'
import type { Address } from '../wire/hrefs.ts'
import { cal } from '../wire/names.ts'

/** RFC 4918 §9.8 and §9.9: objects between calendars, calendars within a home, files, and objects to and from files. */
export const copyMove = async (x: Exchange): Promise<Response> => {
  const { address } = x
  if (address.kind !== 'object' && address.kind !== 'calendar' && address.kind !== 'file') {
    throw new DavError(403, { message: 'This cannot be copied or moved' })
  }
  const transfer = readTransfer(x)
  const response = await carryOut(x, transfer)
  // RFC 9110 §15.3.2: without it, what was made would be what the request is addressed to.
  if (response.status === 201) response.headers.set('location', locationOf(x, transfer.destination))
  return response
}

const carryOut = async (x: Exchange, transfer: Transfer): Promise<Response> => {
  const { address } = x
  const { destination } = transfer
  switch (`${address.kind} ${destination.kind}`) {
    case 'file file':
      return copyFile(x, transfer)
    case 'object object':
      return copyObject(x, transfer)
    case 'object file':
      return objectToFile(x, transfer)
    case 'file object':
      return fileToObject(x, transfer)
    case 'calendar calendar':
      return copyCalendar(x, transfer)
    case 'calendar object':
    case 'calendar file':
      // RFC 4791 §4.2: no calendar below another; and files are not a place for one.
      throw refusal(403, cal('calendar-collection-location-ok'))
    default:
      throw new DavError(403, { message: 'Expected a destination of the same kind' })
  }
}

const readTransfer = (x: Exchange): Transfer => {
  const { headers } = x.request
  const overwrite = headers.get('overwrite')?.trim().toUpperCase() ?? 'T'
  if (overwrite !== 'T' && overwrite !== 'F') throw new DavError(400, { message: 'Expected Overwrite to be T or F' })
  const depth = readDepth(headers)
  const moves = x.request.method === 'MOVE'
  // RFC 4918 §9.8.3, §9.9.2.
  if (depth === '1' || (moves && depth === '0' && x.address.kind !== 'object')) {
    throw new DavError(400, { message: `Expected Depth to be ${moves ? 'infinity' : '0 or infinity'}` })
  }
  return { destination: destinationOf(x), moves, overwrite: overwrite === 'T', deep: depth !== '0' }
}

/** On the origin that `Destination` names: ours may be that of a host behind a proxy. */
const locationOf = (x: Exchange, destination: Address): string => {
  const origin = URL.parse(x.request.headers.get('destination') ?? '')?.origin ?? ''
  return origin + x.hrefs.of(destination)
}

/** RFC 4918 §10.3: an absolute path or a URL of this host. */
const destinationOf = (x: Exchange): Address => {
  const text = x.request.headers.get('destination')?.trim()
  if (text === undefined || text === '') throw new DavError(400, { message: 'Expected a Destination' })
  const here = new URL(x.request.url)
  const url = URL.parse(text.startsWith('/') ? `${here.origin}/${text.replace(/^\/+/, '')}` : text)
  if (url === null || text.includes('#'))
    throw new DavError(400, { message: 'Expected Destination to be a path or a URL' })
  // The scheme may be that of a proxy before us; a host that is another one is out of reach: §9.8.5.
  if (url.host !== here.host) throw new DavError(502, { message: 'The destination is on another server' })
  const address = x.hrefs.parse(url.pathname)
  if (address !== null) return address
  if (!url.pathname.startsWith(x.hrefs.of({ kind: 'root' }))) {
    throw new DavError(403, { message: 'The destination is outside of this service' })
  }
  throw new DavError(409, { message: 'The parent is not there' })
}
