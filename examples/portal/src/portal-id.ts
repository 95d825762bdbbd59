import type { Settings } from './accounts/settings.ts'

/** Names this portal among others that write to the same mailboxes; made once. */
export const portalIdOf = async (settings: Settings, newId: () => string): Promise<string> => {
  const known = settings.get('portal-id')
  if (known !== null) return known
  const made = newId()
  await settings.set('portal-id', made)
  return made
}
