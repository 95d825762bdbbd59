/** What the mounts use of their runtimes; each brings its own whole types. */
declare const Deno: {
  serve(options: { port: number; hostname: string }, handler: (request: Request) => Promise<Response>): unknown
  readonly env: { get(name: string): string | undefined }
}

declare const Bun: {
  serve(options: { port: number; hostname: string; fetch: (request: Request) => Promise<Response> }): unknown
  readonly env: Readonly<Record<string, string | undefined>>
}
