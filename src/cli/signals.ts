import { StreamError } from '../core/errors/error.js'
import { SIGNALLED } from '../core/errors/exit-status.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Shutdown requested by a signal. */
export interface Shutdown {
  /** Aborted by the first signal, with the reason `interrupted` and the exit status of the signal. Created on first use: it takes 1 ms. */
  readonly signal: AbortSignal
  /** Returns true if a signal has been received. */
  isRequested(): boolean
  /** Kills the process with the received signal, if any, so that a shell sees an interrupted program and stops its loop. */
  raise(): void
}

/** Handles SIGINT, SIGTERM and SIGHUP. The first requests a shutdown; the second kills the process. */
export function onSignals(): Shutdown {
  let controller: AbortController | undefined
  let received: (typeof SIGNALS)[number] | undefined

  function abort() {
    if (received === undefined) return
    controller?.abort(new StreamError('interrupted', `ended by ${received}`, { status: SIGNALLED[received] }))
  }

  function raise() {
    if (received === undefined) return
    for (const name of SIGNALS) process.removeAllListeners(name)
    process.kill(process.pid, received)
  }

  for (const name of SIGNALS) {
    process.on(name, () => {
      if (received !== undefined) raise()
      received = name
      abort()
    })
  }
  return {
    get signal() {
      if (!controller) {
        controller = new AbortController()
        abort()
      }
      return controller.signal
    },
    isRequested: () => received !== undefined,
    raise,
  }
}
