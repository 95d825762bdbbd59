/** Lets at most so many calls run at once; the others wait in their order. */
export interface Gate {
  /** `weight` places of the gate are taken while `work` runs; a weight above the size takes all. */
  run<T>(weight: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  readonly idle: boolean
}

interface Waiter {
  readonly weight: number
  readonly enter: () => void
}

/** Strictly in order: a heavy call is not starved by light ones that came later. */
export const createGate = (size: number): Gate => {
  let taken = 0
  const waiting: Waiter[] = []

  const admit = () => {
    while (waiting.length > 0 && taken + waiting[0]!.weight <= size) {
      const next = waiting.shift()!
      taken += next.weight
      next.enter()
    }
  }

  const enter = (weight: number, signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted()
      const leave = () => {
        const at = waiting.indexOf(waiter)
        if (at < 0) return
        waiting.splice(at, 1)
        reject(signal?.reason)
        admit()
      }
      const waiter: Waiter = {
        weight,
        enter: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      waiting.push(waiter)
      admit()
    })

  return {
    async run(weight, work, signal) {
      const places = Math.min(weight, size)
      await enter(places, signal)
      try {
        return await work()
      } finally {
        taken -= places
        admit()
      }
    },
    get idle() {
      return taken === 0 && waiting.length === 0
    },
  }
}
