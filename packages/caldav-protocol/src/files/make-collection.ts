import { CalendarError } from '@dayport/core'
import { createXmlWriter } from '@dayport/core/xml'
import { DavError } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { methodNotAllowed } from '../methods/options.ts'
import { type Instruction, type Outcome, planKept, writeOutcomes } from '../properties/instructions.ts'
import type { Address } from '../wire/hrefs.ts'
import { answerNamespaces, dav } from '../wire/names.ts'
import { assertOwnFiles } from './own-files.ts'
import { assertRoom } from './quota.ts'
import { writeFile } from './write-file.ts'

/** MKCOL among files, RFC 4918 §9.3, with properties as RFC 5689 has them. */
export const makeCollection = async (
  x: Exchange,
  { path }: Extract<Address, { kind: 'file' }>,
  instructions: readonly Instruction[],
  typeOutcome: Outcome | null,
): Promise<Response> => {
  await assertOwnFiles(x)
  if ((await x.files?.getNode(x.me.id, path)) !== null) throw methodNotAllowed(x, 'Something is there')
  const plan = planKept(instructions, 'folder', {}, x.limits)
  const outcomes = typeOutcome === null ? plan.outcomes : [typeOutcome, ...plan.outcomes]
  if (outcomes.some(({ status }) => status !== 200)) return failure(outcomes)
  await writeFile(x, [{ path, membership: 'comes' }], async (files, call) => {
    await assertRoom(x, files, { bytes: 0, nodes: 1 }, call)
    await files.makeCollection(x.me.id, path, call).catch((error: unknown) => {
      if (CalendarError.is(error, 'not-found')) throw new DavError(409, { message: 'The parent is not there' })
      if (CalendarError.is(error, 'already-exists')) throw methodNotAllowed(x, 'Something is there')
      throw error
    })
    if (Object.keys(plan.patch).length > 0) await files.patchNode(x.me.id, path, plan.patch, call)
  })
  return new Response(null, { status: 201, headers: { 'content-length': '0', 'cache-control': 'no-cache' } })
}

const failure = (outcomes: readonly Outcome[]): Response => {
  const writer = createXmlWriter({ namespaces: answerNamespaces }).open(dav('mkcol-response'))
  writeOutcomes(
    writer,
    outcomes.map((outcome) => (outcome.status === 200 ? { ...outcome, status: 424 } : outcome)),
  )
  return new Response(writer.close().take(), {
    status: 403,
    headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-cache' },
  })
}
