import type { FakeFields } from './fake-event.ts'

/** What a server makes of fields that a client left out. Reminders are on, 15 minutes before. */
export const defaultFields = (allDay: boolean): Omit<FakeFields, 'start' | 'end'> => ({
  subject: '',
  body: { contentType: 'html', content: '' },
  isAllDay: allDay,
  location: { displayName: '' },
  sensitivity: 'normal',
  showAs: allDay ? 'free' : 'busy',
  importance: 'normal',
  categories: [],
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  attendees: [],
  responseRequested: true,
  isOnlineMeeting: false,
  joinUrl: null,
})

/** A body as it is given out: always HTML unless text was asked for, rewritten as the server does it. */
export const bodyOut = (body: FakeFields['body'], asText: boolean): FakeFields['body'] => {
  if (asText) return { contentType: 'text', content: body.contentType === 'text' ? body.content : plain(body.content) }
  if (body.contentType === 'text') return { contentType: 'html', content: htmlOfText(body.content) }
  return { contentType: 'html', content: body.content === '' ? '' : htmlDocument(body.content) }
}

const meta = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'

const htmlOfText = (text: string) =>
  text === ''
    ? ''
    : `<html><head>\r\n${meta}<meta name="Generator" content="Microsoft Exchange Server">\r\n<!-- converted from text -->` +
      `<style><!-- .EmailQuote { margin-left: 1pt; padding-left: 4pt; border-left: #800000 2px solid; } --></style></head>\r\n<body>\r\n` +
      `<font size="2"><span style="font-size:11pt;"><div class="PlainText">${escapeHtml(text)
        .replaceAll('\r\n', '\n')
        .replaceAll('  ', ' &nbsp;')
        .replaceAll('\n', '<br>\r\n')}</div></span></font>\r\n</body>\r\n</html>\r\n`

const htmlDocument = (html: string) => {
  const clean = html.replace(/<script\b[\s\S]*?<\/script>/gi, '').replace(/\r?\n/g, '\r\n')
  const inner = /<body[^>]*>([\s\S]*?)<\/body>/i.exec(clean)?.[1] ?? clean
  return `<html><head>\r\n${meta}</head><body>${inner}</body></html>`
}

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const plain = (html: string) =>
  html
    .replace(/<br\s*\/?>|<\/p>|<\/div>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
