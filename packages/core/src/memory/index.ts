export { type JoinedTables, joinTables, type NoteUndo, setRow } from './joined-tables.ts'
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
