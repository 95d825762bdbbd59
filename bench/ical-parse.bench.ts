/** How fast iCalendar text is read, in ratio to ical.js on the same text in the same run: `npm run bench ical-parse`. */
import ICAL from 'ical.js'
import {
  type Component,
  editCalendar,
  indexObject,
  normalizeCalendar,
  parseCalendar,
  splitCalendar,
  textProperty,
} from '../packages/core/src/ical/index.ts'

const days = (count: number, index: number) => String(1 + (index % count)).padStart(2, '0')

/** A thousand events, about 1 MB: a third are series, all have zones, an alarm and attendees, most text is Cyrillic. */
const generated = (events: number): string => {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dayport//Bench//EN',
    'CALSCALE:GREGORIAN',
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    'BEGIN:DAYLIGHT',
    'DTSTART:19700329T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'TZNAME:CEST',
    'END:DAYLIGHT',
    'BEGIN:STANDARD',
    'DTSTART:19701025T030000',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'TZNAME:CET',
    'END:STANDARD',
    'END:VTIMEZONE',
  ]
  for (let i = 0; i < events; i++) {
    const date = `2026${days(12, i)}${days(28, i * 5)}`
    lines.push(
      'BEGIN:VEVENT',
      `UID:${i}-4f1c2a90-77d1-4c55-9a1e-bench@example.org`,
      'DTSTAMP:20260101T120000Z',
      'CREATED:20251201T080000Z',
      'LAST-MODIFIED:20260101T120000Z',
      'SEQUENCE:1',
      `DTSTART;TZID=Europe/Berlin:${date}T${days(20, i)}0000`,
      `DTEND;TZID=Europe/Berlin:${date}T${days(20, i)}3000`,
      `SUMMARY:Еженедельное совещание отдела ${i}`,
      'LOCATION:Переговорная «Байкал»\\, этаж 3',
      'DESCRIPTION:Повестка:\\n1. Итоги недели\\; планы.\\n2. Вопросы к отделу\\, которые',
      '  требуют решения до пятницы.\\n3. Разное.\\nLink: https://example.org/me',
      ` eting/${i}?a=1&b=2`,
      'ORGANIZER;CN="Иванова, Анна":mailto:anna.ivanova@example.org',
    )
    for (const who of ['boris', 'vera', 'grigory']) {
      lines.push(
        `ATTENDEE;CN=${who};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE:mail`,
        ` to:${who}.${i}@example.org`,
      )
    }
    if (i % 10 < 3) {
      lines.push(
        i % 2 === 0 ? 'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=40' : 'RRULE:FREQ=MONTHLY;BYDAY=-1FR',
        `EXDATE;TZID=Europe/Berlin:${date}T${days(20, i)}0000`,
      )
    }
    lines.push('CATEGORIES:Работа,Planning', 'STATUS:CONFIRMED', 'TRANSP:OPAQUE', 'X-MICROSOFT-CDO-BUSYSTATUS:BUSY')
    lines.push(
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      'DESCRIPTION:Напоминание',
      'TRIGGER:-PT15M',
      'END:VALARM',
      'END:VEVENT',
    )
  }
  return `${lines.join('\r\n')}\r\nEND:VCALENDAR\r\n`
}

/** Best of some repetitions in ms: the machine is shared. */
const best = (work: () => unknown, repetitions: number): number => {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < repetitions; i++) {
    const before = performance.now()
    work()
    least = Math.min(least, performance.now() - before)
  }
  return least
}

const visit = (component: Component, look: (component: Component) => void): void => {
  look(component)
  for (const child of component.components) visit(child, look)
}

const text = generated(1000)
const bytes = new TextEncoder().encode(text)
const document = parseCalendar(bytes)
const objects = [...splitCalendar(document, () => 'none')].map(({ data }) => data)
const one = parseCalendar(objects[0]!)
const jcal = ICAL.parse(text)
const megabytes = bytes.length / 1e6

const readAll = (look: (component: Component) => void) => () => {
  for (const calendar of parseCalendar(bytes).calendars) visit(calendar, look)
}
const rows: (readonly [string, number, number])[] = []
const parseMs = best(() => ICAL.parse(text), 15)
const writeMs = best(() => ICAL.stringify(jcal as never), 15)
rows.push(['ical.js parse', parseMs, parseMs])
rows.push(['index parse: lines and components', best(() => parseCalendar(bytes), 60), parseMs])
rows.push([
  '… and every property by its name',
  best(
    readAll(({ properties }) => properties.length),
    40,
  ),
  parseMs,
])
rows.push([
  '… and every value and parameter as text',
  best(
    readAll(({ properties }) => properties.map(({ value, params }) => value.length + params.length)),
    20,
  ),
  parseMs,
])
const texts = objects.map((data) => new TextDecoder().decode(data))
const eachMs = best(() => texts.map((each) => ICAL.parse(each)), 15)
rows.push(['ical.js parse of 1000 objects, one by one', eachMs, eachMs])
rows.push(['parse and index of the same, as each PUT does', best(() => objects.map(indexObject), 20), eachMs])
rows.push(['split into 1000 objects', best(() => [...splitCalendar(document, () => 'none')].length, 10), parseMs])
rows.push(['ical.js stringify', writeMs, writeMs])
rows.push(['write every line anew, folded', best(() => normalizeCalendar(document), 20), writeMs])

console.log(`${megabytes.toFixed(2)} MB, ${objects.length} events. Ratio: times as fast as ical.js.\n`)
console.log('| work | ms | MB/s | ratio |\n| --- | ---: | ---: | ---: |')
for (const [name, ms, reference] of rows) {
  console.log(
    `| ${name} | ${ms.toFixed(2)} | ${(megabytes / (ms / 1000)).toFixed(0)} | ${(reference / ms).toFixed(1)} |`,
  )
}
const patch = () => {
  const editor = editCalendar(one)
  editor.set(one.calendars[0]!.components.at(-1)!, textProperty('SUMMARY', 'Новое название'))
  return editor.toBytes()
}
console.log(
  `\nOne property of a stored object changed: ${(
    best(() => {
      for (let i = 0; i < 1000; i++) patch()
    }, 20)
  ).toFixed(1)} µs`,
)
