import { CalendarError } from '@dayport/core'
import { levelOf } from '@dayport/core/service'
import { HttpError } from '@dayport/http'
import { z } from 'zod'
import type { ImportJobs } from '../import-jobs.ts'
import type { PortalParts } from '../parts.ts'
import type { Uploads } from '../uploads.ts'
import { byId } from './account.ts'
import { type Operation, operation } from './operation.ts'
import { ImportJob } from './schemas.ts'

/** Most bytes of one .ics file. */
const maxImportBytes = 64 * 1024 * 1024

/** Files come in as jobs that can be watched and stopped. */
export const importOperations = ({
  service,
  jobs,
  uploads,
}: PortalParts & { readonly jobs: ImportJobs; readonly uploads: Uploads }): readonly Operation[] => {
  const find = (id: string, person: string) => {
    const job = jobs.get(id, person)
    if (job === null) throw new CalendarError('not-found', 'No such import')
    return job
  }

  return [
    operation({
      method: 'post',
      address: '/calendars/{id}/import',
      id: 'importCalendar',
      summary: 'Takes an .ics file in; events whose UID is there already are replaced, or kept with mode=skip',
      access: 'person',
      path: byId,
      query: z.object({ mode: z.enum(['replace', 'skip']).default('replace') }),
      rawBody: 'text/calendar',
      status: 202,
      answer: ImportJob,
      handle: async ({ caller, path, query, request }) => {
        // A type that forms of other sites cannot send without asking first.
        const type = request.headers.get('content-type') ?? ''
        if (!/^text\/calendar\b/i.test(type)) throw new HttpError(415, 'Expected text/calendar')
        const calendar = await service.getCalendar(caller.principal, path.id)
        if (calendar === null) throw new CalendarError('not-found', 'No such calendar')
        // The service asks again for each write; asked here so that nobody uploads in vain.
        if (calendar.readOnly || !['write', 'owner'].includes(levelOf(calendar, caller.principal))) {
          throw new CalendarError('forbidden', 'You may only read this calendar')
        }
        const file = await uploads.receive(request, caller.person.id, maxImportBytes)
        const job = jobs.start({ who: caller.principal, calendar: path.id, file, contentType: type, mode: query.mode })
        return Response.json(job.state(), { status: 202, headers: { Location: `/api/imports/${job.id}` } })
      },
    }),

    operation({
      method: 'get',
      address: '/imports/{id}',
      id: 'getImport',
      summary: 'How far an import is; each step is told as `job` by GET /live',
      access: 'person',
      path: byId,
      status: 200,
      answer: ImportJob,
      handle: async ({ caller, path }) => find(path.id, caller.person.id).state(),
    }),

    operation({
      method: 'delete',
      address: '/imports/{id}',
      id: 'cancelImport',
      summary: 'Stops an import; what is in already stays',
      access: 'person',
      path: byId,
      status: 204,
      handle: async ({ caller, path }) => find(path.id, caller.person.id).cancel(),
    }),
  ]
}
