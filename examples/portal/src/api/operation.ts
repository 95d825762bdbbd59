import type { Principal } from '@dayport/core'
import type { z } from 'zod'
import type { Person } from '../accounts/people.ts'

/** Who asks. */
export interface Caller {
  readonly person: Person
  readonly principal: Principal
}

/** Who may call: anyone, anyone signed in, or an administrator. */
export type Access = 'public' | 'person' | 'admin'

/** What a handler is given: everything was checked against its schema. */
export interface Call<Path, Query, Body> {
  readonly request: Request
  readonly path: Path
  readonly query: Query
  readonly body: Body
  /** `null` on public operations that were called without credentials. */
  readonly caller: Caller | null
}

type Schema = z.ZodType
type Out<S> = S extends Schema ? z.output<S> : undefined

/** One operation of the API: its address, its shapes and what it does. Both the router and the OpenAPI document read it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** OpenAPI form below /api: `/calendars/{calendar}`. */
  readonly address: string
  readonly id: string
  readonly summary: string
  readonly access: Access
  readonly path?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: Schema
  /** Media type of a body that the handler reads by itself, as bytes. */
  readonly rawBody?: string
  readonly status: number
  /** JSON answer; absent when there is none. */
  readonly answer?: Schema
  /** Media type of an answer that is not JSON. */
  readonly rawAnswer?: string
  readonly handle: (call: Call<never, never, never>) => Promise<unknown>
}

type Shape = Pick<Operation, 'method' | 'address' | 'id' | 'summary' | 'status' | 'rawBody' | 'rawAnswer'>

/**
 * Ties a handler to the schemas of its operation. A handler may also return a `Response` of its own, for other media types
 * and headers.
 */
export const operation = <
  const A extends Access,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends Schema | undefined = undefined,
  R extends Schema | undefined = undefined,
>(
  definition: Shape & {
    readonly access: A
    readonly path?: P
    readonly query?: Q
    readonly body?: B
    readonly answer?: R
  } & {
    readonly handle: (
      call: Call<Out<P>, Out<Q>, Out<B>> & { readonly caller: A extends 'public' ? Caller | null : Caller },
    ) => Promise<(R extends Schema ? z.input<R> : unknown) | Response>
  },
): Operation => definition as unknown as Operation
