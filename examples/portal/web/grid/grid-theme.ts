import type { CalendarOptions } from 'fullcalendar'
import type { Entry } from './entry.ts'

/** Our class names at the places where the grid library lets a theme put its own; the styles are in `styles/grid.css`. */
export const gridClasses = (entryOf: (key: string) => Entry | undefined): CalendarOptions => ({
  className: 'g',
  viewClass: 'g-view',
  tableHeaderClass: 'g-head',
  dayHeaderRowClass: 'g-row',
  dayHeaderClass: ({ isToday, inPopover }) => `g-day-head ${isToday ? 'today' : ''} ${inPopover ? 'in-popover' : ''}`,
  dayHeaderInnerClass: 'g-day-head-in',
  dayHeaderAlign: 'start',
  dayHeaderContent: ({ weekdayText, dayNumberText, view }) =>
    view.type === 'dayGridMonth'
      ? weekdayText
      : { domNodes: [wordIn('span', 'g-weekday', weekdayText), wordIn('strong', 'g-number', dayNumberText)] },
  dayHeaderDividerClass: 'g-line',
  dayRowClass: 'g-row',
  dayCellClass: ({ isToday, isOther, date }) =>
    `g-cell ${isToday ? 'today' : ''} ${isOther ? 'other' : ''} ${weekend(date)}`,
  dayCellTopClass: 'g-cell-top',
  dayCellTopInnerClass: 'g-cell-number',
  dayLaneClass: ({ isToday, date }) => `g-lane ${isToday ? 'today' : ''} ${weekend(date)}`,
  dayLaneInnerClass: 'g-lane-in',
  slotLaneClass: ({ isMinor }) => `g-slot ${isMinor ? 'minor' : ''}`,
  slotHeaderClass: 'g-slot-head',
  slotHeaderInnerClass: 'g-slot-head-in',
  slotHeaderRowClass: 'g-row',
  slotHeaderDividerClass: 'g-divider',
  allDayHeaderClass: 'g-all-day',
  allDayHeaderInnerClass: 'g-all-day-in',
  allDayDividerClass: 'g-line',
  nowIndicatorLineClass: 'g-now',
  nowIndicatorHeaderClass: 'g-now-head',
  highlightClass: 'g-cursor',
  moreLinkClass: 'g-more',
  fillerClass: 'g-filler',
  eventClass: ({ event, isMirror, isStart, isEnd }) =>
    [
      'g-entry',
      entryOf(event.id)?.look ?? 'usual',
      isMirror ? 'mirror' : '',
      isStart ? 'begins' : '',
      isEnd ? 'ends' : '',
    ].join(' '),
  columnEventClass: ({ isShort, isNarrow }) => `g-block ${isShort ? 'short' : ''} ${isNarrow ? 'narrow' : ''}`,
  columnEventInnerClass: 'g-block-in',
  columnEventAfterClass: ({ isEndResizable }) => (isEndResizable ? 'g-handle' : ''),
  rowEventClass: 'g-bar',
  rowEventInnerClass: 'g-bar-in',
  listItemEventClass: 'g-item',
  listItemEventInnerClass: 'g-item-in',
  listItemEventBeforeClass: 'g-item-dot',
})

const weekend = (date: Date): string => (date.getUTCDay() % 6 === 0 ? 'weekend' : '')

const wordIn = (tag: string, name: string, text: string): HTMLElement => {
  const element = document.createElement(tag)
  element.className = name
  element.textContent = text
  return element
}
