/** Where a list is for its client. */
export interface Place {
  /** Scheme, host and path without a slash at the end: what Outlook has as `base-url`. */
  readonly baseUrl: string
  /** The path alone: `/outlook/ID/SECRET`. */
  readonly basePath: string
}

/** Of each list below its base, percent-encoded: the `list-url` of a link. It tells nothing of the calendar. */
export const listUrl = '/Lists/Calendar/'

/** Path of the list below the base, without slashes at its ends. */
export const listFolder = 'Lists/Calendar'

/** The address of a file of an item. */
export const attachmentUrl = ({ baseUrl }: Place, id: number, name: string): string =>
  `${baseUrl}${listUrl}Attachments/${id}/${encodeURIComponent(name)}`
