import { z } from 'zod'
import type { Operation } from './operation.ts'
import { Problem } from './schemas.ts'

type Json = Record<string, unknown>

const parameters = (where: 'path' | 'query', schema: z.ZodObject | undefined): Json[] => {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }))
}

/** Named schemas become references into `components`; nameless ones stay in place. */
const createSchemas = () => {
  const named = new Map<string, Json>()
  const reference = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const {
      $schema: _,
      $defs = {},
      id,
      ...rest
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
    }) as Json & { $defs?: Record<string, Json>; id?: string }
    const moved = JSON.parse(JSON.stringify({ rest, $defs }).replaceAll('#/$defs/', '#/components/schemas/')) as {
      rest: Json
      $defs: Record<string, Json>
    }
    for (const [name, { id: _id, ...body }] of Object.entries(moved.$defs)) named.set(name, body)
    if (id === undefined) return moved.rest
    named.set(id, moved.rest)
    return { $ref: `#/components/schemas/${id}` }
  }
  return { named, reference }
}

/** The OpenAPI 3.1 document of the operations that the router serves: one source for both. */
export const openApiDocument = (operations: readonly Operation[], version: string): Json => {
  const { named, reference } = createSchemas()
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    const body =
      operation.body === undefined ? undefined : { 'application/json': { schema: reference(operation.body, 'input') } }
    const raw =
      operation.rawBody === undefined
        ? undefined
        : { [operation.rawBody]: { schema: { type: 'string', format: 'binary' } } }
    const answer =
      operation.answer === undefined
        ? undefined
        : { 'application/json': { schema: reference(operation.answer, 'output') } }
    const rawAnswer = operation.rawAnswer === undefined ? undefined : { [operation.rawAnswer]: {} }
    const content = answer ?? rawAnswer
    const entry = paths[`/api${operation.address}`] ?? {}
    entry[operation.method] = {
      operationId: operation.id,
      summary: operation.summary,
      parameters: [...parameters('path', operation.path), ...parameters('query', operation.query)],
      ...(body === undefined && raw === undefined ? {} : { requestBody: { required: true, content: body ?? raw } }),
      responses: {
        [operation.status]: { description: 'done', ...(content === undefined ? {} : { content }) },
        default: {
          description: 'refused; see `code`',
          content: { 'application/problem+json': { schema: reference(Problem, 'output') } },
        },
      },
      security: operation.access === 'public' ? [] : [{ session: [] }, { basic: [] }],
    }
    paths[`/api${operation.address}`] = entry
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Dayport portal', version },
    paths,
    components: {
      schemas: Object.fromEntries(named),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'dayport' },
        basic: { type: 'http', scheme: 'basic' },
      },
    },
  }
}
