/** The token of the feed beneath, with the series that it has told. */
export const wrapToken = (token: string, groups: readonly string[]): string =>
  groups.length === 0 ? token : `singles1[${groups.join(' ')}]${token}`

/** Takes it apart again. */
export const unwrapToken = (token: string): { readonly token: string; readonly groups: readonly string[] } => {
  const match = /^singles1\[([^\]]*)\]([\s\S]*)$/.exec(token)
  return match === null ? { token, groups: [] } : { token: match[2]!, groups: match[1]!.split(' ') }
}
