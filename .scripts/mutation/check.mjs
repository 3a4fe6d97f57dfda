// Checks without running a test that every mutant can be tried, and that nothing that needs a mutant lacks one.
// usage: npm run check:mutants      exits 1 and prints one line per fault
import { faultsOf, uncovered } from './places.mjs'
import { allMutants } from './tables.mjs'

const mutants = await allMutants()
const faults = [...mutants.flatMap(faultsOf), ...uncovered(mutants)]
for (const fault of faults) console.error(fault)
console.log(`${mutants.length} mutants, ${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1
