// npm runs `prepare` on `npm ci` in a clone, but also where the build tools were left out (`--omit=dev`): build only where they are.
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'

if (existsSync('node_modules/tsup')) {
  const build = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  process.exitCode = build.status ?? 1
}
