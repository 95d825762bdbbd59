/** Days on which EWS ends in Exchange Online (`YYYY-MM-DD`). */
export interface EwsRetirement {
  /** From then on, tenant by tenant, only applications on the tenant's allow list. */
  readonly restrictedFrom: string
  /** From then on nobody. */
  readonly removedOn: string
}

/**
 * Whether an EWS address is Exchange Online's, which wants Microsoft Graph instead, and until when. `null` for a server of one's own, where EWS
 * stays.
 */
export const ewsRetirementOf = (url: string): EwsRetirement | null => {
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : ''
  const isOnline =
    /(?:^|\.)(?:office365\.com|office\.com|outlook\.com|office365\.us|outlook\.cn|partner\.outlook\.cn)$/.test(host)
  return isOnline ? { restrictedFrom: '2026-10-01', removedOn: '2027-04-01' } : null
}
