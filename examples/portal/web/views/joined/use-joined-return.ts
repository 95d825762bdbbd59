import { useEffect } from 'preact/hooks'

/**
 * After Google or Microsoft 365 sent the browser back: once, which account was signed in to, or the code of what went wrong. The address
 * is cleared of it.
 */
export const useJoinedReturn = (onAccount: (account: string) => void, onFault: (code: string) => void): void => {
  useEffect(() => {
    const query = new URLSearchParams(location.search)
    const [account, fault] = [query.get('joined'), query.get('joined-error')]
    if (account === null && fault === null) return
    history.replaceState(null, '', location.pathname)
    if (account !== null) onAccount(account)
    if (fault !== null) onFault(fault)
  }, [])
}
