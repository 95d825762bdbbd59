import type { CalendarObject, Change } from '@dayport/core'
import type { XmlWriter } from '@dayport/core/xml'
import type { Exchange } from '../exchange.ts'
import type { Responder } from '../properties/respond.ts'
import { needsObjects, type PropertyRequest } from '../properties/select.ts'
import { type CalendarResource, objectResource, objectState } from '../resources.ts'
import { objectHref } from '../wire/hrefs.ts'
import { isPiece, writeStatusResponse } from '../wire/multistatus.ts'

/** Objects read at once for their properties. */
const batchSize = 200

/** What is answered about each object: the properties, and how they are written. */
export interface ChangeAnswer {
  readonly parent: CalendarResource
  readonly request: PropertyRequest
  readonly respond: Responder
}

/**
 * A response for each change: the object's properties, or 404 for what is gone. Objects are read only for properties that the change
 * feed does not tell. Yields when a piece is full.
 */
export async function* writeChanges(
  x: Exchange,
  writer: XmlWriter,
  { parent, request, respond }: ChangeAnswer,
  changes: readonly Change[],
): AsyncIterable<void> {
  const withData = needsObjects(request, parent, changes)
  for (let at = 0; at < changes.length; at += batchSize) {
    const batch = changes.slice(at, at + batchSize)
    const objects = withData ? await readObjects(x, parent, batch) : null
    for (const { name, etag, component = null } of batch) {
      const object = objects?.get(name)
      // An object that went away meanwhile is gone for this answer too; the next one will say so again.
      if (etag === null || (objects !== null && object === undefined)) {
        writeStatusResponse(writer, objectHref(parent.href, name), 404)
      } else {
        const resource =
          object === undefined ? objectState(parent, name, etag, component) : objectResource(parent, object)
        const written = respond(writer, resource)
        if (written !== undefined) await written
      }
      if (isPiece(writer)) yield
    }
  }
}

const readObjects = async (
  x: Exchange,
  { calendar }: CalendarResource,
  batch: readonly Change[],
): Promise<ReadonlyMap<string, CalendarObject>> => {
  const names = batch.filter(({ etag }) => etag !== null).map(({ name }) => name)
  const objects = new Map<string, CalendarObject>()
  if (names.length === 0) return objects
  for await (const object of x.service.findObjects(x.who, calendar.id, { names }, { signal: x.request.signal })) {
    objects.set(object.name, object)
  }
  return objects
}
