import { describe, expect, it } from 'vitest'
import { addressesIn } from './addresses.ts'

describe('addresses in a text', () => {
  it('are read one by one, with the names that mail programs write before them', () => {
    expect(addressesIn(' a@example.com ')).toEqual([{ name: '', email: 'a@example.com' }])
    expect(addressesIn('"Иванов И." <i@example.com>; Olga Z <o@example.com>,\nx@example.com;')).toEqual([
      { name: 'Иванов И.', email: 'i@example.com' },
      { name: 'Olga Z', email: 'o@example.com' },
      { name: '', email: 'x@example.com' },
    ])
  })

  it('are none while the text is a name, or half an address', () => {
    for (const text of ['', 'Иван', 'ivan@', '@example.com', 'a@b, Иван', 'a b@example.com']) {
      expect(addressesIn(text)).toBeNull()
    }
  })
})
