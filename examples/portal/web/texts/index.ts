import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { ApiError } from '../api.ts'
import { en } from './en.ts'
import { ru, type Texts } from './ru.ts'

export type Language = 'ru' | 'en'

export const textsOf = (language: Language): Texts => (language === 'ru' ? ru : en)

/** What the browser asks for, before anybody has signed in. */
export const browserLanguage = (): Language =>
  navigator.languages.some((tag) => tag.toLowerCase().startsWith('ru')) ? 'ru' : 'en'

export const TextsContext = createContext<Texts>(en)
export const useTexts = (): Texts => useContext(TextsContext)

/** What happened, in the person's words. */
export const errorText = (texts: Texts, error: unknown): string => {
  if (!(error instanceof ApiError)) return texts.broken('page')
  const id = error.details.id
  return texts.errors[error.code] ?? texts.broken(typeof id === 'string' ? id : error.code)
}

export type { Texts }
