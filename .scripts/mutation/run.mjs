// Breaks the source on purpose, one mutant at a time, and checks that the tests notice.
//
// usage: npm run test:mutations [-- ROOM [WORD…]]
//
//   npm run test:mutations                   run the mutants of all rooms
//   npm run test:mutations -- core/answer    run those of test/core/answer/mutants.mjs and of the rooms below it
//   npm run test:mutations -- client retry   run those of a room whose file or description contains each WORD
//
// Exits 0 if the tests catch all of them, 1 if a mutant escapes or cannot be tried, 64 if no mutant is selected.
import { faultsOf } from './places.mjs'
import { allMutants } from './tables.mjs'
import { faultsOfTests, tryMutants } from './trials.mjs'

const [room, ...words] = process.argv.slice(2)
const mutants = await allMutants()
const inRoom = mutants.filter((mutant) => room === undefined || `${mutant.room}/`.startsWith(`${room}/`))
const selected = inRoom.filter(({ name }) => words.every((word) => name.includes(word)))
if (selected.length > 0) await run()
else {
  const rooms = [...new Set(mutants.map((mutant) => mutant.room))]
  console.error(
    inRoom.length === 0
      ? `no room ${room}; rooms: ${rooms.join(', ')}`
      : `no mutant of ${room} matches ${words.join(' ')}`,
  )
  process.exitCode = 64
}

async function run() {
  const ready = selected.filter((mutant) => faultsOf(mutant).length === 0)
  const faults = [...selected.flatMap(faultsOf), ...(await faultsOfTests(ready))]
  for (const fault of faults) console.error(fault)

  let caught = 0
  await tryMutants(ready, ({ name }, { passed, failed }) => {
    if (failed.length > 0) caught++
    const fate = failed.length > 0 ? 'caught' : passed > 0 ? 'ESCAPED' : 'DID NOT RUN'
    console.log(`${fate} · ${name}${failed.length > 0 ? ` · by "${failed[0]}"` : ''}`)
  })
  console.log(`${caught} of ${selected.length} mutants caught in ${Math.round(performance.now() / 1000)} s`)
  process.exitCode = caught === selected.length && faults.length === 0 ? 0 : 1
}
