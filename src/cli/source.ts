import { StreamError } from '../core/errors.js'
import type { Stage } from '../core/stage.js'
import { causeOf, type Judgement } from '../core/verdict.js'
import type { CommandLine, OptionTable, Synopsis } from './argv.js'
import { main, type World } from './main.js'
import { ReaderGone } from './output.js'

/** What a source has opened. */
export interface Opened {
  readonly bytes: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>
  /** Reads along, and knows at the end whether the answer is whole. */
  readonly judge?: Stage<Uint8Array, unknown> & Pick<Judgement, 'failure'>
}

export interface Source<Table extends OptionTable> extends Synopsis<Table> {
  open(line: CommandLine<Table>, world: World): Promise<Opened>
}

/** Runs a program that fetches bytes and writes them as they come. A signal aborts it; what came is written. */
export function source<Table extends OptionTable>(program: Source<Table>): Promise<void> {
  return main({
    ...program,
    async run(line, world) {
      const { signal } = world.interruption
      try {
        const failure = await forward(await program.open(line, world), world)
        await world.stdout.close()
        if (failure) throw failure
      } catch (error) {
        if (!signal.aborted || error instanceof ReaderGone) throw error
      }
      return 0
    },
  })
}

/** Writes first and judges then, so that no byte waits for a verdict. */
async function forward({ bytes, judge }: Opened, { stdout }: World): Promise<StreamError | undefined> {
  let misread: StreamError | undefined
  let cut: StreamError | undefined
  try {
    for await (const piece of bytes) {
      await stdout.write(piece)
      if (typeof piece !== 'string') misread ??= caught(() => judge?.push(piece))
    }
  } catch (error) {
    if (!(error instanceof StreamError) || error.code === 'write_failed') throw error
    cut = error
  }
  misread ??= caught(() => judge?.end())
  return misread ?? causeOf(judge?.failure(), cut)
}

/** Takes all that a step gives; its failure, if it has one. */
function caught(take: () => Iterable<unknown> | undefined): StreamError | undefined {
  try {
    for (const _ of take() ?? []);
    return undefined
  } catch (error) {
    if (error instanceof StreamError) return error
    throw error
  }
}
