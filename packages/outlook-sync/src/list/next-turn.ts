/** Lets requests, timers and streams have their turn within long work. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
