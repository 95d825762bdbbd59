import { describeCrashes } from './describe-crashes.ts'
import { openEwsWorld } from './ews-world.ts'
import { openGraphWorld } from './graph-world.ts'

describeCrashes('Exchange Server', () => openEwsWorld())
describeCrashes('Exchange Online', () => openGraphWorld())
