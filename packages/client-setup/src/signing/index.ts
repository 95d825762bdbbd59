export { type ProfileSigner, signerName, signProfile } from './sign-profile.ts'
