import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { STREAMS } from '../support/corpus.js'
import { folderWith } from '../support/folder.js'
import { sized, some, tally } from '../support/size.js'
import { start } from '../support/spawn.js'
import { runStages } from '../support/stations.js'
import { upstream } from '../support/upstream.js'

const replayedCount = tally('streams recorded and replayed')

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function serving(...args: readonly string[]) {
  const child = start('or-serve', ['--port', '0', '--speed', 'max', '--quiet', ...args])
  onTestFinished(() => child.kill('SIGKILL'))
  return { ...child, url: (await child.wrote('\n')).trim() }
}

/** Requests the stream with this name. */
async function requestStream(url: string, name: string): Promise<Uint8Array> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: name, stream: true }),
  })
  return new Uint8Array(await response.arrayBuffer())
}

for (const source of STREAMS)
  test.skipIf(source.isMissing)(
    `${source.title}: recording and replaying does not change a stream`,
    { timeout: 120_000 },
    async () => {
      const sample = source.rows((all) => some(all, sized({ small: 20, ci: 80, long: all.length })))
      const folder = folderWith({})
      // The chunk size cuts lines and characters.
      const live = await upstream((response, { body }) => {
        const { model } = JSON.parse(body) as { model: string }
        const bytes = sample.find(({ name }) => name === model)?.stream ?? Buffer.alloc(0)
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (let from = 0; from < bytes.length; from += 777) response.write(bytes.subarray(from, from + 777))
        response.end()
      })
      const first = await serving('--record', '--upstream', live.url, folder)
      const recorded = new Map<string, string>()
      for (const { name } of sample) recorded.set(name, sha256(await requestStream(first.url, name)))
      first.kill('SIGTERM')
      await first.ended
      const second = await serving(folder)
      for (const { name, stream } of sample) {
        const bytes = await requestStream(second.url, name)
        expect([name, sha256(bytes), recorded.get(name)]).toEqual([name, sha256(stream), sha256(stream)])
        expect(runStages([bytes])).toEqual(runStages([stream]))
        replayedCount.add()
      }
      second.kill('SIGTERM')
      expect(live.requests.length).toBe(sample.length)
    },
  )
