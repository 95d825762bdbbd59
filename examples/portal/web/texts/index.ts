import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { ApiError } from '../api.ts'
import type { Texts } from './ru.ts'

export type Language = 'ru' | 'en'

const loaders: Readonly<Record<Language, () => Promise<Texts>>> = {
  ru: async () => (await import('./ru.ts')).ru,
  en: async () => (await import('./en.ts')).en,
}

/** The texts of a language, fetched when they are first asked for: nobody reads both. */
export const loadTexts = (language: Language): Promise<Texts> => loaders[language]()

/** What the browser asks for, before anybody has signed in. */
export const browserLanguage = (): Language =>
  navigator.languages.some((tag) => tag.toLowerCase().startsWith('ru')) ? 'ru' : 'en'

export const TextsContext = createContext<Texts | null>(null)

/** @throws {TypeError} outside of {@link TextsContext}. */
export const useTexts = (): Texts => {
  const texts = useContext(TextsContext)
  if (texts === null) throw new TypeError('expected to be inside of TextsContext')
  return texts
}

/** What happened, in the person's words. */
export const errorText = (texts: Texts, error: unknown): string => {
  if (!(error instanceof ApiError)) return texts.broken('page')
  const id = error.details.id
  return texts.errors[error.code] ?? texts.broken(typeof id === 'string' ? id : error.code)
}

export type { Texts }
