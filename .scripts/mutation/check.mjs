// Checks, without running tests, that every mutant can be tried and that everything that needs a mutant has one.
// usage: npm run check:mutants      prints one line per fault and exits 1 if there are any
import { faultsOf, uncovered } from './places.mjs'
import { allMutants } from './tables.mjs'

const mutants = await allMutants()
const faults = [...mutants.flatMap(faultsOf), ...uncovered(mutants)]
for (const fault of faults) console.error(fault)
console.log(`${mutants.length} mutants, ${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1
