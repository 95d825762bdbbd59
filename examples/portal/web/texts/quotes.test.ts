import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { en } from './en.ts'
import { ru } from './ru.ts'

it('quotes a name as its language does, and no view does so by itself', () => {
  expect([en.doors.quoted('Review'), ru.doors.quoted('Обзор')]).toEqual(['“Review”', '«Обзор»'])
  const views = new URL('../views/', import.meta.url)
  const quoting = readdirSync(views, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.tsx') && /[«»“”]/.test(readFileSync(new URL(file, views), 'utf8')),
  )
  expect(quoting).toEqual([])
})
