#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseReplay } from '../src/programs/sse-replay.js'

void main(sseReplay)
