export type { ItemBinding, ListRef, ListView, OutlookBindingStore, OutlookList } from './binding-store.ts'
export type { OutlookConnectionRecord, OutlookConnectionStore } from './connection-store.ts'
