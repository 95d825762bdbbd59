import { describe, expect, it } from 'vitest'
import { createLayeredMap } from './layered-map.ts'

const base = () => {
  const map = createLayeredMap<string, number>()
  for (const [i, key] of ['a', 'b', 'c'].entries()) map.set(key, i)
  return map
}

describe('a fork of a layered map', () => {
  it('shows the base under its own writes, in the order of writing', () => {
    const fork = base().fork()
    fork.set('a', 10)
    fork.delete('b')
    fork.set('d', 3)
    expect([...fork.entries()]).toEqual([
      ['c', 2],
      ['a', 10],
      ['d', 3],
    ])
    expect([fork.get('a'), fork.get('b'), fork.get('c'), fork.get('x')]).toEqual([10, undefined, 2, undefined])
  })

  it('leaves the base alone until it is committed, and then makes it look alike', () => {
    const map = base()
    const fork = map.fork()
    fork.set('a', 10)
    fork.delete('b')
    expect([...map.entries()]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ])
    const shown = [...fork.entries()]
    fork.commit()
    expect([...map.entries()]).toEqual(shown)
  })

  it('forgets a write that is undone by a later one', () => {
    const map = base()
    const fork = map.fork()
    fork.set('n', 1)
    fork.delete('n')
    fork.delete('a')
    fork.set('a', 5)
    fork.commit()
    expect([...map.entries()]).toEqual([
      ['b', 1],
      ['c', 2],
      ['a', 5],
    ])
  })
})
