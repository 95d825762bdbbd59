/** Content-Disposition of a calendar file, RFC 6266 §4: a name for old programs, and the real one in UTF-8. */
export const contentDisposition = (displayName: string): string => {
  const name =
    displayName
      .slice(0, 100)
      .replace(/[\p{Cc}\p{Cs}/\\:*?"<>|]/gu, '_')
      .trim() || 'calendar'
  const plain = /^[\x20-\x24\x26-\x7e]+$/.test(name) ? name : 'calendar'
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}.ics"; filename*=UTF-8''${encoded}.ics`
}
