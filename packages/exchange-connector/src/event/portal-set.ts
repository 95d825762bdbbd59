/** Property set of what we keep in items of other people's calendars; one for both back ends, so that a mailbox can move between them. */
export const portalSet = 'f4d1a8c2-3b57-4e0e-9c66-5a7d0b1e2f93'
