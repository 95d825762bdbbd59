/** Cyrillic in Latin letters, as addresses of calendars are made of them. */
const latin: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
}

/** A path segment of small Latin letters, digits and dashes, at most 60; `calendar` when nothing of the text can be kept. */
export const toSlug = (text: string): string => {
  const letters = [...text.toLowerCase()].map((letter) => latin[letter] ?? letter).join('')
  const plain = letters.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '')
  return slug === '' ? 'calendar' : slug
}
