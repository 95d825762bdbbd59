export {
  type Advice,
  type AdviceLink,
  type AdviceLinkKind,
  type AdviceNote,
  type AdviceStep,
  type AdviceValue,
  type Door,
  type Language,
  type Program,
  programs,
  type SetupInput,
  type ValueKind,
} from './advice.ts'
export { adviceFor, doorOf, programTitle } from './advice-for.ts'
export { adviceHtml } from './advice-html.ts'
export { appleProfile, appleProfileType } from './apple-profile.ts'
export { davx5Link, isPlainHttp, portOf, serverOf, webcalLink } from './links.ts'
export { mayHaveClassicOutlook, type OutlookVersion, outlookVersions } from './outlook-versions.ts'
export { type QrCode, qrCode, qrCodeSvg } from './qr-code.ts'
export { plainText, type TextPart } from './rich-text.ts'
export { visitorProgram } from './visitor-program.ts'
