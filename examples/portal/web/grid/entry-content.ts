import { type IconName, iconPath } from '../ui/icon.tsx'
import type { Entry } from './entry.ts'

const svg = 'http://www.w3.org/2000/svg'

const icon = (name: IconName): SVGElement => {
  const picture = document.createElementNS(svg, 'svg')
  picture.setAttribute('viewBox', '0 0 24 24')
  picture.setAttribute('class', 'icon')
  picture.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(svg, 'path')
  path.setAttribute('d', iconPath(name))
  picture.append(path)
  return picture
}

const part = (name: string, text: string): HTMLElement => {
  const element = document.createElement('span')
  element.className = name
  element.textContent = text
  return element
}

/** The inside of an entry on the grid: title with its signs, time, place. What does not fit is cut by whole lines. */
export const entryContent = (entry: Entry, month: boolean): HTMLElement[] => {
  const title = part('g-title', '')
  if (entry.done !== null) {
    const box = part('g-check', '')
    box.append(icon(entry.done ? 'task-done' : 'task'))
    title.append(box)
  }
  title.append(entry.title)
  for (const { icon: name } of entry.marks) if (name !== null) title.append(icon(name))
  const [from = '', till] = entry.time.split('–')
  const time = part('g-time', from)
  // The end gives way in a narrow column.
  if (till !== undefined && !month) time.append(part('g-till', `–${till}`))
  if (entry.done !== null) return entry.time === '' ? [title] : [title, time]
  if (month) return entry.allDay ? [title] : [time, title]
  return [title, time, part('g-place', entry.place)].filter(({ textContent }) => textContent !== '')
}
