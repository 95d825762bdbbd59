import { testHistories } from './test-histories.ts'

testHistories('sqlite', 600)
