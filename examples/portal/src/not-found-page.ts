const words = {
  ru: { title: 'Такой страницы нет', text: 'Возможно, адрес написан с ошибкой или устарел.', home: 'К календарям' },
  en: { title: 'There is no such page', text: 'The address may be misspelt or out of date.', home: 'To the calendars' },
} as const

/** The answer to an address below which nothing is: a page for browsers, in the first language of theirs that we know; a line else. */
export const notFoundPage = (request: Request): Response => {
  const init = { status: 404, headers: { 'Cache-Control': 'no-store', Vary: 'Accept, Accept-Language' } }
  const isBrowser = request.headers.get('accept')?.includes('text/html') === true
  const type = (name: string) => ({ ...init, headers: { ...init.headers, 'Content-Type': `${name}; charset=utf-8` } })
  if (!isBrowser) return new Response('Not found\n', type('text/plain'))
  const wanted = request.headers.get('accept-language')?.toLowerCase() ?? ''
  const language = /\b(?:ru|en)\b/.exec(wanted)?.[0] === 'ru' ? 'ru' : 'en'
  const { title, text, home } = words[language]
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>`
  const body = `<main><h1>${title}</h1><p>${text}</p><p><a href="/">${home}</a></p></main>`
  return new Response(
    `<!doctype html><html lang="${language}"><head>${head}</head><body>${body}</body></html>\n`,
    type('text/html'),
  )
}
