import { testHistories } from './test-histories.ts'

testHistories('memory', 1400)
