import { readFileSync } from 'node:fs'
import type { XmlElement } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { createServer } from '../../test/server.ts'
import { cs, dav } from '../wire/names.ts'

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}.xml`, import.meta.url), 'utf8')
const me = '/dav/principals/anna/'

describe('expand-property', () => {
  it('is of one resource: 400 to Depth 1 and infinity', async () => {
    const { dav: ask } = createServer()
    for (const depth of ['1', 'infinity']) {
      expect((await ask('REPORT', me, { body: fixture('ios/expand-proxies'), headers: { depth } })).status).toBe(400)
    }
  })

  it('puts what is at an address in its place, level by level (RFC 3253 §3.8)', async () => {
    const { dav: ask } = createServer()
    const answer = await ask('REPORT', me, { body: fixture('ios/expand-proxies') })
    const membership = answer.prop(me, dav('group-membership'))
    const team = membership?.child(dav('response'))
    expect(team?.child(dav('href'))?.text).toBe('/dav/principals/team/')
    const prop = team?.child(dav('propstat'))?.child(dav('prop'))
    expect(prop?.child(dav('displayname'))?.text).toBe('Team')
    const members = prop?.child(dav('group-member-set'))?.childrenNamed(dav('response'))
    expect(members?.map((member) => member.child(dav('href'))?.text)).toEqual([
      me,
      '/dav/principals/boris%40example.org/',
    ])
    expect(answer.prop(me, cs('calendar-proxy-write-for'))?.elements).toEqual([])
  })

  it('follows addresses five levels deep and writes the rest as addresses', async () => {
    const { dav: ask } = createServer()
    let nested = '<property name="displayname"/>'
    for (let level = 0; level < 12; level++) {
      nested = `<property name="${level % 2 === 1 ? 'group-membership' : 'group-member-set'}">${nested}</property>`
    }
    const answer = await ask('REPORT', me, { body: `<expand-property xmlns="DAV:">${nested}</expand-property>` })
    const depthOf = (element: XmlElement): number =>
      (element.name === dav('response') ? 1 : 0) + Math.max(0, ...element.elements.map(depthOf))
    expect(depthOf(answer.xml())).toBe(6)
  })

  it('refuses a property without a usable name', async () => {
    const { dav: ask } = createServer()
    const body = '<expand-property xmlns="DAV:"><property name="a b"/></expand-property>'
    expect((await ask('REPORT', me, { body })).status).toBe(400)
  })
})
