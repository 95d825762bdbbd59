/** Told by the live line when something of the person's outside calendars is another. */
export const joinedEvent = 'dayport-joined'
