// Runs inside Thunderbird, with its privileges: the text of this file is sent over Marionette and `calls[name](parameters)` follows.
// Parameters and results are JSON. Times are instants (`2027-05-04T06:00:00Z`), whole days are dates (`2027-05-04`).
/* global ChromeUtils, Services, Ci, Components */

const { cal } = ChromeUtils.importESModule('resource:///modules/calendar/calUtils.sys.mjs')
const { CalEvent } = ChromeUtils.importESModule('resource:///modules/CalEvent.sys.mjs')
const { CalRecurrenceInfo } = ChromeUtils.importESModule('resource:///modules/CalRecurrenceInfo.sys.mjs')
const { setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs')

const calendarById = (id) => {
  const calendar = cal.manager.getCalendarById(id)
  if (calendar === null) throw new Error(`no calendar ${id}`)
  return calendar
}

/** Resolves when the calendar reports a finished load, which ends every refresh; `start` sets it off. */
const untilLoaded = (calendar, start) =>
  new Promise((resolve, reject) => {
    const observer = {
      QueryInterface: ChromeUtils.generateQI(['calIObserver']),
      onStartBatch() {},
      onEndBatch() {},
      onAddItem() {},
      onModifyItem() {},
      onDeleteItem() {},
      onPropertyChanged() {},
      onPropertyDeleting() {},
      onLoad() {
        calendar.removeObserver(observer)
        resolve()
      },
      onError(_calendar, code, message) {
        calendar.removeObserver(observer)
        reject(new Error(`the calendar reports ${code}: ${message}`))
      },
    }
    calendar.addObserver(observer)
    start()
  })

const timeOf = (value) => {
  const time = cal.createDateTime(value.replace(/[-:]/g, ''))
  if (value.length === 10) time.isDate = true
  return value.length === 10 ? time : time.getInTimezone(cal.timezoneService.getTimezone('Europe/Berlin'))
}
const textOf = (time) =>
  time.isDate
    ? time.icalString.replace(/(....)(..)(..)/, '$1-$2-$3')
    : new Date(time.nativeTime / 1000).toISOString().replace('.000', '')

const itemById = async (calendar, uid) => {
  const item = await calendar.getItem(uid)
  if (item === null) throw new Error(`no item ${uid} in ${calendar.name}`)
  return item
}

const described = (item) => ({
  uid: item.id,
  title: item.title,
  start: textOf(item.startDate),
  end: textOf(item.endDate),
  allDay: item.startDate.isDate,
})

// biome-ignore lint/correctness/noUnusedVariables: the line that is sent after this text calls them.
const calls = {
  /** Waits until the main window and the calendar are there. */
  async ready() {
    while (!Services.wm.getMostRecentWindow('mail:3pane')?.document.getElementById('calendarTabPanel')) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return { version: Services.appinfo.version }
  },

  /** The product's own discovery, as the dialog "New Calendar, On the Network" runs it; the password is saved. */
  async detect({ user, password, location }) {
    const found = await cal.provider.caldav.detectCalendars(user, password, location, true)
    return found.map((calendar) => ({
      uri: calendar.uri.spec,
      name: calendar.name,
      color: calendar.getProperty('color'),
      readOnly: calendar.readOnly,
    }))
  },

  /** Discovers again and subscribes to the calendar of this name, with the offline cache on. Answers its id. */
  async subscribe({ user, password, location, name }) {
    const found = await cal.provider.caldav.detectCalendars(user, password, location, true)
    const calendar = found.find((candidate) => candidate.name === name)
    if (calendar === undefined) throw new Error(`discovery found no ${name}`)
    calendar.setProperty('cache.enabled', true)
    cal.manager.registerCalendar(calendar)
    const registered = calendarById(calendar.id)
    await untilLoaded(registered, () => registered.refresh())
    return calendar.id
  },

  /** Subscribes to the calendar file at an address of any scheme, with the offline cache on. Answers its id. */
  async subscribeToFile({ url, name }) {
    const calendar = cal.manager.createCalendar('ics', Services.io.newURI(url))
    calendar.name = name
    calendar.id = cal.getUUID()
    calendar.readOnly = true
    calendar.setProperty('cache.enabled', true)
    // Otherwise registering refreshes too, and the second load would end some later wait.
    calendar.setProperty('refreshInterval', '0')
    cal.manager.registerCalendar(calendar)
    const registered = calendarById(calendar.id)
    await untilLoaded(registered, () => registered.refresh())
    return calendar.id
  },

  /** The addresses at which the detection behind "New Calendar, On the Network" finds a calendar file, given this one. */
  async detectFile({ url }) {
    return (await cal.provider.ics.detectCalendars('', '', url)).map(({ uri }) => uri.spec)
  },

  /** What the list of calendars tells of one beside its name. */
  async state({ id }) {
    const calendar = calendarById(id)
    return { disabled: Boolean(calendar.getProperty('disabled')), status: calendar.getProperty('currentStatus') ?? 0 }
  },

  /** "Reload Remote Calendars" for one calendar. */
  async refresh({ id }) {
    const calendar = calendarById(id)
    await untilLoaded(calendar, () => calendar.refresh())
  },

  /** Items of the calendar, series not expanded; with `from` and `to` the occurrences in that range, by start. */
  async items({ id, from, to }) {
    const calendar = calendarById(id)
    const filter = Ci.calICalendar.ITEM_FILTER_ALL_ITEMS
    const items =
      from === undefined
        ? await calendar.getItemsAsArray(filter, 0, null, null)
        : await calendar.getItemsAsArray(
            filter | Ci.calICalendar.ITEM_FILTER_CLASS_OCCURRENCES,
            0,
            timeOf(from),
            timeOf(to),
          )
    return items.map(described).sort((a, b) => (a.start < b.start ? -1 : 1))
  },

  /** Creates an event as the event dialog would: a title, a start and an end in Berlin or whole days, perhaps weekly. */
  async add({ id, uid, title, start, end, weeklyCount, description }) {
    const event = new CalEvent()
    event.id = uid
    event.title = title
    event.startDate = timeOf(start)
    event.endDate = timeOf(end)
    if (description !== undefined) event.setProperty('DESCRIPTION', description)
    if (weeklyCount !== undefined) {
      event.recurrenceInfo = new CalRecurrenceInfo(event)
      const rule = cal.createRecurrenceRule()
      rule.type = 'WEEKLY'
      rule.interval = 1
      rule.count = weeklyCount
      event.recurrenceInfo.appendRecurrenceItem(rule)
    }
    return described(await calendarById(id).addItem(event))
  },

  async modify({ id, uid, title }) {
    const calendar = calendarById(id)
    const old = await itemById(calendar, uid)
    const changed = old.clone()
    changed.title = title
    return described(await calendar.modifyItem(changed, old))
  },

  async remove({ id, uid }) {
    const calendar = calendarById(id)
    await calendar.deleteItem(await itemById(calendar, uid))
  },

  /** Drags one occurrence to another time and renames it, as "edit only this occurrence" does. */
  async moveOccurrence({ id, uid, occurrence, start, end, title }) {
    const calendar = calendarById(id)
    const old = await itemById(calendar, uid)
    const moved = old.recurrenceInfo.getOccurrenceFor(timeOf(occurrence)).clone()
    moved.startDate = timeOf(start)
    moved.endDate = timeOf(end)
    moved.title = title
    await calendar.modifyItem(moved, old.recurrenceInfo.getOccurrenceFor(timeOf(occurrence)))
  },

  /** Deletes one occurrence, as "delete only this occurrence" does: an EXDATE on the series. */
  async removeOccurrence({ id, uid, occurrence }) {
    const calendar = calendarById(id)
    const old = await itemById(calendar, uid)
    const changed = old.clone()
    changed.recurrenceInfo.removeOccurrenceAt(timeOf(occurrence))
    await calendar.modifyItem(changed, old)
  },

  /** Makes another call and answers the conflict dialog with OK (overwrite) or Cancel (keep the server's); tells if it came. */
  async answeringConflict({ call, parameters, overwrite }) {
    let asked = false
    const watcher = {
      observe(window, topic) {
        if (topic !== 'domwindowopened') return
        window.addEventListener(
          'load',
          () => {
            if (!window.location.href.endsWith('/calendar-conflicts-dialog.xhtml')) return
            asked = true
            const dialog = window.document.querySelector('dialog')
            window.requestIdleCallback(() => (overwrite ? dialog.acceptDialog() : dialog.cancelDialog()))
          },
          { once: true },
        )
      },
    }
    Services.ww.registerNotification(watcher)
    try {
      await calls[call](parameters)
    } finally {
      Services.ww.unregisterNotification(watcher)
    }
    return asked
  },

  /** Opens the calendar tab at a day, for the picture. */
  async showCalendar({ day }) {
    const window = Services.wm.getMostRecentWindow('mail:3pane')
    window.document.getElementById('tabmail').openTab('calendar', { background: false })
    await window.switchToView?.('month')
    window.goToDate?.(timeOf(day))
    await new Promise((resolve) => window.requestAnimationFrame(() => window.requestAnimationFrame(resolve)))
  },
}
