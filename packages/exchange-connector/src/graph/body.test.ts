import { CalendarError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import type { ExchangeEvent, PortalData } from '../event/model.ts'
import { bodyText } from '../event/text.ts'
import { participantsLine, withFooter, withoutFooter } from './footer.ts'
import { keepJoinBlock } from './join-block.ts'

const data = (...attendees: readonly string[]): PortalData => ({
  uid: 'u',
  zone: 'UTC',
  source: ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:u', ...attendees, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'),
})

describe('the line of participants', () => {
  it('names people once, by name and address, and nobody where there is nobody', () => {
    const people = data(
      'ATTENDEE;CN=Boris:mailto:boris@example.com',
      'ATTENDEE:mailto:vera@example.com',
      'ATTENDEE;CN=Room 5:urn:x',
    )
    expect(participantsLine(people, 'Participants')).toBe(
      'Participants: Boris <boris@example.com>; vera@example.com; Room 5',
    )
    expect(participantsLine(data(), 'Participants')).toBe('')
    expect(participantsLine(null, 'Participants')).toBe('')
  })

  it('goes under a text and under HTML, and comes off again, also when its people or its language changed since', () => {
    const line = 'Участники: Boris <boris@example.com>'
    const bodies = [
      { kind: 'text', content: 'Agenda\n\nSecond' },
      { kind: 'text', content: '' },
      { kind: 'html', content: '<p>Agenda</p><ul><li>One</li></ul>' },
      { kind: 'html', content: '<html><body><p>Agenda</p></body></html>' },
    ] as const
    for (const body of bodies) {
      const long = withFooter(body, line)
      expect(bodyText(long)).toContain('Участники: Boris <boris@example.com>')
      expect(bodyText(withoutFooter(long, 'Participants'))).toBe(bodyText(body))
      expect(withoutFooter(body, 'Participants')).toEqual(body)
      expect(withFooter(body, '')).toBe(body)
    }
  })

  it('takes nothing of a text that only speaks of participants', () => {
    for (const content of ['Participants: see below\n\nAgenda', 'The participants: all']) {
      expect(withoutFooter({ kind: 'text', content }, 'Participants').content).toBe(content)
    }
  })
})

describe('a way into an online meeting', () => {
  const address = 'https://teams.microsoft.com/l/meetup-join/19%3ax'
  const current = { joinUrl: null } as ExchangeEvent
  const rule = '_'.repeat(40)

  it('goes on under a new text, between its rules', () => {
    const html = `<html><body><p>Old</p>${rule}<br><a href="${address}">Join</a><br>${rule}<p>Sent from my phone</p></body></html>`
    const kept = keepJoinBlock(html, current, { kind: 'text', content: 'New & <fresh>' })
    expect(kept.kind).toBe('html')
    expect(kept.content).toContain(address)
    expect(bodyText(kept)).toContain('New & <fresh>')
    expect(bodyText(kept)).not.toMatch(/Old|Sent from my phone/)
  })

  it('is not touched where there is none, or where the new text has it', () => {
    const wanted = { kind: 'text', content: `New ${address}` } as const
    expect(keepJoinBlock('<p>Old</p>', current, { kind: 'text', content: 'New' })).toEqual({
      kind: 'text',
      content: 'New',
    })
    expect(keepJoinBlock(`<p>${address}</p>`, current, wanted)).toBe(wanted)
  })

  it('that cannot be told from the rest refuses the change rather than lose it', () => {
    for (const joinUrl of [null, address]) {
      const change = () =>
        keepJoinBlock(`<p>Join at ${address}</p>`, { ...current, joinUrl }, { kind: 'text', content: 'New' })
      expect(change).toThrow(expect.toSatisfy((error: unknown) => CalendarError.is(error, 'forbidden')))
    }
  })
})
