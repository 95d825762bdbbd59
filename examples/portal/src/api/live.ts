import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { type Operation, operation } from './operation.ts'

/** What open pages hear. */
export const liveOperations = ({ live }: PortalParts): readonly Operation[] => [
  operation({
    method: 'get',
    address: '/live',
    id: 'watchChanges',
    summary:
      'Server-sent events: `change` when a calendar that I may see was written by any door or my list is another, `portal` when what it offers is, `list`, `job`, `device`, `exchange` and `subscription` of my own; a comment each 25 s',
    access: 'person',
    query: z.object({
      after: z.coerce
        .number()
        .int()
        .optional()
        .describe(
          '`changes` of GET /api/portal when the page began to load: it is told when it missed something since',
        ),
    }),
    status: 200,
    rawAnswer: 'text/event-stream',
    handle: async ({ caller, query, request }) => {
      const stream = live.watch(caller.principal, request.signal, query.after ?? null)
      if (stream === null) throw new PortalError('too-many-attempts', 'Too many pages are open')
      return new Response(stream, {
        headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
      })
    },
  }),
]
